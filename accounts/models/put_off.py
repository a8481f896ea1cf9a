from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models.user import User


class PutOffQuerySet(models.QuerySet["PutOff"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def handed_on(self, user: User) -> Self:
        """What this user handed to a colleague who still works here."""
        return self.of(user).filter(handed_to__is_active=True)

    def hiding(self, user: User, today: date, *, but_not_mine: bool = False) -> Self:
        """Those that hide something from this user today.

        but_not_mine: what they said is not theirs is shown, as where everybody's work stands.
        """
        later = Q(until__gt=today)
        return self.of(user).filter(later if but_not_mine else later | Q(until=None))

    def about(self, kind: str) -> Exists:
        """Whether one of them is about a row of an outer query, by its public id."""
        thing = Concat(
            Value(f"{kind}:"), Cast(OuterRef("public_id"), TextField()), output_field=TextField()
        )
        return Exists(self.filter(thing=thing))


class PutOff(models.Model):
    """Something on Today that a colleague wants to see again on a day, or that is not theirs.

    `thing` says what it is, such as “promise:<public id>”. It is no foreign key: things that are
    due live on every floor above, and what is gone is simply not shown.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="put_offs")
    thing = models.CharField(max_length=80)
    until = models.DateField(
        null=True, blank=True, help_text="A day where the user is. Empty: it is not theirs."
    )
    handed_to = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="handed_things"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PutOffQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "thing"], name="put_off_once"),
            models.CheckConstraint(
                condition=Q(handed_to=None) | Q(until=None), name="put_off_or_handed_over"
            ),
        ]

    def __str__(self) -> str:
        return self.thing

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, NullIf
from django.utils import timezone

from accounts.models.user import User


class PutOffQuerySet(models.QuerySet["PutOff"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def effects(self, today: date, *, but_not_mine: bool = False) -> QuerySet["PutOff", Any]:
        """Return as values what each does on a day where its user is.

        is_hiding: the thing does not stand on their day. but_not_mine: what they said is not theirs
        does, as where everybody's work stands. is_handed: a colleague who still works here has it.
        may_come_back: it is one of those that `bring_back` shows again.
        """
        later = Q(until__gt=today)
        hides = later if but_not_mine else later | Q(until=None)
        return self.values(
            "thing",
            is_hiding=_said(hides),
            is_handed=_said(Q(handed_to__is_active=True)),
            may_come_back=_said((later | Q(until=None)) & Q(handed_to=None)),
        )

    def public_ids(self) -> QuerySet["PutOff", Any]:
        """Return the public ids of the things that have one."""
        after_kind = Func(F("thing"), Value(":"), Value(2), function="split_part")
        text = NullIf(after_kind, Value(""), output_field=TextField())
        return self.values(public_id=Cast(text, UUIDField()))


def _said(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, output_field=BooleanField())


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

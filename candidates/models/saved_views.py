import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User

PEOPLE = "people"  # the list of people; the lists of floors above name themselves


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """Their own, and those that colleagues share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def of(self, place: str = PEOPLE) -> Self:
        """Those of one list."""
        return self.filter(place=place)

    def for_page(self, user: User, place: str = PEOPLE) -> Self:
        """Those of a list that the user sees, their own first, with `is_default` for this user."""
        default = ViewUse.objects.filter(view=OuterRef("pk"), user=user, is_default=True)
        shown = (
            self.of(place)
            .visible_to(user)
            .select_related("owner")
            .annotate(is_default=Exists(default))
        )
        return shown.order_by(models.Case(models.When(owner=user, then=0), default=1), "name", "pk")


class SavedView(models.Model):
    """A query of a list under a name. It keeps nobody: it asks anew each time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    query = models.CharField(
        max_length=2000, blank=True, help_text="As in the address of the list. Empty: everybody."
    )
    place = models.CharField(
        max_length=60,
        default=PEOPLE,
        db_default=PEOPLE,
        help_text="The list that it narrows: the people, or that of a floor above.",
    )
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(default=False, help_text="Whoever sees the list sees it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    is_default: bool  # as `for_page` says of one user

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "place", "name"],
                name="view_name_once",
                violation_error_message="You have a view of that name already.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ViewUse(models.Model):
    """What one colleague saw in a view when they last said so, and whether they start with it.

    `seen` holds the ids of the people, at most ten thousand; ids alone, so that nothing of a
    person who is erased stays here.
    """

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="uses")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen = ArrayField(models.BigIntegerField(), default=list)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["view", "user"], name="view_use_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="view_one_default"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.view_id} by {self.user_id}"

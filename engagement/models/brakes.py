from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from engagement.models.campaigns import Campaign


class BrakeQuerySet(models.QuerySet["Brake"]):
    def visible_to(self, user: User) -> Self:
        """All for whoever sees campaigns or looks after the settings, none for others."""
        may_see = may(user, Permission.VIEW_CAMPAIGNS) or may(user, Permission.MANAGE_SETTINGS)
        return self if may_see else self.none()

    def on(self) -> Self:
        """Those that nobody has let go."""
        return self.filter(released_at=None)

    def guard(self) -> Self:
        """Those over all job emails, whichever their campaign."""
        return self.filter(campaign=None)


class Brake(models.Model):
    """The engine stopped a campaign, or all job emails, because mail came back or was complained
    about. It stays on until a person lets it go and says why; letters never wait for it.
    """

    class Kind(models.TextChoices):
        BOUNCES = "bounces", "Too many came back"
        COMPLAINTS = "complaints", "Too many were marked as spam"

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="brakes",
        help_text="Empty: all job emails.",
    )  # fmt: skip
    kind = models.CharField(max_length=10, choices=Kind.choices)
    bad = models.PositiveIntegerField(help_text="How many came back or were marked as spam.")
    tried = models.PositiveIntegerField(help_text="Of how many.")
    at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    release_reason = models.CharField(max_length=300, blank=True)

    objects = BrakeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(released_at=None),
                nulls_distinct=False,
                name="brake_once",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None)
                | (Q(released_by__isnull=False) & ~Q(release_reason="")),
                name="brake_let_go_by_a_person_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Brake {self.pk}"

    @property
    def sentence(self) -> str:
        """What was seen, in numbers."""
        if self.kind == self.Kind.COMPLAINTS:
            return f"{self.bad} of {self.tried} people marked it as spam."
        return f"{self.bad} of {self.tried} emails came back or were refused."

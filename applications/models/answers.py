from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications.models.applications import Application


class Silence(models.TextChoices):
    """Why somebody is rejected without a letter. There is always a reason."""

    TOLD = "told", "They were told by phone or in person"
    NO_ADDRESS = "no_address", "We have no address to write to"
    ELSEWHERE = "elsewhere", "They were answered from another system"
    MISTAKE = "mistake", "The application was added by mistake"


class ToldQuerySet(models.QuerySet["Told"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class Told(models.Model):
    """Proof that a person was told something without a letter of ours, or why nobody could.

    A note says what was said, where the other answer is, or what was tried.
    """

    class About(models.TextChoices):
        DECISION = "decision", "The decision"
        DATE = "date", "A later day to hear by"

    application = models.ForeignKey(Application, models.CASCADE, related_name="told")
    about = models.CharField(max_length=8, choices=About.choices)
    how = models.CharField(max_length=10, choices=Silence.choices)
    note = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ToldQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="told_with_a_note"),
            models.CheckConstraint(
                condition=Q(about="decision") | Q(how="told"), name="told_a_date_in_person"
            ),
        ]

    def __str__(self) -> str:
        return f"Told {self.pk}"

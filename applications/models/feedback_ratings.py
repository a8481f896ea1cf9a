from datetime import date, datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models.jobs import Job
from applications.models.letters import Letter

# How long after a letter of feedback has left its reader may say how useful it was.
SAID_WITHIN: Final = timedelta(days=21)
RUBRIC: Final = ("job_related", "specific", "usable", "respectful")


class FeedbackRatingQuerySet(models.QuerySet["FeedbackRating"]):
    def drawn(self, month: date) -> Self:
        """The sample of a month, by the first of it."""
        return self.filter(is_sampled=True, sent_month=month)

    def to_rate(self, user: User) -> Self:
        """What a colleague may rate: drawn, there still, not rated yet, and not written by them."""
        return (
            self.filter(is_sampled=True, rated_at=None, letter__in=Letter.objects.visible_to(user))
            .exclude(letter__by=user)
            .select_related("letter__application__job", "job")
            .order_by("sent_month", "pk")
        )


class FeedbackRating(models.Model):
    """How good one letter of feedback was: by the rubric of a colleague, and as its reader says.

    Nobody but the reader knows what they said: colleagues read totals (M-R4). Once the person is
    erased the row stays without the letter, so that no total of the past moves (M-R2).
    """

    letter = models.OneToOneField(
        Letter, models.SET_NULL, null=True, related_name="feedback_rating"
    )
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    sent_month = models.DateField(help_text="The first of the month in which the letter left.")
    is_sampled = models.BooleanField(default=False, help_text="Drawn in the sample of its month.")
    job_related = models.BooleanField(null=True, help_text="It is about the job and nothing else.")
    specific = models.BooleanField(null=True, help_text="It names an example.")
    usable = models.BooleanField(null=True, help_text="It says what would have to change.")
    respectful = models.BooleanField(
        null=True, help_text="It is kind, and free of what the person is."
    )
    rated_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    rated_at = models.DateTimeField(null=True)
    useful = models.PositiveSmallIntegerField(
        null=True, help_text="1 to 5, as its reader says; 5 is very useful."
    )

    objects = FeedbackRatingQuerySet.as_manager()

    class Meta:
        ordering = ["sent_month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(useful=None) | Q(useful__gte=1, useful__lte=5),
                name="feedback_rating_useful_in_range",
            ),
            models.CheckConstraint(
                condition=Q(rated_at=None, **dict.fromkeys(RUBRIC))
                | Q(rated_at__isnull=False, **{f"{part}__isnull": False for part in RUBRIC}),
                name="feedback_rating_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_month"],
                condition=Q(is_sampled=True, rated_at=None),
                name="feedback_rating_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"Rating {self.pk}"


def may_still_say(letter: Letter, now: datetime) -> bool:
    """Say whether the reader of a letter may say how useful it was."""
    return (
        letter.kind == Letter.Kind.FEEDBACK
        and letter.sent_at is not None
        and now < letter.sent_at + SAID_WITHIN
    )

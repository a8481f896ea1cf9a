import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.interviews import Interview
from applications.models.jobs import HiringTeamMember, Job


class JobCriterion(models.Model):
    """What interviewers of a job look at besides the skills it names."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="job_criterion_once")]

    def __str__(self) -> str:
        return self.name


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)

    def visible_to(self, user: User) -> Self:
        """One's own; those of others only once one's own is submitted. A draft is its author's.

        A recruiter reads every submitted one. An interviewer reads those of the same interview, a
        hiring manager those of the same application.
        """
        people = Interview.objects.visible_to(user)
        found = self.filter(interview__in=people)
        if may(user, Permission.VIEW_PEOPLE):
            return found.filter(Q(author=user) | Q(submitted_at__isnull=False))
        mine = Scorecard.objects.submitted().filter(author=user)
        same_interview = mine.filter(interview=OuterRef("interview"))
        others = Q(Exists(same_interview))
        if may(user, Permission.VIEW_JOBS):
            team = HiringTeamMember.objects.filter(
                job=OuterRef("interview__application__job"), user=user
            )
            same_application = mine.filter(
                interview__application=OuterRef("interview__application")
            )
            others |= Q(Exists(team)) & Q(Exists(same_application))
        return found.filter(Q(author=user) | (Q(submitted_at__isnull=False) & others))

    def locked(self, pk: int) -> "Scorecard":
        return self.select_for_update(of=("self",)).get(pk=pk)


class Scorecard(models.Model):
    """What one interviewer saw, criterion by criterion. A draft until it is submitted."""

    class Recommendation(models.TextChoices):
        STRONG_YES = "strong_yes", "Definitely yes"
        YES = "yes", "Yes"
        NO = "no", "No"
        STRONG_NO = "strong_no", "Definitely not"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="scorecards")
    author = models.ForeignKey(User, models.PROTECT, related_name="scorecards")
    recommendation = models.CharField(max_length=10, choices=Recommendation.choices, blank=True)
    summary = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "author"], name="scorecard_once"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | ~Q(recommendation=""),
                name="scorecard_submitted_recommends",
            ),
        ]

    def __str__(self) -> str:
        return f"Scorecard {self.pk}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None


class Rating(models.Model):
    """What a scorecard says of one criterion. The criterion is kept by name: jobs change."""

    class Level(models.IntegerChoices):
        """Words first: the number only keeps them in order."""

        NOT_SHOWN = 1, "Not shown"
        PARTLY = 2, "Partly shown"
        SHOWN = 3, "Clearly shown"
        OUTSTANDING = 4, "Outstanding"

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="ratings")
    position = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=120)
    level = models.SmallIntegerField(choices=Level.choices, null=True, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "criterion"], name="rating_once")
        ]

    def __str__(self) -> str:
        return self.criterion


class ScorecardVersion(models.Model):
    """What a submitted scorecard said before it was corrected."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    recommendation = models.CharField(max_length=10, choices=Scorecard.Recommendation.choices)
    summary = models.TextField(blank=True)
    ratings = models.JSONField(default=list, help_text="Criterion, words, evidence.")
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "version"], name="scorecard_version_once")
        ]

    def __str__(self) -> str:
        return f"Scorecard {self.scorecard_id}, version {self.version}"

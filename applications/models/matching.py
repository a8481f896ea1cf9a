import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import User
from applications.models.jobs import Job
from applications.models.milestones import Milestone
from candidates.models import Candidate


class MatchProfile(models.Model):
    """One narrow derived row for each live candidate, for matching. Never written by hand.

    The view `applications_matchprofile_source` says what it must be; triggers keep it so, and
    `manage.py rebuild_profiles --check` compares. `skills` includes implied ones; `places` are
    half-degree cells, and 1 stands for remote.
    """

    candidate = models.OneToOneField(
        Candidate, models.CASCADE, primary_key=True, related_name="match_profile"
    )
    skills = ArrayField(models.IntegerField())
    places = ArrayField(models.IntegerField())
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    seniority = models.SmallIntegerField(null=True)
    salary_expectation = models.BigIntegerField(null=True)
    salary_currency = models.CharField(max_length=3, blank=True)
    furthest = models.SmallIntegerField(choices=Milestone.choices, null=True)
    is_silver = models.BooleanField(default=False)
    open_applications = models.PositiveSmallIntegerField(default=0)
    is_hired = models.BooleanField(default=False)
    contactable_until = models.DateTimeField(
        null=True, help_text="Until when pool and nurture grounds are both in force; null: not."
    )
    is_suppressed = models.BooleanField(default=False)
    paused_until = models.DateField(null=True)
    last_contact_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Match profile of {self.candidate_id}"


class Match(models.Model):
    """Why one candidate fits one job, criterion by criterion, as it was found (P-32).

    `inputs` holds everything the matcher read, so that running version `matcher_version` on it
    gives `criteria` and `score` again, byte for byte. Score only sorts.
    """

    class Verdict(models.TextChoices):
        INVITED = "invited", "Invited"
        NOT_A_FIT = "not_a_fit", "Not a fit for this job"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="matches")
    job = models.ForeignKey(Job, models.CASCADE, related_name="matches")
    matcher_version = models.CharField(max_length=20)
    inputs = models.JSONField()
    criteria = models.JSONField(help_text="[{code, label, verdict, evidence}] in order.")
    score = models.FloatField()
    at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody opened the profile from the match."
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    verdict_reason = models.CharField(max_length=300, blank=True)
    verdict_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    verdict_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "candidate_id"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "job"], name="match_once"),
        ]

    def __str__(self) -> str:
        return f"Match {self.pk}"

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from applications.models.jobs import Job
from applications.models.milestones import Milestone
from candidates.models import Candidate, Skill


class SkillMeaning(models.Model):
    """What having a skill means: the skill it was merged into, and all that follow from it.

    Derived by triggers from the catalogue; nothing else writes it. Django → Django, Python.
    """

    pk = models.CompositePrimaryKey("skill_id", "means_id")
    skill = models.ForeignKey(Skill, models.CASCADE, db_index=False, related_name="+")
    means = models.ForeignKey(Skill, models.CASCADE, related_name="+")
    is_implied = models.BooleanField(help_text="It follows; else it is the same skill.")

    def __str__(self) -> str:
        return f"{self.skill_id} means {self.means_id}"


class MatchProfile(models.Model):
    """One narrow derived row for each live candidate, for matching. Never written by hand.

    The view `applications_matchprofile_source` says what it must be; triggers keep it so, and
    `manage.py rebuild_profiles --check` compares. `skills` includes implied ones; `places` are
    half-degree cells, and 1 stands for remote. It holds none of the inputs that P-33 forbids: no
    name, address, birth date, gender, nationality, previous pay.
    """

    class Ground(models.IntegerChoices):
        """Whether pool and nurture are both given. The first that applies, in this order."""

        GIVEN = 0, "Given"
        OBJECTED = 1, "Objected"
        UNSUBSCRIBED = 2, "Stopped job emails"
        MISSING = 3, "Never asked, or not by consent where the law wants it"
        EXPIRED = 4, "Recorded as expired"
        COUNTRY_UNKNOWN = 5, "Without consent, and the country is not known"

    class Address(models.IntegerChoices):
        USABLE = 0, "Usable"
        SUPPRESSED = 1, "Must not be written to"
        MISSING = 2, "None"
        BOUNCED = 3, "Bounced"

    class Caution(models.IntegerChoices):
        """What only the floors above can weigh; a profile holds the sum."""

        HELD = 1, "An active legal hold"
        COLLEAGUE = 2, "The address of a colleague"
        IN_TOUCH = 4, "They replied, an interview was booked or a call logged, at any time"
        DUPLICATE = 8, "Another record has their mailbox, or is surely them"
        NARROWED = 16, "They said which jobs they want to hear of"
        EMAILED = 32, "A job email is counted on their gate"

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
    rejected_at = models.DateTimeField(null=True, help_text="The latest rejection.")
    ground = models.SmallIntegerField(choices=Ground.choices, default=Ground.MISSING)
    contactable_until = models.DateTimeField(
        null=True, help_text="When the first of the two given grounds ends; year 9999: never."
    )
    address = models.SmallIntegerField(choices=Address.choices, default=Address.MISSING)
    paused_until = models.DateTimeField(null=True, help_text="When that day begins where they are.")
    last_contact_at = models.DateTimeField(null=True)
    notice_due = models.DateField(
        null=True, help_text="The last day to tell them that we keep them. Empty: nothing to tell."
    )
    cautions = models.SmallIntegerField(
        default=0, help_text="The sum of what else may hold a job email back."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["notice_due", "candidate"],
                condition=Q(notice_due__isnull=False),
                name="profile_not_told",
            ),
            GinIndex(fields=["skills", "places"], name="profile_by_skills", fastupdate=False),
            models.Index(
                F("last_contact_at").desc(nulls_last=True),
                F("candidate_id").desc(),
                name="profile_by_last_contact",
            ),
        ]

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
    score = models.PositiveSmallIntegerField(help_text="0 to 1000. Only sorts.")
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
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict_at__isnull=False),
                name="match_verdict_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="not_a_fit") | ~Q(verdict_reason=""),
                name="match_not_a_fit_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["job", "candidate"],
                condition=Q(verdict="not_a_fit"),
                name="match_not_a_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"Match {self.pk}"

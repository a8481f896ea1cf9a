import hashlib
import json
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Job, Match
from candidates.models import Candidate, TalentPool
from engagement.models.templates import TemplateVersion


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.VIEW_CAMPAIGNS) else self.none()

    def locked(self, pk: int) -> "Campaign":
        """Return the row, locked for the rest of the transaction."""
        related = self.select_related("job", "sender", "pool", "source_job", "approver")
        # Not its key: whoever erases somebody points at it while they hold that person.
        return related.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def sending(self) -> Self:
        return self.filter(state__in=[Campaign.State.HOLDING, Campaign.State.RUNNING])

    def taking_in(self) -> Self:
        """Those under way that take in people who match later."""
        return self.filter(state=Campaign.State.RUNNING, takes_in_later=True)


class Campaign(models.Model):
    """A planned series of messages to people who fit a job, were close to another one, or are in a
    talent pool; or to some picked by hand.

    Approval freezes the audience and starts a hold of 60 seconds; then a first batch of 10 goes;
    then the rest. Everything before the hold ends can be taken back. One that takes in people who
    match later stays switched on after that, and never fires for the past (`actions.intake`).
    """

    class Kind(models.TextChoices):
        JOB_OPEN = "job_open", "A job opens"
        SILVER = "silver", "Silver medalists of a job"
        POOL = "pool", "Nurture of a talent pool"
        ONE_OFF = "one_off", "One-off"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        HOLDING = "holding", "Starts in a moment"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped for good"
        FINISHED = "finished", "Finished"

    HOLD_SECONDS = 60
    FIRST_BATCH = 10

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.JOB_OPEN)
    job = models.ForeignKey(
        Job,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
        help_text="What its emails are about; empty: about no job in particular.",
    )
    source_job = models.ForeignKey(
        Job,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose silver medalists it is for.",
    )
    pool = models.ForeignKey(TalentPool, models.PROTECT, null=True, blank=True, related_name="+")
    takes_in_later = models.BooleanField(
        default=False, help_text="People who match after it was switched on come in by themselves."
    )
    only_new = models.BooleanField(
        default=False, help_text="Whoever matches when it is switched on is left out."
    )
    most_a_day = models.PositiveSmallIntegerField(
        default=20, help_text="How many may come in by themselves on one day."
    )
    takes_in_until = models.DateField(null=True, blank=True, help_text="The last day of that.")
    leaves_with_rule = models.BooleanField(
        default=False, help_text="Whoever does not match any more gets no further message."
    )
    switched_on_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when people come in by themselves."
    )
    cap_days = models.PositiveSmallIntegerField(
        default=7, db_default=7, help_text="So many days after the last job email of any campaign."
    )
    cap_quarter = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="Only to who had fewer job emails in 90 days."
    )
    daily_ceiling = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="So many of its emails leave in a day at most; empty: as many as others may.",
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    state_reason = models.CharField(max_length=200, blank=True, help_text="Why it paused.")
    sender = models.ForeignKey(
        User, models.PROTECT, related_name="+", help_text="Whose name it carries; replies go there."
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    written_by = models.JSONField(
        default=list, help_text="Ids of the colleagues who changed the draft."
    )
    approver = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who was asked to approve it.",
    )  # fmt: skip
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    profiles_opened = models.PositiveIntegerField(
        default=0, help_text="How many of its people somebody had looked at on approval (P-35)."
    )
    starts_at = models.DateTimeField(null=True, blank=True, help_text="The hold ends.")
    first_batch_checked_at = models.DateTimeField(null=True, blank=True)
    counted_from = models.DateTimeField(
        null=True, blank=True, help_text="The brakes count what was sent since: set by a resume."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(approved_by__isnull=False) & Q(approved_at__isnull=False)),
                name="campaign_out_of_draft_was_approved",
            ),
            models.CheckConstraint(
                condition=(Q(kind="job_open") & Q(job__isnull=False))
                | (Q(kind="silver") & Q(source_job__isnull=False))
                | (Q(kind="pool") & Q(pool__isnull=False))
                | Q(kind="one_off"),
                name="campaign_has_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=~Q(kind="one_off") | Q(takes_in_later=False),
                name="campaign_one_off_takes_nobody_in",
            ),
            models.CheckConstraint(
                condition=Q(cap_days__range=(7, 90), cap_quarter__range=(1, 3)),
                name="campaign_caps_only_downward",
            ),
            models.CheckConstraint(
                condition=Q(daily_ceiling__isnull=True) | Q(daily_ceiling__gte=1),
                name="campaign_ceiling_lets_one_go",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.HOLDING, self.State.RUNNING, self.State.PAUSED}

    @property
    def audience_fingerprint(self) -> str:
        """What the form of the first step carries to say which choices it was made from."""
        audience = getattr(self, "audience", None)
        shown = [
            self.name,
            self.takes_in_later,
            self.only_new,
            self.most_a_day,
            str(self.takes_in_until or ""),
            self.leaves_with_rule,
            audience.chosen if audience else None,
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]

    @property
    def about(self) -> str:
        """What it is about or for whom, in a few words for colleagues."""
        if self.kind == self.Kind.SILVER and self.source_job:
            of = f"Silver medalists of {self.source_job.title}"
            return f"{of}, about {self.job.title}" if self.job else of
        if self.kind == self.Kind.POOL and self.pool:
            of = f"Pool “{self.pool.name}”"
            return f"{of}, about {self.job.title}" if self.job else of
        return self.job.title if self.job else "About no job in particular"


class Worded(models.Model):
    """Something that says one thing, in one language or more."""

    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    translations = models.ManyToManyField(
        TemplateVersion,
        blank=True,
        related_name="+",
        help_text="What it says to those who read another language: one version of each.",
    )

    class Meta:
        abstract = True

    def version_for(self, language: str) -> TemplateVersion:
        """Return what it says to somebody who reads this language: else its own words."""
        code = language.partition("-")[0].lower()
        for version in self.translations.all():
            if version.language == code:
                return version
        return self.template_version

    @property
    def all_languages(self) -> list[TemplateVersion]:
        """Its own words first, then the translations."""
        return [self.template_version, *self.translations.all()]


class Step(Worded):
    """One message of a campaign. `wait_days` are working days after the step before it.

    Who has answered, applied or stopped is in no campaign any more, so a condition asks only
    whether they said, by the button, that they would like to hear more.
    """

    MOST = 3

    class Condition(models.TextChoices):
        ALWAYS = "", "Everybody who is still in the campaign"
        SILENT = "silent", "Only who did not say that they would like to hear more"
        INTERESTED = "interested", "Only who said that they would like to hear more"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    wait_days = models.PositiveSmallIntegerField(default=0)
    current = models.ForeignKey(
        "engagement.StepVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="What it says to those who come in from now on; empty: the same.",
    )
    condition = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=Condition.choices
    )

    class Meta:
        ordering = ["campaign", "position"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="step_position_once"),
            models.CheckConstraint(condition=Q(position__range=(1, 3)), name="step_one_to_three"),
        ]

    def __str__(self) -> str:
        return f"Step {self.position}"

    @property
    def fingerprint(self) -> str:
        """What a form carries to say which message it was made from."""
        said = f"{self.template_version.fingerprint} {self.wait_days} {self.condition}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def now(self) -> Worded:
        """What it says to those who come in from now on."""
        return self.current or self

    def version_of(self, enrolment: int) -> int | None:
        """Return the id of the version that somebody inside gets; None: the step's own words.

        Reads `versions`: prefetch them for many.
        """
        if self.current_id is None:
            return None
        newest_first = sorted(self.versions.all(), key=lambda version: -version.number)
        return next((version.pk for version in newest_first if version.is_for(enrolment)), None)


class Audience(models.Model):
    """Who the campaign was approved for: frozen and hashed, so a change voids the approval."""

    MOST_OPENINGS = 1_000

    campaign = models.OneToOneField(
        Campaign, models.CASCADE, primary_key=True, related_name="audience"
    )
    chosen = models.JSONField(
        null=True, help_text="Candidate ids picked by hand; null: everybody whom the rule finds."
    )
    left_out = models.JSONField(
        default=list, help_text="Candidate ids whom the rule finds, and whom a person took out."
    )
    looked_at = models.JSONField(
        default=list, help_text="Candidate ids whose profile somebody opened from its list (P-35)."
    )
    openings = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="Each opening of a profile: {colleague, person, at}, in their order (M-21).",
    )
    compared_with = models.JSONField(
        null=True, help_text="An earlier dry run of the draft: at, who got it, who did not and why."
    )
    sha256 = models.CharField(max_length=64, blank=True)
    will_get = models.PositiveIntegerField(default=0)
    will_not = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Audience of {self.campaign_id}"


class Enrolment(models.Model):
    """One candidate in one campaign, with the step they are at."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        DONE = "done", "Done"
        ENDED = "ended", "Ended early"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="enrolments")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="enrolments")
    match = models.ForeignKey(Match, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    end_reason = models.CharField(max_length=40, blank=True, help_text="A code of the arbiter.")
    next_step = models.PositiveSmallIntegerField(
        default=1, help_text="The first step that has no message yet."
    )
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "candidate"],
                condition=~Q(end_reason="merged"),
                name="enrolment_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["candidate"], condition=Q(state="active"), name="enrolment_active"
            ),
            models.Index(fields=["campaign", "state", "next_step"], name="enrolment_by_campaign"),
        ]

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"

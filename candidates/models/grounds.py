import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from candidates.models.people import Candidate, RemotePreference, Seniority


class Purpose(models.TextChoices):
    """What we keep or write for. Each has its own ground, clock and off switch (GDPR Art. 5(1)(b)).

    A job email needs both `pool` (keep the profile) and `nurture` (write to them) in force.
    """

    APPLICATION = "application", "Decide on an application"
    EVIDENCE = "evidence", "Be able to explain a decision"
    POOL = "pool", "Keep the profile for other jobs"
    NURTURE = "nurture", "Send job emails"
    SURVEY = "survey", "Ask about the experience"


# What must be in force before we write for a purpose.
NEEDS: dict[Purpose, tuple[Purpose, ...]] = {
    Purpose.APPLICATION: (Purpose.APPLICATION,),
    Purpose.EVIDENCE: (Purpose.EVIDENCE,),
    Purpose.POOL: (Purpose.POOL,),
    Purpose.NURTURE: (Purpose.POOL, Purpose.NURTURE),
    Purpose.SURVEY: (Purpose.SURVEY,),
}


# Where somebody may be written to without having asked, with an opt-out in every email. Everywhere
# else, and where the country is not known, a job email needs consent.
OPT_OUT_COUNTRIES = ("US", "CA")


class Basis(models.TextChoices):
    CONSENT = "consent", "Consent"
    LEGITIMATE_INTEREST = "legitimate_interest", "Legitimate interest"
    PRE_CONTRACT = "pre_contract", "Steps before a contract"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation"
    SOFT_OPT_IN = "soft_opt_in", "Customer who was offered a way out"
    NONE = "", "None"


# What a job email may rest on where the law asks for consent (ePrivacy Art. 13(1) and (2)).
ASKED_FOR = (Basis.CONSENT, Basis.SOFT_OPT_IN)


class GroundEventQuerySet(models.QuerySet["GroundEvent"]):
    def is_in_force(
        self, at: datetime, *, needs_consent: bool = False
    ) -> "models.QuerySet[GroundEvent, bool]":
        """Whether the latest deciding event of one candidate and purpose is a ground at `at`.

        One row, one column, one look into an index: for use as a subquery on many candidates,
        where the view `GroundState` would be computed for everybody. needs_consent: only consent
        counts, but where the law asks for an opt-out alone.
        """
        given = Q(kind__in=GIVING) & (Q(expires_at=None) | Q(expires_at__gt=at))
        if needs_consent:
            # What undo brought back carries no basis of its own: it is the one from before.
            consented = Q(basis__in=ASKED_FOR) | Q(kind="restored", basis="")
            given &= consented | Q(candidate__country__in=OPT_OUT_COUNTRIES)
        return (
            self.filter(kind__in=DECIDING)
            .order_by("-occurred_at", "-pk")
            .annotate(given=ExpressionWrapper(given, output_field=models.BooleanField()))
            .values_list("given", flat=True)[:1]
        )


# Kinds of event that decide whether a ground stands, and those that give it. The view
# `candidates_groundstate` names the same.
GIVING = ("granted", "renewed", "restored")
DECIDING = (*GIVING, "withdrawn", "objected", "expired")
_KEEPING = Q(purpose=Purpose.POOL, kind__in=GIVING)


class GroundEvent(models.Model):
    """Something that gave or took away a ground. Append only; the present is a projection."""

    class Kind(models.TextChoices):
        GRANTED = "granted", "Granted"
        RENEWED = "renewed", "Renewed"
        RESTORED = "restored", "Restored by undo"
        WITHDRAWN = "withdrawn", "Withdrawn"
        OBJECTED = "objected", "Objected"
        EXPIRED = "expired", "Expired"
        IMPORTED_UNVERIFIED = "imported_unverified", "Imported, not verified"
        NOTICE_GIVEN = "notice_given", "Notice given"

    class Channel(models.TextChoices):
        FORM = "form", "Form"
        LINK = "link", "Link in an email"
        ONE_CLICK = "one_click", "Unsubscribe button of the mail program"
        IMPORT = "import", "Import"
        STAFF = "staff", "Recorded by staff"
        MAIL = "mail", "Mail"

    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="ground_events", db_index=False
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices, blank=True)
    jurisdiction = models.CharField(max_length=2, blank=True)
    occurred_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    counts_from = models.DateField(
        null=True,
        blank=True,
        help_text="An extension begins where the time before it ends: the law's span counts from"
        " this day, if it is later than the day of the yes.",
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    notice_version = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    wording = models.TextField(blank=True, help_text="The exact words that the person saw.")
    evidence = models.CharField(max_length=500, blank=True, help_text="Where the proof is kept.")
    actor = models.CharField(max_length=254)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GroundEventQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(
                fields=["candidate", "purpose", "-occurred_at", "-id"], name="ground_event_latest"
            ),
            # Whose yes ends soon is asked for everybody at once (`clocks.near_end`).
            models.Index(fields=["expires_at"], condition=_KEEPING, name="ground_yes_by_its_day"),
            models.Index(fields=["occurred_at"], condition=_KEEPING, name="ground_yes_by_its_age"),
        ]
        constraints = [
            # P-02, P-07: what gives a ground must be provable. No wording, no grant.
            models.CheckConstraint(
                condition=~Q(kind__in=["granted", "renewed"]) | (~Q(wording="") & ~Q(basis="")),
                name="ground_grant_is_provable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.kind}"

    @property
    def summary(self) -> str:
        day = f"{timezone.localtime(self.occurred_at):%-d %B %Y}"
        return f"{self.get_kind_display()} on {day}"


class GroundStateQuerySet(models.QuerySet["GroundState"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(kind__in=GIVING).filter(Q(expires_at=None) | Q(expires_at__gt=at))


class GroundState(models.Model):
    """The latest deciding event for each candidate and purpose: a database view, always right."""

    id = models.BigIntegerField(primary_key=True)
    candidate = models.ForeignKey(Candidate, models.DO_NOTHING, related_name="grounds")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    kind = models.CharField(max_length=20, choices=GroundEvent.Kind.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    occurred_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = GroundStateQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "candidates_groundstate"

    def __str__(self) -> str:
        return f"{self.purpose} {self.kind}"


class Preference(models.Model):
    """What the candidate chose about job emails. No row: the defaults.

    `is_narrowed` says that the lists count. An empty list of a narrowed preference means nothing
    of that sort is wanted, never everything.
    """

    class Frequency(models.TextChoices):
        WEEKLY = "weekly", gettext_noop("When a job matches, at most one a week")
        MONTHLY = "monthly", gettext_noop("Once a month")

    candidate = models.OneToOneField(
        Candidate, models.CASCADE, primary_key=True, related_name="preference"
    )
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY)
    paused_until = models.DateField(
        null=True, blank=True, help_text="First day, in the candidate's zone, they may get one."
    )
    is_narrowed = models.BooleanField(default=False)
    families = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    places = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    work_modes = ArrayField(
        models.CharField(max_length=10, choices=RemotePreference.choices), default=list, blank=True
    )
    levels = ArrayField(
        models.SmallIntegerField(choices=Seniority.choices), default=list, blank=True
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Preference of {self.candidate_id}"


class PreferenceChange(models.Model):
    """One saved choice of a candidate, with what it replaced: so that it can be undone exactly.

    `before` and `after` hold the preference fields and the state of the nurture ground.
    `action_id` comes from the rendered form: the same form posted twice changes once (C-06).
    """

    class Why(models.TextChoices):
        TOO_MANY = "too_many", "Too many emails"
        WRONG_JOBS = "wrong_jobs", "The wrong jobs"
        FOUND = "found", "They found a job"
        NOT_ASKED = "not_asked", "They did not ask for them"
        OTHER = "other", "Something else"

    UNDO_DAYS = 28

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="preference_changes")
    action_id = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    channel = models.CharField(max_length=10, choices=GroundEvent.Channel.choices)
    before = models.JSONField()
    after = models.JSONField()
    why = models.CharField(
        max_length=10, choices=Why.choices, blank=True, default="", db_default="",
        help_text="Why they stopped, if they said so afterwards.",
    )  # fmt: skip
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Preference change {self.pk}"

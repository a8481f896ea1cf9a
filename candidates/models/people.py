import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.places import country_name


class Seniority(models.IntegerChoices):
    ENTRY = 1, gettext_noop("Apprentice or entry")
    JUNIOR = 2, gettext_noop("Junior")
    MID = 3, gettext_noop("Experienced")
    SENIOR = 4, gettext_noop("Senior")
    LEAD = 5, gettext_noop("Lead")
    HEAD = 6, gettext_noop("Head or director")


class RemotePreference(models.TextChoices):
    """Where someone wants to work, or where a job is done. Empty: not said."""

    ON_SITE = "on_site", gettext_noop("On site")
    HYBRID = "hybrid", gettext_noop("Hybrid")
    REMOTE = "remote", gettext_noop("Remote")
    ANY = "any", gettext_noop("Any")


class ArchiveReason(models.TextChoices):
    """Why a person is in the restricted archive and not in use."""

    EXPIRED = "expired", "What allowed us to keep the profile has ended"
    REFUSED = "refused", "They do not want to be kept for other jobs"
    NO_NOTICE = "no_notice", "Nobody told them in time that we keep them"
    ASKED = "asked", "They asked us to delete their details"


# Who is in use. Said in each index, so that the lists need not look at the row for it.
_LIVE = Q(erased_at=None, merged_into=None, archived_at=None)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Three circles, each within the next: visible to a user, live, kept.

    `live` are the people we use: every list, search, count and campaign starts there, and so does
    `visible_to`. `kept` adds those in the restricted archive (P-13): a law says that we must still
    hold them, and nothing says that we may use them. Only pages and actions about keeping and
    deleting ask for `kept` or `archived`; nobody else filters by `archived_at`.
    """

    def live(self) -> Self:
        """In use: neither erased, nor merged into another record, nor archived."""
        return self.kept().filter(archived_at=None)

    def kept(self) -> Self:
        """Held at all, in use or in the restricted archive: neither erased nor merged away."""
        return self.filter(erased_at=None, merged_into=None)

    def archived(self) -> Self:
        """In the restricted archive."""
        return self.kept().exclude(archived_at=None)

    def locked(self, pk: int) -> "Candidate":
        """Lock a live person. Raises ValidationError: erased, merged or archived meanwhile."""
        return _locked(self.live(), pk)

    def locked_many(self, pks: Iterable[int]) -> dict[int, "Candidate"]:
        """Lock those of many who are live, in the order of their keys, and return them by key."""
        rows = self.live().select_for_update(of=("self",)).filter(pk__in=pks)
        return {candidate.pk: candidate for candidate in rows.order_by("pk")}

    def locked_kept(self, pk: int) -> "Candidate":
        """Lock a person in use or in the archive. Raises ValidationError: erased or merged."""
        return _locked(self.kept(), pk)

    def contactable(self, purpose: str = "nurture", at: datetime | None = None) -> Self:
        """May be sent a mail for `purpose` at `at` (default: now), as far as the person goes.

        The only place that answers this question. It asks for a live record, every ground the
        purpose needs in force, a primary address that did not bounce, no address of theirs in the
        suppression memory, and, for job emails, no pause, no legal hold and nothing that says that
        they are a minor. What depends on the message itself (caps, quiet hours, an open
        application) is the arbiter's.
        """
        from candidates.models.grounds import NEEDS, GroundEvent, Preference, Purpose
        from candidates.models.holds import LegalHold
        from candidates.models.privacy_tasks import PrivacyTask

        at = at or timezone.now()
        people = self.live()
        for needed in NEEDS[Purpose(purpose)]:
            events = GroundEvent.objects.filter(candidate=OuterRef("pk"), purpose=needed)
            in_force = events.is_in_force(at, needs_consent=needed == Purpose.NURTURE)
            people = people.filter(Subquery(in_force))
        addresses = EmailAddress.objects.filter(candidate=OuterRef("pk"), released_at=None)
        scopes = ["all", "nurture"] if purpose == Purpose.NURTURE else ["all"]
        people = people.filter(
            Exists(addresses.filter(is_primary=True, bounced_at=None)),
            ~Exists(addresses.filter(suppressed__in=scopes)),
        )
        if purpose == Purpose.NURTURE:
            today = Func(Value(at), OuterRef("time_zone"), function="candidates_local_date")
            paused = Preference.objects.filter(candidate=OuterRef("pk"), paused_until__gt=today)
            held = LegalHold.objects.active().filter(candidate=OuterRef("pk"))
            minor = PrivacyTask.objects.of_minors().filter(candidate=OuterRef("pk"))
            people = people.filter(~Exists(paused), ~Exists(held), ~Exists(minor))
        return people

    def survivor_of(self, public_id: uuid.UUID) -> "Candidate | None":
        """Return the live person into whom that one was merged, if they were."""
        merged = self.exclude(merged_into=None).filter(public_id=public_id, erased_at=None).first()
        survivor = merged
        while survivor is not None and survivor.merged_into is not None:
            survivor = survivor.merged_into
        in_use = survivor and survivor.erased_at is None and survivor.archived_at is None
        return survivor if in_use else None

    def by_last_contact(self) -> Self:
        """Newest contact first, those never spoken to last: the order of the people list."""
        return self.order_by(F("last_contact_at").desc(nulls_last=True), "-pk")

    def visible_to(self, user: User) -> Self:
        """The live people this user may see: all for a recruiter, nobody for others.

        Hiring managers meet candidates through the applications of their own jobs.
        """
        return self.live() if may(user, Permission.VIEW_PEOPLE) else self.none()

    def restricted_to(self, user: User) -> Self:
        """The archived people this user may open; each opening says why (`ArchiveReading`)."""
        return self.archived() if may(user, Permission.VIEW_RESTRICTED) else self.none()


def _locked(people: CandidateQuerySet, pk: int) -> "Candidate":
    candidate = people.select_for_update(of=("self",)).filter(pk=pk).order_by("pk").first()
    if candidate is None:
        raise ValidationError("This person is no longer here.", code="gone")
    return candidate


class Candidate(models.Model):
    """A person we might hire. One per human being: duplicates are merged, not kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    call_name = models.CharField(
        "what to call them", max_length=100, blank=True, help_text="Used in greetings."
    )
    headline = models.CharField(max_length=200, blank=True)
    current_title = models.CharField(max_length=200, blank=True)
    current_employer = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, ISO 3166-1.")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="Asked, never guessed.")
    seniority = models.SmallIntegerField(choices=Seniority.choices, null=True, blank=True)
    years = models.SmallIntegerField("years of experience", null=True, blank=True)
    remote_preference = models.CharField(
        max_length=10, choices=RemotePreference.choices, blank=True
    )
    salary_expectation = models.BigIntegerField(
        null=True, blank=True, help_text="A year, in minor units. Never what they earned before."
    )
    salary_currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_candidates"
    )
    last_contact_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Last reply, call, interview or application: never a click.",
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when they are in the restricted archive."
    )
    archive_reason = models.CharField(max_length=12, choices=ArchiveReason.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="candidate_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=(Q(latitude=None) & Q(longitude=None))
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="candidate_place_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(salary_expectation=None) | ~Q(salary_currency=""),
                name="candidate_salary_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archive_reason="")
                | (Q(archived_at__isnull=False) & ~Q(archive_reason="")),
                name="candidate_archived_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                F("last_contact_at").desc(nulls_last=True),
                F("id").desc(),
                condition=_LIVE,
                name="candidate_by_last_contact",
            ),
            models.Index(
                F("country"),
                F("last_contact_at").desc(nulls_last=True),
                F("id").desc(),
                condition=_LIVE,
                name="candidate_by_country",
            ),
            models.Index(
                fields=["-archived_at", "-id"],
                condition=Q(archived_at__isnull=False),
                name="candidate_archived",
            ),
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                condition=_LIVE,
                name="candidate_by_newest",
            ),
            models.Index(
                Upper("city"),
                condition=_LIVE,
                name="candidate_by_town",
            ),
            models.Index(
                fields=["latitude", "longitude"],
                condition=_LIVE & Q(latitude__isnull=False),
                name="candidate_by_position",
            ),
            models.Index(
                fields=["source"],
                condition=_LIVE,
                name="candidate_by_source",
            ),
            models.Index(
                fields=["language"],
                condition=_LIVE,
                name="candidate_by_language",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def work_line(self) -> str:
        """What they do, in one line: “Senior Electrician, Harbour Works”, else their headline."""
        return ", ".join(filter(None, [self.current_title, self.current_employer])) or self.headline

    @property
    def reference(self) -> str:
        """Eight letters that name a record without naming the person."""
        return str(self.public_id)[:8].upper()

    @property
    def place(self) -> str:
        return ", ".join(filter(None, [self.city, country_name(self.country)]))

    @property
    def salary_text(self) -> str:
        amount = (self.salary_expectation or 0) / 100
        return f"{self.salary_currency} {amount:,.0f}"


class EmailAddress(models.Model):
    """One address of a candidate. `canonical` is what identity compares."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="emails")
    address = models.EmailField()
    canonical = models.CharField(max_length=254)
    is_primary = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True, blank=True)
    broad = models.GeneratedField(
        expression=Func(
            F("canonical"),
            Value(r"^([^+@]+)\+.*@"),
            Value(r"\1@"),
            function="regexp_replace",
            output_field=models.CharField(max_length=254),
        ),
        output_field=models.CharField(max_length=254),
        db_persist=True,
        help_text="What the suppression memory compares: `canonical` without a plus tag.",
    )
    suppressed = models.CharField(
        max_length=10,
        blank=True,
        choices=[("all", "Every email"), ("nurture", "Job emails")],
        help_text="The scope in which the suppression memory knows this address.",
    )
    released_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when the record it hangs on is merged away."
    )

    class Meta:
        ordering = ["-is_primary", "pk"]
        indexes = [
            models.Index(fields=["broad"], name="email_by_broad_form"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["canonical"],
                condition=Q(released_at=None),
                name="email_unique_among_live_candidates",
                violation_error_message="Another candidate already has this email address.",
            ),
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(is_primary=True), name="email_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Phone(models.Model):
    """`canonical` is E.164 where the number could be understood, else its digits."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="phones", db_index=False)
    number = models.CharField(max_length=40)
    canonical = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["canonical"], name="phone_by_number")]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "canonical"], name="phone_once"),
        ]

    def __str__(self) -> str:
        return self.number


class Link(models.Model):
    """A web page about the candidate. Never fetched by us."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="links", db_index=False)
    url = models.URLField(max_length=500)
    canonical = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["canonical"], name="link_by_page")]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "canonical"], name="link_once"),
        ]

    def __str__(self) -> str:
        return self.url

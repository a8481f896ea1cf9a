"""Who stands behind a link, and what they chose: read fresh, never from the time of sending."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from accounts import languages
from accounts.models import Organisation
from applications.models import Job, Office
from candidates.models import (
    Candidate,
    EmailAddress,
    GroundEvent,
    GroundState,
    Preference,
    Purpose,
    RemotePreference,
    Seniority,
)
from engagement.choices import MONTHLY, Choices, Kinds, masked
from engagement.models import Message

_REFUSED = (GroundEvent.Kind.WITHDRAWN, GroundEvent.Kind.OBJECTED)


def person_behind(public_id: UUID) -> Candidate | None:
    """Return the person a link was made for, or the record they were merged into (C-18).

    None for somebody erased and for somebody we never knew: a link is no oracle (C-19).
    """
    candidate = Candidate.objects.filter(public_id=public_id).first()
    seen: set[int] = set()
    while candidate and candidate.merged_into_id and candidate.pk not in seen:
        seen.add(candidate.pk)
        candidate = Candidate.objects.filter(pk=candidate.merged_into_id).first()
    if candidate is None or candidate.erased_at or candidate.merged_into_id:
        return None
    return candidate


def message_to(candidate: Candidate, public_id: UUID | None) -> Message | None:
    """Return the message a link stood in, if it went to this person or one merged into them."""
    if public_id is None:
        return None
    message = (
        Message.objects.select_related("candidate", "job", "enrolment__match")
        .filter(public_id=public_id)
        .first()
    )
    if message is None or person_behind(message.candidate.public_id) != candidate:
        return None
    return message


def today_of(candidate: Candidate) -> date:
    """Return the present date where the person lives; where unknown, where the organisation is."""
    return timezone.localdate(timezone=zone_of(candidate))


def zone_of(candidate: Candidate) -> ZoneInfo:
    """Return the zone where the person lives; where unknown, that of the organisation."""
    return ZoneInfo(candidate.time_zone or Organisation.current().time_zone)


def speaking_to(
    candidate: Candidate, organisation: Organisation | None = None
) -> AbstractContextManager[None]:
    """Speak as this person reads, or as the organisation does: for emails whose words are ours."""
    organisation = organisation or Organisation.current()
    return languages.speaking(languages.first_of(candidate.language, organisation.language))


def greeting(candidate: Candidate) -> str:
    name = candidate.call_name or candidate.name
    return gettext("Hello {name},").format(name=name) if name else gettext("Hello,")


def masked_address(candidate: Candidate) -> str:
    """Return the address that mail goes to, masked, or "" where there is none."""
    email = candidate.emails.filter(released_at=None).order_by("-is_primary", "pk").first()
    return masked(email.address) if email else ""


@dataclass(frozen=True)
class Standing:
    """What holds for one person now. `version` rises with each change (C-08)."""

    choices: Choices
    version: int
    ground: GroundState | None
    kept_until: datetime | None

    @property
    def stopped_at(self) -> datetime | None:
        return self.ground.occurred_at if self.ground and self.choices.stopped else None

    @property
    def agreed(self) -> GroundEvent | None:
        """What gave us the right to write, with the words they saw."""
        if self.ground is None or self.choices.stopped:
            return None
        events = GroundEvent.objects.filter(
            candidate=self.ground.candidate_id,
            purpose=Purpose.NURTURE,
            kind__in=[GroundEvent.Kind.GRANTED, GroundEvent.Kind.RENEWED],
        )
        return events.filter(occurred_at__lte=self.ground.occurred_at).first()


def standing_of(candidate: Candidate) -> Standing:
    """Read what a person chose. A pause that is over is no pause."""
    preference = Preference.objects.filter(candidate=candidate).first()
    grounds = {state.purpose: state for state in GroundState.objects.filter(candidate=candidate)}
    nurture, pool = grounds.get(Purpose.NURTURE), grounds.get(Purpose.POOL)
    stopped = bool(nurture and nurture.kind in _REFUSED) or bool(pool and pool.kind in _REFUSED)
    suppressed = EmailAddress.objects.filter(candidate=candidate, released_at=None)
    stopped = stopped or suppressed.exclude(suppressed="").exists()  # C-11: any of their addresses
    choices = Choices(stopped=stopped)
    if preference:
        pause = preference.paused_until
        choices = Choices(
            stopped=stopped,
            monthly=preference.frequency == MONTHLY,
            paused_until=pause if pause and pause > today_of(candidate) else None,
            only=_kinds(preference) if preference.is_narrowed else None,
        )
    return Standing(
        choices=choices,
        version=preference.version if preference else 0,
        ground=nurture,
        kept_until=pool.expires_at if pool and pool.kind not in _REFUSED else None,
    )


def all_kinds() -> Kinds:
    """Return every kind of job that this organisation has: what "only these" is chosen from."""
    jobs = Job.objects.exclude(status=Job.Status.DRAFT).exclude(family="")
    return Kinds(
        families=frozenset(jobs.order_by().values_list("family", flat=True).distinct()),
        places=frozenset(Office.objects.order_by().values_list("city", flat=True).distinct()),
        work_modes=frozenset(set(RemotePreference.values) - {RemotePreference.ANY}),
        levels=frozenset(Seniority.values),
    )


def _kinds(preference: Preference) -> Kinds:
    return Kinds(
        families=frozenset(preference.families),
        places=frozenset(preference.places),
        work_modes=frozenset(preference.work_modes),
        levels=frozenset(preference.levels),
    )

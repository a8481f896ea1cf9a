"""Says in words whether job emails may go to a person, and why: the box on their page.

Whether they may is `Candidate.objects.contactable()` and nothing else; this only explains it.
A floor above adds what it knows (an open application) with `register_hold`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from candidates import extensions, wishes
from candidates.models import (
    Activity,
    Candidate,
    EmailAddress,
    ExtensionRequest,
    GroundEvent,
    GroundState,
    LegalHold,
    Preference,
    PrivacyRequest,
    PrivacyTask,
    Purpose,
)
from candidates.models.grounds import ASKED_FOR, OPT_OUT_COUNTRIES
from candidates.models.people import CandidateQuerySet

Hold = Callable[[Candidate], str]
_holds: list[Hold] = []


def register_hold(hold: Hold) -> None:
    """Let a floor above say why mail waits: a sentence, or "" when it does not."""
    if hold not in _holds:
        _holds.append(hold)


@dataclass(frozen=True)
class Consent:
    """What the person agreed to, in short."""

    since: datetime
    until: datetime | None
    basis: str


@dataclass(frozen=True)
class ContactState:
    """The answer: `state` for the look, `code` for machines, the rest for people."""

    state: Literal["yes", "on_hold", "paused", "no"]
    code: str
    reason: str
    consent: Consent | None = None
    until: date | None = None
    last_mail_at: datetime | None = None
    extension: str = ""
    wishes: str = ""

    @property
    def title(self) -> str:
        return {
            "yes": "May be sent job emails",
            "on_hold": "Job emails are on hold",
            "paused": "Job emails are paused",
            "no": "No job emails",
        }[self.state]

    @property
    def icon(self) -> str:
        return {
            "yes": "circle-check",
            "on_hold": "hourglass",
            "paused": "pause",
            "no": "circle-slash",
        }[self.state]

    @property
    def tone(self) -> str:
        return {"yes": "good", "on_hold": "info", "paused": "warn", "no": "bad"}[self.state]


def contact_state(candidate: Candidate, at: datetime | None = None) -> ContactState:
    """Explain the present answer about job emails.

    At most seven queries; two fewer for a candidate that was read `with_contact`.
    """
    at = at or timezone.now()
    asked: Any = candidate  # with what is annotated
    if not hasattr(candidate, "may_get_job_emails"):
        asked = with_contact(Candidate.objects.filter(pk=candidate.pk), at).get()
    may, last_mail_at = asked.may_get_job_emails, asked.last_mail_at
    grounds = {state.purpose: state for state in GroundState.objects.filter(candidate=candidate)}
    consent = _consent(grounds)
    extension = extensions.said_of(candidate) if asked.was_asked_to_be_kept else ""
    preference: Preference | None = getattr(asked, "preference", None)

    def answer(
        state: Literal["yes", "on_hold", "paused", "no"],
        code: str,
        reason: str,
        until: date | None = None,
    ) -> ContactState:
        wished = "" if state == "no" else wishes.in_words(preference) if preference else ""
        return ContactState(state, code, reason, consent, until, last_mail_at, extension, wished)

    if may:
        if asked.is_to_be_deleted:
            return answer("on_hold", "on_hold", "They asked us to delete their details.")
        for hold in _holds:
            if sentence := hold(candidate):
                return answer("on_hold", "on_hold", sentence)
        return answer("yes", "ok", "They agreed to be kept and to get job emails.")
    emails = [email for email in candidate.emails.all() if email.released_at is None]
    reasons = (
        *_held(asked),
        *_refusals(grounds),
        *_missing(grounds, at),
        *_unreachable(emails),
        *_without_consent(candidate, grounds),
    )
    for code, reason in reasons:
        return answer("no", code, reason)
    if preference and preference.paused_until:
        day = preference.paused_until
        reason = f"They paused job emails. They start again on {day:%-d %B %Y} by themselves."
        return answer("paused", "paused", reason, day)
    return answer("no", "gone", "This record is no longer in use.")


def with_contact(people: CandidateQuerySet, at: datetime | None = None) -> CandidateQuerySet:
    """Read people with what `contact_state` asks of each first."""
    of_them = {"candidate": OuterRef("pk")}
    themselves = Candidate.objects.filter(pk=OuterRef("pk"))
    mailed = Activity.objects.filter(
        **of_them, group=Activity.Group.MAIL, kind__startswith="message."
    )
    return people.select_related("preference").annotate(
        may_get_job_emails=Exists(themselves.contactable(Purpose.NURTURE, at or timezone.now())),
        last_mail_at=Subquery(mailed.values("at")[:1]),
        was_asked_to_be_kept=Exists(ExtensionRequest.objects.filter(**of_them)),
        is_to_be_deleted=Exists(PrivacyRequest.objects.open_erasures().filter(**of_them)),
        is_on_legal_hold=Exists(LegalHold.objects.active().filter(**of_them)),
        may_be_minor=Exists(PrivacyTask.objects.of_minors().filter(**of_them)),
    )


def _consent(grounds: dict[str, GroundState]) -> Consent | None:
    states = [grounds.get(Purpose.POOL), grounds.get(Purpose.NURTURE)]
    given = [s for s in states if s and s.kind in {"granted", "renewed", "restored"}]
    if len(given) < 2:
        return None
    ends = [state.expires_at for state in given if state.expires_at]
    return Consent(
        since=max(state.occurred_at for state in given),
        until=min(ends, default=None),
        basis=given[1].get_basis_display(),
    )


def _held(candidate: Any) -> list[tuple[str, str]]:
    found = []
    if candidate.is_on_legal_hold:
        found.append(("legal_hold", "Their record is kept for a legal matter only."))
    if candidate.may_be_minor:
        found.append(("minor", "They are, or may be, a minor."))
    return found


def _refusals(grounds: dict[str, GroundState]) -> list[tuple[str, str]]:
    found = []
    for purpose in (Purpose.NURTURE, Purpose.POOL):
        state = grounds.get(purpose)
        if state is None:
            continue
        day = f"{timezone.localtime(state.occurred_at):%-d %B %Y}"
        what = "job emails" if purpose == Purpose.NURTURE else "being kept for other jobs"
        if state.kind == GroundEvent.Kind.OBJECTED:
            found.append(("objected", f"They objected to {what} on {day}."))
        elif state.kind == GroundEvent.Kind.WITHDRAWN:
            found.append(("withdrawn", f"They stopped {what} on {day}."))
    return found


def _missing(grounds: dict[str, GroundState], at: datetime) -> list[tuple[str, str]]:
    found = []
    for purpose in (Purpose.POOL, Purpose.NURTURE):
        state = grounds.get(purpose)
        what = "keep their profile" if purpose == Purpose.POOL else "send them job emails"
        if state is None:
            found.append(("no_ground", f"Nothing allows us to {what}: they were never asked."))
        elif state.kind == GroundEvent.Kind.EXPIRED or (
            state.expires_at and state.expires_at <= at
        ):
            day = f"{timezone.localtime(state.expires_at or state.occurred_at):%-d %B %Y}"
            found.append(("ground_expired", f"What allowed us to {what} ended on {day}."))
    return found


def _without_consent(
    candidate: Candidate, grounds: dict[str, GroundState]
) -> list[tuple[str, str]]:
    state = grounds.get(Purpose.NURTURE)
    if state is None or candidate.country in OPT_OUT_COUNTRIES:
        return []
    if state.basis in ASKED_FOR or (state.kind == "restored" and not state.basis):
        return []
    where = "where they live" if candidate.country else "as long as we do not know their country"
    return [("no_consent", f"Job emails need their consent {where}, and they were not asked.")]


def _unreachable(emails: list[EmailAddress]) -> list[tuple[str, str]]:
    if any(email.suppressed for email in emails):
        return [
            (
                "suppressed",
                "One of their addresses is in the suppression memory: it was refused before.",
            )
        ]
    primary = next((email for email in emails if email.is_primary), None)
    if primary is None:
        return [("no_address", "We have no email address.")]
    if primary.bounced_at:
        day = f"{timezone.localtime(primary.bounced_at):%-d %B %Y}"
        return [("bounced", f"Mail to their address came back on {day}.")]
    return []

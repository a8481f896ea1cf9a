"""What a person reads about their own details: how long they are kept, and what they asked."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts import languages
from candidates.clocks import clock_of
from candidates.models import Candidate, PrivacyRequest
from candidates.models.grounds import GIVING
from engagement.actions import own_details
from engagement.choices import in_words
from engagement.extension_page import must_keep
from engagement.extension_words import words_in
from engagement.recipients import masked_address, standing_of, today_of, zone_of


@dataclass(frozen=True)
class Details:
    """Days are in words. `keep`: the words to agree to, or "" where they hold already.

    locked: why they are kept although they asked to be deleted. may_stay: they can take that back.
    """

    address: str
    kept_until: str
    is_considered: bool
    keep: str
    job_emails_until: str
    paused_until: str
    stopped_on: str
    copy_asked_on: str
    copy_due: str
    deletion: PrivacyRequest | None
    deleted_on: str
    locked: str
    may_stay: bool


def details_of(candidate: Candidate, now: datetime, *, is_considered: bool) -> Details:
    """Return them. is_considered: as the page says, which tells no decision before its letter."""
    standing = standing_of(candidate)
    zone = zone_of(candidate)
    clock = clock_of(candidate, now)
    today = today_of(candidate)
    nurture = standing.ground
    gives = nurture is not None and nurture.kind in GIVING
    expires_at = nurture.expires_at if nurture and gives else None
    until = expires_at.astimezone(zone).date() if expires_at else None
    holds = gives and not standing.choices.stopped and (until is None or until >= today)
    asked = {one.kind: one for one in candidate.privacy_requests.open()}
    copy = asked.get(PrivacyRequest.Kind.ACCESS)
    deletion = asked.get(PrivacyRequest.Kind.ERASURE)
    over = deletion.cooling_off_until if deletion else None
    is_locked = deletion is not None and deletion.state == PrivacyRequest.State.RESTRICTED
    stopped = standing.stopped_at
    return Details(
        address=masked_address(candidate),
        kept_until="" if is_considered else _said(clock.ends),
        is_considered=is_considered,
        keep="" if holds else own_details.keep_words(candidate),
        job_emails_until=_said(until) if holds else "",
        paused_until=_said(standing.choices.paused_until) if holds else "",
        stopped_on=in_words(stopped.astimezone(zone).date()) if stopped else "",
        copy_asked_on=in_words(copy.received_at.astimezone(zone).date()) if copy else "",
        copy_due=in_words(copy.due_on) if copy else "",
        deletion=deletion,
        deleted_on=in_words(over.astimezone(zone).date()) if over else "",
        locked=must_keep(candidate, words_in(languages.current())) if is_locked else "",
        may_stay=deletion is not None and deletion.state in own_details.MAY_BE_TAKEN_BACK,
    )


def _said(day: date | None) -> str:
    return in_words(day) if day else ""

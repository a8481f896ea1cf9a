"""What the page behind an extension link says: the question, or what became of it. Reads only."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Organisation
from candidates import clocks, keeping, policies
from candidates.clocks import Clock
from candidates.models import (
    Candidate,
    ExtensionAnswer,
    ExtensionRequest,
    GroundState,
    PrivacyRequest,
    Purpose,
)
from candidates.models.grounds import GIVING
from candidates.models.requests import COOLING_OFF
from engagement import links, schedule
from engagement.extension_email import silence_of, values_of
from engagement.extension_words import ENGLISH, Words, words_in
from engagement.links import Purpose as LinkPurpose

Kind = ExtensionAnswer.Kind


@dataclass(frozen=True)
class Page:
    """state: "ask", "kept", "deleting", "locked", "settled" or "over". `said`: whole sentences.

    keep, delete: labels of the two buttons; does: what each of them does; undo: a proof, or "".
    """

    state: str
    words: Words
    title: str
    said: list[str]
    keep: str = ""
    delete: str = ""
    does: list[tuple[str, str]] = field(default_factory=list)
    silence: str = ""
    undo: str = ""


def page_of(candidate: Candidate, request: ExtensionRequest) -> Page:
    """Return what the page shows now, whatever was true when the email left (C-17)."""
    words = words_in(request.language)
    clock = clocks.clock_of(candidate)
    if clock.today > request.ends_on:
        ends = words.day(request.ends_on)
        return Page("over", words, words.over, [words.over_says.format(ends=ends)])
    answer = ExtensionAnswer.objects.standing(candidate, request.ends_on)
    erasure = candidate.privacy_requests.open_erasures().first()
    if erasure:
        return _deleting(candidate, erasure, answer, words)
    if answer and answer.kind == Kind.KEEP and answer.keeps_until == clock.pool_ends:
        return _kept(candidate, answer, words)
    if candidate.archived_at or clock.pool != "given" or clock.pool_ends != request.ends_on:
        return _settled(clock, words)
    return _ask(candidate, request, clock, words)


def wording(candidate: Candidate, request: ExtensionRequest, words: Words) -> str:
    """Return the exact words that somebody says yes to, as the page shows them."""
    values = values_of(request, words)
    allowed = words.allowed.format(organisation=Organisation.current().name, **values)
    does = _keep_does(candidate, request, words)
    return f"{allowed} [{words.keep.format(**values)}] {does}"


def must_keep(candidate: Candidate, words: Words) -> str:
    """Say what makes us keep somebody who wants to be deleted, and until when (C-27)."""
    clock = clocks.clock_of(candidate)
    if clock.is_held or keeping.legal_hold(candidate):
        return words.locked_held
    if clock.keep_ends is None:
        return ""
    law = policies.in_force()[clock.keep_law].name
    return words.locked_law.format(day=words.day(clock.keep_ends), law=law)


def confirmation(
    answer: ExtensionAnswer, request: ExtensionRequest, words: Words, organisation: Organisation
) -> tuple[str, str]:
    """Return subject and text of the email that tells the owner of the address of an answer."""
    candidate = answer.candidate
    day = _local(candidate, answer)
    until = words.day(day + timedelta(days=ExtensionAnswer.UNDO_DAYS))
    if answer.kind == Kind.KEEP:
        values = values_of(request, words)
        subject = words.kept_subject.format(**values)
        said = [words.kept_says.format(day=words.day(day)), _keep_does(candidate, request, words)]
    else:
        subject = words.deleting_subject
        page = _deleting(candidate, answer.request, answer, words) if answer.request else None
        said = [f"{page.title}.", *page.said] if page else []
        if answer.request and answer.request.cooling_off_until:
            until = words.day(_day_of_deletion(candidate, answer.request))
    hello = words.hello.format(name=candidate.call_name or candidate.name)
    way_back = f"{words.not_you.format(day=until)}\n{links.undo_url(answer)}"
    return subject, "\n\n".join([hello, *said, way_back])


def said_of(answer: ExtensionAnswer) -> str:
    """Say to the person what they answered, on the page that takes it back."""
    if answer.kind == Kind.KEEP and answer.keeps_until:
        return f"You asked us to keep your details until {ENGLISH.day(answer.keeps_until)}."
    return "You asked us to delete your details and to stop all job emails."


def _ask(candidate: Candidate, request: ExtensionRequest, clock: Clock, words: Words) -> Page:
    values = values_of(request, words)
    organisation = Organisation.current().name
    keep = words.keep.format(**values)
    return Page(
        "ask",
        words,
        words.subject.format(**values),
        [words.allowed.format(organisation=organisation, **values)],
        keep=keep,
        delete=words.delete,
        does=[
            (keep, _keep_does(candidate, request, words)),
            (words.delete, words.delete_does),
        ],
        silence=silence_of(clock, request, words),
    )


def _keep_does(candidate: Candidate, request: ExtensionRequest, words: Words) -> str:
    nurture = GroundState.objects.filter(candidate=candidate, purpose=Purpose.NURTURE).first()
    gets_emails = nurture is not None and nurture.kind in GIVING
    emails = words.keep_with_emails if gets_emails else words.keep_without_emails
    return f"{words.keep_does.format(**values_of(request, words))} {emails}"


def _kept(candidate: Candidate, answer: ExtensionAnswer, words: Words) -> Page:
    assert answer.keeps_until is not None  # noqa: S101  (a yes has a day)
    return Page(
        "kept",
        words,
        words.kept_until.format(until=words.day(answer.keeps_until)),
        [words.kept_says.format(day=words.day(_local(candidate, answer)))],
        undo=_undo_of(candidate, answer),
    )


def _deleting(
    candidate: Candidate, erasure: PrivacyRequest, answer: ExtensionAnswer | None, words: Words
) -> Page:
    is_theirs = answer is not None and answer.request_id == erasure.pk
    undo = _undo_of(candidate, answer) if answer and is_theirs else ""
    if erasure.state == PrivacyRequest.State.RESTRICTED:
        return Page("locked", words, words.locked, [must_keep(candidate, words)], undo=undo)
    if erasure.state == PrivacyRequest.State.COOLING_OFF:
        day = words.day(_day_of_deletion(candidate, erasure))
        return Page(
            "deleting",
            words,
            words.deleting.format(day=day),
            [words.deleting_says.format(day=day)],
            undo=undo,
        )
    said = words.deleting_later if erasure.state == PrivacyRequest.State.WAITING else ""
    return Page("deleting", words, words.deleting_subject, [said] if said else [], undo=undo)


def _settled(clock: Clock, words: Words) -> Page:
    if clock.pool == "given" and clock.pool_ends and not clock.is_archived:
        said = words.settled_until.format(day=words.day(clock.pool_ends))
    else:
        said = words.settled_refused
    return Page("settled", words, words.settled, [said])


def _undo_of(candidate: Candidate, answer: ExtensionAnswer) -> str:
    if timezone.now() > answer.at + timedelta(days=ExtensionAnswer.UNDO_DAYS):
        return ""
    return links.make_token(LinkPurpose.UNDO, candidate.public_id, answer.public_id)


def _day_of_deletion(candidate: Candidate, erasure: PrivacyRequest) -> date:
    at = erasure.cooling_off_until or timezone.now() + COOLING_OFF
    return schedule.local_date(at, _zone_of(candidate))


def _local(candidate: Candidate, answer: ExtensionAnswer) -> date:
    return schedule.local_date(answer.at, _zone_of(candidate))


def _zone_of(candidate: Candidate) -> ZoneInfo:
    return schedule.zone_of(candidate.time_zone)

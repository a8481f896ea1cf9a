"""What somebody answers when they are asked whether we may keep them longer, and taking it back.

An answer comes by a link that was made for one request. The owner of the address hears of it at
once. Each takes the person's gate first; the same answer twice changes once.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation
from candidates import clocks, timeline
from candidates.actions.contact import touch
from candidates.actions.requests import receive_request
from candidates.models import (
    Activity,
    Candidate,
    ContactGate,
    ExtensionAnswer,
    ExtensionRequest,
    GroundEvent,
    GroundState,
    PrivacyRequest,
    Purpose,
)
from candidates.models.grounds import GIVING
from engagement import extension_page, extension_words, schedule
from engagement.actions import deleting, messages, preferences
from engagement.actions.preferences import ACTOR
from engagement.choices import Choices

Kind = ExtensionAnswer.Kind
LINK = GroundEvent.Channel.LINK
_HOW = "By the link in the email that asked whether to keep them."
_GIVEN = [*GIVING]


@languages.recorded_in_english
@transaction.atomic
def keep(candidate: Candidate, request: ExtensionRequest) -> ExtensionAnswer:
    """Let a person have their details kept for the time that the request offered.

    Job emails go on for as long, if they got them. Raises ValidationError: the day is over, they
    asked for deletion, or what the request is about ends on another day by now.
    """
    now = timezone.now()
    candidate = _locked(candidate)
    clock = clocks.clock_of(candidate, now)
    touch(candidate, now)
    given = ExtensionAnswer.objects.standing(candidate, request.ends_on)
    if given and given.kind == Kind.KEEP:
        return given
    _refuse_late(clock.today, request)
    if given or _open_erasure(candidate):
        raise ValidationError(
            "They asked us to delete their details. That must be taken back first.",
            code="asked_to_delete",
        )
    if clock.pool != "given" or clock.pool_ends != request.ends_on:
        raise ValidationError("What they were asked about has changed.", code="changed")

    states = _states(candidate)
    renewed = [
        _append_renewal(candidate, state, request, now)
        for purpose in (Purpose.POOL, Purpose.NURTURE)
        if (state := states.get(purpose)) and state.kind in _GIVEN
    ]
    answer = ExtensionAnswer.objects.create(
        candidate=candidate,
        ends_on=request.ends_on,
        kind=Kind.KEEP,
        keeps_until=request.extends_to,
        at=now,
        before={event.purpose: states[event.purpose].pk for event in renewed},
        after={event.purpose: event.pk for event in renewed},
    )
    text = f"Wants us to keep their details until {_day(request.extends_to)}."
    _remember(candidate, "extension.kept", f"{text} By the link in an email.", answer)
    audit.record(
        ACTOR, "extension.kept", candidate, until=[str(request.ends_on), str(request.extends_to)]
    )
    _confirm(answer, request)
    return answer


@languages.recorded_in_english
@transaction.atomic
def delete(candidate: Candidate, request: ExtensionRequest) -> ExtensionAnswer:
    """Stop job emails to a person at once and begin the seven days before their details go.

    Whom a law makes us keep goes into the restricted archive instead, today (C-27). Whoever is
    being considered for a job is deleted once they have heard (C-26).
    Raises ValidationError: the day is over, or they are no longer here.
    """
    now = timezone.now()
    candidate = _locked(candidate)
    today = clocks.clock_of(candidate, now).today
    touch(candidate, now)
    given = ExtensionAnswer.objects.standing(candidate, request.ends_on)
    if given and given.kind == Kind.DELETE:
        return given
    _refuse_late(today, request)

    known = _open_erasure(candidate)
    asked = known or receive_request(
        candidate,
        PrivacyRequest.Kind.ERASURE,
        how=PrivacyRequest.How.PAGE,
        by=ACTOR,
        details=_HOW,
        identity=PrivacyRequest.Identity.KNOWN_ADDRESS,
    )
    stop = preferences.reduce(candidate, Choices(stopped=True), channel=LINK, is_confirmed=False)
    state_before = asked.state
    asked = deleting.begin(asked, candidate)
    answer = ExtensionAnswer.objects.create(
        candidate=candidate,
        ends_on=request.ends_on,
        kind=Kind.DELETE,
        request=asked,
        at=now,
        before={"request": state_before if known else ""},
        after={"stop": str(stop.public_id) if stop else "", "request": asked.state},
    )
    audit.record(ACTOR, "extension.deleted", candidate)
    _confirm(answer, request)
    return answer


@languages.recorded_in_english
@transaction.atomic
def undo(candidate: Candidate, answer_id: UUID) -> ExtensionAnswer:
    """Take one answer back and restore what it replaced. Twice does it once.

    Raises ValidationError: no such answer, more than 28 days ago, it has been carried out, or
    something changed since.
    """
    now = timezone.now()
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    touch(candidate, now)
    answer = (
        ExtensionAnswer.objects.select_for_update(of=("self",))
        .select_related("request")
        .filter(public_id=answer_id, candidate=candidate)
        .first()
    )
    if answer is None:
        raise ValidationError("There is nothing to take back.", code="unknown_change")
    if answer.undone_at:
        return answer
    if now > answer.at + timedelta(days=ExtensionAnswer.UNDO_DAYS):
        raise ValidationError(
            f"That was more than {ExtensionAnswer.UNDO_DAYS} days ago.", code="too_late"
        )
    if answer.kind == Kind.KEEP:
        _undo_keep(candidate, answer, now)
        text = f"Took back: keep their details until {_day(answer.ends_on)} only."
    else:
        _undo_delete(candidate, answer)
        text = "Took back: they do not want their details deleted."
    answer.undone_at = now
    answer.save(update_fields=["undone_at"])
    _remember(candidate, "extension.undone", f"{text} By the link in an email.", answer)
    audit.record(ACTOR, "extension.undone", candidate)
    return answer


def _undo_keep(candidate: Candidate, answer: ExtensionAnswer, now: datetime) -> None:
    states = _states(candidate)
    if states[Purpose.POOL].pk != answer.after[Purpose.POOL]:
        raise ValidationError("Your choices were changed again after that.", code="changed_since")
    for purpose, made in answer.after.items():
        if states[purpose].pk != made:  # job emails were stopped meanwhile: they stay stopped
            continue
        replaced = GroundEvent.objects.get(pk=answer.before[purpose])
        GroundEvent.objects.create(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.RESTORED,
            basis=replaced.basis,
            jurisdiction=replaced.jurisdiction,
            occurred_at=now,
            expires_at=_end_before(replaced, answer.ends_on, _zone_of(candidate)),
            counts_from=replaced.counts_from,
            channel=LINK,
            notice_version=replaced.notice_version,
            language=replaced.language,
            wording=replaced.wording,
            evidence=replaced.evidence,
            actor=ACTOR,
        )


def _end_before(replaced: GroundEvent, ends_on: date, zone: ZoneInfo) -> datetime | None:
    """Return the end that the answer replaced, whatever a clock would make of an event of today."""
    own = replaced.expires_at
    if replaced.purpose == Purpose.NURTURE or (own and schedule.local_date(own, zone) == ends_on):
        return own
    return _end_of(ends_on, zone)


def _undo_delete(candidate: Candidate, answer: ExtensionAnswer) -> None:
    asked = answer.request
    if asked is None or not asked.is_open:
        raise ValidationError("That is settled by now.", code="changed_since")
    if answer.before["request"]:
        raise ValidationError(
            "You had asked us before, in another way. Write to us to take that back.",
            code="asked_before",
        )
    deleting.take_back(asked, candidate)
    if stop := answer.after["stop"]:
        try:
            with transaction.atomic():
                preferences.undo(candidate, UUID(stop))
        except ValidationError:  # they changed their choices again: those stay
            return


def _append_renewal(
    candidate: Candidate, state: GroundState, request: ExtensionRequest, now: datetime
) -> GroundEvent:
    words = extension_words.words_in(request.language)
    return GroundEvent.objects.create(
        candidate=candidate,
        purpose=state.purpose,
        kind=GroundEvent.Kind.RENEWED,
        basis=GroundEvent.objects.get(pk=state.pk).basis or "consent",
        jurisdiction=candidate.country,
        occurred_at=now,
        expires_at=_end_of(request.extends_to, _zone_of(candidate)),
        counts_from=request.ends_on,
        channel=LINK,
        notice_version=extension_words.VERSION,
        language=words.code,
        wording=extension_page.wording(candidate, request, words),
        actor=ACTOR,
    )


def _locked(candidate: Candidate) -> Candidate:
    ContactGate.objects.locked(candidate.pk)
    return Candidate.objects.locked(candidate.pk)


def _refuse_late(today: date, request: ExtensionRequest) -> None:
    if today > request.ends_on:
        raise ValidationError("The day that this was about is over.", code="over")


def _open_erasure(candidate: Candidate) -> PrivacyRequest | None:
    return candidate.privacy_requests.open_erasures().first()


def _states(candidate: Candidate) -> dict[str, GroundState]:
    return {state.purpose: state for state in GroundState.objects.filter(candidate=candidate)}


def _zone_of(candidate: Candidate) -> ZoneInfo:
    return schedule.zone_of(candidate.time_zone)  # as the clocks count


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def _confirm(answer: ExtensionAnswer, request: ExtensionRequest) -> None:
    """Tell the owner of the address, with the way back (C-09)."""
    candidate = answer.candidate
    if not candidate.emails.filter(is_primary=True, released_at=None).exists():
        return
    words = extension_words.words_in(request.language)
    subject, text = extension_page.confirmation(answer, request, words, Organisation.current())
    messages.notify(candidate, key=str(answer.public_id), subject=subject, text=text)


def _remember(candidate: Candidate, kind: str, text: str, answer: ExtensionAnswer) -> None:
    timeline.remember(
        candidate,
        kind,
        text,
        by=ACTOR,
        group=Activity.Group.CONSENT,
        change=str(answer.public_id),
    )


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"

"""What a person reads about each of their applications: the truth, in plain words, and no more.

No stage's own name, no score, no note, nobody else. A decision is told by its letter, never by this
page: until the letter has left, or four days have gone by, all stands here as it stood before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from applications import letters
from applications.actions.moving import UNDO_DAYS
from applications.models import Application, Job, Letter, Outcome, Stage, StageChange
from candidates.models import Candidate
from engagement.choices import in_words

TOLD_AFTER = timedelta(days=4)
OLD = timedelta(days=365)  # after that a closed one is a line without anything to do

_State = Stage.CandidateState
_STATES = {
    _State.RECEIVED: _("Received"),
    _State.REVIEWED: _("Being reviewed"),
    _State.INTERVIEWING: _("Interviewing"),
    _State.DECIDING: _("Decision being made"),
    _State.OFFER: _("Offer"),
}
_NEXT = {
    _State.RECEIVED: _("A person will read it."),
    _State.REVIEWED: _("We read it with care and then tell you whether we would like to talk."),
    _State.INTERVIEWING: _("We talk with you, and then we decide."),
    _State.DECIDING: _("We know all we need, and are making up our minds."),
    _State.OFFER: _("We talk with you about an offer."),
}
_ON_HOLD = _("This job is on hold. Nobody decides anything while it is.")
_ENDED = {
    Outcome.HIRED: _("You were hired for this job."),
    Outcome.REJECTED: _("We decided not to go on with it."),
    Outcome.WITHDRAWN: _("You withdrew it."),
    Outcome.OFFER_DECLINED: _("You declined our offer."),
}
_RECEIPT = Letter.Kind.RECEIPT
_OVER = {Job.Status.FILLED, Job.Status.CLOSED}


@dataclass(frozen=True)
class Line:
    """One application as its owner reads it. Dates are in words, and days where they live."""

    application: Application
    applied_on: str
    is_closed: bool
    state: str
    next: str
    hear: str
    is_late: bool
    last_human: str
    contact: str
    contact_address: str
    closed_on: str = ""
    letter: Letter | None = None
    feedback: tuple[Letter, ...] = ()
    feedback_asked_on: str = ""
    may_withdraw: bool = False
    may_take_back: bool = False
    may_ask_feedback: bool = False


def lines_of(candidate: Candidate, now: datetime) -> list[Line]:
    """Return every application of a person, the open ones first, then the newest."""
    rows = (
        candidate.applications.exclude(outcome=Outcome.DUPLICATE)
        .with_today(now)
        .select_related("candidate", "job__owner", "stage")
        .prefetch_related(
            "job__offices",
            Prefetch("letters", Letter.objects.order_by("sent_at", "pk")),
            Prefetch("stage_changes", StageChange.objects.filter(undone_at=None)),
        )
        .order_by("-applied_at", "-pk")
    )
    found = list(rows)
    organisation = Organisation.current()
    open_jobs = {each.job_id for each in found if each.is_open}
    lines = [_line(each, now, organisation, open_jobs) for each in found]
    return sorted(lines, key=lambda line: line.is_closed)


def is_considered(lines: Iterable[Line]) -> bool:
    """Say whether somebody still waits to hear, as far as this page has told them."""
    return any(not line.is_closed for line in lines)


def is_told(application: Application, decisions: Iterable[Letter], now: datetime) -> bool:
    """Say whether a closed application may be shown as closed.

    decisions: its letters that tell of a decision.
    """
    if application.closed_at is None:
        return False
    if application.outcome in {Outcome.WITHDRAWN, Outcome.OFFER_DECLINED}:
        return True  # they said so themselves
    closed_at = application.closed_at
    if any(letter.sent_at and letter.created_at >= closed_at for letter in decisions):
        return True
    return now >= closed_at + TOLD_AFTER


def sent_letter(candidate: Candidate, public_id: UUID) -> Letter | None:
    """Return a decision or a feedback that really went to this person."""
    kinds = [Letter.Kind.DECISION, Letter.Kind.FEEDBACK]
    found = Letter.objects.select_related("application__job").filter(
        public_id=public_id, application__candidate=candidate, kind__in=kinds, sent_at__isnull=False
    )
    return found.first()


def _line(
    application: Application, now: datetime, organisation: Organisation, open_jobs: set[int]
) -> Line:
    zone = letters.zone_of(application)
    written = list(application.letters.all())
    decisions = [letter for letter in written if letter.kind == Letter.Kind.DECISION]
    told = is_told(application, decisions, now)
    closed_at = application.closed_at
    today: date = application.today_there  # type: ignore[attr-defined]  # annotated by `with_today`
    heard = max((x.sent_at for x in written if x.sent_at and x.kind != _RECEIPT), default=None)
    heard_on = heard.astimezone(zone).date() if heard else None
    hear, is_late = ("", False) if told else _hear(application, today, heard_on)
    owner = application.job.owner
    is_here = owner is not None and owner.is_active
    last = _last_human(application, written)
    is_withdrawn = application.outcome == Outcome.WITHDRAWN
    return Line(
        application=application,
        applied_on=in_words(application.applied_at.astimezone(zone).date()),
        is_closed=told,
        state=gettext("Closed")
        if told
        else str(_STATES[_State(application.stage.candidate_state)]),
        next=str(_ENDED[Outcome(application.outcome)]) if told else _next(application),
        hear=hear,
        is_late=is_late,
        last_human=in_words(last.astimezone(zone).date()) if last and not told else "",
        contact=owner.name if owner and is_here else organisation.name,
        contact_address=owner.email if owner and is_here else organisation.letters_from,
        closed_on=in_words(closed_at.astimezone(zone).date()) if told and closed_at else "",
        letter=_decision(application, decisions) if told else None,
        feedback=tuple(x for x in written if x.kind == Letter.Kind.FEEDBACK and x.sent_at),
        feedback_asked_on=(
            in_words(application.feedback_asked_at.astimezone(zone).date())
            if application.feedback_asked_at
            else ""
        ),
        may_withdraw=not told and application.outcome != Outcome.HIRED,
        may_take_back=bool(
            is_withdrawn
            and closed_at
            and closed_at >= now - timedelta(days=UNDO_DAYS)
            and application.job.status not in _OVER
            and application.job_id not in open_jobs
        ),
        may_ask_feedback=bool(
            told
            and is_here
            and closed_at
            and now - closed_at <= OLD
            and application.outcome == Outcome.REJECTED
            and not application.feedback_asked_at
        ),
    )


def _next(application: Application) -> str:
    if application.job.status == Job.Status.ON_HOLD:
        return str(_ON_HOLD)
    return str(_NEXT[_State(application.stage.candidate_state)])


def _hear(application: Application, today: date, heard_on: date | None) -> tuple[str, bool]:
    """Say by when they hear, and admit it when we are late. Never names a date nobody gave.

    heard_on: the last day on which a letter reached them. A day missed before that is forgiven.
    """
    day, missed = application.hear_by, application.hear_by_missed
    if missed and heard_on and heard_on > missed:
        missed = None
    if day is None:
        return gettext("We have not given you a date. We should have: please ask us."), False
    if day < today:
        said = gettext("We said {day}. We are late, and have no new date yet.")
        return said.format(day=in_words(missed or day)), True
    if missed:
        said = gettext("We said {day}. We are late. New date: {new_day}.")
        return said.format(day=in_words(missed), new_day=in_words(day)), True
    return gettext("You will hear from us by {day}.").format(day=in_words(day)), False


def _last_human(application: Application, written: list[Letter]) -> datetime | None:
    """Return when a colleague last did something: moved it, or wrote to them themselves."""
    moves = [
        change.at
        for change in application.stage_changes.all()
        if change.by_id and change.from_stage_id
    ]
    wrote = [
        letter.sent_at
        for letter in written
        if letter.sent_at and letter.by_id and letter.kind != _RECEIPT
    ]
    return max([*moves, *wrote], default=None)


def _decision(application: Application, decisions: list[Letter]) -> Letter | None:
    closed_at = application.closed_at
    sent = [x for x in decisions if x.sent_at and closed_at and x.created_at >= closed_at]
    return sent[-1] if sent else None

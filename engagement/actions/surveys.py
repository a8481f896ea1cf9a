"""Asking people how it was to apply, once they know how it ended, and taking their answer.

Nothing here writes on the timeline whether somebody answered: colleagues read totals alone (M-R4).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, languages
from accounts.models import Organisation
from applications.models import Application, Letter, Milestone, Outcome, Silence, Told
from candidates import timeline
from candidates.models import Activity, Candidate, ContactGate, GroundEvent, Purpose
from engagement import arbiter, schedule
from engagement.actions.refusing import remember_refusals
from engagement.models import Decision, Message, Survey
from engagement.models.surveys import REMINDER

CHUNK: Final = 1000
# So many days after they know, and a run that was missed is made good for a week.
DAYS_AFTER: Final = 3
DAYS_AFTER_HIRE: Final = 7
DAYS_TO_REMINDER: Final = 7
_MADE_GOOD: Final = timedelta(days=7)
_LIVES: Final = timedelta(days=5)
_ACTOR: Final = "The candidate"
LEFT: Final = (Message.State.HANDED, Message.State.DELIVERED)
OURS: Final = (Outcome.REJECTED, Outcome.HIRED)
THEIRS: Final = (Outcome.WITHDRAWN, Outcome.OFFER_DECLINED)


def plan(now: datetime) -> int:
    """Plan to ask everybody who has known for some days how it ended, and to remind, once, those
    who were asked a week ago and did not answer. Returns how many messages were planned.

    Each application is asked about once, by a constraint of the database, and each question is
    repeated once, by another: two workers at the same moment, and a run that is repeated, leave
    one row and one message.
    """
    organisation = Organisation.current()
    if not organisation.asks_how_it_was:
        return 0
    planned, last = 0, 0
    while due := list(_due(now).filter(pk__gt=last).order_by("pk")[:CHUNK]):
        planned += _plan(due, now, organisation)
        last = due[-1].pk
    last = 0
    while silent := list(_silent(now).filter(pk__gt=last).order_by("pk")[:CHUNK]):
        planned += _remind(silent, now, organisation)
        last = silent[-1].pk
    return planned


def _due(now: datetime) -> QuerySet[Application]:
    """Return the closed applications that are not asked about yet, whose people know it for a few
    days: by a letter of ours that left, or by a call that was recorded."""
    return Application.objects.in_use().filter(
        Q(_known(now, DAYS_AFTER), outcome__in=[Outcome.REJECTED, *THEIRS])
        | Q(_known(now, DAYS_AFTER_HIRE), outcome=Outcome.HIRED),
        survey=None,
    )


def _known(now: datetime, days: int) -> Q:
    until = now - timedelta(days=days)
    since = until - _MADE_GOOD
    letters = Letter.objects.filter(
        Exists(Message.objects.filter(letter=OuterRef("pk"), state__in=LEFT)),
        Q(kind=Letter.Kind.DECISION, application__outcome__in=OURS)
        | Q(kind=Letter.Kind.CLOSING, application__outcome__in=THEIRS),
        created_at__gte=F("application__closed_at"),  # of an end that was taken back it is no news
        sent_at__lte=until,
        sent_at__gt=since,
    )
    calls = Told.objects.standing().filter(
        about=Told.About.DECISION,
        how=Silence.TOLD,
        application__outcome__in=OURS,
        at__lte=until,
        at__gt=since,
    )
    return Q(pk__in=letters.values("application")) | Q(pk__in=calls.values("application"))


def _silent(now: datetime) -> QuerySet[Survey]:
    """Return the surveys that left a week ago, are not answered, and were not repeated."""
    until = now - timedelta(days=DAYS_TO_REMINDER)
    asked = Message.objects.filter(survey=OuterRef("pk"))
    return Survey.objects.filter(
        Exists(asked.filter(state__in=LEFT)),
        ~Exists(asked.filter(dedupe_key__endswith=REMINDER)),
        sent_at__lte=until,
        sent_at__gt=until - _MADE_GOOD,
        answered_at=None,
        application__isnull=False,
        candidate__erased_at=None,
        candidate__archived_at=None,
    ).select_related("candidate", "application")


def _plan(due: list[Application], now: datetime, organisation: Organisation) -> int:
    about = {application.candidate_id: application for application in due}  # the latest of each
    decisions = arbiter.decide_surveys({pk: one.pk for pk, one in about.items()}, now, organisation)
    allowed = [one for pk, one in about.items() if decisions[pk].allowed]
    barred = {pk: said for pk, said in decisions.items() if not said.allowed}
    with transaction.atomic():
        written = _write(allowed, now, organisation)
        # once, and not each day of the week
        remember_refusals(barred, now, since=now - _MADE_GOOD)
    return written


def _remind(silent: list[Survey], now: datetime, organisation: Organisation) -> int:
    about = {survey.candidate_id: survey for survey in silent if survey.candidate_id}
    decisions = arbiter.decide_surveys(
        {pk: one.application_id for pk, one in about.items() if one.application_id},
        now,
        organisation,
        {pk: one.pk for pk, one in about.items()},
    )
    allowed = [one for pk, one in about.items() if decisions[pk].allowed]
    barred = {pk: said for pk, said in decisions.items() if not said.allowed}
    messages = [_message(one, one.reminder_key, now, organisation) for one in allowed]
    with transaction.atomic():
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        ours = [message.public_id for message in messages]
        written = list(Message.objects.filter(public_id__in=ours).order_by("pk"))
        _remember_planned(written, now)
        remember_refusals(barred, now, since=now - _MADE_GOOD)
    return len(written)


def _write(allowed: list[Application], now: datetime, organisation: Organisation) -> int:
    made = [
        Survey(
            candidate_id=application.candidate_id,
            application=application,
            outcome=outcome_of(application),
            planned_at=now,
        )
        for application in allowed
    ]
    Survey.objects.bulk_create(made, ignore_conflicts=True)
    ours = [survey.public_id for survey in made]
    written = Survey.objects.filter(public_id__in=ours).select_related("candidate", "application")
    messages = Message.objects.bulk_create(
        _message(survey, survey.invitation_key, now, organisation)
        for survey in written.order_by("pk")
    )
    _remember_planned(messages, now)
    return len(messages)


def _remember_planned(messages: list[Message], now: datetime) -> None:
    Decision.objects.bulk_create(
        Decision(
            candidate_id=message.candidate_id,
            message=message,
            phase=Decision.Phase.PLANNING,
            at=now,
            allowed=True,
        )
        for message in messages
    )


def _message(survey: Survey, key: str, now: datetime, organisation: Organisation) -> Message:
    person, application = survey.candidate, survey.application
    assert person is not None and application is not None  # noqa: S101, PT018  (just written)
    zone = schedule.zone_of(person.time_zone, organisation.time_zone)
    due_at = schedule.next_send_time(now, zone)
    return Message(
        dedupe_key=key,
        purpose=Message.Purpose.SURVEY,
        candidate=person,
        survey=survey,
        job_id=application.job_id,
        priority=6,
        due_at=due_at,
        not_after=due_at + _LIVES,
    )


def outcome_of(application: Application) -> str:
    if application.outcome == Outcome.HIRED:
        return Survey.Outcome.HIRED
    if application.outcome in THEIRS:
        return Survey.Outcome.WITHDRAWN
    met = application.furthest >= Milestone.INTERVIEWED
    return Survey.Outcome.REJECTED_LATE if met else Survey.Outcome.REJECTED_EARLY


@transaction.atomic
def answer_survey(survey: Survey, **answers: Any) -> Survey:
    """Keep the four answers, each of which may be empty; the last ones count.

    answers: recommend, relationship, knew, text.
    Raises ValidationError: it is closed, or nothing was answered.
    """
    if survey.candidate_id:  # so that no reminder is armed after this
        ContactGate.objects.locked(survey.candidate_id)
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    now = timezone.now()
    if now >= survey.closes_at(now):
        raise ValidationError(_("These questions are closed by now."), code="closed")
    if all(answer in (None, "") for answer in answers.values()):
        raise ValidationError(_("Answer one of the questions at least."), code="empty")
    for name, answer in answers.items():
        setattr(survey, name, answer)
    survey.answered_at = now
    survey.sent_at = survey.sent_at or now  # whoever answers has it, whatever the server said
    survey.save(update_fields=[*answers, "answered_at", "sent_at"])
    return survey


@transaction.atomic
@languages.recorded_in_english
def ask_no_more(candidate: Candidate) -> bool:
    """Record that somebody wants no such questions (GDPR Art. 21). Returns whether that is new."""
    ContactGate.objects.locked(candidate.pk)
    known = GroundEvent.objects.filter(
        candidate=candidate, purpose=Purpose.SURVEY, kind=GroundEvent.Kind.OBJECTED
    )
    if known.exists():
        return False
    GroundEvent.objects.create(
        candidate=candidate,
        purpose=Purpose.SURVEY,
        kind=GroundEvent.Kind.OBJECTED,
        jurisdiction=candidate.country,
        occurred_at=timezone.now(),
        channel=GroundEvent.Channel.LINK,
        actor=_ACTOR,
    )
    timeline.remember(
        candidate,
        "ground.objected",
        "Wants no questions about how it was to apply.",
        by=_ACTOR,
        group=Activity.Group.CONSENT,
    )
    audit.record(_ACTOR, "candidate.objected", candidate, purposes=["", str(Purpose.SURVEY)])
    return True

"""Asking people how it was to apply, after the decision letter has left, and taking their answer.

Nothing here writes on the timeline whether somebody answered: colleagues read totals alone (M-R4).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, languages
from accounts.models import Organisation
from applications.models import Application, Letter, Milestone, Outcome
from candidates import timeline
from candidates.models import Activity, Candidate, ContactGate, GroundEvent, Purpose
from engagement import arbiter, schedule
from engagement.actions.refusing import remember_refusals
from engagement.models import Decision, Message, Survey

CHUNK: Final = 1000
# So many days after the letter, and a run that was missed is made good for a week.
DAYS_AFTER: Final = 3
_MADE_GOOD: Final = timedelta(days=7)
_LIVES: Final = timedelta(days=5)
_ACTOR: Final = "The candidate"
LEFT: Final = (Message.State.HANDED, Message.State.DELIVERED)


def plan(now: datetime) -> int:
    """Plan to ask everybody whose decision left some days ago. Returns how many are to be asked.

    Each application is asked about once, by a constraint of the database: two workers at the same
    moment, and a run that is repeated, leave one row and one message.
    """
    organisation = Organisation.current()
    if not organisation.asks_how_it_was:
        return 0
    planned, last = 0, 0
    while due := list(_due(now).filter(pk__gt=last).order_by("pk")[:CHUNK]):
        planned += _plan(due, now, organisation)
        last = due[-1].pk
    return planned


def _due(now: datetime) -> QuerySet[Application]:
    """Return rejected applications whose letter left a few days ago, not asked about yet."""
    until = now - timedelta(days=DAYS_AFTER)
    left = Message.objects.filter(letter=OuterRef("pk"), state__in=LEFT)
    letters = Letter.objects.filter(
        Exists(left),
        kind=Letter.Kind.DECISION,
        sent_at__lte=until,
        sent_at__gt=until - _MADE_GOOD,
    )
    return Application.objects.in_use().filter(
        pk__in=letters.values("application"), outcome=Outcome.REJECTED, survey=None
    )


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
        _message(survey, now, organisation) for survey in written.order_by("pk")
    )
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
    return len(messages)


def _message(survey: Survey, now: datetime, organisation: Organisation) -> Message:
    person, application = survey.candidate, survey.application
    assert person is not None and application is not None  # noqa: S101, PT018  (just written)
    zone = schedule.zone_of(person.time_zone, organisation.time_zone)
    due_at = schedule.next_send_time(now, zone)
    return Message(
        dedupe_key=f"survey:{survey.pk}",
        purpose=Message.Purpose.SURVEY,
        candidate=person,
        survey=survey,
        job_id=application.job_id,
        priority=6,
        due_at=due_at,
        not_after=due_at + _LIVES,
    )


def outcome_of(application: Application) -> str:
    met = application.furthest >= Milestone.INTERVIEWED
    return Survey.Outcome.REJECTED_LATE if met else Survey.Outcome.REJECTED_EARLY


@transaction.atomic
def answer_survey(survey: Survey, **answers: Any) -> Survey:
    """Keep the four answers, each of which may be empty; the last ones count.

    answers: recommend, relationship, knew, text.
    Raises ValidationError: it is closed, or nothing was answered.
    """
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

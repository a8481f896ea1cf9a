"""Somebody who applied, knows how it ended, and may be asked how it was."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.models import Application
from candidates.models import Candidate
from engagement.actions.surveys import outcome_of
from engagement.models import Message, Survey
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory


def applicant(**facts: Any) -> Candidate:
    """A person who applied themselves and never asked for job emails."""
    person = CandidateFactory(without_consent=True, **facts)
    GroundEventFactory(candidate=person, purpose="application", kind="notice_given")
    return person


def told(
    person: Candidate,
    *,
    days: float = 4,
    state: str = "handed",
    kind: str = "decision",
    **facts: Any,
) -> Application:
    """Close an application of theirs, with a letter that left so many days ago. Else: rejected."""
    at = timezone.now() - timedelta(days=days)
    facts = facts if "outcome" in facts else {"rejected": True, **facts}
    application = ApplicationFactory(candidate=person, closed_at=at - timedelta(days=1), **facts)
    letter = LetterFactory(
        application=application, kind=kind, created_at=at, send_after=at, sent_at=at
    )
    Message.objects.create(
        dedupe_key=f"letter:{letter.pk}",
        purpose=Message.Purpose.LETTER,
        candidate=person,
        letter=letter,
        job=application.job,
        state=state,
        reason="bounced" if state == "bounced" else "",
        due_at=at,
        armed_at=at,
        handed_at=at,
        settled_at=at,
    )
    return application


def asked(days: float, **facts: Any) -> Survey:
    """Somebody was asked so many days ago and has not answered; their application is `facts`."""
    at = timezone.now() - timedelta(days=days)
    person = facts.pop("person", None) or applicant()
    application = told(person, days=days + 3, **facts)
    survey = Survey.objects.create(
        candidate=application.candidate,
        application=application,
        outcome=outcome_of(application),
        planned_at=at,
        sent_at=at,
    )
    Message.objects.create(
        dedupe_key=survey.invitation_key,
        purpose=Message.Purpose.SURVEY,
        candidate=application.candidate,
        survey=survey,
        job=application.job,
        state=Message.State.HANDED,
        due_at=at,
        armed_at=at,
        handed_at=at,
        settled_at=at,
    )
    return survey

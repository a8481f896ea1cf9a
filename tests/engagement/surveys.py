"""Somebody who applied, was rejected, and whose decision letter left."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.models import Application
from candidates.models import Candidate
from engagement.models import Message
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory


def applicant(**facts: Any) -> Candidate:
    """A person who applied themselves and never asked for job emails."""
    person = CandidateFactory(without_consent=True, **facts)
    GroundEventFactory(candidate=person, purpose="application", kind="notice_given")
    return person


def told(person: Candidate, *, days: float = 4, state: str = "handed", **facts: Any) -> Application:
    """Reject an application of theirs, with a letter that left so many days ago."""
    at = timezone.now() - timedelta(days=days)
    application = ApplicationFactory(
        candidate=person, rejected=True, closed_at=at - timedelta(days=1), **facts
    )
    letter = LetterFactory(application=application, send_after=at, sent_at=at)
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

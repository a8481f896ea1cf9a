"""What people ask about their data, and everything that can hang on one of them."""

from datetime import timedelta

import factory
from django.utils import timezone

from candidates.models import (
    Candidate,
    ExtensionAnswer,
    ExtensionRequest,
    PrivacyRequest,
    PrivacyTask,
    Purpose,
    RetentionVeto,
)
from candidates.models.requests import COOLING_OFF
from engagement.choices import months_later
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory


class PrivacyRequestFactory(factory.django.DjangoModelFactory[PrivacyRequest]):
    """A request for a copy that came by email ten days ago and is due in three weeks."""

    class Meta:
        model = PrivacyRequest

    class Params:
        erasure = factory.Trait(kind=PrivacyRequest.Kind.ERASURE)
        cooling_off = factory.Trait(
            erasure=True,
            state=PrivacyRequest.State.COOLING_OFF,
            cooling_off_until=factory.LazyFunction(lambda: timezone.now() + COOLING_OFF),
        )
        cooled_off = factory.Trait(
            cooling_off=True,
            cooling_off_until=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)),
        )
        closed = factory.Trait(
            state=PrivacyRequest.State.CLOSED,
            outcome=PrivacyRequest.Outcome.DONE,
            outcome_text="Sent on the same day.",
            closed_at=factory.LazyFunction(timezone.now),
        )

    candidate = factory.SubFactory(CandidateFactory)
    subject_id = factory.LazyAttribute(lambda request: str(request.candidate.pk))
    kind = PrivacyRequest.Kind.ACCESS
    received_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=10))
    received_how = PrivacyRequest.How.EMAIL
    due_on = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=21))
    recorded_by = "piet@larkspur-tidal.example"


class PrivacyTaskFactory(factory.django.DjangoModelFactory[PrivacyTask]):
    """Somebody may be a minor: nobody has looked yet."""

    class Meta:
        model = PrivacyTask

    class Params:
        archived = factory.Trait(
            kind=PrivacyTask.Kind.ARCHIVED_WROTE,
            candidate=factory.SubFactory(CandidateFactory, archived=True),
            why="They wrote to us after they were archived.",
        )
        settled = factory.Trait(
            outcome_text="They told us on the phone.",
            done_at=factory.LazyFunction(timezone.now),
            done_by=factory.SubFactory(UserFactory),
        )
        of_age = factory.Trait(settled=True, outcome=PrivacyTask.Outcome.OF_AGE)
        confirmed = factory.Trait(settled=True, outcome=PrivacyTask.Outcome.MINOR)

    candidate = factory.SubFactory(CandidateFactory)
    kind = PrivacyTask.Kind.MINOR
    why = "They wrote in an answer: “I am 16”."


class RetentionVetoFactory(factory.django.DjangoModelFactory[RetentionVeto]):
    """A week's delay of what the retention plan would do to somebody."""

    class Meta:
        model = RetentionVeto

    candidate = factory.SubFactory(CandidateFactory)
    by = factory.SubFactory(UserFactory)
    reason = "Their claim is being settled."
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


def ending_in(days: int, *purposes: str, expires: bool = True, **facts: object) -> Candidate:
    """Make a person whose yes ends in so many days: given a year before that day."""
    given = timezone.now() - timedelta(days=365 - days)
    person = CandidateFactory(without_consent=True, created_at=given, **facts)
    for purpose in purposes or (Purpose.POOL, Purpose.NURTURE):
        GroundEventFactory(
            candidate=person,
            purpose=purpose,
            occurred_at=given,
            recorded_at=given,
            expires_at=given + timedelta(days=365) if expires else None,
        )
    return person


class ExtensionRequestFactory(factory.django.DjangoModelFactory[ExtensionRequest]):
    """The first question to somebody whose consent ends in a month. `candidate` has it already."""

    class Meta:
        model = ExtensionRequest

    candidate = factory.LazyFunction(lambda: ending_in(30))
    ends_on = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=30))
    step = ExtensionRequest.Step.FIRST
    extends_to = factory.LazyAttribute(lambda request: months_later(request.ends_on, 12))
    months = 12
    moves_with_contact = False
    language = "en"


class ExtensionAnswerFactory(factory.django.DjangoModelFactory[ExtensionAnswer]):
    """A yes of today."""

    class Meta:
        model = ExtensionAnswer

    candidate = factory.SubFactory(CandidateFactory)
    ends_on = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=30))
    kind = ExtensionAnswer.Kind.KEEP
    keeps_until = factory.LazyAttribute(lambda answer: months_later(answer.ends_on, 12))
    before = factory.LazyFunction(dict)
    after = factory.LazyFunction(dict)

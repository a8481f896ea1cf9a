"""What people ask about their data, and everything that can hang on one of them."""

from datetime import timedelta

import factory
from django.utils import timezone

from candidates.models import PrivacyRequest, RetentionVeto
from candidates.models.requests import COOLING_OFF
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory


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


class RetentionVetoFactory(factory.django.DjangoModelFactory[RetentionVeto]):
    """A week's delay of what the retention plan would do to somebody."""

    class Meta:
        model = RetentionVeto

    candidate = factory.SubFactory(CandidateFactory)
    by = factory.SubFactory(UserFactory)
    reason = "Their claim is being settled."
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))

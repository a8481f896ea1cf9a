import pytest

from candidates.models import Candidate, EmailAddress, GroundState
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def test_a_candidate_has_an_address_and_two_grounds_by_default():
    candidate = CandidateFactory()

    assert candidate.emails.get().is_primary is True
    assert sorted(candidate.grounds.values_list("purpose", "kind")) == [
        ("nurture", "granted"),
        ("pool", "granted"),
    ]


@pytest.mark.parametrize(
    ("trait", "emails", "grounds"),
    [
        ("without_email", 0, 2),
        ("without_consent", 1, 0),
        ("bounced", 1, 2),
        ("unsubscribed", 1, 2),
        ("paused", 1, 2),
        ("erased", 0, 0),
    ],
)
def test_traits_name_situations(trait, emails, grounds):
    CandidateFactory(**{trait: True})

    counts = (Candidate.objects.count(), EmailAddress.objects.count(), GroundState.objects.count())
    assert counts == (1, emails, grounds)

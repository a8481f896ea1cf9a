"""What else may hold a job email back stands in the profile, and goes when it is over."""

import pytest
from django.utils import timezone

from applications import profiles
from applications.models import MatchProfile
from candidates.models import DuplicateSuggestion
from tests.factories.accounts import UserFactory
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    LegalHoldFactory,
    PreferenceFactory,
    StopFactory,
)

pytestmark = pytest.mark.django_db
Caution = MatchProfile.Caution


def cautions(*people):
    """What their profiles hold, each of them being what its definition says."""
    assert profiles.differing() == []
    known = dict(MatchProfile.objects.values_list("candidate_id", "cautions"))
    return [known[person.pk] for person in people]


def write(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def with_address(address):
    person = CandidateFactory(email=None)
    EmailAddressFactory(candidate=person, address=address, is_primary=True)
    return person


def test_nobody_else_has_any():
    assert cautions(CandidateFactory(), CandidateFactory(without_email=True)) == [0, 0]


def test_a_hold_until_it_is_lifted():
    hold = LegalHoldFactory()
    assert cautions(hold.candidate) == [Caution.HELD]

    write(hold, lifted_at=timezone.now(), lift_reason="Settled.")

    assert cautions(hold.candidate) == [0]


def test_the_address_of_a_colleague_while_they_work_here():
    user = UserFactory(email="ada@perennial.example")
    person = with_address("ada@perennial.example")
    assert cautions(person) == [Caution.COLLEAGUE]

    write(user, is_active=False)
    assert cautions(person) == [0]

    write(user, is_active=True)
    assert cautions(person) == [Caution.COLLEAGUE]

    write(user, email="other@perennial.example")
    assert cautions(person) == [0]

    UserFactory(email="ada@perennial.example")
    assert cautions(person) == [Caution.COLLEAGUE]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("replied", Caution.IN_TOUCH), ("booked", Caution.IN_TOUCH), ("called", Caution.IN_TOUCH),
     ("applied", 0), ("paused", 0)],
)  # fmt: skip
def test_contact_and_no_other_stop(reason, expected):
    stop = StopFactory(candidate=CandidateFactory(), reason=reason)
    assert cautions(stop.candidate) == [expected]

    other = CandidateFactory()
    write(stop, candidate=other)
    assert cautions(other) == [expected]

    stop.delete()
    assert cautions(other) == [0]


def test_a_pair_that_is_surely_one_until_it_is_settled():
    pair = DuplicateSuggestionFactory()
    assert cautions(pair.one, pair.other) == [Caution.DUPLICATE, Caution.DUPLICATE]

    write(pair, is_sure=False)
    assert cautions(pair.one, pair.other) == [0, 0]

    write(pair, is_sure=True)
    pair.delete()
    assert cautions(pair.one, pair.other) == [0, 0]


def test_two_records_with_one_mailbox():
    plain, tagged = with_address("same@mail.example"), with_address("same+jobs@mail.example")
    assert cautions(plain, tagged) == [Caution.DUPLICATE, Caution.DUPLICATE]

    pair = DuplicateSuggestion.objects.create(
        one=plain, other=tagged, reasons=["mailbox"], bits=9, is_sure=False, state="dismissed",
        settled_at=timezone.now(), why_not="Father and son.",
    )  # fmt: skip
    assert cautions(plain, tagged) == [0, 0]

    pair.delete()
    assert cautions(plain, tagged) == [Caution.DUPLICATE, Caution.DUPLICATE]


@pytest.mark.parametrize(
    "change",
    [
        {"address": "other@mail.example", "canonical": "other@mail.example"},
        {"released_at": timezone.now(), "is_primary": False},
    ],
)
def test_a_mailbox_given_up_by_one_is_the_others_alone(change):
    plain, tagged = with_address("same@mail.example"), with_address("same+jobs@mail.example")

    write(tagged.emails.get(), **change)

    assert cautions(plain, tagged) == [0, 0]


def test_a_mailbox_is_shared_by_nobody_when_the_other_goes():
    plain = with_address("same@mail.example")
    merged, gone, erased = (with_address(f"same+{n}@mail.example") for n in range(3))
    assert cautions(plain) == [Caution.DUPLICATE]

    gone.emails.get().delete()
    write(merged, merged_into=CandidateFactory())
    assert cautions(plain) == [Caution.DUPLICATE]
    write(erased, erased_at=timezone.now())
    assert cautions(plain) == [0]

    write(merged, merged_into=None)
    assert cautions(plain, merged) == [Caution.DUPLICATE, Caution.DUPLICATE]


def test_a_mailbox_that_changes_hands():
    plain, tagged, third = (
        with_address(f"{name}@mail.example") for name in ("same", "same+jobs", "third")
    )
    address = tagged.emails.get()

    write(address, candidate=third, is_primary=False)

    assert cautions(plain, tagged, third) == [Caution.DUPLICATE, 0, Caution.DUPLICATE]


def test_narrowed_wishes():
    wishes = PreferenceFactory(is_narrowed=True)
    assert cautions(wishes.candidate) == [Caution.NARROWED]

    write(wishes, is_narrowed=False)

    assert cautions(wishes.candidate) == [0]


def test_job_emails_that_are_counted():
    person, hold = CandidateFactory(), LegalHoldFactory()
    for gate in (person.gate, hold.candidate.gate):
        write(gate, job_emails_at=[timezone.now()])
    assert cautions(person, hold.candidate) == [Caution.EMAILED, Caution.EMAILED + Caution.HELD]

    write(person.gate, job_emails_at=[timezone.now(), timezone.now()])
    assert cautions(person) == [Caution.EMAILED]

    for gate in (person.gate, hold.candidate.gate):
        write(gate, job_emails_at=[])
    assert cautions(person, hold.candidate) == [0, Caution.HELD]

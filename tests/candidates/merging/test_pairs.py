"""Pairs that may be one person: named, dismissed, taken up again, settled by a merge."""

import pytest

from accounts.models import AuditEvent
from candidates.actions.merging import merge_people
from candidates.actions.pairs import dismiss_pair, name_pair, reopen_pair
from candidates.models import DuplicateSuggestion
from tests.candidates.merging.conftest import refused
from tests.factories.candidates import CandidateFactory, DuplicateSuggestionFactory, StopFactory

pytestmark = pytest.mark.django_db


def test_a_merge_settles_the_pair_and_takes_over_what_was_said_of_the_merged_record(
    survivor, merged, recruiter
):
    pair = DuplicateSuggestionFactory(one=survivor, other=merged)
    third = CandidateFactory()
    dismissed = DuplicateSuggestionFactory(one=merged, other=third, dismissed=True)

    merge_people(survivor, merged, by=recruiter)

    pair.refresh_from_db()
    dismissed.refresh_from_db()
    assert pair.state == "merged"
    assert (dismissed.one, dismissed.other) == (survivor, third)


def test_a_dismissal_of_the_merged_record_settles_the_survivors_pair(survivor, merged, recruiter):
    third = CandidateFactory()
    mine = DuplicateSuggestionFactory(one=survivor, other=third)
    DuplicateSuggestionFactory(one=merged, other=third, dismissed=True)

    merge_people(survivor, merged, by=recruiter)

    mine.refresh_from_db()
    assert (mine.state, mine.why_not) == ("dismissed", "Mother and daughter.")


def test_a_pair_is_dismissed_with_a_reason_and_can_be_taken_up_again(recruiter):
    pair = DuplicateSuggestionFactory()

    dismissed = dismiss_pair(pair, " Two brothers. ", by=recruiter)

    assert (dismissed.state, dismissed.why_not, dismissed.settled_by) == (
        "dismissed",
        "Two brothers.",
        recruiter,
    )
    assert AuditEvent.objects.get().verb == "duplicate.dismissed"
    assert reopen_pair(dismissed, by=recruiter).state == DuplicateSuggestion.State.OPEN


@pytest.mark.parametrize(
    ("how", "why", "code"), [({}, "  ", "no_reason"), ({"dismissed": True}, "No.", "settled")]
)
def test_what_is_not_dismissed(recruiter, how, why, code):
    refused(code, dismiss_pair, DuplicateSuggestionFactory(**how), why, by=recruiter)


def test_only_a_dismissed_pair_is_taken_up_again(recruiter):
    refused("not_dismissed", reopen_pair, DuplicateSuggestionFactory(), by=recruiter)


def test_stops_move(survivor, merged, recruiter):
    StopFactory(candidate=merged)

    merge_people(survivor, merged, by=recruiter)

    assert survivor.stops.get().reason == "replied"


def test_a_colleague_names_a_pair_and_job_emails_wait(survivor, merged, recruiter):
    pair = name_pair(merged, survivor, by=recruiter)
    again = name_pair(survivor, merged, by=recruiter)

    assert (pair, pair.is_sure, pair.reasons) == (again, True, ["colleague"])
    assert AuditEvent.objects.get().verb == "duplicate.named"


def test_a_dismissed_pair_that_a_colleague_names_is_looked_at_anew(recruiter):
    pair = DuplicateSuggestionFactory(dismissed=True)

    named = name_pair(pair.one, pair.other, by=recruiter)

    assert (named.pk, named.state, named.why_not) == (pair.pk, "open", "")
    assert named.reasons == ["colleague", "same_phone", "same_name"]


def test_a_record_is_no_pair_with_itself(survivor, recruiter):
    refused("same_record", name_pair, survivor, survivor, by=recruiter)


def test_an_erased_record_is_no_pair(survivor, recruiter):
    refused("gone", name_pair, survivor, CandidateFactory(erased=True), by=recruiter)

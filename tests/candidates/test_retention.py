from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates.actions.holds import place_hold
from candidates.actions.retention import execute, make_plan, veto
from candidates.models import Candidate, GroundEvent, RetentionItem, RetentionPlan
from candidates.tasks import execute_retention, plan_retention
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
LATER = NOW + RetentionPlan.VISIBLE_FOR


def over(**facts) -> Candidate:
    """Somebody whose year is over, and about whom nothing needs explaining."""
    candidate = CandidateFactory(
        without_consent=True, created_at=NOW - timedelta(days=400), **facts
    )
    GroundEventFactory(
        candidate=candidate,
        occurred_at=NOW - timedelta(days=380),
        expires_at=NOW - timedelta(days=15),
    )
    return candidate


def to_archive() -> Candidate:
    """The same, but a decision of last month may still need explaining."""
    candidate = over()
    ApplicationFactory(candidate=candidate, rejected=True, closed_at=NOW - timedelta(days=30))
    return candidate


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


def states():
    return list(RetentionItem.objects.order_by("pk").values_list("action", "state"))


def test_a_plan_says_whom_what_why_and_when():
    gone, archived = over(), to_archive()
    CandidateFactory()

    plan = make_plan(NOW)

    assert plan.executes_at == LATER
    found = plan.items.order_by("candidate").values_list("candidate", "action", "why", "law")
    assert list(found) == [
        (gone.pk, "erase", "pool_ended", "GB"),
        (archived.pk, "archive", "pool_ended", "GB"),
    ]
    assert RetentionItem.objects.counts() == [
        {"action": "archive", "why": "pool_ended", "people": 1},
        {"action": "erase", "why": "pool_ended", "people": 1},
    ]


def test_planning_again_plans_nobody_twice():
    over()
    make_plan(NOW)

    assert make_plan(NOW + timedelta(days=1)) is None
    assert RetentionItem.objects.count() == 1


def test_nothing_happens_before_the_three_days_are_over():
    over()
    make_plan(NOW)

    assert execute(LATER - timedelta(seconds=1)) == 0
    assert Candidate.objects.kept().count() == 1


def test_what_was_seen_is_carried_out_and_running_again_does_nothing():
    gone, archived = over(), to_archive()
    make_plan(NOW)

    with time_machine.travel(LATER, tick=False):
        assert execute(LATER) == 2
        assert execute(LATER) == 0

    gone.refresh_from_db()
    archived.refresh_from_db()
    assert gone.erased_at
    assert (archived.archive_reason, archived.erased_at) == ("expired", None)
    expired = GroundEvent.objects.get(candidate=archived, kind="expired")
    assert (expired.purpose, expired.actor) == ("pool", "retention run")
    assert states() == [("erase", "done"), ("archive", "done")]


def test_an_archived_person_goes_when_the_evidence_clock_ends():
    candidate = to_archive()
    make_plan(NOW)
    execute(LATER)
    year_later = NOW + timedelta(days=340)

    make_plan(year_later)
    execute(year_later + RetentionPlan.VISIBLE_FOR)

    candidate.refresh_from_db()
    assert candidate.erased_at


def test_a_hold_placed_meanwhile_keeps_the_record(privacy_officer):
    people = [over() for _ in range(3)]
    assert make_plan(NOW).items.count() == 3
    review = timezone.localdate() + timedelta(days=30)
    place_hold(people[0], matter="Claim", reason="x", review_on=review, by=privacy_officer)

    execute(LATER)

    assert Candidate.objects.kept().get() == people[0]
    assert sorted(states()) == [("erase", "done"), ("erase", "done"), ("erase", "dropped")]
    assert make_plan(LATER) is None


def test_a_yes_that_comes_meanwhile_keeps_the_record():
    candidate = over()
    make_plan(NOW)
    GroundEventFactory(candidate=candidate, kind="renewed", occurred_at=NOW, expires_at=None)

    execute(LATER)

    assert Candidate.objects.live().get() == candidate
    assert RetentionItem.objects.get().problem == (
        "Something changed meanwhile, and it is no longer due."
    )


def test_a_veto_puts_off_by_a_week_three_times(privacy_officer):
    over()
    at = NOW
    for _ in range(3):
        item = make_plan(at).items.get()
        veto(item, "Her reply is expected.", by=privacy_officer, now=at)
        assert execute(at + RetentionPlan.VISIBLE_FOR) == 0
        assert make_plan(at + timedelta(days=6)) is None
        at += timedelta(days=7, minutes=1)
    item = make_plan(at).items.get()

    refused("too_often", veto, item, "Once more.", by=privacy_officer, now=at)


def test_a_veto_needs_a_reason_and_something_planned(privacy_officer):
    over()
    item = make_plan(NOW).items.get()

    refused("no_reason", veto, item, " ", by=privacy_officer, now=NOW)
    veto(item, "Wait.", by=privacy_officer, now=NOW)
    refused("settled", veto, item, "Wait.", by=privacy_officer, now=NOW)


def test_the_tasks_may_run_twice():
    over()

    with time_machine.travel(NOW, tick=False):
        assert (plan_retention(), plan_retention()) == (1, 0)
    with time_machine.travel(LATER, tick=False):
        assert (execute_retention(), execute_retention()) == (1, 0)


def test_the_page_shows_the_plan_and_takes_a_veto(signed_in, privacy_officer):
    over(name="Ann Vane")
    over(name="Ottoline Hidden", archived=True)
    make_plan(timezone.now())
    client = signed_in(privacy_officer)
    item = RetentionItem.objects.get(candidate__name="Ann Vane")
    address = reverse("candidates:retention_veto", args=[item.public_id])

    page = client.get(reverse("candidates:retention"))
    empty = client.post(address, {"reason": ""})
    done = client.post(address, {"reason": "Her reply is expected."})

    assertContains(page, "Ann Vane")
    assertNotContains(page, "Ottoline")
    assertContains(page, "What allowed us to keep the profile has ended.")
    assert empty.status_code == 422
    assert done.headers["Location"] == reverse("candidates:retention")
    item.refresh_from_db()
    assert item.state == "vetoed"


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_at_any_size(
    people, signed_in, privacy_officer, django_assert_num_queries
):
    for _ in range(people):
        over()
    make_plan(timezone.now())
    client = signed_in(privacy_officer)

    with django_assert_num_queries(6):  # session, user, rows, counts, settled
        client.get(reverse("candidates:retention"))

"""Two at once at a saved view, a hold, a follow-up: the later one sees it, and loses nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts import audit
from accounts.models import AuditEvent
from candidates.actions.follow_ups import finish_follow_up, move_follow_up
from candidates.actions.holds import lift_hold, place_hold, review_hold
from candidates.actions.saved_views import change_view, delete_view, save_view
from candidates.models import FollowUp, LegalHold, SavedView
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory, FollowUpFactory, LegalHoldFactory
from tests.pages import sent_by

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
TUESDAY, FRIDAY, MUCH_LATER = date(2026, 11, 24), date(2026, 11, 27), date(2027, 3, 1)
AT = "on 23 November 2026 at 09:00"  # in UTC, where everybody is here


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23 09:00Z", tick=False):
        yield


@pytest.fixture
def jonas():
    return UserFactory(name="Jonas Ek", privacy_officer=True)


def code_of(action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    return refusal.value.code


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# ------------------------------------------------------------------ who and when


def test_who_changed_something_last_is_said_with_the_moment(recruiter, jonas):
    hold, another = LegalHoldFactory.create_batch(2)
    review_hold(hold, FRIDAY, by=jonas)
    audit.read(recruiter, "hold", hold)
    review_hold(another, FRIDAY, by=recruiter)

    assert audit.last_change(hold) == f"by Jonas Ek {AT}"
    assert audit.last_change(hold, "hold.lifted") == "by somebody else"
    assert audit.last_change(None) == "by somebody else"
    with timezone.override("Asia/Tokyo"):
        assert audit.last_change(hold) == "by Jonas Ek on 23 November 2026 at 18:00"


def test_a_task_that_changed_something_is_named_as_it_is(recruiter):
    view = save_view("Late", "", by=recruiter)
    AuditEvent.objects.create(
        actor="nightly run",
        verb="view.changed",
        subject_type="candidates.savedview",
        subject_id=str(view.pk),
    )

    assert audit.last_change(view, "view.changed") == f"by nightly run {AT}"


# ------------------------------------------------------------------ saved views


@pytest.mark.parametrize("place", ["people", "pipeline"])
def test_a_view_changed_on_another_page_is_shown_beside_what_was_typed(
    staff_client, recruiter, place
):
    view, page = a_view(recruiter, place)
    sent = sent_by(staff_client.get(page).context["form"])
    change_view(view, by=recruiter, name="Late in Porto")

    refused = staff_client.post(page, sent | {"name": "Late in Lisbon"})

    assertContains(refused, f"Saved meanwhile by Rowan Ashdown {AT}", status_code=422)
    (name,) = refused.context["differences"]
    assert [one.text for one in name.options] == ["Late in Lisbon", "Late in Porto", "Late"]
    view.refresh_from_db()
    assert view.name == "Late in Porto"

    staff_client.post(page, dict(refused.context["settled"]) | {"name": "Late in Lisbon"})

    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("Late in Lisbon", False, "late=on")


def test_readers_whom_a_view_got_meanwhile_are_said_in_words(staff_client, recruiter):
    view, page = a_view(recruiter, "people")
    sent = sent_by(staff_client.get(page).context["form"])
    change_view(view, by=recruiter, is_shared=True)

    refused = staff_client.post(page, sent | {"name": "Soon"})

    (readers,) = refused.context["differences"]
    assert [(one.text, one.is_chosen) for one in readers.options] == [
        ("no", False), ("yes", True), ("no", False),
    ]  # fmt: skip

    staff_client.post(page, dict(refused.context["settled"]) | {"is_shared": "True"})

    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Soon", True)


@pytest.mark.parametrize("values", [{"name": "Elsewhere"}, {}])
def test_what_nobody_else_touched_or_both_said_is_no_conflict(staff_client, recruiter, values):
    view, page = a_view(recruiter, "people")
    sent = sent_by(staff_client.get(page).context["form"])
    change_view(view, by=recruiter, query="tag=7", **values)

    done = staff_client.post(page, sent | values | {"is_shared": "on"})

    view.refresh_from_db()
    assert (done.status_code, view.is_shared, view.query) == (302, True, "tag=7")


@pytest.mark.parametrize("place", ["people", "pipeline"])
def test_the_list_of_a_view_is_not_put_over_another_in_silence(staff_client, recruiter, place):
    view, page = a_view(recruiter, place)
    change_view(view, by=recruiter, query="late=on&mine=on")
    wanted = "late=on&sort=name" if place == "people" else "late=on&skill="

    refused = staff_client.post(f"{page}/query", {"query": wanted, "was": "late=on"})

    (told,) = said(refused)
    assert told == (
        f"This view was changed meanwhile by Rowan Ashdown {AT}. To keep the list on this page"
        " instead, save it again."
    )
    assert "late=on" in refused.headers["Location"]
    assert "mine=on" not in refused.headers["Location"]
    view.refresh_from_db()
    assert view.query == "late=on&mine=on"

    staff_client.post(f"{page}/query", {"query": wanted, "was": "late=on&mine=on"})

    view.refresh_from_db()
    assert view.query != "late=on&mine=on"


def test_the_page_of_a_view_says_what_it_was_made_from(staff_client, recruiter):
    view, _ = a_view(recruiter, "people")

    page = staff_client.get(f"/people?late=on&country=PT&view={view.public_id}")

    assertContains(page, '<input type="hidden" name="was" value="late=on">', html=True)


def test_a_view_that_was_deleted_meanwhile_says_so(recruiter):
    view = save_view("Late", "", by=recruiter)
    SavedView.objects.all().delete()

    assert code_of(change_view, view, by=recruiter, name="Later") == "gone"
    assert code_of(delete_view, view, by=recruiter) == "gone"


def a_view(by, place):
    """Return a view, and the page on which its owner changes it."""
    if place == "people":
        view = save_view("Late", "late=on", by=by)
        return view, reverse("candidates:view", args=[view.public_id])
    job = JobFactory()
    view = save_view("Late", "late=on", by=by, place=f"pipeline:{job.public_id}")
    return view, reverse("applications:pipeline_view", args=[job.public_id, view.public_id])


# ------------------------------------------------------------------ legal holds


def test_a_day_that_a_colleague_set_meanwhile_stands_until_somebody_insists(
    signed_in, privacy_officer, jonas
):
    client, hold = signed_in(privacy_officer), LegalHoldFactory()
    was = hold.review_on.isoformat()
    review_hold(hold, FRIDAY, by=jonas)
    page = reverse("candidates:hold_review", args=[hold.public_id])

    refused = client.post(page, {"review_on": MUCH_LATER.isoformat(), "was": was})

    assertContains(
        refused,
        f"Said meanwhile to be still needed, by Jonas Ek {AT}: look again on 27 November 2026."
        " Press the button again to set yours.",
        status_code=422,
    )
    assertContains(refused, 'value="2027-03-01"', status_code=422)  # what was typed
    assertContains(refused, 'name="was" value="2026-11-27"', count=2, status_code=422)
    assert LegalHold.objects.get().review_on == FRIDAY

    client.post(page, {"review_on": MUCH_LATER.isoformat(), "was": "2026-11-27"})

    assert LegalHold.objects.get().review_on == MUCH_LATER


def test_a_hold_that_a_colleague_still_needs_is_not_lifted_unseen(
    signed_in, privacy_officer, jonas
):
    client, hold = signed_in(privacy_officer), LegalHoldFactory()
    was = hold.review_on.isoformat()
    review_hold(hold, FRIDAY, by=jonas)
    page = reverse("candidates:hold_lift", args=[hold.public_id])

    refused = client.post(page, {"why": "Settled out of court.", "was": was})

    assertContains(refused, "Press the button again to lift it all the same.", status_code=422)
    assertContains(refused, 'value="Settled out of court."', status_code=422)
    assert LegalHold.objects.active().exists()

    client.post(page, {"why": "Settled out of court.", "was": "2026-11-27"})

    assert LegalHold.objects.get().lift_reason == "Settled out of court."


def test_a_hold_that_a_colleague_lifted_says_who_and_keeps_what_was_typed(
    signed_in, privacy_officer, jonas
):
    LegalHoldFactory.create_batch(3, review_on=TUESDAY)
    hold = LegalHoldFactory()
    lift_hold(hold, "They withdrew it.", by=jonas)
    client = signed_in(privacy_officer)

    refused = client.post(
        reverse("candidates:hold_lift", args=[hold.public_id]), {"why": "Settled out of court."}
    )

    assertContains(refused, f"This hold is lifted already, by Jonas Ek {AT}.", status_code=422)
    assertContains(refused, "You typed: <bdi>Settled out of court.</bdi>", status_code=422)
    assertContains(refused, "They withdrew it.", status_code=422)
    assert refused.context["holds"][0] == hold  # on top, and once
    assert len(refused.context["holds"]) == 4
    assertNotContains(client.get(reverse("candidates:holds")), "You typed")


def test_the_same_day_is_no_conflict(privacy_officer, jonas):
    hold = LegalHoldFactory()
    was = hold.review_on
    review_hold(hold, FRIDAY, by=jonas)

    review_hold(hold, FRIDAY, by=privacy_officer, was=was)

    assert LegalHold.objects.get().review_on == FRIDAY


def test_who_placed_the_same_hold_before_is_said(signed_in, privacy_officer, jonas):
    candidate = CandidateFactory()
    values = {"matter": "Claim 14/2026", "reason": "They claim.", "review_on": FRIDAY}
    place_hold(candidate, by=jonas, **values)

    refused = signed_in(privacy_officer).post(
        reverse("candidates:hold_new", args=[candidate.public_id]),
        values | {"reason": "A letter of their lawyer.", "review_on": "2026-12-01"},
    )

    text = f"This matter holds them already: placed by Jonas Ek {AT}."
    assertContains(refused, text, status_code=422)
    assertContains(refused, "A letter of their lawyer.", status_code=422)


# ------------------------------------------------------------------ follow-ups


def test_a_follow_up_that_a_colleague_moved_stays_there_until_somebody_insists(
    staff_client, recruiter, jonas
):
    follow_up = FollowUpFactory(owner=recruiter, on=MONDAY)
    move_follow_up(follow_up, FRIDAY, by=jonas)
    page = reverse("candidates:follow_up_move", args=[follow_up.public_id])

    refused = staff_client.post(page, {"on": "2026-12-01", "was": "2026-11-23"})

    assertContains(
        refused,
        f"Moved to 27 November 2026 meanwhile, by Jonas Ek {AT}. Press the button again to move it"
        " to 1 December 2026 all the same.",
        status_code=422,
    )
    assertContains(refused, '<details class="disclosure" open>', status_code=422)
    assertContains(refused, 'name="on" value="2026-12-01"', status_code=422)
    assertContains(refused, 'name="was" value="2026-11-27"', count=3, status_code=422)
    assert FollowUp.objects.get().on == FRIDAY

    staff_client.post(page, {"on": "2026-12-01", "was": "2026-11-27"})

    assert FollowUp.objects.get().on == date(2026, 12, 1)


def test_a_button_of_today_does_not_move_what_was_moved_meanwhile(staff_client, recruiter, jonas):
    follow_up = FollowUpFactory(owner=recruiter, on=MONDAY)
    today = staff_client.get(reverse("today"))
    move_follow_up(follow_up, MONDAY + timedelta(days=4), by=jonas)
    page = reverse("candidates:follow_up_move", args=[follow_up.public_id])

    refused = staff_client.post(page, {"when": "tomorrow", "back": "today", "was": "2026-11-23"})

    assertContains(today, '<input type="hidden" name="was" value="2026-11-23">', html=True, count=2)
    assertContains(refused, f"meanwhile, by Jonas Ek {AT}", status_code=422)
    assert FollowUp.objects.get().on == FRIDAY


def test_moving_to_the_day_that_a_colleague_chose_is_no_conflict(recruiter, jonas):
    follow_up = FollowUpFactory(on=MONDAY)
    move_follow_up(follow_up, TUESDAY, by=jonas)

    move_follow_up(follow_up, TUESDAY, by=recruiter, was=MONDAY)

    assert AuditEvent.objects.filter(verb="follow_up.moved").count() == 1


def test_who_did_a_follow_up_already_is_said(staff_client, recruiter, jonas):
    follow_up = FollowUpFactory(owner=recruiter, on=MONDAY)
    finish_follow_up(follow_up, by=jonas)

    refused = staff_client.post(
        reverse("candidates:follow_up_done", args=[follow_up.public_id]),
        headers={"HX-Request": "true"},
    )

    assertContains(refused, f"This follow-up is done already, by Jonas Ek {AT}.", status_code=422)

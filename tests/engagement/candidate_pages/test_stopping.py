"""Page B and the one click: job emails stop with one press, and come back with one."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from candidates.models import Activity, Candidate, GroundEvent, PreferenceChange
from engagement import links
from engagement.actions.preferences import reduce, say_why
from engagement.choices import Choices, Kinds
from engagement.links import Purpose
from engagement.models import Message
from engagement.recipients import standing_of
from tests.engagement.candidate_pages.links import LINK, checksum, hidden, text_of
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.django_db


def test_page_b_stops_with_one_post(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True)
    assert "Stop all job emails to" in text_of(page)

    done = visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "stop"})

    shown = text_of(visitor.get(done["Location"]))
    assert "You will get no more job emails from Larkspur Tidal Works." in shown
    assert standing_of(candidate).choices.stopped


def test_page_b_works_without_the_cookie(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True)

    done = Client().post("/u/", {"proof": hidden(page, "proof"), "do": "stop"}, follow=True)

    assert "You will get no more job emails" in text_of(done)


def test_page_b_can_leave_out_one_kind_of_work(visitor: Client, jobs: None) -> None:
    candidate = CandidateFactory()
    message = MessageFactory(
        candidate=candidate,
        enrolment__candidate=candidate,
        enrolment__campaign__job__family="Turbine",
    )
    address = links.path(Purpose.STOP, candidate.public_id, message.public_id)
    page = visitor.get(address, follow=True)
    assert "Only stop emails about Turbine jobs" in text_of(page)
    data = {"proof": hidden(page, "proof"), "do": "family", "family": hidden(page, "family")}

    visitor.post("/u/", data)

    only = standing_of(candidate).choices.only
    assert only is not None
    assert "Turbine" not in only.families
    assert "Electrical" in only.families


@pytest.mark.usefixtures("jobs")
def test_page_b_never_drops_the_last_kind_of_work_by_that_button(visitor: Client) -> None:
    candidate = CandidateFactory()
    reduce(candidate, Choices(only=Kinds(families=frozenset({"Turbine"}))), channel=LINK)
    page = visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True)

    visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "family", "family": "Turbine"})

    assert standing_of(candidate).choices.only == Kinds(families=frozenset({"Turbine"}))
    assert not standing_of(candidate).choices.stopped


def test_c04_one_click_needs_no_cookie_token_or_redirect(visitor: Client) -> None:
    message = MessageFactory()
    address = links.one_click_url(message).partition("://")[2].partition("/")[2]

    for _ in range(3):
        response = visitor.post(
            f"/{address}", "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert (response.status_code, response.content, response.cookies) == (200, b"", {})

    assert standing_of(message.candidate).choices.stopped
    assert GroundEvent.objects.filter(kind="withdrawn").get().channel == "one_click"


def test_c05_get_on_the_one_click_address_shows_page_b(visitor: Client) -> None:
    message = MessageFactory()
    address = links.path(Purpose.ONE_CLICK, message.candidate.public_id, message.public_id)

    page = visitor.get(address, follow=True)

    assert "Stop all job emails to" in text_of(page)
    assert not standing_of(message.candidate).choices.stopped


def test_x29_a_thousand_unsubscribes_are_never_slowed_down(visitor: Client) -> None:
    candidate = CandidateFactory()
    address = links.path(Purpose.ONE_CLICK, candidate.public_id, uuid4())

    answers = {visitor.post(address).status_code for _ in range(300)}

    assert answers == {200}


def test_c20_an_erased_person_may_press_one_click(visitor: Client) -> None:
    erased = CandidateFactory(erased=True)
    before = checksum()

    response = visitor.post(links.path(Purpose.ONE_CLICK, erased.public_id, uuid4()))

    assert (response.status_code, response.content) == (200, b"")
    assert checksum() == before


def test_c22_a_stop_link_of_an_old_key_still_stops(visitor: Client, settings: LazySettings) -> None:
    candidate = CandidateFactory()
    settings.LINK_KEYS = ["old"]
    with time_machine.travel(datetime(2023, 11, 23, tzinfo=UTC)):
        address = links.path(Purpose.ONE_CLICK, candidate.public_id, uuid4())
    settings.LINK_KEYS = ["new", "old"]

    assert visitor.post(address).status_code == 200

    assert standing_of(candidate).choices.stopped


def test_c15_undo_by_the_link_of_the_confirmation(visitor: Client) -> None:
    candidate = CandidateFactory()
    reduce(candidate, Choices(stopped=True), channel=LINK)
    text = Message.objects.get().text
    address = "/undo/" + text.partition("/undo/")[2].split()[0]
    page = visitor.get(address, follow=True)
    assert "Take this change back?" in text_of(page)
    assert standing_of(candidate).choices.stopped

    done = visitor.post("/undo/", {"proof": hidden(page, "proof")}, follow=True)

    assert "We took that back" in text_of(done)
    assert not standing_of(candidate).choices.stopped


def test_an_undo_that_comes_too_late_is_explained(visitor: Client) -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, Choices(monthly=True), channel=LINK)
    assert change is not None
    reduce(candidate, Choices(stopped=True), channel=LINK)
    page = visitor.get(links.path(Purpose.UNDO, candidate.public_id, change.public_id), follow=True)

    response = visitor.post("/undo/", {"proof": hidden(page, "proof")})

    assert response.status_code == 422
    assert "Your choices were changed again after that." in text_of(response)


def test_who_stopped_is_not_told_that_they_never_agreed(visitor: Client) -> None:
    candidate = CandidateFactory()
    reduce(candidate, Choices(stopped=True), channel=LINK)

    page = text_of(visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True))

    assert "You stopped these on" in page
    assert "no record that you agreed" not in page


def test_whoever_paused_that_long_is_not_asked_to_pause_again(visitor: Client) -> None:
    candidate = CandidateFactory()
    address = links.path(Purpose.PAUSE, candidate.public_id)
    page = visitor.get(address, follow=True)
    assert "Pause for 3 months, until" in text_of(page)
    visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "pause"})

    again = text_of(visitor.get(address, follow=True))
    stop = text_of(visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True))

    for shown in (again, stop):
        assert "Pause for 3 months" not in shown
        assert shown.count("Job emails are paused until") == 1
        assert 'value="stop"' in shown
    assert "button-primary" not in again
    assert "button-primary" in stop


def test_whoever_paused_for_less_can_pause_for_longer(visitor: Client) -> None:
    candidate = CandidateFactory()
    soon = datetime.now(UTC).date() + timedelta(days=20)
    reduce(candidate, Choices(paused_until=soon), channel=LINK)

    page = text_of(visitor.get(links.path(Purpose.PAUSE, candidate.public_id), follow=True))

    assert "Job emails are paused until" in page
    assert "Pause for 3 months, until" in page


def stopped_by(visitor: Client, candidate: Candidate) -> HttpResponse:
    """The page after a stop by the link."""
    page = visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True)
    done = visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "stop"})
    return visitor.get(done["Location"])


def form_of_why(page: HttpResponse) -> dict[str, str]:
    """What the form sends beside the choice; the form of the undo has a proof of its own."""
    form = text_of(page).partition("Why did you stop them?")[0].rpartition("<form")[2]
    return {name: hidden(HttpResponse(form), name) for name in ("proof", "change")}


def test_after_a_stop_one_may_say_why_and_it_changes_nothing_else(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = stopped_by(visitor, candidate)
    assert "Why did you stop them?" in text_of(page)
    data = form_of_why(page) | {"why": "wrong_jobs"}

    thanks = visitor.post("/u/", data, follow=True)
    visitor.post("/u/", data | {"why": "found"})

    assert "Thank you for saying why." in text_of(thanks)
    assert "You will get no more job emails" in text_of(thanks)
    assert "Why did you stop them?" not in text_of(thanks)
    assert PreferenceChange.objects.get().why == "wrong_jobs"
    lines = [line.text for line in Activity.objects.filter(kind="preference.why")]
    assert lines == ["Said why they stopped job emails: the wrong jobs. By the link in an email."]
    assert standing_of(candidate).choices.stopped


@pytest.mark.parametrize("why", ["", "nonsense"])
def test_nobody_has_to_say_why(visitor: Client, why: str) -> None:
    page = stopped_by(visitor, CandidateFactory())
    data = form_of_why(page) | {"why": why}

    shown = visitor.post("/u/", data, follow=True)

    assert shown.status_code == 200
    assert PreferenceChange.objects.get().why == ""


def test_why_is_said_of_ones_own_stop_alone(visitor: Client) -> None:
    stopped_by(visitor, CandidateFactory())
    theirs = PreferenceChange.objects.get()
    page = visitor.get(links.path(Purpose.STOP, CandidateFactory().public_id), follow=True)

    for change in (theirs.public_id, uuid4(), "nonsense"):
        data = {"proof": hidden(page, "proof"), "change": change, "why": "found"}
        assert visitor.post("/u/", data, follow=True).status_code == 200

    theirs.refresh_from_db()
    assert theirs.why == ""


def test_a_change_that_is_no_stop_has_no_why(visitor: Client) -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, Choices(monthly=True), channel=LINK)

    page = text_of(visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True))
    say_why(candidate, change.public_id, "found")

    change.refresh_from_db()
    assert change.why == ""
    assert "Why did you stop them?" not in page

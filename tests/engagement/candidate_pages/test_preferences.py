"""Page A, the preferences: what holds, what is narrowed, paused and said, without any script."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from candidates.clocks import clock_of
from candidates.models import Candidate, ExtensionRequest, GroundEvent, Preference, PreferenceChange
from engagement import links
from engagement.actions.preferences import reduce
from engagement.choices import Choices, Kinds
from engagement.links import Purpose
from engagement.recipients import standing_of
from tests.engagement.candidate_pages.links import LINK, PAGES, all_links, checksum, hidden, text_of
from tests.factories.candidates import CandidateFactory, GroundEventFactory, PreferenceFactory
from tests.factories.privacy import ending_in

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("jobs")
def test_page_a_shows_what_holds_and_nothing_about_the_person(visitor: Client) -> None:
    candidate = CandidateFactory(name="Ines Duarte", email__address="ines.duarte@mail.example")

    response = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)

    page = text_of(response)
    assert "Your job emails from Larkspur Tidal Works" in page
    assert "i•••@m•••.example" in page
    assert "ines.duarte" not in page
    assert "Duarte" not in page
    assert len(response.content) < 40_000


@pytest.mark.usefixtures("jobs")
def test_c07_after_a_stop_the_page_shows_what_holds_now(visitor: Client) -> None:
    candidate = CandidateFactory()
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
        data = {"proof": hidden(page, "proof"), "version": "0", "often": "never"}

        saved = visitor.post("/p/", data)

        assert saved.status_code == 303
        shown = text_of(visitor.get(saved["Location"]))
        assert "You will get no more job emails." in shown
        again = text_of(visitor.get("/p/"))
        assert "You stopped these on 23 November 2026." in again
        assert "Save my choices" not in again
    assert GroundEvent.objects.filter(candidate=candidate, kind="withdrawn").count() == 1


@pytest.mark.usefixtures("jobs")
def test_a_pause_is_saved_with_its_date_in_words(visitor: Client) -> None:
    candidate = CandidateFactory()
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
        data = {
            "proof": hidden(page, "proof"),
            "version": "0",
            "often": "pause",
            "pause_for": "3",
            "which": "any",
        }
        saved = visitor.post("/p/", data)
        shown = text_of(visitor.get(saved["Location"]))

    assert "Job emails are paused until 23 February 2027 and will start again then." in shown
    assert "Undo" in shown
    assert Preference.objects.get().paused_until == date(2027, 2, 23)


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Choose the date until which we should pause."),
        ("2026-11-23", "Choose a date that is still to come."),
        ("2027-11-24", "Choose a date up to 23 November 2027."),
        ("soon", "Give the date as day, month and year."),
    ],
)
def test_a_pause_without_a_usable_date_is_explained(visitor: Client, given: str, said: str) -> None:
    candidate = CandidateFactory()
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
        data = {
            "proof": hidden(page, "proof"),
            "version": "0",
            "often": "pause",
            "pause_for": "date",
            "pause_until": given,
            "which": "any",
        }
        response = visitor.post("/p/", data)

    assert response.status_code == 422
    assert said in text_of(response)
    assert 'href="#id_pause_until"' in text_of(response)
    assert PreferenceChange.objects.count() == 0


@pytest.mark.usefixtures("jobs")
def test_unticking_narrows(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
    data = {
        "proof": hidden(page, "proof"),
        "version": "0",
        "often": "weekly",
        "which": "only",
        "families": ["Electrical"],
        "places": ["Electrical town", "Turbine town"],
        "work_modes": ["on_site"],
        "levels": ["3", "4"],
    }

    visitor.post("/p/", data)

    assert standing_of(candidate).choices.only == Kinds(
        families=frozenset({"Electrical"}),
        places=frozenset({"Electrical town", "Turbine town"}),
        work_modes=frozenset({"on_site"}),
        levels=frozenset({3, 4}),
    )


@pytest.mark.usefixtures("jobs")
def test_unticking_the_last_box_never_means_everything(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
    data = {
        "proof": hidden(page, "proof"),
        "version": "0",
        "often": "weekly",
        "which": "only",
        "places": ["Electrical town"],
        "work_modes": ["on_site"],
        "levels": ["3"],
    }

    response = visitor.post("/p/", data)

    assert response.status_code == 422
    assert "Nothing is left here, so no job could match." in text_of(response)
    assert "Stop all job emails" in text_of(response)
    assert PreferenceChange.objects.count() == 0


@pytest.mark.usefixtures("jobs")
def test_c09_boxes_that_are_not_offered_cannot_be_ticked(visitor: Client) -> None:
    candidate = CandidateFactory()
    PreferenceFactory(
        candidate=candidate,
        is_narrowed=True,
        families=["Electrical"],
        places=["Electrical town"],
        work_modes=["on_site"],
        levels=[3],
    )
    page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
    assert "Turbine" not in text_of(page)
    data = {
        "proof": hidden(page, "proof"),
        "version": hidden(page, "version"),
        "often": "weekly",
        "which": "any",
        "families": ["Electrical", "Turbine", "x" * 5000],
        "places": ["Electrical town"],
        "work_modes": ["on_site", "remote"],
        "levels": ["3", "6"],
    }

    visitor.post("/p/", data)

    assert standing_of(candidate).choices.only == Kinds(
        families=frozenset({"Electrical"}),
        places=frozenset({"Electrical town"}),
        work_modes=frozenset({"on_site"}),
        levels=frozenset({3}),
    )


@pytest.mark.usefixtures("jobs")
def test_c08_two_tabs_show_both_and_never_switch_back_on(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
    reduce(candidate, Choices(monthly=True), channel=LINK)
    data = {
        "proof": hidden(page, "proof"),
        "version": hidden(page, "version"),
        "often": "pause",
        "pause_for": "6",
        "which": "any",
    }

    response = visitor.post("/p/", data)

    assert response.status_code == 409
    assert "Your choices were changed after you opened this page" in text_of(response)
    assert "You will get at most one job email a month." in text_of(response)
    assert standing_of(candidate).choices == Choices(monthly=True)
    data |= {"proof": hidden(response, "proof"), "version": hidden(response, "version")}
    visitor.post("/p/", data)
    held = standing_of(candidate).choices
    assert (held.monthly, held.paused_until is not None) == (True, True)


@pytest.mark.usefixtures("jobs")
def test_c08_an_older_tab_cannot_lift_a_stop(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PREFERENCES, candidate.public_id), follow=True)
    reduce(candidate, Choices(stopped=True), channel=LINK)
    data = {
        "proof": hidden(page, "proof"),
        "version": hidden(page, "version"),
        "often": "weekly",
        "which": "any",
    }

    response = visitor.post("/p/", data)

    assert response.status_code == 409
    assert "Stopped stays stopped." in text_of(response)
    assert standing_of(candidate).choices.stopped


def test_c02_a_post_without_the_proof_of_a_rendered_form_changes_nothing(visitor: Client) -> None:
    candidate = CandidateFactory()
    visitor.get(links.path(Purpose.STOP, candidate.public_id))
    before = checksum()

    assert visitor.post("/u/", {"do": "stop"}).status_code == 404
    assert visitor.post("/p/", {"often": "never"}).status_code == 404

    assert checksum() == before


def test_the_pause_link_puts_the_pause_in_front(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PAUSE, candidate.public_id), follow=True)
    assert "for 3 months?" in text_of(page)

    visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "pause"})

    assert standing_of(candidate).choices.paused_until is not None


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize("purpose", [*PAGES])
def test_p09_opening_is_no_contact_and_a_post_is_one(purpose: Purpose, visitor: Client) -> None:
    """The clock of somebody whose law counts from the last contact (France: two years)."""
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    contact = datetime(2026, 6, 1, 10, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        candidate = CandidateFactory(without_consent=True, country="FR", last_contact_at=contact)
        GroundEventFactory(candidate=candidate, occurred_at=contact, expires_at=None)
        links_of = all_links(candidate)
        Candidate.objects.filter(pk=candidate.pk).update(last_contact_at=contact)
        ExtensionRequest.objects.update(ends_on=date(2028, 6, 1), extends_to=date(2030, 6, 1))

        for method in (visitor.get, visitor.head, visitor.options):
            method(links_of[purpose], follow=True)
        page = visitor.get(links_of[purpose], follow=True)
        assert clock_of(candidate).pool_ends == date(2028, 6, 1)

        if purpose == Purpose.ONE_CLICK:
            visitor.post(links_of[purpose])
        elif purpose != Purpose.WHY:  # it has nothing to press
            data = {"proof": hidden(page, "proof"), "version": "1", "often": "monthly"}
            do = "delete" if purpose == Purpose.EXTENSION else "stop"
            response = visitor.post(PAGES[purpose], data | {"do": do, "which": "any"})
            assert response.status_code == 303

        candidate.refresh_from_db()
        answered = purpose != Purpose.WHY
        assert candidate.last_contact_at == (now if answered else contact)
        assert clock_of(candidate).pool_ends == date(2028, 11, 23 if answered else 1).replace(
            month=11 if answered else 6
        )


@pytest.mark.usefixtures("jobs")
@pytest.mark.parametrize(("until", "is_said"), [("2126-12-24", True), ("2026-12-01", False)])
def test_c29_a_pause_beyond_the_end_says_that_the_details_go_first(
    visitor: Client, until: str, is_said: bool
) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False):
        candidate = ending_in(30)
        PreferenceFactory(candidate=candidate, paused_until=date.fromisoformat(until))
        address = links.path(Purpose.PREFERENCES, candidate.public_id)

        page = text_of(visitor.get(address, follow=True))

    assert ("Until 23 December 2026, to tell you about other jobs." in page) is True
    said = "unless you let us keep them longer, they are deleted then"
    assert (said in page) == is_said

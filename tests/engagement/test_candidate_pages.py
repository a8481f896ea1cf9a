"""The pages behind the links of an email, over HTTP and without any script."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from candidates.clocks import clock_of
from candidates.models import (
    Candidate,
    ExtensionRequest,
    GroundEvent,
    Preference,
    PreferenceChange,
)
from engagement import links
from engagement.actions.preferences import reduce
from engagement.choices import Choices, Kinds
from engagement.links import Purpose
from engagement.models import Message
from engagement.recipients import standing_of
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
)
from tests.factories.engagement import MessageFactory
from tests.factories.privacy import ExtensionRequestFactory, ending_in

pytestmark = pytest.mark.django_db

PAGES = {
    Purpose.PREFERENCES: "/p/",
    Purpose.STOP: "/u/",
    Purpose.PAUSE: "/u/",
    Purpose.ONE_CLICK: "/u1/",
    Purpose.WHY: "/why/",
    Purpose.UNDO: "/undo/",
    Purpose.EXTENSION: "/e/",
}
LINK = GroundEvent.Channel.LINK


@pytest.fixture(autouse=True)
def _organisation() -> None:
    OrganisationFactory()


@pytest.fixture
def visitor() -> Client:
    """A browser that nobody signed in with; unlike Django's default it checks CSRF."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def jobs() -> None:
    for family in ["Electrical", "Turbine"]:
        job = JobFactory(family=family)
        job.offices.add(OfficeFactory(city=f"{family} town"))


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text_of(response))
    assert found, name
    return found[1]


def checksum() -> dict[str, str]:
    """Return a checksum of every table of ours but the sessions of colleagues."""
    sums = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                f'FROM "{table}" t'
            )
            sums[table] = cursor.fetchone()[0]
    return sums


def all_links(candidate: Candidate | None = None) -> dict[Purpose, str]:
    candidate = candidate or ending_in(30)
    message = MessageFactory(candidate=candidate, enrolment__candidate=candidate)
    change = reduce(candidate, Choices(monthly=True), channel=LINK)
    assert change is not None
    about: dict[Purpose, UUID] = dict.fromkeys(Purpose, message.public_id)
    about[Purpose.UNDO] = change.public_id
    about[Purpose.EXTENSION] = ExtensionRequestFactory(candidate=candidate).public_id
    return {p: links.path(p, candidate.public_id, about[p]) for p in PAGES}


@pytest.mark.usefixtures("jobs")
def test_c_t1_looking_never_changes_anything(visitor: Client) -> None:
    addresses = all_links()
    before = checksum()

    for address in [*addresses.values(), *PAGES.values()]:
        for method in (visitor.get, visitor.head, visitor.options):
            response = method(address, follow=True)
            assert response.status_code in {200, 404, 405}

    assert checksum() == before


@pytest.mark.usefixtures("jobs")
def test_c01_every_link_of_a_mail_answers_a_scanner_with_a_page(visitor: Client) -> None:
    for address in all_links().values():
        response = visitor.get(address, follow=True)
        assert response.status_code == 200
        assert response.redirect_chain[0][1] == 303


@pytest.mark.usefixtures("jobs")
def test_x39_each_endpoint_refuses_the_tokens_of_all_others(visitor: Client) -> None:
    addresses = all_links()
    tokens = {purpose: address.rpartition("/")[2] for purpose, address in addresses.items()}
    for proof in set(Purpose) - set(tokens):
        tokens[proof] = links.make_token(proof, uuid4(), uuid4())
    before = checksum()

    for endpoint in ["/p/", "/u/", "/u1/", "/why/", "/undo/", "/e/", "/again/"]:
        for purpose, token in tokens.items():
            response = visitor.get(endpoint + token)
            expected = 303 if PAGES.get(purpose) == endpoint else 404
            if (endpoint, purpose) == ("/again/", Purpose.AGAIN):
                expected = 200  # it stays in the address: nobody is behind this one
            assert (endpoint, purpose, response.status_code) == (endpoint, purpose, expected)
    for endpoint, own in [
        ("/p/", Purpose.FORM),
        ("/u/", Purpose.FORM),
        ("/undo/", Purpose.UNDO),
        ("/e/", Purpose.ANSWER),
    ]:
        for purpose, token in tokens.items():
            if purpose != own:
                do = "keep" if endpoint == "/e/" else "stop"
                data = {"proof": token, "often": "never", "do": do}
                assert Client().post(endpoint, data).status_code == 404
    for purpose, token in tokens.items():
        if purpose != Purpose.ONE_CLICK:
            assert Client().post(f"/u1/{token}").status_code == 404

    assert checksum() == before


@pytest.mark.parametrize("endpoint", ["/p/", "/u/", "/u1/", "/why/", "/undo/", "/e/"])
@pytest.mark.parametrize("spoil", [lambda t: t[:-3], lambda t: t + "=", lambda t: "é" + t[1:]])
def test_c21_a_spoilt_link_says_that_it_is_incomplete(
    visitor: Client, endpoint: str, spoil: Callable[[str], str]
) -> None:
    purpose = next(p for p, path in PAGES.items() if path == endpoint)
    token = links.make_token(purpose, CandidateFactory().public_id, uuid4())

    response = visitor.get(endpoint + spoil(token))

    assert response.status_code == 404
    assert "That link is incomplete" in text_of(response)
    assert visitor.post(endpoint + spoil(token)).status_code in {404, 405}


@pytest.mark.usefixtures("jobs")
def test_the_token_goes_into_a_cookie_and_out_of_the_address(visitor: Client) -> None:
    address = links.path(Purpose.PREFERENCES, CandidateFactory().public_id)

    response = visitor.get(address)

    assert (response.status_code, response["Location"]) == (303, "/p/")
    cookie = response.cookies["__Host-preferences"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    page = visitor.get("/p/")
    assert [page[name] for name in ("Cache-Control", "Referrer-Policy")] == [
        "no-store",
        "no-referrer",
    ]
    assert list(page.cookies) == []  # one cookie is one cookie


def test_in_production_the_cookie_is_bound_to_the_host(
    visitor: Client, settings: LazySettings
) -> None:
    settings.DEBUG = False

    response = visitor.get(links.path(Purpose.STOP, CandidateFactory().public_id), secure=True)

    cookie = response.cookies["__Host-stop"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


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


def test_the_pause_link_puts_the_pause_in_front(visitor: Client) -> None:
    candidate = CandidateFactory()
    page = visitor.get(links.path(Purpose.PAUSE, candidate.public_id), follow=True)
    assert "for 3 months?" in text_of(page)

    visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "pause"})

    assert standing_of(candidate).choices.paused_until is not None


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


@pytest.mark.usefixtures("jobs")
def test_c17_an_old_link_opens_the_present_state(visitor: Client) -> None:
    candidate = CandidateFactory()
    with time_machine.travel(datetime(2024, 5, 1, tzinfo=UTC)):
        address = links.path(Purpose.PREFERENCES, candidate.public_id)
    reduce(candidate, Choices(stopped=True), channel=LINK)

    assert "You stopped these on" in text_of(visitor.get(address, follow=True))


def test_c18_an_old_link_finds_the_record_after_a_merge(visitor: Client) -> None:
    survivor = CandidateFactory(email__address="kept@survivor.example")
    middle = CandidateFactory(without_email=True, merged_into=survivor)
    merged = CandidateFactory(without_email=True, merged_into=middle)
    page = visitor.get(links.path(Purpose.STOP, merged.public_id), follow=True)
    assert "k•••@s•••.example" in text_of(page)

    visitor.post("/u/", {"proof": hidden(page, "proof"), "do": "stop"})

    assert standing_of(survivor).choices.stopped


def test_no_log_holds_a_token(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    token = links.make_token(Purpose.PREFERENCES, CandidateFactory().public_id)

    visitor.get(f"/p/{token[:-1]}")
    visitor.get(f"/u/{token}")

    assert token[:20] not in caplog.text


@pytest.mark.parametrize("purpose", [*PAGES])
def test_c19_erased_and_never_known_get_the_same_page(purpose: Purpose, visitor: Client) -> None:
    erased = CandidateFactory(erased=True)
    addresses = [links.path(purpose, uuid, uuid4()) for uuid in (erased.public_id, uuid4())]
    before = checksum()

    pages = [visitor.get(address, follow=True) for address in addresses]

    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].content == pages[1].content
    assert "We hold no details for this link" in text_of(pages[0])
    assert checksum() == before


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


def test_p36_why_tells_the_stored_facts_and_the_role(visitor: Client) -> None:
    approver = UserFactory(name="Mina Aldaco", title="Senior recruiter")
    message = MessageFactory(
        campaign__approved_by=approver, enrolment__campaign__approved_by=approver
    )

    page = text_of(
        visitor.get(
            links.path(Purpose.WHY, message.candidate.public_id, message.public_id), follow=True
        )
    )

    assert message.job.title in page
    assert "Senior recruiter" in page
    assert "Mina" not in page
    assert "No software rejects anyone here." in page


def test_why_shows_nothing_of_a_message_to_somebody_else(visitor: Client) -> None:
    message, other = MessageFactory(), CandidateFactory()

    page = visitor.get(links.path(Purpose.WHY, other.public_id, message.public_id), follow=True)

    assert "We hold no details for this link" in text_of(page)


def test_a_second_address_is_never_shown(visitor: Client) -> None:
    candidate = CandidateFactory(email__address="first@one.example")
    EmailAddressFactory(candidate=candidate, address="second@two.example")

    page = text_of(visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True))

    assert "f•••@o•••.example" in page
    assert "s•••@t•••.example" not in page


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

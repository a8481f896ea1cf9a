"""How a link of an email leads to its page: what it shows, keeps and refuses, and to whom."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from engagement import links
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.links import Purpose
from engagement.recipients import standing_of
from tests.engagement.candidate_pages.links import LINK, PAGES, all_links, checksum, hidden, text_of
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


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
    assert '<a href="/s/">Ask for a code</a>' in text_of(response)
    assert "What we do with your details" in text_of(response)
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

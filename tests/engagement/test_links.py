from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from candidates.models import Candidate
from engagement import links
from engagement.links import Bad, Opened, Purpose
from engagement.listing import without_personal_links


def test_a_token_says_what_it_was_made_for() -> None:
    candidate, message = uuid4(), uuid4()
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)

    token = links.make_token(Purpose.STOP, candidate, message, at=at)

    assert links.open_token(Purpose.STOP, token) == Opened(Purpose.STOP, candidate, message, at)


def test_a_token_without_a_message_says_so() -> None:
    candidate = uuid4()

    opened = links.open_token(Purpose.PREFERENCES, links.make_token(Purpose.PREFERENCES, candidate))

    assert isinstance(opened, Opened)
    assert (opened.candidate, opened.about) == (candidate, None)


@pytest.mark.parametrize(("made", "asked"), list(product(Purpose, Purpose)))
def test_a_token_opens_at_its_own_purpose_only(made: Purpose, asked: Purpose) -> None:
    opened = links.open_token(asked, links.make_token(made, uuid4(), uuid4()))

    assert isinstance(opened, Opened) == (made == asked)


def test_any_flipped_bit_makes_a_token_bad() -> None:
    token = links.make_token(Purpose.PREFERENCES, uuid4(), uuid4())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    for place, letter in enumerate(token):
        for bit in range(6):
            other = alphabet[alphabet.index(letter) ^ (1 << bit)]
            flipped = token[:place] + other + token[place + 1 :]
            assert links.open_token(Purpose.PREFERENCES, flipped) == Bad()


def test_a_truncated_or_extended_token_is_bad() -> None:
    token = links.make_token(Purpose.PREFERENCES, uuid4(), uuid4())

    for length in range(len(token)):
        assert links.open_token(Purpose.PREFERENCES, token[:length]) == Bad()
    for tail in ["A", "=", "\n", " ", "%0A", "A" * 22]:
        assert links.open_token(Purpose.PREFERENCES, token + tail) == Bad()


@given(st.text())
def test_no_text_whatever_raises(text: str) -> None:
    assert links.open_token(Purpose.PREFERENCES, text) == Bad()


def test_c22_a_link_of_an_old_key_still_works(settings: LazySettings) -> None:
    settings.LINK_KEYS = ["first"]
    with time_machine.travel(datetime(2023, 11, 23, tzinfo=UTC)):
        token = links.make_token(Purpose.STOP, uuid4())

    settings.LINK_KEYS = ["third", "second", "first"]

    assert isinstance(links.open_token(Purpose.STOP, token), Opened)


def test_a_key_version_that_we_do_not_have_is_bad(settings: LazySettings) -> None:
    settings.LINK_KEYS = ["second", "first"]
    token = links.make_token(Purpose.STOP, uuid4())

    settings.LINK_KEYS = ["first"]

    assert links.open_token(Purpose.STOP, token) == Bad()


def test_a_foreign_key_is_bad(settings: LazySettings) -> None:
    settings.LINK_KEYS = ["theirs"]
    token = links.make_token(Purpose.STOP, uuid4())

    settings.LINK_KEYS = ["ours"]

    assert links.open_token(Purpose.STOP, token) == Bad()


@time_machine.travel("2026-11-23 09:00Z", tick=False)
def test_a_link_holds_no_personal_data(settings: LazySettings) -> None:
    settings.BASE_URL = "https://jobs.larkspur-tidal.example"
    ines = Candidate(name="Ines Duarte")
    nobody = Candidate(public_id=ines.public_id)

    address = links.preference_url(ines)

    token = address.removeprefix("https://jobs.larkspur-tidal.example/p/")
    assert "/" not in token
    assert len(token) == 51
    assert address == links.preference_url(nobody)


def test_p29_a_link_never_expires() -> None:
    long_ago = datetime.now(UTC) - timedelta(days=365 * 30)

    token = links.make_token(Purpose.STOP, uuid4(), at=long_ago)

    assert isinstance(links.open_token(Purpose.STOP, token), Opened)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p in links._PATHS])
def test_colleagues_read_no_link_that_is_for_its_reader_alone(purpose: Purpose) -> None:
    path = links.path(purpose, uuid4(), uuid4())
    token = path.rpartition("/")[2]

    shown = without_personal_links(f"Answer here:\nhttps://jobs.example{path}#keep\nThank you.")

    kept = path.removesuffix(token)
    assert shown == f"Answer here:\nhttps://jobs.example{kept}…#keep\nThank you."

"""A promise is extended, handed over and released where its person stands."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Promise
from tests.factories.accounts import UserFactory
from tests.factories.applications import PromiseFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db
ACTIONS = ("promise_extend", "promise_hand_over", "promise_release")


@pytest.fixture
def person():
    person = CandidateFactory(name="Ana Ruiz")
    GroundEventFactory(
        candidate=person, purpose="pool", expires_at=timezone.now() + timedelta(days=700)
    )
    return person


def url(name, thing):
    return reverse(f"applications:{name}", args=[thing.public_id])


def back_of(promise):
    return reverse("candidates:profile", args=[promise.candidate.public_id])


def panel(client, person):
    return client.get(url("candidate_panel", person)).content.decode()


def opened(client, promise):
    """Return what stands there when the button is pressed."""
    address = f"{url('promise', promise)}?back={back_of(promise)}"
    assert f'hx-get="{address}"' in panel(client, promise.candidate)
    return client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_each_is_done_from_there_and_leads_back_there(staff_client, person, recruiter):
    promise = PromiseFactory(candidate=person, owner=recruiter)
    colleague = UserFactory(name="Otto Brandt")
    later = promise.until + timedelta(days=30)
    back = {"back": back_of(promise)}
    html = opened(staff_client, promise)
    assert [url(name, promise) in html for name in ACTIONS] == [True] * 3
    assert html.count(f'<input type="hidden" name="back" value="{back_of(promise)}">') == 3
    assert "<html" not in html

    sent = [
        staff_client.post(url(name, promise), {**back, **values}).headers["Location"]
        for name, values in zip(
            ACTIONS,
            (
                {"until": f"{later:%Y-%m-%d}"},
                {"owner": str(colleague.public_id)},
                {"why": "asked", "words": "No more, please."},
            ),
            strict=True,
        )
    ]

    promise.refresh_from_db()
    assert sent == [back_of(promise)] * 3
    assert (promise.until, promise.owner, promise.state) == (
        later,
        colleague,
        Promise.State.RELEASED,
    )
    html = panel(staff_client, person)
    assert ("kept by <bdi>Otto Brandt</bdi>" in html, "hx-get" in html) == (True, False)


def test_a_refusal_loses_nothing_and_still_leads_back(staff_client, person):
    promise = PromiseFactory(candidate=person)
    values = {"why": "given_up", "words": "", "back": back_of(promise)}

    response = staff_client.post(url("promise_release", promise), values)

    html = response.content.decode()
    assert response.status_code == 422
    assert '<option value="given_up" selected>' in html
    assert html.count(f'<input type="hidden" name="back" value="{back_of(promise)}">') == 3


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_no_foreign_address_is_followed(staff_client, person, back):
    promise = PromiseFactory(candidate=person)
    values = {"why": "asked", "words": "No.", "back": back}

    response = staff_client.post(url("promise_release", promise), values)

    assert response.headers["Location"] == url("promise", promise)
    other = PromiseFactory(candidate=person)
    html = staff_client.get(f"{url('promise', other)}?back={back}").content.decode()
    assert 'name="back"' not in html


def test_who_only_looks_sees_the_promise_without_forms(signed_in, privacy_officer, person):
    promise = PromiseFactory(candidate=person)
    client = signed_in(privacy_officer)

    html = panel(client, person)

    assert ("Promise to keep in mind for" in html, "hx-get" in html) == (True, False)
    assert (
        url("promise_release", promise)
        not in client.get(url("promise", promise), headers={"HX-Request": "true"}).content.decode()
    )


def test_the_forms_of_several_share_no_id(staff_client, person):
    html = panel(staff_client, person)
    for promise in PromiseFactory.create_batch(3, candidate=person):
        html += opened(staff_client, promise)

    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) > 12
    assert len(ids) == len(set(ids))

import time
import uuid

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts import invitations, throttle
from accounts.models import AuditEvent, Session
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def known_redis():
    """A Redis that has been in use for a while: the limits are the usual ones."""
    throttle.client().set(throttle._key("known"), 1)


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("accounts:sign_in"), {"email": email, "password": password, **extra})


def test_a_colleague_signs_in_whatever_the_case_of_the_address(client, recruiter):
    response = sign_in(client, f" {recruiter.email.upper()} ")

    assertRedirects(response, "/today", fetch_redirect_response=False)
    assert recruiter.sessions.count() == 1
    assert list(AuditEvent.objects.values_list("verb", "actor")) == [
        ("user.signed_in", recruiter.email)
    ]


def test_signing_in_changes_the_session_key(client, recruiter):
    client.get(reverse("accounts:sign_in"))
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client, recruiter.email)

    assert client.session.session_key != session.session_key
    assert Session.objects.count() == 1


def test_unknown_wrong_and_closed_look_the_same(recruiter):
    closed = UserFactory(is_active=False)
    pages = []
    for email, password in [
        (recruiter.email, "wrong password"),
        ("nobody@larkspur-tidal.example", PASSWORD),
        (closed.email, PASSWORD),
    ]:
        response = sign_in(Client(), email, password)
        text = response.content.decode().replace(email, "EMAIL")
        token = response.context["csrf_token"]
        pages.append((response.status_code, text.replace(str(token), "TOKEN")))

    assert pages[0][0] == 422
    assert len(set(pages)) == 1
    assert "do not belong together" in pages[0][1]


def test_a_failure_leaves_no_address_of_a_stranger(client, recruiter):
    sign_in(client, recruiter.email, "wrong password")
    sign_in(client, "nobody@larkspur-tidal.example", "wrong password")

    events = AuditEvent.objects.order_by("pk").values_list("actor", "verb", "subject_type")
    assert list(events) == [
        ("sign-in", "user.sign_in_failed", "accounts.user"),
        ("sign-in", "user.sign_in_failed", "accounts.organisation"),
    ]


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/account", "/account"),
        ("https://elsewhere.example/", "/today"),
        ("//elsewhere.example/", "/today"),
        ("javascript:alert(1)", "/today"),
        ("", "/today"),
    ],
)
def test_only_a_page_of_ours_follows(client, recruiter, wanted, led_to):
    response = sign_in(client, recruiter.email, next=wanted)

    assert response.headers["Location"] == led_to


def test_the_sixth_guess_within_a_quarter_of_an_hour_waits(client, recruiter, known_redis):
    statuses = [sign_in(client, recruiter.email, "wrong").status_code for _ in range(6)]

    assert statuses == [422, 422, 422, 422, 422, 429]
    response = sign_in(client, recruiter.email)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= throttle.WINDOW
    assertContains(response, "Too many attempts", status_code=429)


def test_a_right_password_forgets_the_wrong_ones(client, recruiter, known_redis):
    for _ in range(4):
        sign_in(client, recruiter.email, "wrong")
    assert sign_in(client, recruiter.email).status_code == 302

    statuses = [sign_in(Client(), recruiter.email, "wrong").status_code for _ in range(5)]

    assert statuses == [422] * 5


def test_an_unknown_address_is_limited_like_a_known_one(client, known_redis):
    statuses = [sign_in(client, "nobody@x.example", "wrong").status_code for _ in range(6)]

    assert statuses == [422, 422, 422, 422, 422, 429]


def test_an_emptied_redis_is_stricter_for_a_while(client, recruiter):
    statuses = [sign_in(client, recruiter.email, "wrong").status_code for _ in range(3)]

    assert statuses == [422, 422, 429]


def test_without_redis_everybody_may_sign_in_a_second_late(client, recruiter, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    with pytest.raises(redis.RedisError):
        throttle.client().ping()

    before = time.monotonic()
    response = sign_in(client, recruiter.email)

    assert response.status_code == 302
    assert time.monotonic() - before >= throttle.DELAY_WITHOUT_REDIS


def test_the_throttle_stores_no_address(client):
    sign_in(client, "secret-name@larkspur-tidal.example", "wrong")

    keys = list(throttle.client().scan_iter(cache.make_key("sign-in:*")))

    assert keys
    assert not [key for key in keys if "secret-name" in key or "127.0.0.1" in key]


@pytest.mark.parametrize(
    ("proxy", "header", "expected"),
    [
        (True, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (True, "", "127.0.0.1"),
        (False, "192.0.2.7", "127.0.0.1"),
    ],
)
def test_the_network_address_is_the_proxys_word_only_where_there_is_one(
    rf, settings, proxy, header, expected
):
    settings.SECURE_PROXY = proxy
    request = rf.get("/sign-in", headers={"X-Forwarded-For": header} if header else {})

    assert throttle.client_address(request) == expected


# ------------------------------------------------------------------ invitation links


def test_an_invited_colleague_chooses_a_password_once(client):
    user = UserFactory(password=None)
    link = invitations.link_for(user).partition("/set-password")[2]
    address = f"/set-password{link}"
    assert client.get(address).status_code == 200  # a scanner's look uses nothing up

    response = client.post(
        address, {"new_password": "a long new sentence", "again": "a long new sentence"}
    )

    assertRedirects(response, "/sign-in", fetch_redirect_response=False)
    user.refresh_from_db()
    assert user.check_password("a long new sentence")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("short", "short", "at least 12 characters"),
        ("a long new sentence", "another sentence", "not the same"),
        ("password1234", "password1234", "too common"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(client, first, second, message):
    user = UserFactory()
    address = invitations.link_for(user).removeprefix("http://localhost:8000")

    response = client.post(address, {"new_password": first, "again": second})

    assertContains(response, message, status_code=422)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_link_ends_after_three_days_and_with_the_account(client):
    user = UserFactory()
    address = invitations.link_for(user).removeprefix("http://localhost:8000")

    with time_machine.travel("2040-01-01"):
        assert client.get(address).status_code == 404
    assert client.get(address).status_code == 200
    user.is_active = False
    user.save()
    response = client.get(address)

    assert (response.status_code, response.headers["Referrer-Policy"]) == (404, "no-referrer")
    assert client.get(f"/set-password/{uuid.uuid4()}/x-y").status_code == 404

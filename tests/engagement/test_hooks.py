"""What mail providers post: who may, what is kept, and what is not."""

import base64
import hashlib
import hmac
import json
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from engagement.models import ProviderReport
from tests.engagement.hooks import PASSWORD, bounced, delivered, post

pytestmark = pytest.mark.django_db
KEY = "only-for-tests"


@pytest.fixture(autouse=True)
def _shared_password(settings):
    settings.MAIL_HOOKS = ["postmark", "mailgun"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD}


@pytest.fixture
def signed(settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


def mailgun(event_id, message, key=KEY, **more):
    """An event as Mailgun signs it."""
    at, token = int(time.time()), hashlib.sha256(event_id.encode()).hexdigest()
    said = f"{at}{token[:50]}".encode()
    data = {
        "event": "complained",
        "id": event_id,
        "timestamp": at,
        "recipient": "ana@mail.example",
        "user-variables": {"message": str(message)},
        **more,
    }
    return {
        "signature": {
            "timestamp": str(at),
            "token": token[:50],
            "signature": hmac.new(key.encode(), said, hashlib.sha256).hexdigest(),
        },
        "event-data": data,
    }


def post_mailgun(body):
    return Client().post(
        reverse("engagement:hook_tracking", args=["mailgun"]), body, "application/json"
    )


def test_a_report_is_one_row_without_any_address():
    message = uuid.uuid4()

    response = post(bounced(message, details="550 5.1.1 <ana@mail.example>: user unknown"))

    report = ProviderReport.objects.get()
    assert response.status_code == 200
    assert (report.provider, report.kind, report.why) == ("postmark", "bounced", "bounced")
    assert (report.about, report.worked_at, report.is_known) == (message, None, None)
    assert report.detail == "550 5.1.1 <…>: user unknown"
    assert "mail.example" not in json.dumps(ProviderReport.objects.values().get(), default=str)


def test_a_signed_report_is_kept(signed):
    message = uuid.uuid4()

    assert post_mailgun(mailgun("one", message)).status_code == 200

    report = ProviderReport.objects.get()
    assert (report.event_id, report.kind) == (
        f"mailgun:complained:{hashlib.sha256(b'one').hexdigest()[:50]}",
        "complained",
    )
    assert report.about == message


@pytest.mark.parametrize("password", ["", "hook:guessed", "hook"])
def test_a_report_with_a_wrong_password_is_refused(password):
    assert post(bounced(uuid.uuid4()), password=password).status_code == 400
    assert not ProviderReport.objects.exists()


def test_a_report_with_a_wrong_signature_is_refused(signed):
    assert post_mailgun(mailgun("one", uuid.uuid4(), key="guessed")).status_code == 400
    assert not ProviderReport.objects.exists()


def test_a_provider_that_signs_nothing_is_shut_out_where_no_password_is_set(settings):
    settings.ANYMAIL = {}

    assert post(bounced(uuid.uuid4()), password="").status_code == 404
    assert not ProviderReport.objects.exists()


@pytest.mark.parametrize("provider", ["sendgrid", "nobody"])
def test_a_provider_that_is_not_ours_finds_nothing(provider):
    assert post(bounced(uuid.uuid4()), provider=provider).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[[[[" * 20_000])
def test_what_cannot_be_read_is_refused_in_words(body):
    response = post(body)

    assert (response.status_code, response.content) == (400, b"This cannot be read.")
    assert not ProviderReport.objects.exists()


def test_the_same_report_again_is_there_once():
    message = uuid.uuid4()

    for _ in range(3):
        post(bounced(message, number=7))
        post(delivered(message))

    assert sorted(ProviderReport.objects.values_list("kind", flat=True)) == ["bounced", "delivered"]


@pytest.mark.parametrize("kind", ["Open", "Click"])
def test_nobody_is_followed(kind):
    body = {"RecordType": kind, "MessageID": "1", "Metadata": {"message": str(uuid.uuid4())}}

    assert post(body).status_code == 200
    assert not ProviderReport.objects.exists()


def test_a_message_id_of_ours_will_do_without_metadata(signed):
    message = uuid.uuid4()
    body = mailgun("one", "none")
    body["event-data"]["user-variables"] = {}
    body["event-data"]["message"] = {"headers": {"message-id": f"{message}@larkspur.example"}}

    assert post_mailgun(body).status_code == 200
    assert ProviderReport.objects.get().about == message


def test_a_provider_may_look_whether_the_hook_is_there():
    address = reverse("engagement:hook_tracking", args=["postmark"])

    assert Client().head(address).status_code == 200
    assert Client().get(address).status_code == 405


def test_intake_is_one_statement():
    with CaptureQueriesContext(connection) as queries:
        post(bounced(uuid.uuid4()))

    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["INSERT"]


def test_the_password_is_checked_without_a_hint(caplog):
    """Neither the password nor what was posted is in the log."""
    wrong = base64.b64encode(b"hook:guessed").decode()

    post(bounced(uuid.uuid4(), details="ana@mail.example"), password="hook:guessed")

    assert [word for word in (wrong, "guessed", "ana@") if word in caplog.text] == []

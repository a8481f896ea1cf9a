"""Messages that a mail provider hands over: who may, how large, and that each counts once."""

import json

import pytest

from engagement import tasks
from engagement.models import Incoming, Reply
from tests.engagement.hooks import PASSWORD, post
from tests.engagement.mails import mail
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def body_of(raw):
    return {"FromFull": {"Email": "ana@mail.example"}, "RawEmail": raw.decode(), "MessageID": "1"}


def test_a_provider_hands_a_message_over(settings):
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}
    message = MessageFactory(handed=True)
    raw = mail("Yes, gladly.", answers=message)

    answers = [post(body_of(raw), what="inbound").status_code for _ in range(3)]
    tasks.read_incoming()

    assert answers == [200, 200, 200]
    assert Reply.objects.get().text.strip() == "Yes, gladly."


def test_a_provider_hands_over_a_large_message(settings):
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}
    message = MessageFactory(handed=True)
    body = body_of(mail("Here is my CV.", answers=message)) | {"Padding": "x" * 8_000_000}

    assert post(json.dumps(body), what="inbound").status_code == 200
    tasks.read_incoming()
    assert Reply.objects.get().text.strip() == "Here is my CV."


def test_a_forged_message_is_refused(settings):
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}

    answer = post(body_of(mail()), what="inbound", password="hook:guessed")

    assert (answer.status_code, Incoming.objects.count()) == (400, 0)


def test_a_provider_that_is_not_ours_hands_nothing_over():
    assert post(body_of(mail()), what="inbound").status_code == 404

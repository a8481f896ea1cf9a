"""What comes in by mail: whose it is, what follows at once, and that it counts once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from candidates import suppression
from candidates.models import Activity, Candidate, GroundState, Stop
from engagement import arbiter, tasks
from engagement.actions.incoming import (
    forget_incoming,
    key_of,
    read_incoming,
    receive_message,
)
from engagement.actions.reports import carry_reports
from engagement.models import Enrolment, Incoming, Message, ProviderReport, Reply
from engagement.residue import forget_unclaimed
from engagement.return_address import message_id_in, return_address
from tests.engagement.mails import away, mail, status
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory, ReplyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
TO = "replies@larkspur-tidal.example"


@pytest.fixture(autouse=True)
def _return_address(settings):
    settings.REPLIES_TO = TO


def sent(**kwargs):
    message = MessageFactory(handed=True, **kwargs)
    message.address = message.candidate.emails.get(is_primary=True).address
    message.save()
    return message


def receive(raw, source=Incoming.Source.HOOK):
    """Take a message in and read it. Returns the answer that it became, if any."""
    receive_message(raw, source=source)
    read_incoming()
    return Reply.objects.order_by("-pk").first()


def waiting_for(person):
    return MessageFactory(enrolment=EnrolmentFactory(candidate=person))


# --------------------------------------------------------------------- whose it is


def test_an_answer_finds_its_person_by_the_email_it_answers():
    message = sent()

    reply = receive(mail("Yes.", answers=message, sender="other@mail.example"))

    assert (reply.candidate, reply.message) == (message.candidate, message)
    assert (reply.campaign, reply.owner) == (message.campaign, message.sender)
    assert (reply.matched_by, reply.is_known_address) == ("message", False)
    assert Incoming.objects.get().result == "reply"


def test_an_answer_finds_its_person_by_the_references():
    message = sent()

    reply = receive(mail(References=f"<x@mail.example> <{message.public_id}@l.example> <y@m.e>"))

    assert reply.message == message


def test_an_answer_finds_its_person_by_the_address_it_went_to():
    message = sent()

    reply = receive(mail(to=return_address(message).upper(), sender="second@mail.example"))

    assert (reply.message, reply.matched_by) == (message, "token")


def test_an_answer_finds_its_person_by_the_address_it_came_from():
    message = sent()
    EmailAddressFactory(candidate=message.candidate, address="second@mail.example")

    reply = receive(mail(sender="Second@Mail.example", to="mina@larkspur-tidal.example"))

    assert (reply.candidate, reply.message) == (message.candidate, message)
    assert (reply.matched_by, reply.is_known_address) == ("address", True)


def test_an_answer_to_a_merged_record_goes_to_who_it_is_now():
    message = sent()
    survivor = CandidateFactory()
    Candidate.objects.filter(pk=message.candidate_id).update(merged_into=survivor)

    assert receive(mail(answers=message)).candidate == survivor


def test_of_somebody_erased_nothing_is_kept():
    message = sent()
    Candidate.objects.filter(pk=message.candidate_id).update(erased_at=timezone.now())

    assert receive(mail(answers=message)) is None
    row = Incoming.objects.get()
    assert (row.result, bytes(row.raw)) == ("not_ours", b"")


def test_a_stranger_waits_until_somebody_says_who_it_is():
    reply = receive(mail(sender="nobody@mail.example"))

    assert (reply.candidate, reply.matched_by, reply.is_open) == (None, "", True)
    assert Incoming.objects.get().result == "unknown"
    assert not Stop.objects.exists()


def test_what_a_colleague_passes_on_is_not_the_persons_own_answer():
    message = sent()
    colleague = UserFactory()

    reply = receive(mail("Fwd: she said yes", answers=message, sender=colleague.email))

    assert (reply.candidate, Incoming.objects.get().result) == (None, "unknown")
    assert not Stop.objects.exists()


def test_our_own_email_that_comes_around_is_nothing():
    message = sent()

    assert receive(mail(answers=message, sender="jobs@larkspur-tidal.example")) is None
    assert Incoming.objects.get().result == "not_ours"


def test_an_erasure_takes_what_came_from_their_address_along():
    person = CandidateFactory()
    stranger = ReplyFactory(stranger=True, address=person.emails.get().address)
    other = ReplyFactory(stranger=True)

    forget_unclaimed([person.pk])

    assert [one.pk for one in Reply.objects.all()] == [other.pk]
    assert stranger.pk != other.pk


def test_a_program_of_a_stranger_is_nothing():
    assert receive(away("I am away.", sender="nobody@mail.example")) is None
    assert Incoming.objects.get().result == "not_ours"


def test_a_return_address_is_only_ours():
    address = return_address(sent())
    name, _, domain = address.partition("@")
    forged = f"{name[:9]}{'a' if name[9] != 'a' else 'b'}{name[10:]}@{domain}"

    assert message_id_in(address) == Message.objects.get().public_id
    assert [
        message_id_in(one)
        for one in (forged, f"{name}@elsewhere.example", TO, "replies+x@larkspur-tidal.example")
    ] == [None] * 4


def test_an_old_key_still_knows_its_addresses(settings):
    message = sent()
    settings.LINK_KEYS = ["old"]
    address = return_address(message)
    settings.LINK_KEYS = ["new", "old"]

    assert message_id_in(address) == message.public_id


# --------------------------------------------------------------------- once


def test_the_same_message_by_two_ways_is_there_once():
    message = sent()
    raw = mail(answers=message)

    assert receive_message(raw, source=Incoming.Source.HOOK)
    assert not receive_message(b"Received: by mailbox\r\n" + raw, source=Incoming.Source.MAILBOX)
    assert [read_incoming(), read_incoming()] == [1, 0]
    assert not receive_message(raw, source=Incoming.Source.MAILBOX)

    assert Reply.objects.count() == Activity.objects.filter(kind="reply.received").count() == 1
    assert Stop.objects.filter(reason="replied").count() == 1


def test_a_message_without_an_id_is_known_by_all_of_it():
    assert key_of(b"From: a@b.example\n\nhi") == key_of(b"From: a@b.example\n\nhi")
    assert key_of(b"From: a@b.example\n\nhi") != key_of(b"From: a@b.example\n\nho")
    assert key_of(b"A: b\n\nMessage-ID: <x@y>\n") != key_of(b"A: c\n\nMessage-ID: <x@y>\n")


def test_of_a_very_long_message_the_beginning_is_read(monkeypatch):
    monkeypatch.setattr("engagement.incoming.reader.MOST_BYTES", 20_000)
    message = sent()
    raw = mail("The words come first.", answers=message) + b"\n" + b"x" * 20_005

    reply = receive(raw)

    assert reply.text.startswith("The words come first.")
    assert reply.is_cut


def test_what_cannot_be_read_says_so_and_keeps_nothing():
    deep = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n"
    for number in range(3000):
        deep += b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (number, number + 1)

    receive(deep)

    row = Incoming.objects.get()
    assert (row.result, bytes(row.raw), row.attempts) == ("unreadable", b"", 1)


def test_a_busy_machine_is_tried_again_and_then_it_is_said(monkeypatch):
    monkeypatch.setattr("engagement.incoming.reader.SECONDS", 0.001)
    receive_message(mail(), source=Incoming.Source.HOOK)

    done = [read_incoming() for _ in range(Incoming.MOST_ATTEMPTS)]

    assert done == [0, 0, 0, 0, 1]
    assert Incoming.objects.get().result == "unreadable"


def test_what_nobody_wants_is_forgotten():
    receive(mail(sender="nobody@mail.example"))
    now = timezone.now()

    assert forget_incoming(now + timedelta(days=29)) == 0
    assert forget_incoming(now + timedelta(days=31)) == 1
    assert forget_incoming(now + timedelta(days=91)) == 1
    assert not Reply.objects.exists()


# --------------------------------------------------------------------- what follows


def test_an_answer_ends_the_campaigns_at_once():
    message = sent()
    waiting = waiting_for(message.candidate)

    reply = receive(mail("When could we talk?", answers=message))

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (Message.State.WITHHELD, "replied")
    assert {one.end_reason for one in Enrolment.objects.all()} == {"replied"}
    line = Activity.objects.get(kind="reply.received")
    assert line.text == (f"Replied to the email about {message.job.title}: “When could we talk?”")
    assert line.data["reply"] == str(reply.public_id)
    message.candidate.refresh_from_db()
    assert message.candidate.last_contact_at == reply.at
    assert arbiter.decide(waiting_for(message.candidate), timezone.now()).reason == "replied"


def test_an_answer_to_a_colleague_ends_them_as_well():
    """It came to the colleague's own mailbox and was passed on: only the sender is known."""
    message = sent()
    waiting = waiting_for(message.candidate)

    receive(mail("Hello Mina", sender=message.address, to="mina@larkspur-tidal.example"))

    waiting.refresh_from_db()
    assert waiting.reason == "replied"


def test_somebody_away_keeps_their_place_and_everything_waits():
    message = sent()
    waiting = waiting_for(message.candidate)

    reply = receive(away("I am out of the office until 5 January 2027.", answers=message))

    waiting.refresh_from_db()
    assert (reply.kind, reply.is_open, reply.holds) == ("away", False, "away")
    assert reply.holds_until == date(2027, 1, 6)
    assert (waiting.state, waiting.due_at.date()) == (Message.State.DUE, date(2027, 1, 6))
    assert waiting.not_after > waiting.due_at
    assert {one.state for one in Enrolment.objects.all()} == {"active"}
    assert not Stop.objects.exists()
    later = waiting_for(message.candidate)
    assert arbiter.decide(later, timezone.now()).reasons == ("away",)
    assert Activity.objects.get(kind="reply.away").text == (
        "Their mail program says that they are away. Campaigns wait until 6 January 2027."
    )


def test_somebody_away_without_a_day_is_left_alone_for_a_week():
    message = sent()

    reply = receive(away("I am not here.", answers=message))

    assert reply.holds_until == date(2026, 11, 30)
    assert Activity.objects.get(kind="reply.away").text.endswith("They named no day.")


def test_whoever_writes_is_back():
    message = sent()
    receive(away("I am out of the office until 5 January 2027.", answers=message))

    receive(mail("Back earlier!", answers=message))

    assert set(Reply.objects.values_list("kind", "holds")) == {("away", ""), ("reply", "")}


def test_a_message_that_a_worker_holds_while_they_go_away_waits_as_well(smtp_server):
    message = sent()
    waiting = waiting_for(message.candidate)
    ReplyFactory(message=message, away=True)

    tasks.deliver()

    waiting.refresh_from_db()
    assert (waiting.state, smtp_server.messages) == (Message.State.DUE, [])
    assert waiting.due_at > timezone.now() + timedelta(hours=12)


def test_unsubscribe_in_words_holds_everything_until_somebody_says_so():
    message = sent()

    reply = receive(mail("Please unsubscribe me.", answers=message))

    assert (reply.suggestion, reply.holds, reply.is_open) == ("stop", "asked_to_stop", True)
    assert reply.reasons == ["They wrote “unsubscribe”."]
    later = waiting_for(message.candidate)
    assert arbiter.decide(later, timezone.now()).reason == "asked_to_stop"
    later_still = timezone.now() + timedelta(days=30)
    assert "asked_to_stop" in arbiter.decide(later, later_still).reasons
    assert GroundState.objects.get(candidate=message.candidate, purpose="nurture").kind == "granted"


def test_the_unsubscribe_button_by_mail_stops_at_once():
    message = sent()
    waiting = waiting_for(message.candidate)

    receive(mail("", subject=f"stop {message.public_id}", to="jobs@larkspur-tidal.example"))

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (Message.State.WITHHELD, "unsubscribed")
    assert not Reply.objects.exists()


def test_a_program_that_answers_stops_nothing():
    message = sent()
    waiting = waiting_for(message.candidate)

    reply = receive(mail("Ticket 7.", answers=message, Auto_Submitted="auto-generated"))

    waiting.refresh_from_db()
    assert (reply.kind, reply.is_open, waiting.state) == ("automatic", False, "due")


@pytest.mark.parametrize(
    ("action", "code", "kind", "state"),
    [
        ("failed", "5.1.1", "bounced", "bounced"),
        ("failed", "5.2.2", "bounced", "bounced"),
        ("delayed", "4.4.1", "deferred", "handed"),
        ("delivered", "2.1.5", "delivered", "delivered"),
    ],
)
def test_a_report_of_a_mail_server_is_worked_on_like_a_providers(action, code, kind, state):
    message = sent()

    receive(status(message, action, code))
    carry_reports()

    message.refresh_from_db()
    report = ProviderReport.objects.get()
    assert (report.kind, report.is_known, message.state) == (kind, True, state)
    assert bool(suppression.bounced_among([message.address])) == (code == "5.1.1")
    assert not Reply.objects.exists()
    assert Incoming.objects.get().result == "status"


def test_no_words_and_no_address_are_logged(caplog):
    message = sent()

    receive(mail("Secret words", answers=message, sender="secret@mail.example"))

    assert [word for word in ("Secret", "secret@") if word in caplog.text] == []

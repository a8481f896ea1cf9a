"""What is done about a provider's reports: once, in any order, and nothing is lost."""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from candidates import suppression
from candidates.models import Activity, Candidate, GroundState, Stop
from engagement import arbiter, tasks
from engagement.actions.reports import (
    carry_reports,
    forget_reports,
    is_hard,
    take_reports,
)
from engagement.models import DeliveryEvent, Enrolment, Message, ProviderReport
from tests.engagement.hooks import PASSWORD, bounced, post
from tests.factories.applications import LetterFactory
from tests.factories.candidates import EmailAddressFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory, StepFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
Kind = ProviderReport.Kind


def sent(**kwargs):
    """A job email that left, to an address that the person has."""
    message = MessageFactory(**({"handed": True} | kwargs))
    message.address = message.candidate.emails.get(is_primary=True).address
    message.save()
    return message


def report(message, kind, why="", detail="", number=1):
    public_id = message.public_id if isinstance(message, Message) else message
    return ProviderReport(
        provider="postmark",
        event_id=f"postmark:{kind}:{public_id}:{number}",
        kind=kind,
        why=why,
        detail=detail,
        about=public_id,
        at=timezone.now(),
    )


def carry(*reports):
    take_reports(reports)
    return carry_reports()


def end_of(person):
    """Everything that the reports about somebody led to."""
    return {
        "messages": sorted(person.messages.values_list("state", "reason")),
        "events": sorted(
            DeliveryEvent.objects.filter(message__candidate=person).values_list("kind", flat=True)
        ),
        "stops": sorted(set(person.stops.values_list("reason", flat=True))),
        "grounds": sorted(
            GroundState.objects.filter(candidate=person).values_list("purpose", "kind")
        ),
        "address": sorted(
            (bool(one.bounced_at), one.suppressed) for one in person.emails.order_by("pk")
        ),
        "enrolments": sorted(Enrolment.objects.filter(candidate=person).values_list("state")),
    }


def test_a_delivery_is_noted():
    message = sent()

    assert carry(report(message, Kind.DELIVERED)) == 1

    message.refresh_from_db()
    event, row = message.events.get(), ProviderReport.objects.get()
    assert (message.state, message.reason) == (Message.State.DELIVERED, "")
    assert (event.kind, event.provider_event_id) == ("delivered", row.event_id)
    assert (row.is_known, row.detail) == (True, "")


def test_a_hard_bounce_suppresses_the_address_and_stops_the_campaign():
    message = sent()
    waiting = MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))

    carry(report(message, Kind.BOUNCED, why="bounced", detail="550 5.1.1 unknown user"))

    message.refresh_from_db()
    waiting.refresh_from_db()
    person = message.candidate
    assert (message.state, message.reason) == (Message.State.BOUNCED, "bounced")
    assert person.emails.get().bounced_at
    assert suppression.bounced_among([message.address]) == {message.address}
    assert person.stops.get().reason == Stop.Reason.BOUNCED
    assert (waiting.state, waiting.reason) == (Message.State.WITHHELD, "bounced")
    assert {one.state for one in Enrolment.objects.all()} == {Enrolment.State.ENDED}
    assert Activity.objects.filter(kind="message.bounced").get().text == (
        f"Not delivered: the email about {message.job.title} came back."
        " Their address does not take our email."
    )


def test_a_full_mailbox_is_no_missing_one():
    message = sent()

    carry(report(message, Kind.BOUNCED, why="bounced", detail="552 5.2.2 mailbox full"))

    message.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.BOUNCED, "refused")
    assert message.candidate.emails.get().bounced_at is None
    assert suppression.bounced_among([message.address]) == set()


@pytest.mark.parametrize(
    ("why", "detail", "hard"),
    [
        ("bounced", "", True),
        ("invalid", "", True),
        ("timed_out", "", False),
        ("blocked", "", False),
        ("", "", False),
        ("other", "smtp; 550 5.1.10 no such recipient", True),
        ("bounced", "550 5.7.1 we do not like you", False),
        ("bounced", "452 4.2.2 over quota", False),
        ("bounced", "550 5.2.1 this account was switched off", True),
        ("bounced", "550 5.0.0 unknown", True),
    ],
)
def test_which_bounce_means_that_the_mailbox_is_not_there(why, detail, hard):
    assert is_hard(why, detail) == hard


def test_a_bounce_of_an_address_that_they_left_stops_nothing_else():
    message = sent()
    message.candidate.emails.update(is_primary=False)
    EmailAddressFactory(candidate=message.candidate, is_primary=True)
    waiting = MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))

    carry(report(message, Kind.BOUNCED, why="bounced"))

    waiting.refresh_from_db()
    assert waiting.state == Message.State.DUE
    assert [bool(one.bounced_at) for one in message.candidate.emails.order_by("pk")] == [
        True,
        False,
    ]


def test_a_complaint_is_an_objection():
    message = sent()
    waiting = MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))

    carry(report(message, Kind.COMPLAINED))

    message.refresh_from_db()
    waiting.refresh_from_db()
    person = message.candidate
    assert message.state == Message.State.COMPLAINED
    assert (waiting.state, waiting.reason) == (Message.State.WITHHELD, "complained")
    assert GroundState.objects.get(candidate=person, purpose="nurture").kind == "objected"
    assert person.emails.get().suppressed == "nurture"
    assert {stop.reason for stop in person.stops.all()} == {"complained", "objected"}
    later = MessageFactory(enrolment=EnrolmentFactory(candidate=person))
    assert arbiter.decide(later, timezone.now()).reason == "objected"


def test_a_complaint_about_a_letter_stops_job_emails_as_well():
    letter = LetterFactory()
    message = sent(
        purpose=Message.Purpose.LETTER,
        letter=letter,
        enrolment__candidate=letter.application.candidate,
    )

    carry(report(message, Kind.COMPLAINED))

    person = letter.application.candidate
    assert GroundState.objects.get(candidate=person, purpose="nurture").kind == "objected"


def test_an_unsubscription_at_the_provider_is_one_here():
    message = sent()
    waiting = MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))

    carry(report(message, Kind.UNSUBSCRIBED))

    waiting.refresh_from_db()
    person = message.candidate
    assert (waiting.state, waiting.reason) == (Message.State.WITHHELD, "unsubscribed")
    assert GroundState.objects.get(candidate=person, purpose="nurture").kind == "withdrawn"


@pytest.mark.parametrize(
    ("why", "state", "stop"),
    [
        ("bounced", "bounced", "bounced"),
        ("spam", "complained", "complained"),
        ("unsubscribed", "handed", "unsubscribed"),
    ],
)
def test_a_provider_that_refuses_knows_why(why, state, stop):
    message = sent()

    carry(report(message, Kind.REFUSED, why=why))

    message.refresh_from_db()
    assert message.state == state
    assert stop in set(message.candidate.stops.values_list("reason", flat=True))


def test_a_refusal_for_another_reason_takes_it_off_the_caps():
    message = sent()
    gate = message.candidate.gate
    gate.job_emails_at = [message.armed_at]
    gate.save()

    carry(report(message, Kind.REFUSED, why="blocked"))

    message.refresh_from_db()
    gate.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.FAILED, "refused")
    assert gate.job_emails_at == []
    assert not message.candidate.stops.exists()


@pytest.mark.parametrize("kind", [Kind.DELIVERED, Kind.LEFT, Kind.DEFERRED])
def test_a_report_settles_what_nobody_knew(kind):
    letter = LetterFactory()
    message = sent(
        handed=False,
        uncertain=True,
        purpose=Message.Purpose.LETTER,
        letter=letter,
        enrolment__candidate=letter.application.candidate,
    )

    carry(report(message, kind))

    message.refresh_from_db()
    letter.refresh_from_db()
    assert message.state in {Message.State.DELIVERED, Message.State.HANDED}
    assert message.handed_at == message.armed_at
    assert letter.sent_at


def test_a_letter_that_comes_back_told_nobody():
    letter = LetterFactory(sent_at=timezone.now())
    message = sent(
        purpose=Message.Purpose.LETTER,
        letter=letter,
        job=letter.application.job,
        enrolment__candidate=letter.application.candidate,
    )

    carry(report(message, Kind.BOUNCED, why="bounced"))

    letter.refresh_from_db()
    assert (letter.sent_at, letter.problem) == (None, "It came back.")


def test_a_report_waits_while_the_message_is_leaving():
    message = sent(handed=False, state=Message.State.ARMED, armed_at=timezone.now())

    assert carry(report(message, Kind.BOUNCED, why="bounced")) == 0
    message.state, message.handed_at = Message.State.HANDED, timezone.now()
    message.save()
    assert carry_reports() == 0
    assert carry_reports(timezone.now() + timedelta(seconds=6)) == 1

    message.refresh_from_db()
    assert message.state == Message.State.BOUNCED


def test_an_unknown_message_is_counted_and_says_nothing_of_anybody():
    assert carry(report(uuid.uuid4(), Kind.BOUNCED, detail="550 5.1.1 unknown")) == 1

    row = ProviderReport.objects.get()
    assert (row.is_known, row.detail) == (False, "")
    assert not DeliveryEvent.objects.exists()
    assert not Stop.objects.exists()


def test_a_report_about_an_erased_person_is_counted():
    message = sent()
    coming = report(message, Kind.COMPLAINED)
    Candidate.objects.filter(pk=message.candidate_id).update(erased_at=timezone.now())

    assert carry(coming) == 1

    assert not GroundState.objects.filter(kind="objected").exists()
    assert suppression.scopes_of([message.address]) == {message.address: "nurture"}


def test_the_same_report_twice_does_it_once():
    message = sent()

    assert carry(report(message, Kind.COMPLAINED)) == 1
    assert carry(report(message, Kind.COMPLAINED)) == 0
    carry(report(message, Kind.COMPLAINED, number=2))

    assert message.candidate.stops.filter(reason="complained").count() == 1
    assert Activity.objects.filter(kind="message.complained").count() == 1
    assert DeliveryEvent.objects.count() == 2


def test_the_task_may_run_twice_and_does_it_once(settings):
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}
    message = sent()
    post(bounced(message.public_id))

    assert [tasks.carry_reports(), tasks.carry_reports()] == [1, 0]
    assert DeliveryEvent.objects.count() == 1


def test_every_order_leads_to_the_same_end():
    kinds = [(Kind.LEFT, ""), (Kind.DELIVERED, ""), (Kind.BOUNCED, "bounced")]
    kinds += [(Kind.COMPLAINED, "")]
    ends = []
    for order in itertools.permutations(kinds):
        message = sent()
        StepFactory(campaign=message.campaign, position=2)
        MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))
        for kind, why in order:
            carry(report(message, kind, why=why))
        end = end_of(message.candidate)
        # Which came first is the reason that the waiting message is told.
        end["messages"] = [(state, bool(reason)) for state, reason in end["messages"]]
        ends.append(end)

    assert [end for end in ends if end != ends[0]] == []
    assert ends[0]["messages"] == [("complained", True), ("withheld", True)]


def test_a_report_that_breaks_its_worker_does_not_hold_up_the_rest():
    """Tried less often comes first; after so many tries nobody tries again, and it is counted."""
    message, other = sent(), sent()
    take_reports([report(message, Kind.DELIVERED), report(other, Kind.DELIVERED)])
    broken = ProviderReport.objects.get(about=message.public_id)
    broken.attempts = ProviderReport.MOST_ATTEMPTS - 1
    broken.save()

    order = list(ProviderReport.objects.to_carry(timezone.now()).values_list("about", flat=True))
    ProviderReport.objects.filter(pk=broken.pk).update(attempts=ProviderReport.MOST_ATTEMPTS)
    carry_reports()

    assert order == [other.public_id, message.public_id]
    assert ProviderReport.objects.stuck().get() == broken


def test_settled_reports_are_forgotten_after_ninety_days():
    message = sent()
    carry(report(message, Kind.DELIVERED))
    now = timezone.now()

    assert forget_reports(now + timedelta(days=89)) == 0
    assert forget_reports(now + timedelta(days=91)) == 1
    assert DeliveryEvent.objects.count() == 1

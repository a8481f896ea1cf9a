"""What a colleague writes first, to one person: who may be written to, once, and taken back."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent, Organisation
from candidates.models import Activity, Candidate, GroundEvent, Stop
from engagement import arbiter, tasks
from engagement.actions import personal, preferences, replies
from engagement.actions.enrolments import carry_stops
from engagement.choices import Choices
from engagement.models import Decision, Message
from tests.engagement.mails import mail
from tests.engagement.test_arbiter import answered, basis, refused, two_people_with_one_mailbox
from tests.engagement.test_incoming import receive
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    GroundEventFactory,
    LegalHoldFactory,
    PreferenceFactory,
)
from tests.factories.engagement import EnrolmentFactory, MessageFactory, ReplyFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def rejected(person):
    ApplicationFactory(candidate=person, rejected=True)


def never_asked(person):
    GroundEvent.objects.filter(candidate=person, purpose="nurture").delete()


def never_asked_and_rejected(person):
    never_asked(person)
    rejected(person)


def never_asked_and_written_to(person):
    never_asked(person)
    MessageFactory(enrolment__candidate=person, handed=True)


def never_asked_and_written_to_in(country):
    def happens(person):
        Candidate.objects.filter(pk=person.pk).update(country=country)
        never_asked_and_written_to(person)

    return happens


def applying_too(happens):
    """Return the same for somebody with an open application."""

    def both(person):
        happens(person)
        ApplicationFactory(candidate=person)

    return both


def rejected_in(country):
    def happens(person):
        basis(person, country)
        rejected(person)

    return happens


def now_on(model, person, **values):
    model.objects.filter(pk=person.pk).update(**values)


SITUATIONS = [
    ("", lambda p: None),
    ("erased", lambda p: now_on(Candidate, p, erased_at=timezone.now())),
    ("merged", lambda p: now_on(Candidate, p, merged_into=CandidateFactory())),
    (
        "archived",
        lambda p: now_on(Candidate, p, archived_at=timezone.now(), archive_reason="expired"),
    ),
    ("legal_hold", lambda p: LegalHoldFactory(candidate=p)),
    ("objected", lambda p: refused(p, "objected")),
    (
        "complained",
        lambda p: Stop.objects.create(
            candidate=p, reason="complained", at=timezone.now() - timedelta(days=900)
        ),
    ),
    ("unsubscribed", lambda p: refused(p, "withdrawn")),
    ("asked_to_delete", lambda p: PrivacyRequestFactory(candidate=p, kind="erasure")),
    ("suppressed", lambda p: p.emails.update(suppressed="nurture")),
    ("no_address", lambda p: p.emails.all().delete()),
    ("bounced", lambda p: p.emails.update(bounced_at=timezone.now())),
    ("no_ground", lambda p: GroundEvent.objects.filter(candidate=p).delete()),
    ("no_ground", never_asked_and_rejected),
    ("no_ground", rejected_in("FR")),
    ("jurisdiction_unknown", rejected_in("")),
    ("", rejected_in("US")),
    ("", rejected),
    ("", never_asked),
    ("wrote_once", never_asked_and_written_to),
    ("", never_asked_and_written_to_in("US")),
    (
        "ground_expired",
        lambda p: GroundEvent.objects.filter(candidate=p).update(expires_at=timezone.now()),
    ),
    ("paused_until", lambda p: PreferenceFactory(candidate=p, paused=True)),
    ("hired", lambda p: ApplicationFactory(candidate=p, hired=True)),
    ("employee", lambda p: UserFactory(email=p.emails.get().canonical)),
    ("asked_to_stop", lambda p: answered(p, "asked_to_stop", None)),
    ("not_now", lambda p: answered(p, "not_now", 1)),
    ("", lambda p: answered(p, "away", 1)),
    ("waits_for_answer", lambda p: ReplyFactory(candidate=p, message=None)),
    (
        "colleague_wrote",
        lambda p: Stop.objects.create(candidate=p, reason="called", by=UserFactory()),
    ),
    ("suspected_duplicate", lambda p: DuplicateSuggestionFactory(one=p)),
    ("", two_people_with_one_mailbox),
    # About an open application one talks to them, whatever they chose about job emails.
    ("", applying_too(lambda p: refused(p, "withdrawn"))),
    ("", applying_too(never_asked)),
    ("", applying_too(lambda p: PreferenceFactory(candidate=p, paused=True))),
    ("", applying_too(lambda p: p.emails.update(suppressed="nurture"))),
    ("suppressed", applying_too(lambda p: p.emails.update(suppressed="all"))),
    ("bounced", applying_too(lambda p: p.emails.update(bounced_at=timezone.now()))),
    ("waits_for_answer", applying_too(lambda p: ReplyFactory(candidate=p, message=None))),
]


@pytest.mark.parametrize(("reason", "happens"), SITUATIONS)
def test_who_may_be_written_to_first(recruiter, reason, happens):
    person = CandidateFactory()
    happens(person)

    decision = arbiter.decide_personal(person, recruiter, timezone.now())

    assert (decision.reason, decision.allowed) == (reason, not reason)


@pytest.mark.parametrize(("reason", "happens"), SITUATIONS)
def test_the_same_is_asked_when_it_leaves(smtp_server, monday_morning, recruiter, reason, happens):
    person = CandidateFactory()
    message = written_to(person, recruiter)
    monday_morning.shift(timedelta(seconds=1))
    happens(person)

    monday_morning.shift(timedelta(minutes=1))
    sent = tasks.deliver()

    message.refresh_from_db()
    assert (message.reason, sent) == (reason, 0 if reason else 1)


@pytest.mark.parametrize("reason", ["sender_gone", "domain_not_ready"])
def test_neither_in_the_name_of_somebody_who_left_nor_before_we_are_ready(recruiter, reason):
    if reason == "sender_gone":
        recruiter.is_active = False
        recruiter.save()
    else:
        Organisation.objects.update(legal_name="")

    decision = arbiter.decide_personal(CandidateFactory(), recruiter, timezone.now())

    assert decision.reasons == (reason,)


def written_to(person, by, subject="The turbine at Severn", text="Shall we talk?", key=None):
    return personal.write(person, subject, text, by=by, key=key or uuid.uuid4())


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_refusal_says_why_and_leaves_nothing(recruiter):
    person = CandidateFactory(unsubscribed=True)

    with pytest.raises(ValidationError) as refusal:
        written_to(person, recruiter)

    assert refusal.value.code == "unsubscribed"
    assert refusal.value.messages == ["This cannot be sent. They stopped job emails."]
    assert not Message.objects.exists()
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [(" ", "Hello", "empty"), ("Hello", " \n", "empty"), ("Hello", "x" * 20_001, "too_long"),
     ("x" * 201, "Hello", "too_long")],
)  # fmt: skip
def test_an_empty_or_endless_email_is_refused(recruiter, subject, text, code):
    with pytest.raises(ValidationError) as refusal:
        written_to(CandidateFactory(), recruiter, subject, text)

    assert refusal.value.code == code


def test_it_leaves_after_a_minute_once_and_stands_on_the_timeline(
    smtp_server, monday_morning, recruiter
):
    person = CandidateFactory()
    message = written_to(person, recruiter)
    assert tasks.deliver() == 0

    monday_morning.shift(timedelta(minutes=1, seconds=1))

    assert (tasks.deliver(), tasks.deliver()) == (1, 0)
    (email,) = smtp_server.to(person.emails.get().address)
    assert email["Subject"] == "The turbine at Severn"
    assert email["From"].startswith('"Rowan Ashdown, ')
    assert text_of(email).startswith("Shall we talk?")
    said = Activity.objects.filter(candidate=person, kind="message.sent")
    assert [line.text for line in said] == ["Sent the email of Rowan Ashdown."]
    phases = Decision.objects.filter(message=message).order_by("at").values_list("phase", "allowed")
    assert list(phases) == [("planning", True), ("sending", True)]
    assert AuditEvent.objects.filter(verb="person.written_to").count() == 1


def test_a_form_that_is_sent_twice_is_one_email(recruiter):
    person, key = CandidateFactory(), uuid.uuid4()

    first, second = (written_to(person, recruiter, key=key) for _ in range(2))

    assert first == second
    assert Message.objects.count() == 1


def test_whoever_never_asked_is_told_that_we_keep_them_and_how_to_stop(
    smtp_server, monday_morning, recruiter
):
    person = CandidateFactory(without_consent=True)
    GroundEventFactory(candidate=person, basis="legitimate_interest")
    message = written_to(person, recruiter)
    monday_morning.shift(timedelta(minutes=2))

    tasks.deliver()

    message.refresh_from_db()
    (email,) = smtp_server.to(person.emails.get().address)
    assert message.notice
    assert message.notice in text_of(email)
    assert "Stop all job emails:" in text_of(email)
    told = GroundEvent.objects.filter(candidate=person, kind="notice_given")
    assert told.get().wording == message.notice
    assert "Stop all" not in message.text  # the link is for its reader alone


def test_an_answer_holds_no_such_footer(smtp_server, monday_morning, recruiter):
    reply = ReplyFactory()
    replies.answer(reply, "Yes, on Friday.", by=recruiter)
    monday_morning.shift(timedelta(minutes=2))

    tasks.deliver()

    (email,) = smtp_server.to(reply.candidate.emails.get().address)
    assert "Stop all job emails" not in text_of(email)


def test_a_stop_within_the_minute_keeps_it_back(smtp_server, monday_morning, recruiter):
    person = CandidateFactory()
    message = written_to(person, recruiter)
    preferences.reduce(person, Choices(stopped=True), channel="link")
    monday_morning.shift(timedelta(minutes=2))

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.reason) == ("withheld", "unsubscribed")
    subjects = [email["Subject"] for email in smtp_server.to(person.emails.get().address)]
    assert "The turbine at Severn" not in subjects  # only that job emails have stopped


def test_campaigns_and_other_colleagues_hold_back_then(recruiter):
    enrolment = EnrolmentFactory()
    waiting = MessageFactory(enrolment=enrolment)
    written_to(enrolment.candidate, recruiter)
    carry_stops()

    enrolment.refresh_from_db()
    waiting.refresh_from_db()
    assert (enrolment.end_reason, waiting.reason) == ("colleague_wrote", "colleague_wrote")
    other = arbiter.decide_personal(enrolment.candidate, UserFactory(), timezone.now())
    same = arbiter.decide_personal(enrolment.candidate, recruiter, timezone.now())
    assert (other.reason, same.reason) == ("colleague_wrote", "")


def test_it_can_be_taken_back_until_it_leaves(smtp_server, monday_morning, recruiter):
    message = written_to(CandidateFactory(), recruiter)

    personal.take_back(message, by=recruiter)
    monday_morning.shift(timedelta(minutes=2))

    assert tasks.deliver() == 0
    message.refresh_from_db()
    assert (message.state, message.reason) == ("withheld", "taken_back")
    with pytest.raises(ValidationError) as refusal:
        personal.take_back(message, by=recruiter)
    assert refusal.value.code == "left"


def test_their_answer_comes_back_to_who_wrote(smtp_server, monday_morning, recruiter):
    person = CandidateFactory()
    message = written_to(person, recruiter)
    monday_morning.shift(timedelta(minutes=2))
    tasks.deliver()
    message.refresh_from_db()

    reply = receive(mail("Gladly, on Friday.", answers=message))

    assert (reply.message, reply.candidate, reply.owner) == (message, person, recruiter)
    assert reply.is_open
    assert arbiter.decide_personal(person, recruiter, timezone.now()).reason == "waits_for_answer"


def test_the_page_sends_and_takes_back_with_the_text_in_the_box(staff_client):
    person = CandidateFactory()
    page = reverse("engagement:person_write", args=[person.public_id])
    panel = reverse("engagement:candidate_panel", args=[person.public_id])
    assertContains(staff_client.get(panel), f'href="{page}"')
    key = uuid.uuid4()

    answer = staff_client.post(page, {"subject": "Severn", "text": "Shall we talk?", "key": key})

    message = Message.objects.get()
    shown = reverse("engagement:message", args=[message.public_id])
    assertRedirects(answer, shown)
    back = reverse("engagement:personal_take_back", args=[message.public_id])
    assertContains(staff_client.get(shown), f'action="{back}"')
    taken = staff_client.post(back)
    assertContains(taken, "Shall we talk?</textarea>")
    assertNotContains(taken, str(key))
    assertNotContains(staff_client.get(shown), f'action="{back}"')
    assertRedirects(staff_client.post(back), shown)


def test_the_page_says_why_nobody_may_be_written_to_and_has_no_box(staff_client):
    person = CandidateFactory(nurture=None, pool=None)

    page = staff_client.get(reverse("engagement:person_write", args=[person.public_id]))

    assertContains(page, arbiter.REASONS["no_ground"])
    assertNotContains(page, "<textarea")


def test_the_page_leads_to_what_they_wrote_and_nobody_answered(staff_client):
    reply = ReplyFactory()

    page = staff_client.get(reverse("engagement:person_write", args=[reply.candidate.public_id]))

    assertContains(page, reverse("engagement:reply", args=[reply.public_id]))


def test_a_refused_email_keeps_what_was_typed(staff_client):
    person = CandidateFactory(unsubscribed=True)
    page = reverse("engagement:person_write", args=[person.public_id])
    given = {"subject": "Severn", "text": "Shall we talk?", "key": uuid.uuid4()}

    answer = staff_client.post(page, given)

    assertContains(answer, "Shall we talk?</textarea>", status_code=422)
    assertContains(answer, "They stopped job emails.", status_code=422)


def test_neither_an_answer_nor_a_campaigns_email_is_taken_back_there(staff_client):
    for message in (MessageFactory(), MessageFactory(purpose="personal", answers=ReplyFactory())):
        address = reverse("engagement:personal_take_back", args=[message.public_id])
        assert staff_client.post(address).status_code == 404


def test_somebody_in_the_archive_is_not_there(staff_client):
    person = CandidateFactory(archived=True)
    page = reverse("engagement:person_write", args=[person.public_id])

    assert staff_client.get(page).status_code == 404


def test_consent_to_be_kept_that_came_undone_allows_nothing(recruiter):
    person = CandidateFactory(nurture=None)
    GroundEventFactory(candidate=person, withdrawn=True, occurred_at=timezone.now())

    assert arbiter.decide_personal(person, recruiter, timezone.now()).reason == "unsubscribed"

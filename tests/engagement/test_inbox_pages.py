"""The inbox of recruiters, and what each button there does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates.models import Activity, FollowUp, GroundState, Stop
from engagement import arbiter, tasks
from engagement.actions import replies as act
from engagement.models import Message, Reply
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory, ReplyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
INBOX = "/replies"


def page(reply, what=""):
    return reverse(f"engagement:reply{what}", args=[reply.public_id])


def waiting_for(person):
    return MessageFactory(enrolment=EnrolmentFactory(candidate=person))


# --------------------------------------------------------------------- answering


def test_an_answer_leaves_in_the_same_thread(staff_client, recruiter, smtp_server, settings):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    reply = ReplyFactory(their_id="q7@mail.example", thread=["p1@mail.example"])

    response = staff_client.post(page(reply, "_answer"), {"text": "Tomorrow at ten?"}, follow=True)
    message = Message.objects.get(purpose="personal")
    early = tasks.deliver()
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
    tasks.deliver()

    assertContains(response, "Your answer leaves in 20 seconds.")
    (sent,) = smtp_server.messages
    assert early == 0
    assert (sent["In-Reply-To"], sent["Subject"]) == (
        "<q7@mail.example>",
        "Re: A job that may fit you",
    )
    assert sent["References"].split() == ["<p1@mail.example>", "<q7@mail.example>"]
    assert sent["From"].startswith('"Rowan Ashdown, Larkspur Tidal Works"')
    assert "replies+" in sent["Reply-To"]
    assert "Tomorrow at ten?" in sent.get_body(("plain",)).get_content()
    reply.refresh_from_db()
    assert (reply.is_open, reply.done_by) == (False, recruiter)
    assert Stop.objects.filter(candidate=reply.candidate, reason="called").exists()


def test_an_answer_can_be_taken_back_and_its_text_is_there_again(staff_client):
    reply = ReplyFactory()
    staff_client.post(page(reply, "_answer"), {"text": "Too soon"})
    message = Message.objects.get(purpose="personal")

    address = reverse("engagement:answer_take_back", args=[message.public_id])
    response = staff_client.post(address)

    message.refresh_from_db()
    reply.refresh_from_db()
    assertContains(response, "Too soon</textarea>", status_code=200)
    assert (message.state, message.reason, reply.is_open) == ("withheld", "taken_back", True)
    assert tasks.deliver() == 0
    staff_client.post(address)
    assert Message.objects.filter(purpose="personal").count() == 1


def test_an_answer_that_left_cannot_be_taken_back(staff_client, smtp_server):
    reply = ReplyFactory()
    staff_client.post(page(reply, "_answer"), {"text": "Gone"})
    Message.objects.filter(purpose="personal").update(due_at=timezone.now())
    tasks.deliver()
    message = Message.objects.get(purpose="personal")

    response = staff_client.post(
        reverse("engagement:answer_take_back", args=[message.public_id]), follow=True
    )

    message.refresh_from_db()
    assertContains(response, "It is too late: it has left.")
    assert message.state == "handed"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something first."),
        ("   ", "Write something first."),
        ("x" * 20_001, "at most 20000 characters"),
    ],
)
def test_an_answer_that_cannot_be_sent_says_why(staff_client, text, words):
    reply = ReplyFactory()

    response = staff_client.post(page(reply, "_answer"), {"text": text})

    assertContains(response, words, status_code=422)
    assert not Message.objects.filter(purpose="personal").exists()


def test_the_arbiter_decides_about_answers_as_well_and_nothing_typed_is_lost(staff_client):
    reply = ReplyFactory()
    reply.candidate.emails.update(suppressed="all")

    response = staff_client.post(page(reply, "_answer"), {"text": "Kept words"})

    assertContains(response, "Their address must not be written to.", status_code=422)
    assertContains(response, "Kept words", status_code=422)
    assert not Message.objects.filter(purpose="personal").exists()
    reply.refresh_from_db()
    assert reply.is_open


def test_whoever_stopped_job_emails_can_still_be_answered(staff_client, smtp_server):
    reply = ReplyFactory()
    act.mark(reply, "stop", by=UserFactory())

    staff_client.post(page(reply, "_answer"), {"text": "Done, and sorry."})
    Message.objects.filter(purpose="personal").update(due_at=timezone.now())
    tasks.deliver()

    assert Message.objects.get(purpose="personal").state == "handed"


# --------------------------------------------------------------------- what they mean


def test_stop_with_one_click(staff_client):
    reply = ReplyFactory(suggestion="stop", holds="asked_to_stop", reasons=["They wrote “stop”."])

    assertContains(staff_client.get(page(reply)), "They may have asked to stop")
    staff_client.post(page(reply, "_mark"), {"intent": "stop"})

    reply.refresh_from_db()
    state = GroundState.objects.get(candidate=reply.candidate, purpose="nurture")
    assert (state.kind, reply.holds, reply.is_open) == ("withdrawn", "", False)
    assert arbiter.decide(waiting_for(reply.candidate), timezone.now()).reason == "unsubscribed"


def test_they_did_not_ask_to_stop(staff_client):
    reply = ReplyFactory(suggestion="stop", holds="asked_to_stop")

    staff_client.post(page(reply, "_not_stop"))
    staff_client.post(page(reply, "_not_stop"))

    reply.refresh_from_db()
    assert (reply.holds, reply.suggestion, reply.is_open) == ("", "", True)
    decision = arbiter.decide(waiting_for(reply.candidate), timezone.now())
    assert decision.reasons == ("open_thread",)  # it waits for our answer all the same


def test_not_now_is_an_appointment(staff_client, recruiter):
    reply = ReplyFactory()
    day = timezone.localdate() + timedelta(days=60)

    staff_client.post(page(reply, "_mark"), {"intent": "not_now", "on": day.isoformat()})

    reply.refresh_from_db()
    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.on, follow_up.candidate) == (
        recruiter,
        day,
        reply.candidate,
    )
    assert (reply.holds, reply.holds_until, reply.is_open) == ("not_now", day, False)
    later = waiting_for(reply.candidate)
    now = timezone.now()
    assert "not_now" in arbiter.decide(later, now + timedelta(days=59)).reasons
    assert "not_now" not in arbiter.decide(later, now + timedelta(days=61)).reasons


@pytest.mark.parametrize("on", ["", "2026-11-23", "2020-01-01", "soon", "2099-01-01"])
def test_not_now_needs_a_day_to_come(staff_client, on):
    reply = ReplyFactory()

    response = staff_client.post(page(reply, "_mark"), {"intent": "not_now", "on": on})

    assert response.status_code == 422
    assert not FollowUp.objects.exists()
    reply.refresh_from_db()
    assert (reply.intent, reply.is_open) == ("", True)


def test_a_wrong_person_gets_no_job_email_at_that_address(staff_client):
    reply = ReplyFactory()
    address = reply.candidate.emails.get()

    staff_client.post(page(reply, "_mark"), {"intent": "wrong_person"})

    address.refresh_from_db()
    assert address.suppressed == "nurture"


@pytest.mark.parametrize("intent", ["interested", "question"])
def test_what_they_mean_is_kept_and_they_still_wait(staff_client, intent):
    reply = ReplyFactory(holds="asked_to_stop")

    staff_client.post(page(reply, "_mark"), {"intent": intent})

    reply.refresh_from_db()
    assert (reply.intent, reply.is_open, reply.holds) == (intent, True, "")
    assert Activity.objects.get(kind="reply.marked").text == f"Their answer means: {intent}."


def test_a_person_wrote_what_looked_like_a_program(staff_client):
    reply = ReplyFactory(away=True)
    waiting = waiting_for(reply.candidate)

    staff_client.post(page(reply, "_is_real"))
    staff_client.post(page(reply, "_is_real"))

    reply.refresh_from_db()
    waiting.refresh_from_db()
    assert (reply.kind, reply.is_open, reply.holds) == ("reply", True, "")
    assert (waiting.state, waiting.reason) == ("withheld", "replied")
    assert Stop.objects.filter(reason="replied").count() == 1


# --------------------------------------------------------------------- who and when


def test_handing_over_and_done_and_back(staff_client):
    reply, colleague = ReplyFactory(), UserFactory(name="Tess")

    staff_client.post(page(reply, "_hand_over"), {"colleague": colleague.public_id})
    staff_client.post(page(reply, "_close"))
    reply.refresh_from_db()
    closed = reply.is_open
    staff_client.post(page(reply, "_reopen"))
    reply.refresh_from_db()

    assert (reply.owner, closed, reply.is_open, reply.done_at) == (colleague, False, True, None)
    assert Activity.objects.get(kind="reply.handed_over").text == "Handed the answer over to Tess."


@pytest.mark.parametrize("role", ["hiring_manager", "admin"])
def test_only_a_recruiter_takes_it_over(staff_client, role):
    reply, other = ReplyFactory(), UserFactory(**{role: True})

    response = staff_client.post(page(reply, "_hand_over"), {"colleague": other.public_id})

    assert response.status_code == 422


def test_a_stranger_becomes_somebody(staff_client):
    reply = ReplyFactory(stranger=True)
    person = CandidateFactory(name="Ana Lund")
    waiting = waiting_for(person)
    address = person.emails.get().address

    wrong = staff_client.post(page(reply, "_who"), {"address": "nobody@mail.example"})
    staff_client.post(page(reply, "_who"), {"address": address})

    reply.refresh_from_db()
    waiting.refresh_from_db()
    assertContains(wrong, "Nobody here has this address.", status_code=422)
    assertContains(wrong, "<b>stranger@mail.example</b>", status_code=422)
    assert (reply.candidate, reply.matched_by) == (person, "colleague")
    assert waiting.reason == "replied"


def test_the_address_of_a_stranger_stands_there_for_whoever_adds_them(staff_client):
    reply = ReplyFactory(stranger=True)

    shown = staff_client.get(page(reply)).content.decode()

    assert 'value="stranger@mail.example"' in shown
    assert reverse("candidates:person_new") in shown


def test_what_a_stranger_sent_can_be_deleted_and_nothing_else(staff_client):
    stranger, known = ReplyFactory(stranger=True), ReplyFactory()

    for reply in (stranger, known):
        staff_client.post(page(reply, "_discard"))

    assert list(Reply.objects.all()) == [known]


@pytest.mark.parametrize("what", ["_answer", "_mark", "_not_stop", "_close", "_hand_over", "_who"])
def test_a_privacy_officer_reads_and_does_nothing(signed_in, privacy_officer, what):
    reply = ReplyFactory()
    client = signed_in(privacy_officer)

    assertNotContains(client.get(page(reply)), "<textarea")
    assert client.post(page(reply, what)).status_code == 403


def test_a_hiring_manager_sees_no_answer(signed_in, hiring_manager):
    reply = ReplyFactory()

    assert [signed_in(hiring_manager).get(one).status_code for one in (INBOX, page(reply))] == [
        403,
        403,
    ]


def test_markup_in_an_answer_is_text(staff_client):
    reply = ReplyFactory(text="<script>alert(1)</script>", subject="<b>x", name="<i>n")

    response = staff_client.get(page(reply))

    assertNotContains(response, "<script>alert")
    assertContains(response, "&lt;script&gt;alert(1)")


def test_an_answer_stands_on_the_today_page_of_whose_turn_it_is(staff_client, recruiter):
    ReplyFactory(candidate=CandidateFactory(name="Waits for me"), message=None, owner=recruiter)
    ReplyFactory(candidate=CandidateFactory(name="Nobody took"), message=None, owner=None)
    ReplyFactory(candidate=CandidateFactory(name="For another"), message=None)

    response = staff_client.get(reverse("today"))

    assertContains(response, "Waits for me")
    assertContains(response, "Nobody took")
    assertNotContains(response, "For another")


def test_the_page_about_mail_that_comes_back_counts_and_names_nobody(signed_in, admin, settings):
    settings.MAIL_HOOKS = ["postmark"]

    response = signed_in(admin).get(reverse("engagement:coming_in"))

    assertContains(response, f"{settings.BASE_URL}/hooks/postmark/tracking/")
    assertContains(response, "No report has come in yet.")
    assertContains(response, "no: IMAP_URL is not set")

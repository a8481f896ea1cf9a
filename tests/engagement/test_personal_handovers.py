"""A colleague was in touch with somebody whom another one wants to write to."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions.contact import log_contact
from candidates.models import Activity, ContactGate, FollowUp, Stop
from engagement import arbiter, due, tasks
from engagement.actions import handovers, personal
from engagement.models import Handover, Message
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, HandoverFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def mina(db):
    """Who called Ana yesterday."""
    return UserFactory(name="Mina Aldaco", roles=["recruiter"])


@pytest.fixture
def ana(mina):
    ana = CandidateFactory(name="Ana Reyes")
    called(ana, mina, days=1)
    return ana


def called(person, by, days=0):
    at = timezone.now() - timedelta(days=days)
    return Stop.objects.create(candidate=person, reason="called", by=by, at=at)


def reasons_of(person, by):
    return arbiter.decide_personal(person, by, timezone.now()).reasons


def ask(person, by):
    return handovers.ask(None, person, by=by, reason="We met at the fair")


def override(person, by, **values):
    return handovers.override(None, person, by=by, reason="She is away", **values)


def test_the_colleague_is_asked_agrees_and_only_who_asked_may_write(ana, mina, recruiter):
    asked = ask(ana, recruiter)
    before = reasons_of(ana, recruiter)

    handovers.answer(asked, by=mina, agrees=True, words="Go on.")

    assert list(due.handovers(mina)) == []
    assert (before, reasons_of(ana, recruiter)) == (("colleague_wrote",), ())
    assert reasons_of(ana, UserFactory()) == ("colleague_wrote",)
    told = FollowUp.objects.get(owner=recruiter)
    assert told.text == "Mina Aldaco agreed that you write to them."
    said = Activity.objects.filter(candidate=ana, kind__startswith="handover.").order_by("pk")
    assert [line.text for line in said] == [
        "Asked Mina Aldaco whether Rowan Ashdown may write to them.",
        "Mina Aldaco agreed that Rowan Ashdown writes to them.",
    ]


def test_a_colleague_who_declines_is_left_to_it(ana, mina, recruiter):
    handovers.answer(ask(ana, recruiter), by=mina, agrees=False)

    assert reasons_of(ana, recruiter) == ("colleague_wrote",)


def test_a_decision_without_them_is_kept_with_its_reason_and_everybody_is_told(
    ana, mina, recruiter
):
    olga = UserFactory(name="Olga")
    called(ana, olga)

    assert override(ana, recruiter) is None

    assert reasons_of(ana, recruiter) == ()
    settled = Handover.objects.get()
    assert (settled.state, settled.answer, settled.campaign) == ("overridden", "She is away", None)
    event = AuditEvent.objects.get(verb="handover.overridden")
    assert event.changes == {"reason": ["", "She is away"]}
    assert {told.owner: told.text for told in FollowUp.objects.all()} == dict.fromkeys(
        (mina, olga), "Rowan Ashdown writes to them: She is away"
    )
    assert Activity.objects.get(kind="handover.overridden").text == (
        "Decided that Rowan Ashdown may write to them although Mina Aldaco, Olga was in touch."
    )


def test_neither_a_campaign_nor_a_colleague_is_let_pass_by_what_was_for_the_other(ana, recruiter):
    campaign = CampaignFactory(with_step=True, people=[ana], by=recruiter)
    handovers.override(campaign, ana, by=recruiter, reason="She is away")

    assert reasons_of(ana, recruiter) == ("colleague_wrote",)


@pytest.mark.parametrize("days", [0, 1])
def test_whoever_is_in_touch_afterwards_holds_it_back_anew(ana, mina, recruiter, days):
    override(ana, recruiter)

    called(ana, mina, days=days)

    assert reasons_of(ana, recruiter) == ("colleague_wrote",)


def test_a_call_within_the_minute_keeps_the_email_back(
    smtp_server, monday_morning, ana, mina, recruiter
):
    override(ana, recruiter)
    message = personal.write(ana, "Severn", "Shall we talk?", by=recruiter, key=uuid.uuid4())
    log_contact(ana, "called", "They wait for my offer.", by=mina)
    monday_morning.shift(timedelta(minutes=2))

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.reason) == ("withheld", "colleague_wrote")
    assert smtp_server.to(ana.emails.get().address) == []


def test_whoever_was_not_shown_the_last_contact_decides_nothing(ana, mina, recruiter):
    seen = handovers.last_known(handovers.contacts_of(ana, timezone.now()))
    called(ana, mina)

    with pytest.raises(ValidationError) as refused:
        override(ana, recruiter, seen=seen)

    assert refused.value.code == "contact_since"
    assert not Handover.objects.exists()


def what_else(person):
    Stop.objects.create(candidate=person, reason="complained", at=timezone.now())


def test_what_else_is_against_it_is_said(ana, recruiter):
    what_else(ana)

    assert override(ana, recruiter).reason == "complained"


def by_somebody_who_may_not(ana, **_):
    override(ana, UserFactory(hiring_manager=True))


def asked_by_somebody_who_may_not(ana, **_):
    ask(ana, UserFactory(hiring_manager=True))


def without_words(ana, recruiter, **_):
    handovers.override(None, ana, by=recruiter, reason=" \n")


def of_themselves(ana, mina, **_):
    override(ana, mina)


def asks_twice(ana, recruiter, **_):
    ask(ana, recruiter)
    ask(ana, recruiter)


def who_left(ana, mina, recruiter):
    mina.is_active = False
    mina.save()
    ask(ana, recruiter)


def who_may_not_answer(ana, mina, recruiter):
    mina.roles = ["interviewer"]
    mina.save()
    ask(ana, recruiter)


def answers_for_another(ana, recruiter, **_):
    handovers.answer(HandoverFactory(candidate=ana, campaign=None), by=recruiter, agrees=True)


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (by_somebody_who_may_not, "not_allowed"),
        (asked_by_somebody_who_may_not, "not_allowed"),
        (without_words, "no_reason"),
        (of_themselves, "no_contact"),
        (asks_twice, "asked_already"),
        (who_left, "nobody_to_ask"),
        (who_may_not_answer, "nobody_to_ask"),
        (answers_for_another, "not_yours"),
    ],
)
def test_what_is_refused(does, code, ana, mina, recruiter):
    with pytest.raises(ValidationError) as refused:
        does(ana=ana, mina=mina, recruiter=recruiter)

    assert refused.value.code == code


def test_two_who_ask_at_once_each_have_a_question_of_their_own(ana, mina, recruiter):
    first, second = ask(ana, recruiter), ask(ana, UserFactory(roles=["recruiter"]))

    handovers.answer(first, by=mina, agrees=True)

    assert list(due.handovers(mina)) == [second]
    assert reasons_of(ana, second.asked_by) == ("colleague_wrote",)


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_a_call_that_is_being_logged_and_then_knows_of_it(organisation):
    """The call holds the gate: whoever decides meanwhile is told, and nothing passes it."""
    mina, recruiter = (UserFactory(roles=["recruiter"]) for _ in range(2))
    ana = CandidateFactory()
    called(ana, mina, days=1)
    seen = handovers.last_known(handovers.contacts_of(ana, timezone.now()))
    codes = []

    def decide():
        try:
            override(ana, recruiter, seen=seen)
        except ValidationError as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=decide)
    with transaction.atomic():
        ContactGate.objects.locked(ana.pk)
        thread.start()
        thread.join(0.3)
        is_waiting = thread.is_alive()
        called(ana, mina)
    thread.join()

    assert (is_waiting, codes) == (True, ["contact_since"])
    assert reasons_of(ana, recruiter) == ("colleague_wrote",)


def page_of(person):
    return reverse("engagement:person_write", args=[person.public_id])


def test_from_the_refusal_to_the_email(staff_client, signed_in, ana, mina, recruiter):
    page = page_of(ana)

    shown = staff_client.get(page)
    empty = staff_client.post(page, {"reason": "", "do": "ask"})
    asked = staff_client.post(page, {"reason": "We met at the fair", "do": "ask"})
    waits = staff_client.get(page)
    answer = reverse("engagement:handover", args=[Handover.objects.get().public_id])
    theirs = signed_in(mina)
    today = theirs.get(reverse("today"))
    question = theirs.get(answer)
    agreed = theirs.post(answer, {"do": "agree", "words": "Of course"}, follow=True)

    assertContains(shown, "<bdi>Mina Aldaco</bdi> called or wrote")
    assertContains(shown, "Ask Mina Aldaco</button>")
    assertNotContains(shown, 'name="subject"')
    assertContains(empty, "This field is required.", status_code=422)
    assertRedirects(asked, page)
    assertNotContains(waits, "Ask Mina Aldaco</button>")
    assertContains(waits, "Waits for <bdi>Mina Aldaco</bdi>")
    assertContains(today, f'href="{answer}"')
    assertContains(today, "for an email of their own: We met at the fair")
    assertContains(question, "Yes, they may write")
    assertContains(agreed, "Rowan Ashdown may write to Ana Reyes.")
    assertContains(staff_client.get(answer), f'href="{page}"')
    assertContains(staff_client.get(page), 'name="subject"')


def test_deciding_without_asking_keeps_what_was_typed(staff_client, ana):
    page = page_of(ana)
    typed = {"subject": "Severn", "text": "Shall we talk?"}

    refused = staff_client.post(page, typed | {"key": uuid.uuid4()})
    seen = refused.context["handover_form"].initial["seen"]
    decided = staff_client.post(
        page, typed | {"reason": "She is away", "do": "override", "seen": seen}
    )
    sent = staff_client.post(page, typed | {"key": decided.context["form"].initial["key"]})

    assertContains(refused, "Shall we talk?</textarea>", status_code=422)
    assertContains(refused, "Decide without asking</button>", status_code=422)
    assertContains(decided, "You may write to Ana Reyes.")
    assertContains(decided, "Shall we talk?</textarea>")
    assertRedirects(sent, reverse("engagement:message", args=[Message.objects.get().public_id]))


@pytest.mark.parametrize("seen", ["", "0", "7", "-1", "x"])
def test_a_decision_about_a_contact_that_was_not_shown_is_refused_and_loses_nothing(
    staff_client, ana, mina, seen
):
    given = {"reason": "She is away", "do": "override", "seen": seen, "text": "Shall we talk?"}

    answer = staff_client.post(page_of(ana), given)

    assertContains(answer, "She is away</textarea>", status_code=422)
    assertContains(answer, "Shall we talk?</textarea>", status_code=422)
    assertContains(answer, f'name="seen" value="{Stop.objects.get().pk}"', status_code=422)
    assert not Handover.objects.exists()


def test_where_something_else_is_against_it_nothing_is_offered(staff_client, ana):
    what_else(ana)

    assertNotContains(staff_client.get(page_of(ana)), "Decide without asking")


def test_a_decision_that_nobody_needs_any_more_says_so(staff_client, ana):
    Stop.objects.all().delete()

    answer = staff_client.post(page_of(ana), {"reason": "She is away", "do": "override"})

    assertContains(answer, "Nobody was in touch with them", status_code=422)


def test_who_may_write_to_nobody_may_not_decide_either(signed_in, hiring_manager, ana):
    given = {"reason": "She is away", "do": "override"}

    assert signed_in(hiring_manager).post(page_of(ana), given).status_code == 403


def test_the_page_costs_the_same_however_many_were_in_touch(staff_client, recruiter):
    counts = []
    for number in (1, 3):
        person = CandidateFactory()
        for _ in range(number):
            called(person, UserFactory())
            HandoverFactory(
                candidate=person, campaign=None, asked_by=recruiter, state="declined",
                settled_at=timezone.now(), settled_by=UserFactory(),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = staff_client.get(page_of(person))
        assertContains(page, "called or wrote", count=number)
        counts.append(len(queries))

    assert counts[0] == counts[1]

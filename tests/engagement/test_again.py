"""P-19, C-14: whoever stopped job emails, or was erased, can ask for them again, and only they."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts import throttle
from accounts.models import AuditEvent
from applications.actions.applications import add_application
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from candidates.actions.opting_in import opt_in
from candidates.actions.people import create_candidate
from candidates.models import Activity, Candidate, GroundState, Suppression
from engagement import arbiter, links, tasks
from engagement.actions import again, messages
from engagement.models import Message
from tests.factories.applications import StageFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import CampaignFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")
ADDRESS = "ana@mail.example"


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


def erased(by):
    person = CandidateFactory(email__address=ADDRESS)
    erase_candidate(person, by=by)


def by_hand(recruiter):
    return create_candidate(by=recruiter, name="Ana Again", email="Ana+jobs@mail.example")


def by_file(recruiter):
    from tests.applications.importing import run_of

    run_of("Ana Again;Ana+jobs@mail.example;;;;;;;;;", by=recruiter)
    return Candidate.objects.live().get()


def why_not(candidate):
    campaign = CampaignFactory(with_step=True)
    ((_, decision),) = arbiter.decide_many(
        campaign, Candidate.objects.filter(pk=candidate.pk), timezone.now()
    )
    return decision.reasons


@pytest.mark.parametrize("door", [by_hand, by_file])
def test_who_was_erased_and_applies_again_gets_the_letter_and_no_job_email(
    door, recruiter, smtp_server
):
    erased(recruiter)
    person = door(recruiter)
    job = StageFactory().job

    add_application(person, job, by=recruiter, applied_themselves=True, with_receipt=True)
    messages.carry_letters()
    tasks.deliver()

    (mail,) = smtp_server.to("Ana+jobs@mail.example")
    assert mail["Subject"] == f"We have your application: {job.title}"
    assert Message.objects.get().state == Message.State.HANDED
    assert why_not(person)[0] == "suppressed"


@pytest.mark.parametrize(("reason", "code"), [("complained", "suppressed"), ("bounced", "bounced")])
def test_a_complaint_and_a_bounce_outlive_the_erasure(recruiter, smtp_server, reason, code):
    suppress_address(ADDRESS, scope="all", reason=reason, by="test")
    erased(recruiter)
    person = by_hand(recruiter)

    add_application(person, StageFactory().job, by=recruiter, with_receipt=True)
    messages.carry_letters()
    tasks.deliver()

    assert smtp_server.messages == []
    assert (Message.objects.get().state, Message.objects.get().reason) == ("withheld", code)


def test_they_ask_for_job_emails_again_by_a_link_to_their_address(recruiter, visitor, smtp_server):
    erased(recruiter)
    person = by_hand(recruiter)
    visitor.post("/again/", {"address": "Ana+jobs@mail.example"})
    tasks.deliver()
    (mail,) = smtp_server.messages
    plain = mail.get_body(("plain",)).get_content()
    path = re.search(r"/again/\S+", plain)[0]
    assertContains(visitor.get(path), again.WORDS)
    assert why_not(person)[0] == "suppressed"

    response = visitor.post(path, {"agree": "on"}, follow=True)

    assertContains(response, "We will write to you")
    assert why_not(person) == ()
    assert Suppression.objects.count() == 0
    states = GroundState.objects.filter(candidate=person)
    assert [(s.kind, s.basis) for s in states] == [("granted", "consent")] * 2
    lines = Activity.objects.filter(candidate=person, group="consent").order_by("pk")
    assert list(lines.values_list("kind", flat=True)) == [
        "contact.suppression_cleared",
        "ground.granted",
    ]
    logged = AuditEvent.objects.filter(actor="The candidate").order_by("pk")
    assert [(one.verb, one.changes) for one in logged] == [
        ("address.suppression_cleared", {"scope": ["nurture", ""], "reason": ["erased", ""]}),
        ("candidate.opted_in", {"purposes": ["", "pool, nurture"]}),
    ]


def test_without_the_tick_nothing_changes(visitor):
    person = CandidateFactory(unsubscribed=True)
    path = links.path(links.Purpose.AGAIN, person.public_id)

    response = visitor.post(path)

    assertContains(response, "Tick the box if you want job emails", status_code=422)
    assert not Candidate.objects.contactable().exists()


def test_a_link_counts_for_half_an_hour(visitor, monday_morning):
    person = CandidateFactory(unsubscribed=True)
    path = links.path(links.Purpose.AGAIN, person.public_id)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        response = visitor.post(path, {"agree": "on"})

    assertContains(response, "That link has run out", status_code=410)
    assert not Candidate.objects.contactable().exists()


@pytest.mark.parametrize("purpose", [p for p in links.Purpose if p != links.Purpose.AGAIN])
def test_no_other_link_brings_job_emails_back(visitor, purpose):
    person = CandidateFactory(unsubscribed=True)
    token = links.make_token(purpose, person.public_id)

    response = visitor.post(f"/again/{token}", {"agree": "on"})

    assert response.status_code == 404
    assert not Candidate.objects.contactable().exists()


def test_a_link_to_somebody_who_is_gone_tells_nothing(visitor, recruiter):
    person = CandidateFactory()
    path = links.path(links.Purpose.AGAIN, person.public_id)
    erase_candidate(person, by=recruiter)

    assertContains(visitor.get(path), "We hold no details for this link")


def test_who_asks_learns_nothing_about_an_address(visitor, smtp_server):
    CandidateFactory(email__address=ADDRESS)
    known = visitor.post("/again/", {"address": ADDRESS})
    unknown = visitor.post("/again/", {"address": "nobody@mail.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    tasks.deliver()
    assert len(smtp_server.messages) == 1


def test_asking_twice_sends_one_email_and_asking_too_often_is_refused(visitor):
    CandidateFactory(email__address=ADDRESS)
    answers = [visitor.post("/again/", {"address": ADDRESS}) for _ in range(6)]

    assert answers[0].status_code == 303
    assertContains(answers[-1], "Too many emails were asked for. Try again in 60", status_code=429)
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert Message.objects.count() == 1


def test_asking_for_job_emails_keeps_no_colleague_from_signing_in(visitor, recruiter):
    for _ in range(6):
        visitor.post("/again/", {"address": recruiter.email})

    assert throttle.count_attempt(recruiter.email, "127.0.0.1").allowed


def test_a_wrong_address_is_said_and_kept_in_the_field(visitor):
    response = visitor.post("/again/", {"address": "ana at mail"})

    assertContains(response, "That is not an email address", status_code=422)
    assertContains(response, 'value="ana at mail"', status_code=422)


def test_a_complaint_is_not_taken_back_by_a_link(visitor):
    person = CandidateFactory(email__address=ADDRESS)
    suppress_address(ADDRESS, scope="all", reason="complained", by="test")

    response = visitor.post(links.path(links.Purpose.AGAIN, person.public_id), {"agree": "on"})

    assertContains(response, "Please write to us", status_code=422)
    assert Suppression.objects.get().scope == "all"


def test_all_addresses_of_theirs_are_free_again():
    """C-11: the strictest setting counted for all of them, and so does their yes."""
    person = CandidateFactory(email__address=ADDRESS)
    EmailAddressFactory(candidate=person, address="other@mail.example")
    for address in (ADDRESS, "other@mail.example"):
        suppress_address(address, scope="nurture", reason="objected", by="test")

    again.start(person)

    assert set(person.emails.values_list("suppressed", flat=True)) == {""}
    assert list(Candidate.objects.contactable()) == [person]


def test_somebody_in_the_archive_cannot_be_opted_in():
    person = CandidateFactory(archived=True)

    with pytest.raises(ValidationError) as refusal:
        opt_in(person, wording="Yes", version="1", language="en", expires_at=timezone.now())

    assert refusal.value.code == "gone"


def test_a_colleague_does_not_get_hold_of_the_link(visitor, staff_client):
    """Whoever pressed it would say yes in that person's name."""
    CandidateFactory(email__address=ADDRESS)
    visitor.post("/again/", {"address": ADDRESS})

    page = staff_client.get(reverse("engagement:message", args=[Message.objects.get().public_id]))

    assertContains(page, "/again/…")

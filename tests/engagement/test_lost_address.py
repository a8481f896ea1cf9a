"""Somebody cannot read the mailbox that we write to any more: two colleagues decide (C-25)."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from config.today import blocks
from engagement import links, tasks
from engagement.actions import lost_address as act
from engagement.links import Purpose
from engagement.models import AddressChange, AddressClaim, Message
from tests.engagement.conftest import MONDAY
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import AddressClaimFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "organisation")
OLD, NEW = "ana@old-mail.example", "ana@new-mail.example"
LOST = "/s/lost"


@pytest.fixture
def ana():
    return CandidateFactory(name="Ana Lund", email__address=OLD)


@pytest.fixture
def colleague(db):
    return UserFactory(name="Colm", roles=["recruiter"])


def typed(**changed):
    return {
        "form_id": uuid.uuid4(),
        "name": "Ana Lund",
        "former": OLD,
        "address": NEW,
        "facts": "Rigger, in March.",
        **changed,
    }


def link_of(claim):
    return links.path(Purpose.NEW_ADDRESS, claim.candidate.public_id, claim.public_id)


def page_of(claim):
    return reverse("engagement:address_claim", args=[claim.public_id])


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


def say_yes(client, claim):
    page = client.get(link_of(claim), follow=True)
    return client.post("/address/", {"proof": page.context["proof"]}, follow=True)


# -------------------------------------------------------------------------- asking


@pytest.mark.parametrize("who", ["known", "stranger", "archived", "erased"])
def test_the_answer_is_the_same_whoever_asks(client, who):
    if who != "stranger":
        CandidateFactory(email__address=OLD, **({who: True} if who != "known" else {}))

    answer = client.post(LOST, typed())

    assert (answer.status_code, answer["Location"]) == (303, f"{LOST}?asked=yes")
    assertContains(client.get(answer["Location"]), "If we know the address of before")
    assert AddressClaim.objects.get().candidate is None


def test_the_worker_finds_out_about_whom_it_is(ana):
    AddressClaimFactory(unknown=True, former=OLD.upper())

    assert tasks.look_up_claims() == 1

    assert AddressClaim.objects.get().candidate == ana
    assert ana.activities.get().kind == "candidate.address_claim"
    assert tasks.look_up_claims() == 0


def test_of_a_stranger_nothing_is_kept():
    AddressClaimFactory(unknown=True)

    assert tasks.look_up_claims() == 0
    assert not AddressClaim.objects.exists()


def test_of_somebody_in_the_archive_the_privacy_officer_learns_alone(recruiter):
    person = CandidateFactory(email__address=OLD, archived=True)
    AddressClaimFactory(unknown=True, former=OLD, address=NEW)

    assert tasks.look_up_claims() == 0

    assert not AddressClaim.objects.exists()
    request = person.privacy_requests.get()
    assert (request.kind, request.identity) == ("rectification", "unproven")
    assert NEW in request.details


def test_one_person_has_three_at_most(ana):
    for _ in range(4):
        AddressClaimFactory(unknown=True, former=OLD)

    assert tasks.look_up_claims() == 3
    assert AddressClaim.objects.count() == 3


def test_the_same_form_asks_once(client):
    form = typed()
    for _ in range(2):
        assert client.post(LOST, form).status_code == 303

    assert AddressClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"facts": ""}, "facts"),
        ({"name": " "}, "name"),
        ({"former": "no address"}, "former"),
        ({"address": ""}, "address"),
        ({"address": OLD.upper()}, "address"),
    ],
)
def test_what_is_missing_is_said(client, changed, field):
    answer = client.post(LOST, typed(**changed))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not AddressClaim.objects.exists()


def test_nobody_asks_without_end(client):
    answers = [client.post(LOST, typed()).status_code for _ in range(4)]

    assert answers == [303, 303, 303, 429]
    assert AddressClaim.objects.count() == 3


@pytest.mark.parametrize("where", ["/s/", "/s/code"])
def test_whoever_waits_for_a_code_finds_the_way(client, where):
    if where == "/s/code":
        client.post("/s/ask", {"address": OLD})

    assertContains(client.get(where), f'href="{LOST}"')


# ---------------------------------------------------------------------- colleagues


def test_what_they_say_stands_beside_what_we_know(staff_client, ana):
    application = ApplicationFactory(candidate=ana, job__title="Rigger")
    claim = AddressClaimFactory(candidate=ana)

    page = staff_client.get(page_of(claim))

    assertContains(page, claim.facts)
    assertContains(page, f"Applied {application.applied_at:%-d %B %Y}")


def test_two_colleagues_agree_and_the_new_mailbox_is_asked(signed_in, recruiter, colleague, ana):
    claim = AddressClaimFactory(candidate=ana, address=NEW)

    signed_in(recruiter).post(page_of(claim), {"do": "check", "text": "Both jobs agree."})
    assert not Message.objects.exists()
    signed_in(colleague).post(page_of(claim), {"do": "approve", "text": "And the phone."})

    claim.refresh_from_db()
    assert (claim.state, claim.checked_by, claim.settled_by) == ("approved", recruiter, colleague)
    assert claim.facts == ""
    message = Message.objects.get()
    assert (message.to_address, message.candidate) == (NEW, ana)
    assert ana.name not in message.text
    assert ana.emails.get(is_primary=True).address == OLD
    verbs = AuditEvent.objects.filter(verb__startswith="address_claim").values_list("verb", "actor")
    assert set(verbs) == {
        ("address_claim.checked", recruiter.email),
        ("address_claim.approved", colleague.email),
    }


def test_nobody_agrees_with_themselves(signed_in, recruiter, ana):
    claim = AddressClaimFactory(candidate=ana)
    act.check(claim, "Both jobs agree.", by=recruiter)

    refused("same_person", act.approve, claim, "Yes.", by=recruiter)
    answer = signed_in(recruiter).post(page_of(claim), {"do": "approve", "text": "Yes."})

    assert answer.status_code == 422
    assertContains(answer, "Another colleague has to agree.", status_code=422)
    assert not Message.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressClaim.objects.update(state="approved", settled_by=recruiter)


def test_refusals_of_deciding(recruiter, colleague, ana):
    claim = AddressClaimFactory(candidate=ana)
    refused("no_words", act.check, claim, " ", by=recruiter)
    refused("decided", act.approve, claim, "Unchecked.", by=colleague)
    act.check(claim, "Both jobs agree.", by=recruiter)
    refused("decided", act.check, claim, "Once more.", by=colleague)
    refused("no_words", act.approve, claim, "", by=colleague)
    act.refuse(claim, "The phone does not.", by=colleague)
    refused("decided", act.approve, claim, "After all.", by=UserFactory())
    refused("decided", act.refuse, claim, "Again.", by=colleague)


def test_of_what_was_refused_nobody_is_told(signed_in, recruiter, ana):
    claim = AddressClaimFactory(candidate=ana)

    signed_in(recruiter).post(page_of(claim), {"do": "refuse", "text": "No such job."})

    claim.refresh_from_db()
    assert (claim.state, claim.facts) == ("refused", "")
    assert not Message.objects.exists()
    assert Client().get(link_of(claim), follow=True).context.get("proof") is None


def test_it_stands_on_today_of_those_who_have_to_say_something(recruiter, colleague, ana):
    claim = AddressClaimFactory(candidate=ana)

    def titles(user):
        found = [one for one in blocks(user, timezone.now()) if one.title == "Lost mailboxes"]
        return [row.title for block in found for row in block.rows]

    assert (titles(recruiter), titles(colleague)) == ([ana.name], [ana.name])
    act.check(claim, "Both jobs agree.", by=recruiter)
    assert (titles(recruiter), titles(colleague)) == ([], [ana.name])


def test_strangers_see_no_claim(signed_in, hiring_manager, recruiter, ana):
    claim = AddressClaimFactory(candidate=ana)
    archived = AddressClaimFactory(candidate=CandidateFactory(archived=True))

    assert signed_in(hiring_manager).get(page_of(claim)).status_code == 403
    assert signed_in(recruiter).get(page_of(archived)).status_code == 404
    assertNotContains(signed_in(recruiter).get("/lost-mailboxes"), archived.candidate.name)


# ------------------------------------------------------------------ the new mailbox


def test_the_new_mailbox_says_yes_and_the_former_hears_of_it(client, ana, smtp_server):
    claim = AddressClaimFactory(candidate=ana, address=NEW, approved=True)

    done = say_yes(client, claim)

    assertContains(done, "that mailbox is yours")
    assert ana.emails.get(is_primary=True).address == NEW
    claim.refresh_from_db()
    assert claim.state == "confirmed"
    assert tasks.deliver() == 1
    assert len(smtp_server.to(OLD)) == 1
    assert "/undo/" in Message.objects.get(to_address=OLD).text
    change = AddressChange.objects.get()
    assert (change.former, change.is_shared) == (OLD, False)


def test_looking_at_the_link_changes_nothing(client, ana):
    claim = AddressClaimFactory(candidate=ana, address=NEW, approved=True)

    page = client.get(link_of(claim), follow=True)

    assertContains(page, "your address?")
    assertNotContains(page, NEW)
    assert ana.emails.get(is_primary=True).address == OLD


def test_yes_twice_is_once(client, ana):
    claim = AddressClaimFactory(candidate=ana, address=NEW, approved=True)

    say_yes(client, claim)
    again = client.post("/address/", {"proof": client.get("/address/").context["proof"]})

    assert again.status_code == 303
    assertContains(client.get("/address/"), "Done")
    assert AddressChange.objects.count() == 1


def test_after_a_week_the_link_is_over(client, ana):
    claim = AddressClaimFactory(candidate=ana, address=NEW, approved=True)
    proof = links.make_token(Purpose.NEW_ADDRESS, ana.public_id, claim.public_id)

    with time_machine.travel(MONDAY + timedelta(days=8), tick=False):
        answer = client.post("/address/", {"proof": proof})

    assertContains(answer, "We hold no details for this link")
    assert ana.emails.get(is_primary=True).address == OLD


def test_what_was_never_approved_changes_nothing(client, ana):
    claim = AddressClaimFactory(candidate=ana, address=NEW, checked=True)
    proof = links.make_token(Purpose.NEW_ADDRESS, ana.public_id, claim.public_id)

    client.post("/address/", {"proof": proof})

    assert ana.emails.get(is_primary=True).address == OLD


@pytest.mark.parametrize("proof", ["", "x" * 51])
def test_a_form_that_we_did_not_render_is_incomplete(client, proof):
    assert client.post("/address/", {"proof": proof}).status_code == 404


def test_an_address_that_another_record_has_is_for_colleagues_to_settle(client, ana):
    other = CandidateFactory()
    EmailAddressFactory(candidate=other, address=NEW)
    claim = AddressClaimFactory(candidate=ana, address=NEW, approved=True)

    assertContains(say_yes(client, claim), "If a colleague has to look at something first")

    assert AddressChange.objects.get().is_shared
    assert ana.emails.get(is_primary=True).address == OLD


def test_old_claims_are_forgotten(ana):
    AddressClaimFactory(candidate=ana, asked_at=MONDAY - timedelta(days=31))
    kept = AddressClaimFactory(candidate=ana, asked_at=MONDAY - timedelta(days=29))

    assert tasks.settle_addresses() == 1
    assert AddressClaim.objects.get() == kept

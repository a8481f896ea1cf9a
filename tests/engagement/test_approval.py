"""Who approves a campaign, what they looked at, and what changed since."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent, Organisation
from engagement import comparing, due, planning
from engagement.actions import approval, audience, drafts, lifecycle
from engagement.models import Campaign
from tests.engagement.conftest import MONDAY
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory, PreferenceFactory
from tests.factories.engagement import CampaignFactory

pytestmark = pytest.mark.usefixtures("monday_morning")

TEXT = "Hello {{ candidate.call_name|there }}, we are looking for somebody who joins cables."


@pytest.fixture
def olga():
    return UserFactory(name="Olga", roles=["recruiter"])


@pytest.fixture
def people():
    return [CandidateFactory(name=f"Able {number}") for number in range(3)]


@pytest.fixture
def draft(recruiter, people):
    campaign = audience.start_draft(JobFactory(), by=recruiter, people=people)
    drafts.write_step(campaign, 1, subject="A job", text=TEXT, wait_days=0, by=recruiter)
    return Campaign.objects.get()


def two_people():
    Organisation.objects.update(two_people_approve=True)


def refused(work):
    with pytest.raises(ValidationError) as error:
        work()
    return error.value.code


def at(name, *args):
    return reverse(f"engagement:{name}", args=args)


def test_with_the_rule_of_two_no_writer_approves(draft, recruiter, olga):
    two_people()
    drafts.set_sender(draft, recruiter, by=olga)
    third = UserFactory(roles=["recruiter"])

    codes = [refused(lambda by=by: lifecycle.approve(draft, by=by)) for by in (recruiter, olga)]

    assert codes == ["two_people", "two_people"]
    assert lifecycle.approve(draft, by=third).approved_by == third


def test_without_it_the_writer_approves(draft, recruiter):
    assert lifecycle.approve(draft, by=recruiter).approved_by == recruiter


def test_who_was_asked_approves_and_nobody_else_unless_asked_instead(draft, recruiter, olga):
    approval.ask_to_approve(draft, olga, by=recruiter)
    code = refused(lambda: lifecycle.approve(draft, by=recruiter))
    approval.ask_to_approve(draft, recruiter, by=recruiter)

    assert code == "somebody_else_asked"
    assert lifecycle.approve(draft, by=recruiter).approved_by == recruiter
    asked = AuditEvent.objects.filter(verb="campaign.approval_asked").order_by("pk")
    assert [event.changes["approver"] for event in asked] == [
        ["", olga.email],
        [olga.email, recruiter.email],
    ]


def test_a_colleague_who_left_keeps_nobody_from_approving(draft, recruiter, olga):
    approval.ask_to_approve(draft, olga, by=recruiter)
    olga.is_active = False
    olga.save()

    assert lifecycle.approve(draft, by=recruiter).state == Campaign.State.HOLDING


def test_asking_refuses_who_may_not_approve(draft, recruiter, hiring_manager):
    two_people()

    assert refused(lambda: approval.ask_to_approve(draft, hiring_manager, by=recruiter)) == (
        "not_allowed"
    )
    assert refused(lambda: approval.ask_to_approve(draft, recruiter, by=recruiter)) == "two_people"
    lifecycle.approve(draft, by=UserFactory(roles=["recruiter"]))
    assert refused(lambda: approval.ask_to_approve(draft, recruiter, by=recruiter)) == "not_draft"


def test_the_one_who_is_asked_finds_it_on_today(draft, recruiter, olga):
    before = list(due.campaigns(olga, "mine"))
    approval.ask_to_approve(draft, olga, by=recruiter)

    assert (before, list(due.campaigns(olga, "mine"))) == ([], [draft])


def test_what_an_edit_changed_is_told_with_reasons(draft, recruiter, people):
    ana, ben, _ = people
    PreferenceFactory(candidate=ben, paused_until=None)
    drafts.set_sender(draft, recruiter, by=recruiter)  # keeps the list as it is before
    audience.leave_out(draft, ana, by=recruiter)
    ben.emails.update(bounced_at=MONDAY)

    campaign = Campaign.objects.get()
    changed = comparing.difference(campaign, planning.dry_run(campaign, MONDAY))

    assert (changed.came, changed.fell) == ([], sorted([ana.pk, ben.pk]))
    assert changed.reasons == {
        ana.pk: comparing.NOT_FOUND,
        ben.pk: "Their address does not take our email.",
    }


def test_who_came_in_is_told_with_what_is_no_longer_against_them(draft, recruiter, people):
    people[0].emails.update(bounced_at=MONDAY)
    approval.compare_from_now(draft, by=recruiter)
    people[0].emails.update(bounced_at=None)

    campaign = Campaign.objects.get()
    changed = comparing.difference(campaign, planning.dry_run(campaign, MONDAY))

    assert (changed.came, changed.fell) == ([people[0].pk], [])
    assert changed.why_came == [("No longer: Their address does not take our email.", 1)]


def test_a_field_that_an_edit_left_without_fallback_takes_people_out(draft, recruiter, people):
    people[0].call_name = ""
    people[0].save()
    text = "Hello {{ candidate.call_name }}, we are looking for somebody who joins cables."
    drafts.write_step(draft, 1, subject="A job", text=text, wait_days=0, by=recruiter)

    campaign = Campaign.objects.get()
    changed = comparing.difference(campaign, planning.dry_run(campaign, MONDAY))

    assert changed.why_fell == [("A field of the text is empty for them.", 1)]


def test_nothing_is_compared_before_there_was_a_list(draft):
    assert comparing.difference(draft, planning.dry_run(draft, MONDAY)) is None


def test_the_check_shows_what_changed_and_a_button_begins_anew(
    staff_client, draft, recruiter, people
):
    approval.compare_from_now(draft, by=recruiter)
    audience.leave_out(draft, people[0], by=recruiter)

    page = staff_client.get(at("campaign_check", draft.public_id)).content.decode()
    staff_client.post(at("campaign_compare", draft.public_id))
    after = staff_client.get(at("campaign_check", draft.public_id)).content.decode()

    assert "1 fell out" in page
    assert "Able 0" in page
    assert "fell out" not in after


def test_a_colleague_is_asked_on_the_page_of_the_check(staff_client, draft, olga, hiring_manager):
    address = at("campaign_ask", draft.public_id)

    wrong = staff_client.post(address, {"colleague": hiring_manager.public_id}, follow=True)
    asked = staff_client.post(address, {"colleague": olga.public_id}, follow=True)

    assert "Choose a colleague who may approve it." in wrong.content.decode()
    assert "Olga is asked. It stands on their Today page." in asked.content.decode()
    assert Campaign.objects.get().approver == olga
    approve = at("campaign_approve", draft.public_id)
    sha256 = staff_client.get(approve).context["plan"].sha256
    refused_page = staff_client.post(approve, {"sha256": sha256})
    assert refused_page.status_code == 422
    assert "Olga was asked to approve it." in refused_page.content.decode()


def test_whoever_may_not_approve_is_told_before_they_type(staff_client, draft, recruiter, olga):
    mine = staff_client.get(at("campaign_approve", draft.public_id)).content.decode()
    approval.ask_to_approve(draft, olga, by=recruiter)
    hers = staff_client.get(at("campaign_approve", draft.public_id)).content.decode()

    assert "button-primary" in mine.partition("You approve")[2]
    assert f"{olga.name} was asked to approve it." in hers
    assert "button-primary" not in hers.partition("You approve")[2]


def test_opening_people_from_the_list_is_counted_as_oversight(
    staff_client, draft, recruiter, people
):
    address = at("campaign_look", draft.public_id, people[0].public_id)

    shown = [staff_client.post(address)["Location"] for _ in range(2)]
    lifecycle.approve(draft, by=recruiter)
    staff_client.post(at("campaign_look", draft.public_id, people[1].public_id))

    profile = reverse("candidates:profile", args=[people[0].public_id])
    campaign = Campaign.objects.get()
    assert shown == [profile, profile]
    assert campaign.profiles_opened == 1
    assert campaign.audience.looked_at == [people[0].pk]
    opened = [(each["colleague"], each["person"]) for each in campaign.audience.openings]
    assert opened == [(recruiter.pk, people[0].pk)] * 2
    assert AuditEvent.objects.filter(verb="campaign.person_opened").count() == 1
    approved = AuditEvent.objects.get(verb="campaign.approved")
    assert approved.changes["reviewed"] == ["", "yes"]


def test_no_more_than_a_thousand_openings_of_a_draft_are_noted(draft, recruiter, people):
    once = {"colleague": recruiter.pk, "person": people[0].pk, "at": MONDAY.isoformat()}
    draft.audience.openings = [once] * 999
    draft.audience.save()

    for person in people:
        approval.look_at(draft, person, by=recruiter)

    noted = Campaign.objects.get().audience
    assert (len(noted.openings), noted.looked_at) == (1_000, sorted(p.pk for p in people))


def test_how_long_the_approver_looked_stands_in_the_figures(draft, recruiter, people):
    with time_machine.travel(MONDAY, tick=False) as clock:
        approval.look_at(draft, people[0], by=recruiter)
        clock.shift(40)
        approval.look_at(draft, people[1], by=recruiter)
        clock.shift(20)
        lifecycle.approve(draft, by=recruiter)

    with connection.cursor() as cursor:
        cursor.execute("SELECT seconds FROM engagement_measure_oversight")
        assert cursor.fetchall() == [(20.0,)]


def test_more_than_twenty_with_nobody_opened_is_recorded_as_unreviewed(recruiter):
    campaign = CampaignFactory(
        with_step=True, people=CandidateFactory.create_batch(21), by=recruiter
    )

    lifecycle.approve(campaign, by=recruiter)

    assert AuditEvent.objects.get().changes["reviewed"] == ["", "no"]


def test_two_colleagues_choose_the_sender_and_the_second_is_told(
    staff_client, draft, recruiter, olga
):
    address = at("campaign_sender", draft.public_id)
    other = UserFactory(name="Pia", roles=["recruiter"])
    drafts.set_sender(draft, olga, by=olga)
    values = {"sender": other.public_id, "seen": recruiter.public_id}

    late = staff_client.post(address, values)
    again = staff_client.post(address, {**values, "seen": olga.public_id})

    assert (late.status_code, again.status_code) == (422, 302)
    assert "Somebody else chose Olga meanwhile." in late.content.decode()
    assert f'value="{other.public_id}" selected' in late.content.decode()
    assert Campaign.objects.get().sender == other


@pytest.mark.parametrize("name", ["campaign_compare", "campaign_ask", "campaign_test"])
def test_a_foreign_campaign_is_404(staff_client, name):
    assert staff_client.post(at(name, CandidateFactory().public_id)).status_code == 404


def test_a_foreign_person_of_the_list_is_404(staff_client, draft):
    address = at("campaign_look", draft.public_id, draft.public_id)

    assert staff_client.post(address).status_code == 404

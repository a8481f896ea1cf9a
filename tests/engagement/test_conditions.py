"""Messages for those who said that they want to hear more, or did not: by a button alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candidates.models import Activity, FollowUp
from engagement import arbiter, delivery, links, rendering, tasks
from engagement.actions import drafts, interest, lifecycle
from engagement.links import Purpose
from engagement.models import DeliveryEvent, Enrolment, Message, Step
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

pytestmark = pytest.mark.usefixtures("monday_morning")

TEXT = "Hello {{ candidate.call_name|there }}, would you like to hear more?\n\n{{ answer.url }}\n"


def second_step(condition, by):
    """Somebody whose first message arrived, in a campaign with a second one."""
    campaign = CampaignFactory(running=True, first_batch_checked_at=timezone.now(), by=by)
    first = StepFactory(campaign=campaign, template_version__text=TEXT)
    StepFactory(campaign=campaign, position=2, wait_days=2, condition=condition)
    enrolment = EnrolmentFactory(campaign=campaign, next_step=2)
    return MessageFactory(enrolment=enrolment, step=first, handed=True)


def due_second(message, clock):
    """Plan the second message and go to the moment when it is due."""
    lifecycle.tick(timezone.now())
    found = Message.objects.get(enrolment=message.enrolment, step__position=2)
    clock.move_to(found.due_at + timedelta(seconds=1))
    return found


@pytest.mark.parametrize(
    ("condition", "said", "reasons"),
    [
        ("", False, ()),
        ("", True, ()),
        ("silent", False, ()),
        ("silent", True, ("step_condition",)),
        ("interested", False, ("step_condition",)),
        ("interested", True, ()),
    ],
)
def test_the_arbiter_asks_for_the_condition_at_the_moment_of_sending(
    recruiter, monday_morning, condition, said, reasons
):
    message = second_step(condition, recruiter)
    second = due_second(message, monday_morning)
    if said:
        interest.say_interested(message.candidate, message)

    assert arbiter.decide(second, timezone.now()).reasons == reasons


def test_whom_one_message_is_not_meant_for_goes_on_to_the_next(recruiter, monday_morning):
    message = second_step("interested", recruiter)
    StepFactory(campaign=message.campaign, position=3, wait_days=3, condition="silent")
    second = due_second(message, monday_morning)

    tasks.deliver()
    second.refresh_from_db()
    lifecycle.tick(timezone.now())

    assert (second.state, second.reason) == ("withheld", "step_condition")
    enrolment = message.enrolment
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.next_step) == (Enrolment.State.ACTIVE, 4)
    third = enrolment.messages.get(step__position=3)
    assert (third.state, (third.due_at - second.due_at).days) == ("due", 5)  # over a weekend


def test_nobody_is_left_when_the_last_message_was_not_meant_for_them(recruiter, monday_morning):
    message = second_step("interested", recruiter)
    due_second(message, monday_morning)
    tasks.deliver()

    lifecycle.tick(timezone.now())

    message.enrolment.refresh_from_db()
    message.campaign.refresh_from_db()
    assert (message.enrolment.state, message.campaign.state) == ("done", "finished")


def test_a_refusal_that_stays_ends_the_enrolment_though_the_condition_speaks_too(
    recruiter, monday_morning
):
    message = second_step("interested", recruiter)
    second = due_second(message, monday_morning)
    message.candidate.emails.update(bounced_at=timezone.now())

    tasks.deliver()

    second.refresh_from_db()
    message.enrolment.refresh_from_db()
    assert (second.reason, message.enrolment.state) == ("bounced", Enrolment.State.ENDED)


def test_the_button_says_it_once_and_looking_says_nothing(recruiter):
    message = second_step("", recruiter)
    link = links.path(Purpose.INTERESTED, message.candidate.public_id, message.public_id)
    reader = Client()

    for _ in range(3):
        reader.head(link)
        page = reader.get(link, follow=True).content.decode()
    looked = DeliveryEvent.objects.count()
    proof = page.partition('name="proof" value="')[2].partition('"')[0]
    answers = [
        reader.post(reverse("engagement:interested"), {"proof": proof}).status_code
        for _ in range(2)
    ]
    after = reader.get(reverse("engagement:interested")).content.decode()

    assert (looked, answers) == (0, [303, 303])
    assert DeliveryEvent.objects.get().kind == "interested"
    assert FollowUp.objects.get().owner == message.sender
    assert Activity.objects.filter(kind="message.interested").count() == 1
    assert "Thank you" in after
    assert 'name="proof"' not in after


def test_a_button_of_another_person_or_without_proof_says_nothing(recruiter):
    message = second_step("", recruiter)
    reader = Client()
    reader.get(links.path(Purpose.INTERESTED, message.candidate.public_id, message.public_id))
    other = links.make_token(Purpose.FORM, CandidateFactory().public_id, message.public_id)

    answers = [
        reader.post(reverse("engagement:interested"), {"proof": proof}).status_code
        for proof in ("", "nonsense", other)
    ]
    stranger = Client().post(reverse("engagement:interested"), {"proof": other}).status_code

    assert (answers, stranger, DeliveryEvent.objects.count()) == ([404, 404, 404], 404, 0)


def test_the_page_shows_nothing_of_somebody_who_is_gone(recruiter):
    message = second_step("", recruiter)
    link = links.path(Purpose.INTERESTED, message.candidate.public_id, message.public_id)
    type(message.candidate).objects.update(erased_at=timezone.now(), name="Erased")

    page = Client().get(link, follow=True).content.decode()

    assert "We hold no details for this link" in page


def test_the_email_holds_the_link_as_text_and_as_a_button(recruiter):
    from accounts.models import Organisation
    from engagement.emails import JobEmails, Person

    message = second_step("", recruiter)
    whole = JobEmails(message.step.template_version, message.job, recruiter, Organisation.current())
    email = whole.compose(message, Person(message.candidate, "a@b.example"), timezone.now())

    opened = links.open_token(Purpose.INTERESTED, email.text.partition("/y/")[2].split()[0])
    assert (opened.candidate, opened.about) == (message.candidate.public_id, message.public_id)
    assert email.html.count("/y/") == 1
    assert ">Yes, I would like to hear more</a>" in email.html


def test_a_condition_without_a_link_to_answer_is_refused(recruiter, organisation):
    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)
    StepFactory(campaign=campaign, position=2, wait_days=2, condition="interested")

    with pytest.raises(ValidationError) as refused:
        lifecycle.approve(campaign, by=recruiter)

    assert refused.value.code == "no_answer_link"
    assert rendering.lacks_answer_link(campaign.steps.all())


def test_a_condition_is_chosen_on_the_page_of_the_message(staff_client, recruiter, organisation):
    campaign = CampaignFactory(people=[CandidateFactory()], by=recruiter)
    drafts.write_step(campaign, 1, subject="A job", text=TEXT, wait_days=0, by=recruiter)
    address = reverse("engagement:campaign_messages", args=[campaign.public_id]) + "?step=2"
    values = {"subject": "More", "text": "More of it.", "wait_days": "3", "seen": ""}

    refused = staff_client.post(address, {**values, "condition": "perhaps"})
    staff_client.post(address, {**values, "condition": "interested"})
    page = staff_client.get(address).content.decode()

    assert refused.status_code == 422
    step = campaign.steps.get(position=2)
    assert (step.wait_days, step.condition) == (3, "interested")
    assert 'value="interested" id="id_condition_2" checked' in " ".join(page.split())


def test_the_first_message_has_no_condition(recruiter, organisation):
    campaign = CampaignFactory(people=[CandidateFactory()], by=recruiter)
    for position in (1, 2):
        drafts.write_step(
            campaign, position, subject="A", text=TEXT, wait_days=2, by=recruiter,
            condition="silent",
        )  # fmt: skip
    drafts.remove_step(campaign, 1, by=recruiter)

    assert list(Step.objects.values_list("position", "wait_days", "condition")) == [(1, 0, "")]


def test_people_inside_keep_the_text_that_was_approved(recruiter, organisation):
    from engagement.actions import templates

    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)
    lifecycle.approve(campaign, by=recruiter)
    pinned = campaign.steps.get().template_version

    templates.write_version(pinned.template, "Another", "Another text.", by=recruiter, seen=1)
    with pytest.raises(ValidationError) as refused:
        drafts.write_step(campaign, 1, subject="B", text=TEXT, wait_days=0, by=recruiter)

    assert campaign.steps.get().template_version == pinned
    assert refused.value.code == "not_draft"
    assert delivery.reap()["expired"] == 0


def test_the_page_speaks_french_to_who_reads_it(recruiter):
    from accounts.languages import COOKIE

    message = second_step("", recruiter)
    reader = Client()
    reader.cookies[COOKIE] = "fr"
    link = links.path(Purpose.INTERESTED, message.candidate.public_id, message.public_id)

    page = reader.get(link, follow=True).content.decode()

    assert "Oui, je souhaite en savoir plus" in page
    assert ("Would you like" in page, "A person then" in page) == (False, False)

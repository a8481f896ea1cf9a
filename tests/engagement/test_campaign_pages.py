"""The pages of campaigns and texts: from a draft to the list of who got it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.models import Job
from candidates.models import Candidate
from engagement.models import Campaign, Message, Template
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    TemplateFactory,
    TemplateVersionFactory,
)
from tests.pages import without_ids

pytestmark = pytest.mark.django_db

TEXT = "Hello {{ candidate.call_name|there }},\n\nwe are looking for somebody who joins cables."


@pytest.fixture(autouse=True)
def _organisation() -> None:
    OrganisationFactory()


def draft_of(job: Job, user: User, people: list[Candidate]) -> Campaign:
    from engagement.actions import drafts
    from engagement.actions.audience import start_draft

    campaign = start_draft(job, by=user, people=people)
    drafts.write_step(campaign, 1, subject="A job", text=TEXT, wait_days=0, by=user)
    campaign.refresh_from_db()
    return campaign


def seen_in(campaign: Campaign, position: int = 1) -> str:
    """What the form of a message carries to say which text it shows."""
    return campaign.steps.get(position=position).fingerprint


def at(name: str, *args: Any) -> str:
    return reverse(f"engagement:{name}", args=args)


def test_a_campaign_is_drafted_checked_and_approved(
    staff_client: Client, job: Job, fits: Callable[..., Candidate]
) -> None:
    ana, ben = fits(name="Ana Stopped", unsubscribed=True), fits(name="Ben Free")
    address = f"{at('campaign_new')}?job={job.public_id}&person={ana.public_id}"
    page = staff_client.get(f"{address}&person={ben.public_id}").content.decode()
    assert "2 people picked by hand" in page
    assert Campaign.objects.count() == 0

    people = [str(ana.public_id), str(ben.public_id)]
    started = staff_client.post(at("campaign_new"), {"job": job.public_id, "people": people})
    campaign = Campaign.objects.get()
    assert started["Location"] == at("campaign_messages", campaign.public_id)
    saved = staff_client.post(
        started["Location"], {"subject": "A job for you", "text": TEXT, "next": "1"}
    )
    assert saved["Location"] == at("campaign_sender", campaign.public_id)
    sender = {"sender": campaign.sender.public_id}
    staff_client.post(saved["Location"], sender)
    check = staff_client.get(at("campaign_check", campaign.public_id)).content.decode()
    assert "They stopped job emails." in check
    approve = at("campaign_approve", campaign.public_id)
    shown = staff_client.get(approve)
    sha256 = shown.context["plan"].sha256

    approved = staff_client.post(approve, {"sha256": sha256})

    assert approved["Location"] == at("campaign", campaign.public_id)
    campaign.refresh_from_db()
    assert campaign.state == "holding"
    assert [m.candidate for m in campaign.messages.all()] == [ben]


def test_an_approval_of_another_list_is_refused(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits()])

    response = staff_client.post(at("campaign_approve", campaign.public_id), {"sha256": "0" * 64})

    assert response.status_code == 422
    assert "The people or the text changed since you looked." in response.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_many_people_are_approved_by_typing_their_number(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits() for _ in range(31)])
    approve = at("campaign_approve", campaign.public_id)
    page = staff_client.get(approve)
    assert "Nobody was looked at" in page.content.decode()
    sha256 = page.context["plan"].sha256

    refused = staff_client.post(approve, {"sha256": sha256, "number": "30"})
    taken = staff_client.post(approve, {"sha256": sha256, "number": "31"})

    assert (refused.status_code, taken.status_code) == (422, 302)


def test_a_mistake_in_a_text_is_kept_and_named_with_its_place(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits()])
    address = at("campaign_messages", campaign.public_id)

    data = {"subject": "A job", "text": "Hi\n{{ candidate.shoe }}", "next": "1"}
    staff_client.post(address, {**data, "seen": seen_in(campaign)})

    page = staff_client.get(address).content.decode()
    assert "{{ candidate.shoe }}" in page
    assert "Line 2, column 1: “candidate.shoe” is not a field." in page
    assert (
        "Not ready to approve"
        in staff_client.get(at("campaign_check", campaign.public_id)).content.decode()
    )


def test_two_colleagues_write_one_message_and_neither_text_is_lost(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits()])
    address = at("campaign_messages", campaign.public_id)
    seen = seen_in(campaign)
    theirs = {"subject": "Theirs", "text": TEXT, "seen": seen}
    mine = {"subject": "Mine", "text": TEXT, "seen": seen}

    saved = staff_client.post(address, theirs)
    refused = staff_client.post(address, mine)
    again = staff_client.post(address, {**mine, "seen": seen_in(campaign)})

    page = refused.content.decode()
    assert [saved.status_code, refused.status_code, again.status_code] == [302, 422, 302]
    assert "Somebody else changed this message while you wrote." in page
    assert "<strong>Theirs</strong>" in page
    assert 'value="Mine"' in page
    assert f'name="seen" value="{seen_in(campaign)}"' not in page
    assert campaign.steps.get().template_version.subject == "Mine"


def test_one_person_is_left_out_with_one_press(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    ana, ben = fits(name="Ana"), fits(name="Ben")
    campaign = draft_of(job, recruiter, [ana, ben])

    staff_client.post(at("campaign_leave_out", campaign.public_id, ana.public_id))

    campaign.audience.refresh_from_db()
    assert campaign.audience.chosen == [ben.pk]


def test_a_template_fills_a_message_and_stays_as_it_is(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    version = TemplateVersionFactory(text=TEXT + "\nFrom the library.")
    campaign = draft_of(job, recruiter, [fits()])
    data = {"template": version.template.public_id}

    staff_client.post(at("campaign_use_template", campaign.public_id) + "?step=2", data)

    assert campaign.steps.get(position=2).template_version == version
    address = at("campaign_messages", campaign.public_id) + "?step=2"
    staff_client.post(
        address,
        {"subject": "Mine", "text": TEXT, "wait_days": "3", "seen": seen_in(campaign, 2)},
    )
    step = campaign.steps.get(position=2)
    assert (step.wait_days, step.template_version.subject) == (3, "Mine")
    assert list(Template.objects.visible_to(recruiter)) == [version.template]


def test_pause_go_on_and_stop_for_good(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits(name="Ana Waiting")])
    approve = at("campaign_approve", campaign.public_id)
    staff_client.post(approve, {"sha256": staff_client.get(approve).context["plan"].sha256})

    states = []
    for name in ["campaign_pause", "campaign_resume"]:
        staff_client.post(at(name, campaign.public_id))
        campaign.refresh_from_db()
        states.append(campaign.state)
    assert (
        "Ana Waiting" in staff_client.get(at("campaign_stop", campaign.public_id)).content.decode()
    )
    staff_client.post(at("campaign_stop", campaign.public_id))
    campaign.refresh_from_db()

    assert [*states, campaign.state] == ["paused", "holding", "stopped"]
    people = staff_client.get(at("campaign_people", campaign.public_id)).content.decode()
    assert "The campaign was stopped for good." in people


def test_a_hold_is_cancelled(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits()])
    approve = at("campaign_approve", campaign.public_id)
    staff_client.post(approve, {"sha256": staff_client.get(approve).context["plan"].sha256})
    assert (
        "Until then you can take it back."
        in staff_client.get(at("campaign_live", campaign.public_id)).content.decode()
    )

    staff_client.post(at("campaign_cancel", campaign.public_id))

    campaign.refresh_from_db()
    assert (campaign.state, campaign.messages.count()) == ("draft", 0)


def test_the_panel_says_why_a_campaign_left_somebody_out(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    ana, ben = fits(name="Ana", paused=True), fits(name="Ben")
    campaign = draft_of(job, recruiter, [ana, ben])
    approve = at("campaign_approve", campaign.public_id)
    staff_client.post(approve, {"sha256": staff_client.get(approve).context["plan"].sha256})

    panel = staff_client.get(at("candidate_panel", ana.public_id)).content.decode()
    people = without_ids(
        staff_client.get(
            at("campaign_people", campaign.public_id), {"show": "not", "reason": "paused_until"}
        ).content.decode()
    )

    assert "They paused job emails." in panel
    assert ("Ana" in people, "They paused job emails." in people, "Ben" in people) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_size(
    staff_client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    enrolments = EnrolmentFactory.create_batch(rows, campaign=CampaignFactory(running=True))
    for enrolment in enrolments:
        MessageFactory(enrolment=enrolment)
        CampaignFactory()
        TemplateVersionFactory()
    person = enrolments[0].candidate
    for _ in range(rows):
        MessageFactory(enrolment=EnrolmentFactory(candidate=person))
    campaign = enrolments[0].campaign
    from engagement.models import Decision

    for enrolment in enrolments:
        Decision.objects.create(
            candidate=enrolment.candidate, campaign=campaign, phase="planning", allowed=True
        )
    staff_client.get(at("campaigns"))  # what the shell keeps is kept

    for queries, address in [
        (4, at("campaigns")),  # session, user, campaigns with their counts, whether all are held
        (3, at("templates")),
        (9, at("campaign_people", campaign.public_id)),
        # Two of brakes, one of the line, two of texts, six of what came of it.
        (20, at("campaign", campaign.public_id)),
        (5, at("candidate_panel", person.public_id)),
    ]:
        with django_assert_num_queries(queries):
            assert staff_client.get(address).status_code == 200


def test_an_unknown_campaign_message_and_template_are_404(staff_client: Client) -> None:
    other = TemplateFactory(campaign=CampaignFactory())
    unknown = CandidateFactory().public_id

    answers = [
        staff_client.get(at("campaign", unknown)).status_code,
        staff_client.get(at("message", unknown)).status_code,
        staff_client.get(at("template", other.public_id)).status_code,
    ]

    assert answers == [404, 404, 404]


def test_approval_nudges_after_the_commit_only(
    staff_client: Client,
    recruiter: User,
    job: Job,
    fits: Callable[..., Candidate],
    django_capture_on_commit_callbacks: Any,
) -> None:
    campaign = draft_of(job, recruiter, [fits()])
    approve = at("campaign_approve", campaign.public_id)
    sha256 = staff_client.get(approve).context["plan"].sha256

    with django_capture_on_commit_callbacks() as nudges:
        staff_client.post(approve, {"sha256": sha256})

    assert len(nudges) == 1
    assert Message.objects.get().state == "planned"


def test_a_draft_is_discarded_with_its_own_texts(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    campaign = draft_of(job, recruiter, [fits()])
    StepFactory(campaign=campaign, position=2)

    staff_client.post(at("campaign_discard", campaign.public_id))

    assert (Campaign.objects.count(), Template.objects.filter(campaign=None).count()) == (0, 1)


def test_a_draft_without_an_audience_row_considers_everybody_who_fits(
    staff_client: Client, job: Job, fits: Callable[..., Candidate]
) -> None:
    fits(name="Ana Fits")
    campaign = CampaignFactory(job=job)

    page = staff_client.get(at("campaign_audience", campaign.public_id))

    assert page.status_code == 200
    assert "Ana Fits" in page.content.decode()


def test_what_happened_last_is_the_newest_of_all_that_was_settled(staff_client: Client) -> None:
    campaign = CampaignFactory(running=True)
    now = timezone.now()
    states = ["handed", "delivered", "withheld", "failed"]
    for minutes in range(14):
        message = MessageFactory(
            enrolment=EnrolmentFactory(campaign=campaign, candidate__name=f"Person {minutes:02}")
        )
        Message.objects.filter(pk=message.pk).update(
            state=states[minutes % 4],
            reason="narrowed" if minutes % 4 > 1 else "",
            armed_at=now,
            settled_at=now - timedelta(minutes=minutes),
        )
    waits = MessageFactory(enrolment=EnrolmentFactory(campaign=campaign))

    log = staff_client.get(at("campaign", campaign.public_id)).context["log"]

    assert [message.candidate.name for message in log] == [f"Person {n:02}" for n in range(10)]
    assert waits not in log

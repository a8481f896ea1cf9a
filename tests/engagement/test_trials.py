"""A test of a message to oneself: as it would look, to nobody, at most once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from candidates.models import ContactGate
from engagement import tasks
from engagement.actions import trials
from engagement.models import Message, Trial
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def campaign(recruiter):
    ana = CandidateFactory(name="Ana Long", call_name="Ana")
    return CampaignFactory(with_step=True, people=[ana], by=recruiter)


def ask(campaign, by, reader="longest"):
    return trials.ask_for_trial(campaign, campaign.steps.get(), reader, by=by)


def test_it_arrives_marked_as_a_test_and_counts_against_nobody(campaign, recruiter, smtp_server):
    trial = ask(campaign, recruiter)

    sent = [tasks.send_trials(), tasks.send_trials()]

    trial.refresh_from_db()
    message = smtp_server.messages[0]
    assert (sent, len(smtp_server.messages), trial.state) == ([1, 0], 1, "sent")
    assert message["To"] == recruiter.email
    assert message["Subject"] == "[Test] A job that may fit you"
    assert "Hello Ana," in message.get_body(("plain",)).get_content()
    assert Message.objects.count() == 0
    assert list(ContactGate.objects.values_list("job_emails_at", flat=True)) == [[]]


def test_a_refusal_of_the_server_is_shown(staff_client, campaign, recruiter, smtp_server):
    smtp_server.refused[recruiter.email] = "550 5.1.1 no such mailbox"
    address = reverse("engagement:campaign_test", args=[campaign.public_id])

    done = staff_client.post(address + "?step=1&reader=rtl")
    tasks.send_trials()
    page = staff_client.get(done["Location"]).content.decode()

    trial = Trial.objects.get()
    assert (trial.user, trial.reader, trial.state) == (recruiter, "rtl", "failed")
    assert "The mail server did not take it. It said: 550" in page


def test_a_worker_that_died_at_it_sends_it_no_second_time(campaign, recruiter, smtp_server):
    trial = ask(campaign, recruiter)
    Trial.objects.update(
        state=Trial.State.SENDING, created_at=timezone.now() - timedelta(minutes=6)
    )

    sent = tasks.send_trials()

    trial.refresh_from_db()
    assert (sent, smtp_server.messages, trial.state) == (0, [], "failed")
    assert trial.problem.startswith("The connection was lost")


def test_what_cannot_be_tested_is_refused(campaign, recruiter):
    def code():
        with pytest.raises(ValidationError) as refused:
            ask(campaign, recruiter)
        return refused.value.code

    Organisation.objects.update(legal_name="")
    not_ready = code()
    Organisation.objects.update(legal_name="Larkspur")
    version = campaign.steps.get().template_version
    type(version).objects.update(text="{{ candidate.shoe }}")
    wrong = code()
    type(version).objects.update(text="Hello")
    for _ in range(trials.MOST_AN_HOUR):
        ask(campaign, recruiter)

    assert [not_ready, wrong, code()] == ["domain_not_ready", "template_problem", "too_many"]


def test_any_person_of_the_audience_is_found_by_name(staff_client, campaign):
    from engagement.models import Audience

    people = [*CandidateFactory.create_batch(14), CandidateFactory(name="Zoë Last")]
    Audience.objects.update(chosen=[person.pk for person in people])
    address = reverse("engagement:campaign_preview", args=[campaign.public_id])

    first = staff_client.get(address).content.decode()
    found = staff_client.get(address, {"named": "zoë", "reader": people[-1].public_id})

    assert "Zoë Last" not in first
    assert f'value="{people[-1].public_id}" selected' in found.content.decode()

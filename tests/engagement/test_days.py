"""How much leaves in a day, in one name and of one campaign, and how close together (X-31)."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Organisation
from engagement import tasks
from engagement.actions import drafts, lifecycle
from engagement.delivery import days
from engagement.models import CampaignDay, Message, SenderDay
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "_roomy_domains")

OPENS_TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def _roomy_domains(settings):
    settings.MAIL_PER_SECOND_PER_DOMAIN = 1000


def ready(number, **values):
    """Return a running campaign with so many emails that are due."""
    campaign = CampaignFactory(running=True, with_step=True, **values)
    for person in CandidateFactory.create_batch(number):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))
    return campaign


def waiting(campaign):
    return campaign.messages.filter(state=Message.State.DUE).order_by("due_at", "pk")


def test_what_is_over_a_campaigns_ceiling_waits_for_the_senders_next_day(smtp_server):
    campaign = ready(5, daily_ceiling=2)

    assert tasks.deliver() == 2

    left = list(waiting(campaign))
    assert [message.reason for message in left] == ["campaign_day_full"] * 3
    assert all(OPENS_TUESDAY <= m.due_at <= OPENS_TUESDAY + days.JITTER for m in left)


def test_a_campaign_with_a_ceiling_loses_nobody_and_goes_on_day_after_day(
    smtp_server, monday_morning
):
    campaign = ready(5, daily_ceiling=1)
    campaign.messages.update(not_after=timezone.now() + timedelta(days=2))
    left = []

    for day in ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]:
        monday_morning.move_to(datetime.fromisoformat(f"{day}T10:00Z"))
        left.append(tasks.deliver())

    assert left == [1, 1, 1, 1, 1]
    assert [len(smtp_server.to(m.address)) for m in campaign.messages.all()] == [1] * 5
    assert set(campaign.messages.values_list("state", "reason")) == {("handed", "")}


def test_another_campaign_of_the_same_sender_is_not_held_up_by_it(smtp_server):
    campaign = ready(3, daily_ceiling=1)
    other = ready(3, by=campaign.by)

    assert tasks.deliver() == 4

    assert (waiting(campaign).count(), waiting(other).count()) == (2, 0)


@pytest.mark.parametrize(
    ("own", "of_all", "goes"), [(None, 2, 2), (1, 2, 1), (3, 2, 2), (3, None, 3)]
)
def test_the_stricter_of_the_campaigns_number_and_the_organisations_holds(
    smtp_server, own, of_all, goes
):
    Organisation.objects.update(campaign_emails_per_day=of_all)
    ready(4, daily_ceiling=own)

    assert tasks.deliver() == goes


def test_a_ceiling_holds_though_redis_was_emptied(smtp_server):
    campaign = ready(2, daily_ceiling=2)
    tasks.deliver()
    cache.clear()
    for person in CandidateFactory.create_batch(2):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    assert tasks.deliver() == 0

    assert waiting(campaign).count() == 2
    assert CampaignDay.objects.get().taken == 2


def test_an_email_that_was_not_sent_does_not_count_against_the_ceiling(smtp_server):
    campaign = ready(2, daily_ceiling=2)
    stopped = campaign.messages.first()
    stopped.candidate.emails.update(suppressed="all")

    assert tasks.deliver() == 1

    assert CampaignDay.objects.get().taken == 1
    assert SenderDay.objects.get().taken == 1


def test_what_a_senders_day_has_no_room_for_does_not_count_against_the_campaigns(
    smtp_server, settings
):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 1
    ready(3, daily_ceiling=3)

    assert tasks.deliver() == 1

    assert CampaignDay.objects.get().taken == 1


def test_emails_in_one_name_leave_apart_and_not_all_at_once(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100  # ten at once, then one in six minutes
    campaign = ready(14)
    before = timezone.now()

    assert tasks.deliver() == 10

    left = list(waiting(campaign))
    assert [message.reason for message in left] == ["spaced"] * 4
    apart = [b.due_at - a.due_at for a, b in itertools.pairwise(left)]
    assert apart == [timedelta(minutes=6)] * 3
    assert timedelta(0) <= left[0].due_at - before - timedelta(minutes=6) < timedelta(seconds=30)


def test_each_leaves_when_its_place_in_the_line_has_come(smtp_server, settings, monday_morning):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100
    campaign = ready(14)
    tasks.deliver()
    left = []

    for minutes in (3, 4, 6, 6, 6):
        monday_morning.shift(timedelta(minutes=minutes))
        left.append(tasks.deliver())

    assert left == [0, 1, 1, 1, 1]
    assert not waiting(campaign).exists()


def test_the_place_after_those_in_line_is_given_to_whoever_comes_later(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100
    first = ready(12)
    tasks.deliver()
    second = ready(2, by=first.by)

    assert tasks.deliver() == 0

    assert waiting(first).last().due_at < waiting(second).first().due_at


def test_whom_the_day_has_no_place_for_waits_for_the_next(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 12  # ten at once, then one in fifty minutes
    campaign = ready(15)

    assert tasks.deliver() == 10

    reasons = list(waiting(campaign).values_list("reason", flat=True))
    assert reasons == ["spaced"] * 2 + ["sender_day_full"] * 3


def test_room_that_was_not_used_is_given_back_to_the_line(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100
    campaign = ready(10)
    for message in campaign.messages.all():
        message.candidate.emails.update(suppressed="all")
    assert tasks.deliver() == 0
    ready(10, by=campaign.by)

    assert tasks.deliver() == 10


def test_letters_and_answers_are_not_counted(smtp_server):
    campaign = ready(1, daily_ceiling=1)
    tasks.deliver()
    letter = MessageFactory(enrolment=None, candidate=CandidateFactory(), campaign=None, step=None,
                            job=None, sender=campaign.by, purpose=Message.Purpose.PERSONAL,
                            subject="About Friday", text="See you then.")  # fmt: skip

    assert tasks.deliver() == 1

    letter.refresh_from_db()
    assert letter.state == Message.State.HANDED


def test_the_live_page_says_how_many_wait_for_tomorrow(smtp_server, staff_client):
    campaign = ready(5, daily_ceiling=2)
    page = reverse("engagement:campaign", args=[campaign.public_id])
    assertNotContains(staff_client.get(page), "tomorrow")

    tasks.deliver()

    sentence = "3 wait for tomorrow: this campaign sends at most 2 in a day."
    assertContains(staff_client.get(page), sentence)


def test_the_live_page_says_on_a_friday_that_they_wait_for_monday(
    smtp_server, signed_in, recruiter, monday_morning
):
    monday_morning.move_to(datetime(2026, 11, 27, 10, tzinfo=UTC))
    campaign = ready(2, daily_ceiling=1)
    tasks.deliver()

    page = signed_in(recruiter).get(reverse("engagement:campaign", args=[campaign.public_id]))

    assertContains(page, "1 waits for Monday 30 November or later:")


def test_the_live_page_says_how_many_leave_later_today(smtp_server, staff_client, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100
    campaign = ready(11)
    tasks.deliver()

    page = staff_client.get(reverse("engagement:campaign", args=[campaign.public_id]))

    assertContains(page, "1 waits for later today: emails in the name of")


def test_a_draft_is_given_a_ceiling_no_higher_than_the_organisations(staff_client, recruiter):
    Organisation.objects.update(campaign_emails_per_day=50)
    draft = CampaignFactory(with_step=True, by=recruiter)
    page = reverse("engagement:campaign_sender", args=[draft.public_id])
    given = {"sender": recruiter.public_id, "seen": recruiter.public_id}

    above = staff_client.post(page, given | {"daily_ceiling": 51})
    below = staff_client.post(page, given | {"daily_ceiling": 50})

    assertContains(above, "No campaign sends more than 50 a day here.", status_code=422)
    assert below.status_code == 302
    draft.refresh_from_db()
    assert draft.daily_ceiling == 50


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "Choose 1 or more."),
        ("-3", "Choose 1 or more."),
        ("abc", "Write a whole number in digits."),
        ("1.5", "Write a whole number in digits."),
        ("99999999", "Choose 32767 or less."),
    ],
)
def test_a_ceiling_that_is_none_is_refused_in_plain_words(staff_client, recruiter, typed, said):
    draft = CampaignFactory(with_step=True, by=recruiter)
    page = reverse("engagement:campaign_sender", args=[draft.public_id])
    given = {"sender": recruiter.public_id, "seen": recruiter.public_id}

    refused = staff_client.post(page, given | {"daily_ceiling": typed})

    assertContains(refused, said, status_code=422)
    assertContains(refused, f'value="{typed}"', status_code=422)


def test_an_approval_is_of_the_ceiling_that_was_shown(recruiter):
    people = CandidateFactory.create_batch(2)
    draft = CampaignFactory(with_step=True, by=recruiter, people=people)
    shown = lifecycle.planning.dry_run(draft, timezone.now()).sha256

    drafts.set_sender(draft, recruiter, by=recruiter, daily_ceiling=1)

    draft.refresh_from_db()
    assert lifecycle.planning.dry_run(draft, timezone.now()).sha256 != shown

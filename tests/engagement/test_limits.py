"""How much mail may leave now: careful from the start, and never without a limit."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from engagement import tasks
from engagement.delivery import days, limits
from engagement.models import Message
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def to(domain, number):
    return [Message(address=f"p{n}@{domain}") for n in range(number)]


@pytest.fixture
def _gone(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits._redis.cache_clear()
    yield
    limits._redis.cache_clear()


def test_each_domain_has_a_limit_of_its_own(settings):
    settings.MAIL_PER_SECOND_PER_DOMAIN = 20
    now = timezone.now()

    waiting = limits.over_domain_limit([*to("big.example", 30), *to("small.example", 5)], now)

    assert [one.address for one in waiting] == [f"p{n}@big.example" for n in range(20, 30)]


def test_an_emptied_redis_begins_with_one_second_and_not_with_what_was_saved_up(settings):
    settings.MAIL_PER_SECOND_PER_DOMAIN = 20
    now = timezone.now()
    limits.over_domain_limit(to("big.example", 1), now)
    later = now + timedelta(seconds=limits.BURST_SECONDS)
    saved_up = 300 - len(limits.over_domain_limit(to("big.example", 300), later))

    limits._redis().delete(cache.make_key("mail:to:big.example"))
    emptied = 300 - len(limits.over_domain_limit(to("big.example", 300), later))

    assert (saved_up, emptied) == (200, 20)


@pytest.mark.usefixtures("_gone")
def test_without_redis_a_trickle_goes_to_each_domain(settings):
    settings.MAIL_PER_SECOND_PER_DOMAIN = 20
    now = timezone.now()

    waiting = limits.over_domain_limit([*to("big.example", 30), *to("small.example", 1)], now)

    assert len(waiting) == 28


def test_what_waits_for_a_senders_next_day_is_spread_over_the_morning(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 1
    campaign = CampaignFactory(running=True, with_step=True)
    for person in CandidateFactory.create_batch(6):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    assert tasks.deliver() == 1

    opens = datetime(2026, 11, 24, 8, tzinfo=UTC)
    waits = [m.due_at - opens for m in Message.objects.filter(state=Message.State.DUE)]
    assert len(set(waits)) == 5
    assert all(timedelta(0) <= wait <= days.JITTER for wait in waits)

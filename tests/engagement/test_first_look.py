"""Who hears of a job before it is public: by a campaign that is approved, through the arbiter."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from applications import first_look
from engagement import arbiter, audiences, tasks
from engagement.known_people import BARS
from tests.engagement.extensions import parts
from tests.factories.applications import ApplicationFactory, JobFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def job(organisation):
    """Open, and public in two days."""
    return JobFactory(family="Cable", public_at=timezone.now() + timedelta(days=2))


def promised(family: str = "cable", **facts):
    person = CandidateFactory()
    until = timezone.localdate() + timedelta(days=facts.pop("days", 30))
    PromiseFactory(candidate=person, families=[family], until=until, **facts)
    return person


def close_to(job, **facts):
    """Rejected half a year ago in the final round, unless said otherwise."""
    at = timezone.now() - timedelta(days=180)
    rejected = {"rejected": True, "furthest": 4, "closed_at": at}
    return ApplicationFactory(job=job, **rejected | facts).candidate


def message_to(person, job):
    text = "Hello,\n\n{{ job.url }}\n"
    step = {"with_step": True, "first_step__template_version__text": text}
    campaign = CampaignFactory(job=job, running=True, **step)
    return MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))


def test_those_promised_and_those_close_before_are_the_audience(job):
    kept, strong = promised(), close_to(JobFactory(family="CABLE"))
    same_line = close_to(JobFactory(family=""))
    job.copied_from = same_line.applications.get().job
    job.save()
    promised("Welding")
    promised(days=-1)
    promised(state="kept")
    close_to(JobFactory(family="Cable"), furthest=3)
    CandidateFactory()

    found = audiences.people_of_rule(CampaignFactory(job=job))

    assert set(found) == {kept, strong, same_line}


def test_once_it_is_public_the_rule_is_whoever_fits(job):
    promised()
    job.public_at = timezone.now()
    job.save()

    assert list(audiences.people_of_rule(CampaignFactory(job=job))) == []


def test_their_email_carries_the_signed_link(job, smtp_server):
    message_to(promised(), job)

    assert tasks.deliver() == 1

    (mail,) = smtp_server.messages
    link = first_look.url_of(job)
    assert "?look=" in link
    plain, html = parts(mail)
    assert link in plain.split()
    assert f'<a href="{link}">Read about this job</a>' in html


def test_the_arbiter_holds_everybody_else_back_until_the_hour(job, smtp_server):
    other = message_to(CandidateFactory(), job)
    first = message_to(promised(), job)
    now = timezone.now()
    assert arbiter.decide(other, now).reasons == ("first_look",)
    assert arbiter.decide(first, now).allowed
    assert arbiter.decide(other, job.public_at).reasons != ("first_look",)

    assert tasks.deliver() == 1
    other.refresh_from_db()
    assert (other.state, other.reason) == ("withheld", "first_look")


def test_a_first_look_is_no_way_around_a_stop(job):
    person = promised()
    person.ground_events.create(
        purpose="nurture", kind="withdrawn", occurred_at=timezone.now(), channel="link", actor="x"
    )

    assert arbiter.decide(message_to(person, job), timezone.now()).reason == "unsubscribed"


def test_the_known_people_of_a_job_say_who_hears_later(job):
    """The list asks in one statement what the arbiter asks of each."""
    kept, other = promised(), CandidateFactory()
    barred = {bar.code: bar.barred for bar in BARS}["first_look"](job, "now()")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM (SELECT id, id AS candidate_id FROM candidates_candidate"
            f" WHERE id IN (%s, %s)) me WHERE {barred}",
            [kept.pk, other.pk],
        )
        assert cursor.fetchall() == [(other.pk,)]

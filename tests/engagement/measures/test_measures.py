"""M-14, M-16, M-17, M-18 and M-21, against figures worked out by hand."""

import uuid
from datetime import timedelta

import pytest

from candidates.actions.erasure import erase_candidate
from candidates.models import GroundEvent, PreferenceChange, Stop
from engagement.choices import Choices, Kinds
from engagement.measures import (
    NURTURE,
    OVERSIGHT,
    SURVEY,
    nurture,
    opt_down,
    oversight,
    rediscovery,
)
from engagement.models import DeliveryEvent
from tests.applications.measures.figures import APPLIED, AT, numbers, of
from tests.engagement.measures.emails import email
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, MatchFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    ReplyFactory,
)
from tests.schema_of_views import definition, definition_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "measure", [*SURVEY, *NURTURE, *OVERSIGHT], ids=lambda measure: measure.view
)
def test_the_view_in_the_database_is_the_one_that_is_declared(measure):
    assert definition(measure.view) == definition_of(measure.sql)


@pytest.mark.parametrize(
    "measure", [*SURVEY, *NURTURE, *OVERSIGHT], ids=lambda measure: measure.view
)
def test_of_nothing_nothing_is_said(measure):
    found = of(measure)

    assert (found.cases, set(numbers(found).values())) == (0, {None})


@pytest.fixture
def campaign():
    return CampaignFactory(running=True, with_step=True)


def stop(message, days):
    at = message.handed_at + timedelta(days=days)
    return Stop.objects.create(candidate=message.candidate, reason="unsubscribed", at=at)


class TestJobEmails:
    def test_what_came_of_twenty(self, campaign):
        """20 arrived: 1 interested, 2 replied, 3 applied, 1 stopped, 1 marked as spam."""
        sent = [email(campaign) for _ in range(19)] + [email(campaign, state="complained")]
        DeliveryEvent.objects.create(
            message=sent[0], kind="interested", provider_event_id="one", at=APPLIED
        )
        for message in sent[1:3]:
            ReplyFactory(message=message)
        ReplyFactory(message=sent[3], away=True)
        for message, days in zip(sent[4:9], (0, 1, 29, 31, -1), strict=True):
            ApplicationFactory(
                candidate=message.candidate, job=campaign.job,
                applied_at=APPLIED + timedelta(days=days),
            )  # fmt: skip
        ApplicationFactory(candidate=sent[9].candidate, applied_at=APPLIED + timedelta(days=1))
        stop(sent[10], 6)
        stop(sent[11], 8)
        email(campaign, state="bounced")

        found = of(nurture.MEASURE)

        assert (found.cases, numbers(found)) == (
            20,
            {"interested": 5.0, "replied": 10.0, "applied": 15.0, "stopped": 5.0,
             "complained": 5.0},
        )  # fmt: skip
        assert nurture.MEASURE.finding(found, None) == (
            "10 % of job emails were answered; after 5 % somebody stopped them"
        )

    def test_a_stop_counts_for_the_last_email_before_it_and_once(self, campaign):
        person = CandidateFactory()
        first = email(campaign, candidate=person)
        other = CampaignFactory(running=True, with_step=True)
        last = email(other, candidate=person, at=APPLIED + timedelta(days=2))
        for _ in range(8):
            email(campaign)
        stop(first, 3)
        stop(last, 3)

        found = of(nurture.MEASURE)

        assert (found.cases, found.number("stopped")) == (10, 10.0)

    def test_erasing_people_moves_no_figure(self, campaign, recruiter):
        sent = [email(campaign) for _ in range(12)]
        for message in sent[:4]:
            ReplyFactory(message=message)
        stop(sent[4], 1)
        before = numbers(of(nurture.MEASURE))

        for message in (*sent[:2], *sent[4:6]):
            erase_candidate(message.candidate, by=recruiter)

        assert numbers(of(nurture.MEASURE)) == before


def choose(after, before=None, **facts):
    return PreferenceChange.objects.create(
        candidate=CandidateFactory(), action_id=uuid.uuid4(), at=APPLIED,
        channel=GroundEvent.Channel.LINK, before=(before or Choices()).as_json(),
        after=after.as_json(), **facts,
    )  # fmt: skip


class TestFewerInsteadOfNone:
    PAUSED = Choices(paused_until=APPLIED.date() + timedelta(days=90))
    NARROW = Choices(only=Kinds(families=frozenset({"Electrical"})))

    def test_of_ten_choices(self):
        for after in [self.PAUSED] * 3 + [Choices(monthly=True)] * 2 + [self.NARROW]:
            choose(after)
        for _ in range(3):
            choose(Choices(stopped=True))
        choose(Choices(stopped=True, monthly=True))
        choose(Choices(stopped=True), undone_at=APPLIED)
        choose(Choices(), before=self.PAUSED)

        found = of(opt_down.MEASURE)

        assert (found.cases, numbers(found)) == (
            10,
            {"down": 60.0, "paused": 30.0, "rarer": 20.0, "narrower": 10.0, "stopped": 40.0},
        )
        assert opt_down.MEASURE.finding(found, None) == (
            "60 % of those who wanted fewer job emails still want some"
        )

    def test_all_of_them_stopped(self):
        for _ in range(10):
            choose(Choices(stopped=True))

        assert of(opt_down.MEASURE).number("down") == 0.0

    def test_erasing_people_moves_no_figure(self, recruiter):
        made = [choose(self.PAUSED) for _ in range(6)]
        made += [choose(Choices(stopped=True)) for _ in range(6)]
        before = numbers(of(opt_down.MEASURE))

        for change in made[::2]:
            erase_candidate(change.candidate, by=recruiter)

        assert numbers(of(opt_down.MEASURE)) == before


def hire(**facts):
    facts = {"applied_at": APPLIED - timedelta(days=20), "job": JobFactory(), **facts}
    return ApplicationFactory(hired=True, closed_at=APPLIED, **facts)


class TestFoundAgain:
    def test_of_ten_hires(self, campaign):
        """Four were ours first: by the source, an email, an invitation, an email and the source."""
        hire(source="Own database")
        written = email(campaign, at=APPLIED - timedelta(days=30))
        hire(candidate=written.candidate, job=campaign.job, source="Job board")
        match = MatchFactory(verdict="invited", verdict_at=APPLIED - timedelta(days=40))
        hire(candidate=match.candidate, job=match.job)
        both = email(campaign, at=APPLIED - timedelta(days=30))
        hire(candidate=both.candidate, job=campaign.job, source="our database")
        late = email(campaign, at=APPLIED - timedelta(days=10))
        hire(candidate=late.candidate, job=campaign.job)
        other = email(campaign, at=APPLIED - timedelta(days=30))
        hire(candidate=other.candidate)
        for known in ({"furthest": 4}, {"would_hire": True}, {"furthest": 3}):
            again = hire()
            then = APPLIED - timedelta(days=200)
            ApplicationFactory(
                candidate=again.candidate, applied_at=then, rejected=True, closed_at=then,
                **known,
            )  # fmt: skip
        hire()

        found = of(rediscovery.MEASURE)

        assert (found.cases, numbers(found)) == (10, {"ours": 40.0, "silver": 20.0})
        assert rediscovery.MEASURE.finding(found, None) == (
            "40 % of those we hired were in our own database first"
        )

    def test_whoever_is_not_hired_is_no_hire(self):
        for _ in range(10):
            ApplicationFactory(applied_at=APPLIED, rejected=True, closed_at=APPLIED)

        assert of(rediscovery.MEASURE).cases == 0


class TestOversight:
    def test_of_ten_approvals(self):
        for opened in [0] * 3 + [1] * 7:
            made = CampaignFactory(
                running=True, approved_at=APPLIED, profiles_opened=opened, people=[]
            )
            made.audience.will_get = 21 if not opened else 5
            made.audience.left_out = [7] if opened else []
            made.audience.save()
        CampaignFactory()
        small = CampaignFactory(running=True, approved_at=APPLIED, people=[])
        small.audience.will_get = 20
        small.audience.save()

        found = of(oversight.MEASURE)

        assert found.cases == 11
        assert numbers(found) == {
            "unseen": 400 / 11, "large": 300 / 11, "corrected": 700 / 11, "seconds": None,
        }  # fmt: skip
        assert oversight.MEASURE.finding(found, None) == (
            "36.4 % of campaigns were approved with no profile opened"
        )

    def test_somebody_always_looked(self):
        for _ in range(10):
            CampaignFactory(running=True, approved_at=APPLIED, profiles_opened=3)

        assert oversight.MEASURE.finding(of(oversight.MEASURE, AT), None) == (
            "Before every approval somebody opened a profile"
        )

    @pytest.mark.parametrize(
        ("looks", "seconds"),
        [
            ([("us", 1, 40), ("us", 2, 30)], 10),  # 10 and 30 s: half at most 10
            ([("us", 1, 90), ("us", 2, 60), ("us", 3, 20)], 30),  # 30, 40 and 20 s
            ([("us", 1, 70), ("us", 2, 60), ("us", 1, 25)], 35),  # 10 + 25 and 35 s
            ([("us", 1, 3600)], 300),  # lunch counts as five minutes
            ([("us", 1, 50), ("them", 2, 20)], 50),  # a colleague's click ends no look of ours
            ([("them", 1, 50)], None),
            ([], None),
        ],
    )
    def test_how_long_the_approver_looked_at_a_profile(self, looks, seconds):
        """looks: who opened whom, and how many seconds before the approval."""
        them = UserFactory()
        for _ in range(10):
            made = CampaignFactory(running=True, approved_at=APPLIED, people=[])
            made.audience.openings = [
                {
                    "colleague": (made.by if who == "us" else them).pk,
                    "person": person,
                    "at": (APPLIED - timedelta(seconds=before)).isoformat(),
                }
                for who, person, before in looks
            ]
            made.audience.save()

        assert numbers(of(oversight.MEASURE))["seconds"] == seconds

    def test_each_approval_counts_as_one_however_many_profiles_were_opened(self):
        """Nine approvals of 5 s a profile, two of ten times 200 s: half within 5 s."""
        for number in range(11):
            looks = range(1) if number < 9 else range(10)
            made = CampaignFactory(running=True, approved_at=APPLIED, people=[])
            made.audience.openings = [
                {
                    "colleague": made.by.pk,
                    "person": person,
                    "at": (
                        APPLIED - timedelta(seconds=5 if number < 9 else 200 * (10 - person))
                    ).isoformat(),
                }
                for person in looks
            ]
            made.audience.save()

        assert numbers(of(oversight.MEASURE))["seconds"] == 5

    def test_what_was_opened_after_the_approval_is_no_look_before_it(self):
        made = CampaignFactory(running=True, approved_at=APPLIED, people=[])
        later = (APPLIED + timedelta(seconds=1)).isoformat()
        made.audience.openings = [{"colleague": made.by.pk, "person": 1, "at": later}]
        made.audience.save()

        assert of(oversight.MEASURE).values["seconds"].n == 0

"""M-13 and M-15, and what erased people leave of M-14 and M-16, worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from candidates.actions.erasure import erase_candidate
from candidates.models import Candidate
from engagement.measures import reapplied, rediscovery, silver_yield
from engagement.models import ErasedCase
from tests.applications.measures.figures import APPLIED, numbers, of
from tests.engagement.measures.emails import email
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, MatchFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, ReplyFactory

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
LATER = APPLIED + timedelta(days=500)  # when somebody looks: the year is over


@pytest.fixture
def campaign():
    return CampaignFactory(running=True, with_step=True)


def turned_down(*, at=APPLIED, job=None, **facts):
    facts = {"rejected": True, **facts}
    return ApplicationFactory(
        applied_at=at - timedelta(days=20), closed_at=at, job=job or JobFactory(), **facts
    )


def back(person, days, **facts):
    at = APPLIED + timedelta(days=days)
    return ApplicationFactory(candidate=person, applied_at=at, **facts)


class TestAppliedAgain:
    def test_of_ten_people(self, campaign):
        """Four came back within the year: one after an email, one after a reply to another."""
        people = [turned_down().candidate for _ in range(8)]
        people.append(turned_down(rejected=False, withdrawn=True).candidate)
        people.append(turned_down(rejected=False, outcome="offer_declined").candidate)
        back(people[0], 365)
        back(people[1], 366)
        back(people[2], -1)
        email(campaign, candidate=people[3], at=APPLIED + timedelta(days=80))
        back(people[3], 100, job=campaign.job)
        other = email(campaign, candidate=people[4], at=APPLIED + timedelta(days=40))
        ReplyFactory(message=other, at=APPLIED + timedelta(days=75))
        back(people[4], 100)
        email(campaign, candidate=people[5], at=APPLIED + timedelta(days=60))
        back(people[5], 100, job=campaign.job)

        found = of(reapplied.MEASURE, LATER)

        assert (found.cases, numbers(found)) == (10, {"again": 40.0, "by_email": 20.0})
        assert reapplied.MEASURE.finding(found, None) == (
            "40 % of those whom we did not hire applied again"
        )

    def test_each_person_once_by_the_first_closure_of_a_quarter(self):
        person = turned_down().candidate
        turned_down(candidate=person, at=APPLIED + timedelta(days=30))
        for _ in range(9):
            turned_down()

        found = of(reapplied.MEASURE, LATER)

        assert (found.cases, found.number("again")) == (10, 10.0)

    def test_nobody_came_back(self):
        for _ in range(10):
            turned_down()

        found = of(reapplied.MEASURE, LATER)

        assert numbers(found) == {"again": 0.0, "by_email": 0.0}
        assert reapplied.MEASURE.finding(found, None) == (
            "Nobody whom we did not hire applied again within a year"
        )

    def test_whoever_was_hired_or_applied_twice_by_mistake_is_no_case(self):
        ApplicationFactory(applied_at=APPLIED, closed_at=APPLIED, hired=True)
        slip = ApplicationFactory(applied_at=APPLIED, closed_at=APPLIED, outcome="duplicate")

        assert of(reapplied.MEASURE, LATER).cases == 0
        person = turned_down().candidate
        type(slip).objects.filter(pk=slip.pk).update(
            candidate=person, applied_at=APPLIED + timedelta(days=5)
        )
        assert of(reapplied.MEASURE, LATER).cases == 1

    def test_it_counts_after_a_year_whatever_the_clock_does(self):
        """A year of 365 days has one day of 23 and one of 25 hours."""
        OrganisationFactory(time_zone="Europe/London")
        turned_down()

        assert of(reapplied.MEASURE, APPLIED + YEAR - timedelta(seconds=1)).cases == 0
        assert of(reapplied.MEASURE, APPLIED + YEAR).cases == 1


def silver(**facts):
    facts = facts or {"furthest": 4}
    return turned_down(at=APPLIED - timedelta(days=100), **facts).candidate


def hired(person, days):
    at = APPLIED + timedelta(days=days)
    return ApplicationFactory(candidate=person, applied_at=at, hired=True, closed_at=at)


class TestSilverYield:
    def test_of_ten_whom_we_wrote_to(self, campaign):
        """Three were hired within the year, one a day later, one before we wrote."""
        people = [silver() for _ in range(8)]
        people.append(silver(would_hire=True))
        people.append(silver(rejected=False, outcome="offer_declined"))
        for person in people[:9]:
            email(campaign, candidate=person)
        MatchFactory(candidate=people[9], verdict="invited", verdict_at=APPLIED)
        for person, days in zip(people[:5], (1, 200, 365, 366, -1), strict=True):
            hired(person, days)

        found = of(silver_yield.MEASURE, LATER)

        assert (found.cases, numbers(found)) == (10, {"hired": 30.0})
        assert silver_yield.MEASURE.finding(found, None) == (
            "30 % of those who had come close were hired after we wrote"
        )

    def test_whom_it_leaves_out(self, campaign):
        email(campaign, candidate=silver(furthest=3))
        email(campaign, candidate=silver(), state="bounced")
        email(campaign, candidate=turned_down(at=APPLIED + timedelta(days=1), furthest=4).candidate)
        email(campaign, candidate=hired(CandidateFactory(), -50).candidate)
        MatchFactory(
            candidate=silver(), verdict="not_a_fit", verdict_reason="pay", verdict_at=APPLIED
        )

        assert of(silver_yield.MEASURE, LATER).cases == 0

    def test_each_person_once_in_a_quarter(self, campaign):
        person = silver()
        for days in (0, 9):
            email(
                CampaignFactory(running=True, with_step=True), candidate=person,
                at=APPLIED + timedelta(days=days),
            )  # fmt: skip

        assert of(silver_yield.MEASURE, LATER).cases == 1

    def test_nobody_was_hired(self, campaign):
        for _ in range(10):
            email(campaign, candidate=silver())

        assert silver_yield.MEASURE.finding(of(silver_yield.MEASURE, LATER), None) == (
            "Nobody who had come close was hired within a year of our writing to them"
        )


class TestErasure:
    def test_erasing_people_moves_no_figure(self, campaign, recruiter):
        """24 who came close: 12 hired, 12 turned down again, of whom four applied a third time."""
        for number in range(24):
            person = silver()
            email(campaign, candidate=person)
            if number % 2:
                hired(person, 30)
                continue
            turned_down(candidate=person)
            if number % 3 == 0:
                closed = APPLIED + timedelta(days=60)
                back(person, 50, rejected=True, closed_at=closed)
        measures = (reapplied.MEASURE, rediscovery.MEASURE, silver_yield.MEASURE)
        before = [of(measure, LATER) for measure in measures]
        assert [numbers(one) for one in before] == [
            {"again": 400 / 12, "by_email": 0.0},
            {"ours": 0.0, "silver": 100.0},
            {"hired": 50.0},
        ]

        for person in list(Candidate.objects.order_by("pk"))[::3]:
            erase_candidate(person, by=recruiter)

        after = [of(measure, LATER) for measure in measures]
        assert [(one.cases, one.set_aside) for one in after] == [
            (one.cases, one.set_aside) for one in before
        ]
        assert [numbers(one) for one in after] == [numbers(one) for one in before]

    def test_what_is_left_says_the_month_and_how_it_ended(self, campaign, recruiter):
        known = silver()
        email(campaign, candidate=known, at=APPLIED)
        hired(known, 40)

        erase_candidate(known, by=recruiter)

        rows = ErasedCase.objects.order_by("kind", "month").values_list(
            "kind", "month", "is_set_aside", "is_met", "is_met_narrowly"
        )
        assert [(kind, str(month), *rest) for kind, month, *rest in rows] == [
            ("hire", "2025-03-01", False, False, True),
            ("return", "2024-10-01", False, True, False),
            ("silver", "2025-02-01", False, True, None),
        ]

    def test_whoever_goes_before_their_year_is_over_is_set_aside(self, recruiter):
        now = datetime.now(UTC)
        made = ApplicationFactory(
            applied_at=now - timedelta(days=40), rejected=True, closed_at=now - timedelta(days=30)
        )

        erase_candidate(made.candidate, by=recruiter)

        kept = ErasedCase.objects.get()
        assert (kept.kind, kept.is_met, kept.is_set_aside) == ("return", False, True)

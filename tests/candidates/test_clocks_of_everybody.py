"""The clocks of everybody at once say of each what the clocks of one say."""

from datetime import timedelta

import pytest

from candidates.clocks import clock_of, clocks, ending, near_end
from candidates.models import Candidate, PolicyOverride
from candidates.policies import Span
from tests.candidates.clocks import agreed, decided, noon, person
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db


def test_one_and_everybody_are_asked_by_the_same_definition(django_assert_num_queries):
    for days in (10, 200, 800):
        candidate = person("GB", created_at=noon("2026-01-01") - timedelta(days=days))
        decided(candidate, "2025-06-01", ("GB", ""))
    CandidateFactory(erased=True)
    one_by_one = [clock_of(candidate) for candidate in Candidate.objects.kept().order_by("pk")]

    with django_assert_num_queries(2):
        together = clocks(Candidate.objects.all())

    assert together == one_by_one


def test_whose_yes_ends_soon():
    soon, later, considered = person("DE"), person("DE"), person("DE")
    agreed(soon, "2026-01-01", "2026-03-10")
    agreed(later, "2026-01-01", "2026-04-10")
    agreed(considered, "2026-01-01", "2026-03-10")
    ApplicationFactory(candidate=considered)

    found = ending(Candidate.objects.all(), 30, noon("2026-02-20"))

    assert [clock.candidate_id for clock in found] == [soon.pk]


@pytest.mark.parametrize("pool", [None, 6])
def test_whose_yes_ends_soon_is_what_the_clocks_of_everybody_say(pool):
    """Of every place and kind of law, given at any time, ending by its own day or by the law's."""
    if pool:
        for code in ("EU", "DE", "US-CA"):
            PolicyOverride.objects.create(
                code=code, pool_months=pool, unasked_months=6, evidence_months=6, reason="Ours"
            )
    now = noon("2026-03-31")
    for country, region in (("", ""), ("DE", ""), ("FR", ""), ("US", "ca"), ("CA", ""), ("JP", "")):
        for months in (5, 6, 11, 12, 23, 24, 30):
            given = Span(months=months).before(now) + timedelta(days=3)
            for ends in (None, now - timedelta(days=1), now, now + timedelta(days=30),
                         now + timedelta(days=900)):  # fmt: skip
                GroundEventFactory(
                    candidate=person(country, region, time_zone="Pacific/Apia"),
                    occurred_at=given,
                    expires_at=ends,
                )
    everybody = Candidate.objects.all()
    expected = [
        clock.candidate_id
        for clock in clocks(everybody, now)
        if clock.pool == "given" and clock.pool_ends
        and 0 <= (clock.pool_ends - clock.today).days <= 30
    ]  # fmt: skip

    assert [clock.candidate_id for clock in ending(everybody, 30, now)] == expected
    assert len(expected) >= 30


def test_nobody_elses_clocks_are_worked_out():
    now = noon("2026-03-31")
    soon, young, french = person("DE"), person("DE"), person("FR")
    agreed(soon, "2025-04-05", "2027-12-31")
    agreed(young, "2026-01-01", "2027-12-31")
    agreed(french, "2025-01-01", "2027-12-31")

    assert set(near_end(30, now)) == {soon.pk}

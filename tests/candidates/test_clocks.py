"""The clocks of a person: until when they may be used and kept, by which law, and what is due."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains

from candidates import clock_words
from candidates.clocks import clock_of, due
from candidates.models import Candidate, GroundEvent, PolicyOverride
from candidates.policies import PACK
from tests.candidates.clocks import agreed, decided, noon, person
from tests.factories.candidates import CandidateFactory, LegalHoldFactory

pytestmark = pytest.mark.django_db

# country, region, end of the procedure, last day of the evidence window, last day of the minimum
EVIDENCE = [
    ("", "", "2026-05-31", "2026-11-30", None),
    ("IT", "", "2026-08-31", "2027-02-28", None),  # no row: as the EU; ends with the month
    ("NL", "", "2026-02-01", "2026-03-01", None),  # four weeks
    ("NL", "", "2028-02-01", "2028-02-29", None),
    ("DE", "", "2027-08-29", "2028-02-29", None),  # six months into a leap day
    ("DE", "", "2026-08-29", "2027-02-28", None),
    ("AT", "", "2026-07-31", "2027-02-28", None),
    ("FR", "", "2026-11-30", "2027-02-28", None),
    ("PL", "", "2026-01-15", "2026-07-15", None),
    ("SE", "", "2024-02-29", "2026-02-28", None),  # from a leap day into a year without one
    ("FI", "", "2024-02-29", "2026-02-28", None),
    ("ES", "", "2024-02-29", "2027-02-28", None),
    ("IE", "", "2025-03-01", "2026-03-01", None),
    ("DK", "", "2026-12-31", "2027-06-30", None),
    ("GB", "", "2024-02-29", "2025-02-28", None),
    ("US", "", "2026-01-31", "2028-01-31", "2027-01-31"),
    ("US", "California", "2024-02-29", "2026-02-28", "2028-02-29"),
    ("CA", "ON", "2024-02-29", "2026-02-28", "2027-02-28"),
]


@pytest.mark.parametrize(("country", "region", "ended", "evidence", "keep"), EVIDENCE)
def test_the_evidence_clock_of_each_row(country, region, ended, evidence, keep):
    candidate = person(country, region)
    decided(candidate, ended, (country, region))

    clock = clock_of(candidate, noon(ended))

    assert (clock.evidence_ends, clock.keep_ends) == (
        date.fromisoformat(evidence),
        date.fromisoformat(keep) if keep else None,
    )


# country, region, day of the consent, last contact, last day of the pool
POOL = [
    ("", "", "2026-05-31", None, "2027-05-31"),
    ("NL", "", "2024-02-29", None, "2025-02-28"),
    ("DE", "", "2026-01-01", "2026-06-01", "2027-01-01"),  # contact does not lengthen it
    ("AT", "", "2026-01-01", None, "2027-01-01"),
    ("FR", "", "2024-02-29", None, "2026-02-28"),
    ("FR", "", "2024-02-29", "2025-06-30", "2027-06-30"),  # two years after the last contact
    ("PL", "", "2026-01-01", None, "2027-01-01"),
    ("SE", "", "2026-01-01", None, "2027-01-01"),
    ("FI", "", "2026-01-01", None, "2027-01-01"),
    ("ES", "", "2026-01-01", None, "2027-01-01"),
    ("IE", "", "2026-01-01", None, "2027-01-01"),
    ("DK", "", "2026-01-01", None, "2027-01-01"),
    ("GB", "", "2027-02-28", None, "2028-02-28"),
    ("US", "", "2026-01-01", None, "2028-01-01"),
    ("US", "CA", "2026-01-01", None, "2028-01-01"),
    ("CA", "Ontario", "2026-01-01", None, "2028-01-01"),
]


@pytest.mark.parametrize(("country", "region", "day", "contact", "ends"), POOL)
def test_the_pool_clock_of_each_row(country, region, day, contact, ends):
    candidate = person(country, region, last_contact_at=noon(contact) if contact else None)
    agreed(candidate, day)

    with_row = clock_of(candidate, noon(day))

    assert (with_row.pool, with_row.pool_ends) == ("given", date.fromisoformat(ends))


def test_every_row_of_the_pack_has_a_case():
    cases = {(country, region.casefold()) for country, region, *_ in EVIDENCE}

    untested = [
        policy.code
        for policy in PACK
        if not any((policy.country, region) in cases for region in (policy.regions or ("",)))
    ]

    assert untested == []


@pytest.mark.parametrize(
    ("job", "who", "ends"),
    [
        (("GB", ""), ("NL", ""), "2026-01-29"),  # the country of the person tightens
        (("NL", ""), ("GB", ""), "2026-01-29"),  # and never loosens
        (("US", ""), ("DE", ""), "2026-07-01"),
        (("SE", ""), ("", ""), "2026-07-01"),  # an unknown country is the EU's row
    ],
)
def test_the_job_decides_and_the_person_only_shortens(job, who, ends):
    candidate = person(*who)
    decided(candidate, "2026-01-01", job)

    assert clock_of(candidate).evidence_ends == date.fromisoformat(ends)


def test_a_minimum_of_the_job_is_not_shortened_by_the_person():
    candidate = person("NL")
    decided(candidate, "2026-01-01", ("US", "California"))

    clock = clock_of(candidate, noon("2026-02-01"))

    assert (clock.keep_ends, clock.keep_law) == (date(2030, 1, 1), "US-CA")
    assert (clock.due, clock.why) == ("archive", "evidence_ended")


def test_of_several_offices_the_shortest_window_and_the_longest_minimum_count():
    candidate = person("SE")
    decided(candidate, "2026-01-01", ("SE", ""), ("DE", ""), ("US", ""), ("US", "California"))

    clock = clock_of(candidate)

    assert (clock.evidence_ends, clock.evidence_law) == (date(2026, 7, 1), "DE")
    assert (clock.keep_ends, clock.keep_law) == (date(2030, 1, 1), "US-CA")


def test_of_several_procedures_the_last_to_end_counts():
    candidate = person("GB")
    decided(candidate, "2025-01-01", ("GB", ""))
    decided(candidate, "2025-06-01", ("GB", ""))

    assert clock_of(candidate).evidence_ends == date(2026, 6, 1)


@pytest.mark.parametrize("facts", [{"closed_at": None, "rejected": False}, {"hired": True}])
def test_nothing_ends_while_somebody_is_considered_or_was_hired(facts):
    candidate = person("NL")
    decided(candidate, "2020-01-01", ("NL", ""))
    decided(candidate, "2020-01-01", ("NL", ""), **({"rejected": False} | facts))

    clock = clock_of(candidate)

    assert (clock.is_needed, clock.due, clock.ends) == (True, "", None)


def test_a_consent_ends_where_it_says_even_if_the_row_allows_more():
    candidate = person("US")
    agreed(candidate, "2026-01-01", "2026-04-01")

    assert clock_of(candidate).pool_ends == date(2026, 4, 1)


def test_a_row_is_the_most_even_if_the_consent_says_more():
    candidate = person("NL")
    agreed(candidate, "2026-01-01", "2030-01-01")

    assert clock_of(candidate).pool_ends == date(2027, 1, 1)


@pytest.mark.parametrize(("hour", "is_due"), [(10, ""), (11, "erase")])
def test_a_day_ends_where_the_person_is(hour, is_due):
    """A-21: the last day is over at midnight in Auckland, which is 11:00 UTC in summer."""
    candidate = person("DE", time_zone="Pacific/Auckland")
    agreed(candidate, "2026-01-14")  # 15 January, one in the morning, there

    with time_machine.travel(datetime(2027, 1, 14, hour, 59, tzinfo=UTC), tick=False):
        before = clock_of(candidate)
    with time_machine.travel(datetime(2027, 1, 15, hour, 0, tzinfo=UTC), tick=False):
        after = clock_of(candidate)

    assert before.pool_ends == date(2027, 1, 15)
    assert (before.due, after.due) == ("", is_due)


# what they agreed to until, when a procedure ended, what day it is → what is due and why
VERDICTS = [
    ("2026-06-01", None, "2026-06-01", "", ""),
    ("2026-06-01", None, "2026-06-02", "erase", "pool_ended"),
    ("2026-06-01", "2026-03-01", "2026-06-02", "archive", "pool_ended"),
    ("2026-06-01", "2026-03-01", "2026-09-02", "erase", "pool_ended"),
    (None, "2026-03-01", "2026-09-01", "", ""),
    (None, "2026-03-01", "2026-09-02", "erase", "evidence_ended"),
]


@pytest.mark.parametrize(("agreed_until", "ended", "today", "what", "why"), VERDICTS)
def test_what_is_due(agreed_until, ended, today, what, why):
    candidate = person("DE")
    if agreed_until:
        agreed(candidate, "2026-01-01", agreed_until)
    if ended:
        decided(candidate, ended, ("DE", ""))

    clock = clock_of(candidate, noon(today))

    assert (clock.due, clock.why) == (what, why)
    found = [one.candidate_id for one in due(Candidate.objects.all(), noon(today))]
    assert found == ([candidate.pk] if what else [])


def test_a_withdrawn_yes_ends_the_use_at_once():
    candidate = person("GB")
    agreed(candidate, "2026-01-01")
    decided(candidate, "2026-01-01", ("GB", ""))
    agreed(candidate, "2026-02-01", withdrawn=True)

    clock = clock_of(candidate, noon("2026-02-01"))

    assert (clock.pool, clock.due, clock.why) == ("over", "archive", "refused")


def test_stopping_job_emails_does_not_end_the_keeping():
    candidate = CandidateFactory(unsubscribed=True)

    assert (clock_of(candidate).pool, clock_of(candidate).due) == ("given", "")


# reason of the archive, end of the procedure, place of the job, today → due and why
ARCHIVED = [
    ("expired", "2026-01-01", ("US", "California"), "2030-01-01", "", ""),
    ("expired", "2026-01-01", ("US", "California"), "2030-01-02", "erase", "keep_ended"),
    ("expired", "2026-01-01", ("GB", ""), "2027-01-02", "erase", "evidence_ended"),
    ("asked", None, None, "2026-01-02", "erase", "nothing_left"),
]


@pytest.mark.parametrize(("reason", "ended", "place", "today", "what", "why"), ARCHIVED)
def test_an_archived_person_goes_when_no_law_wants_them_kept(
    reason, ended, place, today, what, why
):
    candidate = person("GB", archived=True, archive_reason=reason)
    agreed(candidate, "2025-01-01", "2025-06-01")
    if ended:
        decided(candidate, ended, place)

    clock = clock_of(candidate, noon(today))

    assert (clock.due, clock.why) == (what, why)


def test_somebody_never_asked_must_be_told_and_may_be_kept_for_a_while():
    candidate = person("DE", created_at=noon("2026-01-01"))

    def at(day):
        clock = clock_of(candidate, noon(day))
        return clock.due, clock.why

    assert clock_of(candidate).notice_due == date(2026, 1, 31)
    assert clock_of(candidate).unasked_ends == date(2026, 7, 1)
    assert at("2026-01-31") == ("", "")
    assert at("2026-02-01") == ("archive", "no_notice")
    agreed(candidate, "2026-01-20", kind=GroundEvent.Kind.NOTICE_GIVEN)
    assert at("2026-02-01") == ("", "")
    assert at("2026-07-02") == ("erase", "unasked_ended")


def test_a_held_person_is_said_to_be_held():
    candidate = person("DE", created_at=noon("2020-01-01"))
    LegalHoldFactory(candidate=candidate)

    assert clock_of(candidate).is_held
    assert "legal hold" in clock_words.outcome(clock_of(candidate))


def test_what_was_changed_here_counts():
    PolicyOverride.objects.create(
        code="DE", evidence_months=3, pool_months=24, unasked_months=2, reason="Counsel", by="x"
    )
    candidate = person("DE")
    agreed(candidate, "2026-01-01")
    decided(candidate, "2026-01-01", ("DE", ""))

    clock = clock_of(candidate)

    assert (clock.pool_ends, clock.evidence_ends) == (date(2028, 1, 1), date(2026, 4, 1))


def test_the_row_for_unknown_places_is_the_installers_choice(settings):
    settings.RETENTION_DEFAULT = "NL"
    candidate = person()
    decided(candidate, "2026-01-01")

    assert clock_of(candidate).evidence_ends == date(2026, 1, 29)


def test_an_erased_person_has_no_clock():
    with pytest.raises(LookupError):
        clock_of(CandidateFactory(erased=True))


def test_the_clocks_are_told_in_words():
    candidate = person("DE")
    agreed(candidate, "2026-01-01", "2026-06-01")
    decided(candidate, "2026-03-01", ("DE", ""))

    clock = clock_of(candidate, noon("2026-05-01"))

    assert [(line.label, line.sentence, line.law) for line in clock_words.lines(clock)] == [
        (
            "Keeping the profile",
            "They agreed until 1 June 2026.",
            "Germany: at most 1 year after they agreed",
        ),
        (
            "Explaining a decision",
            "We may keep what explains it until 1 September 2026.",
            "Germany: 6 months after the decision",
        ),
    ]
    assert clock_words.outcome(clock) == (
        "After 1 June 2026 the record goes into the restricted archive, and after 1 September 2026 "
        "it is deleted, unless they ask us to keep it."
    )


def test_the_page_of_grounds_shows_the_clocks(staff_client):
    candidate = CandidateFactory()

    response = staff_client.get(reverse("candidates:privacy", args=[candidate.public_id]))

    assertContains(response, "How long we keep them")
    assertContains(response, "They agreed until")

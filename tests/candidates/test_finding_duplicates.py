"""Pairs are found in the database, weighed, and the queue is kept right."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks.duplicates import measure
from candidates.duplicates import finding
from candidates.models import Candidate, DuplicateSearch, DuplicateSuggestion, Import
from candidates.tasks import find_duplicates, forget_merges
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    LinkFactory,
    PhoneFactory,
)

pytestmark = pytest.mark.django_db


def person(name, *, phone="", link="", email="", **facts):
    facts = {"city": "", "country": "", **facts}
    made = CandidateFactory(name=name, without_email=True, without_consent=True, **facts)
    if phone:
        PhoneFactory(candidate=made, number=phone)
    if link:
        LinkFactory(candidate=made, url=link)
    if email:
        EmailAddressFactory(candidate=made, address=email, is_primary=True)
    return made


def pairs():
    found = DuplicateSuggestion.objects.select_related("one", "other").order_by("one", "other")
    return [(p.one.name, p.other.name, p.is_sure) for p in found]


@pytest.mark.parametrize(
    ("one", "other", "is_sure"),
    [
        (
            ("Rosa Osei", {"phone": "07700 900123"}),
            ("Rosa Osei", {"phone": "+44 7700 900123"}),
            True,
        ),
        (("Rosa Osei", {"phone": "07700 900123"}), ("Osei Rosa", {"phone": "07700900123"}), True),
        (
            ("Rosa Osei", {"link": "https://www.linkedin.com/in/rosa"}),
            ("R. Osei", {"link": "https://uk.linkedin.com/in/ROSA/"}),
            True,
        ),
        (
            ("Rosa Osei", {"current_employer": "Tidal Works Ltd"}),
            ("Rosa Osei", {"current_employer": "Tidal Works"}),
            True,
        ),
        (("Rosa Osei", {"city": "Gdańsk"}), ("Rósa Osei", {"city": "Gdansk"}), False),
        (
            ("Robert Quillfeather", {"city": "Bristol"}),
            ("Bob Quillfeather", {"city": "Bristol"}),
            False,
        ),
        (
            ("Ann Voss", {"email": "workshop@voss.example"}),
            ("Ben Voss", {"email": "workshop+ben@voss.example"}),
            False,
        ),
        (("北京 王", {"phone": "07700 900123"}), ("北京 王", {"phone": "07700 900123"}), True),
    ],
)
def test_what_is_found(one, other, is_sure):
    person(one[0], **one[1])
    person(other[0], **other[1])

    search = finding.search_everybody()

    assert pairs() == [(one[0], other[0], is_sure)]
    assert (search.people, search.suggested) == (2, 1)


def test_who_is_not_found():
    person("Rosa Osei", city="Bristol")
    person("Kofi Mensah", city="Bristol")
    merged = person("Rosa Osei", city="Bristol")
    Candidate.objects.filter(pk=merged.pk).update(merged_into=CandidateFactory(name="Ida Berg"))
    CandidateFactory(name="Rosa Osei", archived=True)

    finding.search_everybody()

    assert pairs() == []


def two_of_a_kind():
    return person("Rosa Osei", phone="07700 900123"), person("Rosa Osei", phone="07700 900123")


def test_twice_finds_once():
    two_of_a_kind()

    first, second = finding.search_everybody(), finding.search_everybody()

    assert (first.suggested, second.suggested, len(pairs())) == (1, 0, 1)


def test_a_dismissed_pair_never_returns():
    one, other = two_of_a_kind()
    DuplicateSuggestionFactory(one=one, other=other, dismissed=True)

    finding.search_everybody()

    assert DuplicateSuggestion.objects.get().state == "dismissed"


def test_what_no_longer_looks_like_one_goes_away_and_the_rest_is_weighed_anew():
    _, other = two_of_a_kind()
    finding.search_everybody(timezone.now() - timedelta(hours=1))
    Candidate.objects.filter(pk=other.pk).update(name="R. Osei")
    finding.search_everybody()
    weighed = DuplicateSuggestion.objects.get().reasons
    Candidate.objects.filter(pk=other.pk).update(name="Kofi Mensah")
    other.phones.all().delete()

    finding.search_everybody()

    assert "initial" in weighed
    assert pairs() == []


def test_a_pair_that_a_colleague_named_stays_as_they_said():
    named = DuplicateSuggestionFactory(
        reasons=["colleague"], found_at=timezone.now() - timedelta(1)
    )

    finding.search_everybody()

    named.refresh_from_db()
    assert (named.state, named.reasons, named.is_sure) == ("open", ["colleague"], True)


def test_only_one_search_runs_at_a_time(django_db_blocker):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [finding._LOCK])
        assert finding.search_everybody() is None
    finally:
        other.close()


@pytest.mark.parametrize("age", [timedelta(hours=1), timedelta(days=2)])
def test_it_is_due_once_a_day(age):
    started = timezone.now() - age
    DuplicateSearch.objects.create(
        started_at=started, finished_at=started, people=1, pairs=0, suggested=0
    )

    assert finding.is_due(timezone.now()) is (age > timedelta(days=1))


def test_it_is_due_after_an_import(recruiter):
    started = timezone.now() - timedelta(hours=1)
    DuplicateSearch.objects.create(
        started_at=started, finished_at=started, people=1, pairs=0, suggested=0
    )
    Import.objects.create(
        file_name="a.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",", by=recruiter,
        finished_at=timezone.now(),
    )  # fmt: skip

    assert finding.is_due(timezone.now()) is True


def test_the_tasks_run_twice_and_do_it_once():
    two_of_a_kind()

    assert (find_duplicates(), find_duplicates()) == (1, 0)
    assert (forget_merges(), forget_merges()) == (0, 0)
    assert DuplicateSearch.objects.count() == 1


def test_what_is_found_of_known_pairs():
    """1,000 invented records with 300 second ones among them, always the same."""
    measured = measure(700, 300)

    assert measured["precision of sure"] >= 0.99
    assert measured["recall"] >= 0.90
    assert measured["precision"] >= 0.70

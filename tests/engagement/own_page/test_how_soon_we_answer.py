"""How soon we answer, on a person's own page where an admin wants it so (M-R5)."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Organisation
from applications import record
from applications.measures import first_answer
from tests.applications.measures.figures import NEVER, answered_in_full_quarter
from tests.engagement.own_page.conftest import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "application")]
HEAD = "How soon we answer"
FIGURES = r"<dt>(?:Half|Nine of ten) within</dt><dd>(.*?)</dd>"


def say(**facts):
    Organisation.objects.update(**facts)


def of_the_view(start):
    """Read P50 and P90 of a quarter out of the view itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value)"
            f" FROM {first_answer.VIEW} WHERE quarter = %s AND NOT set_aside AND ripe_at <= %s",
            [start, timezone.now()],
        )
        return cursor.fetchone()[0]


def test_the_figures_are_those_of_the_view(visitor):
    answered_in_full_quarter([1, 1, 2, 3, 4, 9, 11, 12, 12, NEVER])
    say(shows_response=True)

    page = visitor.get("/s/")

    figures = re.findall(FIGURES, page.content.decode())
    assert of_the_view(record.newest_start(first_answer.MEASURE, timezone.now())) == [4, 12]
    assert figures == ["4 days", "12 days"]
    assertContains(page, "People who applied with us from July to September 2026 had a first")


def test_silence_is_not_hidden(visitor):
    answered_in_full_quarter([1] * 5 + [NEVER] * 5)
    say(shows_response=True)

    figures = re.findall(FIGURES, visitor.get("/s/").content.decode())

    assert figures == ["1 day", "more than 30 days"]


def test_the_promise_stands_beside_them(visitor):
    answered_in_full_quarter([2] * 10)
    say(shows_response=True, first_answer_days=7)

    text = words(visitor.get("/s/"))

    assert "We promise you a first answer within 7 days. People who applied" in text


def test_with_too_few_only_the_promise_is_said(visitor):
    answered_in_full_quarter([2] * 9)
    say(shows_response=True, first_answer_days=1)

    page = visitor.get("/s/")

    assertContains(page, "We promise you a first answer within 1 day.")
    assertNotContains(page, "Nine of ten within")


def test_with_too_few_and_no_promise_nothing_is_said(visitor):
    answered_in_full_quarter([2] * 9)
    say(shows_response=True)

    assertNotContains(visitor.get("/s/"), HEAD)


def test_it_is_off_until_an_admin_wants_it(visitor):
    answered_in_full_quarter([2] * 10)
    say(shows_response=False, shows_record=True, first_answer_days=7)

    assertNotContains(visitor.get("/s/"), HEAD)


def test_it_is_another_choice_than_the_careers_site(client, visitor):
    answered_in_full_quarter([2] * 10)
    say(shows_response=True, shows_record=False)

    assertContains(visitor.get("/s/"), HEAD)
    assert client.get("/careers/our-record").status_code == 404


def test_a_stranger_reads_nothing_of_it(client):
    answered_in_full_quarter([2] * 10)
    say(shows_response=True)

    assertNotContains(client.get("/s/"), HEAD)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Nous vous promettons une première réponse sous 7 jours."),
        ("ar", "نعدك بأول جواب خلال 7 أيام."),
    ],
)
def test_in_the_language_of_its_reader(visitor, language, said):
    answered_in_full_quarter([2] * 10)
    say(shows_response=True, first_answer_days=7)

    page = visitor.get("/s/", headers={"accept-language": language})

    assertContains(page, said)


@pytest.mark.parametrize("days", [0, 366])
def test_a_promise_is_a_day_to_a_year(days):
    organisation = Organisation.current()
    organisation.first_answer_days = days

    with pytest.raises(ValidationError):
        organisation.clean_fields(exclude=["postal_address"])

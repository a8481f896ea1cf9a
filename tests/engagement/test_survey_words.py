"""What people wrote is read without who wrote it, and only where enough did (M-R4)."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from engagement import survey_words
from engagement.residue import forget_surveys
from tests.factories.accounts import UserFactory
from tests.factories.engagement import SurveyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")  # 23 November 2026
SUMMER = datetime(2026, 8, 3, 9, tzinfo=UTC)


def wrote(*texts: str, at: datetime = SUMMER, **facts):
    return [
        SurveyFactory(answered=True, text=text, sent_at=at, answered_at=at, **facts)
        for text in texts
    ]


def page(client, query: str = ""):
    client.force_login(UserFactory(roles=["recruiter"]))
    return client.get(reverse("engagement:survey_answers") + query)


def test_the_words_of_a_quarter_are_shown_without_names_addresses_and_numbers(client):
    said = "I am Zebulon Quartermain, call +44 7700 900 777 or zeb@mail.example. Sooner, please."
    wrote(said, candidate__name="Zebulon Quartermain")
    wrote("Two", "Three", "Four", "Five")

    shown = page(client)

    assertContains(shown, "I am [name left out], call [left out] or [left out]. Sooner, please.")
    assertContains(shown, "Third quarter 2026")
    assertContains(shown, '<li class="paper"', count=5)


def test_fewer_than_five_are_not_shown_and_silence_counts_for_nobody(client):
    wrote("One", "Two", "Three", "Four", "")

    assertNotContains(page(client), "Third quarter 2026")
    assert page(client, "?quarter=2026-3").status_code == 404


def test_a_quarter_waits_until_none_of_its_answers_can_change():
    wrote("1", "2", "3", "4", "5")
    closes = datetime(2026, 10, 22, tzinfo=UTC)

    assert [one.key for one in survey_words.quarters(closes)] == ["2026-3"]
    assert survey_words.quarters(closes.replace(day=21)) == []


def test_a_second_look_after_an_erasure_shows_one_fewer_or_nothing():
    surveys = wrote("1", "2", "3", "4", "5")
    forget_surveys([surveys[0].candidate_id])

    assert survey_words.quarters(datetime(2026, 11, 1, tzinfo=UTC)) == []


def test_the_order_says_nothing_about_time():
    surveys = wrote(*(str(number) for number in range(9)))
    (quarter,) = survey_words.quarters(datetime(2026, 11, 1, tzinfo=UTC))

    by_id = sorted(surveys, key=lambda one: one.public_id)
    assert survey_words.words_of(quarter) == [one.text for one in by_id]


@pytest.mark.parametrize("texts", [5, 15])
def test_it_costs_the_same_for_more_of_them(client, django_assert_num_queries, texts):
    wrote(*(f"Text {number}" for number in range(texts)))
    client.force_login(UserFactory(roles=["recruiter"]))

    with django_assert_num_queries(5):  # session, user, quarters, words, organisation
        client.get(reverse("engagement:survey_answers"))


def test_where_nobody_asks_it_says_so(client):
    assertContains(page(client), "We do not ask at present")

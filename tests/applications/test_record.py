"""Our record: what the careers site says of us, and that anybody who has the data gets the same."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from applications import record
from applications.measures import closure, first_answer, words
from tests.applications.measures.figures import NEVER, answered_in_full_quarter
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
PAIR = r"<dt>(.*?)</dt><dd>(.*?)</dd>"
CAREERS, PAGE = reverse("applications:careers"), reverse("applications:our_record")


@pytest.fixture
def shown():
    OrganisationFactory(shows_record=True)


def test_the_block_says_the_figures_of_the_view(client, shown):
    answered_in_full_quarter([1, 1, 2, 3, 4, 9, NEVER, NEVER, NEVER, NEVER])

    response = client.get(CAREERS)

    figures = re.findall(r"<dd>(.*?)</dd>", response.content.decode())
    assert figures == ["4 days", "more than 30 days", "40 %"]
    start = record.newest_start(first_answer.MEASURE, timezone.now())
    assertContains(response, f"{words.quarter_name(start)} · 10 applications.")
    assertContains(response, f'<a href="{PAGE}">')


def test_in_french_it_is_said_in_french(client, shown):
    answered_in_full_quarter([2.5] * 10)

    response = client.get(CAREERS, headers={"accept-language": "fr"})

    figures = re.findall(r"<dd>(.*?)</dd>", response.content.decode())
    assert figures == ["2,5 jours", "2,5 jours", "0 %"]


def test_the_page_and_the_command_say_the_same(client, shown):
    answered_in_full_quarter([3] * 8 + [12, NEVER])
    answered_in_full_quarter([3] * 8 + [12, NEVER], closure.MEASURE)

    page = client.get(PAGE).content.decode()
    said = io.StringIO()
    call_command("our_record", stdout=said)

    told = [
        (when, ", ".join(": ".join(pair) for pair in re.findall(PAIR, facts)[:-1]))
        for when, facts in re.findall(r"<h3>(.*?)</h3>\s*<dl.*?>(.*?)</dl>", page, re.DOTALL)
    ]
    lines = re.findall(r"^  (.*?), \d+ applications: (.*)$", said.getvalue(), re.MULTILINE)
    assert told == lines
    assert len(lines) == 12
    assert lines[0][1] == (
        "Half within: 3 days, Nine of ten within: 12 days, No answer after 30 days: 10 %"
    )


@pytest.mark.parametrize("cases", [0, 9])
def test_with_too_few_nothing_is_said(client, shown, cases):
    answered_in_full_quarter([1] * cases)
    said = io.StringIO()

    call_command("our_record", stdout=said)

    assertNotContains(client.get(CAREERS), 'id="record"')
    assert client.get(PAGE).status_code == 404
    assert said.getvalue() == "Too few people applied in the newest full quarter to say.\n"


def test_it_is_not_shown_unless_somebody_chose_to(client):
    OrganisationFactory()
    answered_in_full_quarter([1] * 10)

    assertNotContains(client.get(CAREERS), 'id="record"')
    assert client.get(PAGE).status_code == 404


def test_an_admin_chooses_to_show_it(signed_in, admin):
    organisation = OrganisationFactory()
    client = signed_in(admin)
    page = reverse("accounts:organisation")
    fields = client.get(page).context["form"].initial

    client.post(
        page, {**{key: value for key, value in fields.items() if value}, "shows_record": "on"}
    )

    organisation.refresh_from_db()
    assert organisation.shows_record is True


def test_a_quarter_whose_last_day_is_not_ripe_is_not_said_yet(shown):
    """The newest full quarter ended more than thirty days ago; the one after it did not."""
    now = timezone.now()
    start = record.newest_start(first_answer.MEASURE, now)
    end = record._end(start)
    after = record._end(end + timedelta(days=1))

    assert end + timedelta(days=30) < now.date() <= after + timedelta(days=31)


def test_it_is_counted_once_an_hour_at_most(client, shown, django_assert_num_queries):
    answered_in_full_quarter([1] * 10)
    client.get(CAREERS)
    answered_in_full_quarter([NEVER] * 10)

    assertContains(client.get(CAREERS), "<dd>0 %</dd>")


def test_without_redis_it_is_counted_each_time(client, shown, settings):
    answered_in_full_quarter([1] * 10)
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }

    assertContains(client.get(CAREERS), "<dd>0 %</dd>")

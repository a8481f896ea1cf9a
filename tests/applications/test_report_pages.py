"""The pages of measures: who sees what, and that a page, its chart and its file say the same."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from applications.measures import words
from applications.reports import starts_until, this_quarter
from applications.tasks import count_measures
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    LetterFactory,
)
from tests.factories.engagement import CampaignFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("applications:report_experience")


def answered(days, *, ago=100, job=None, count=10):
    """Make applications that were turned down by letter so many days after they came in."""
    job = job or JobFactory()
    applied = timezone.now() - timedelta(days=ago)
    for _ in range(count):
        then = applied + timedelta(days=days)
        made = ApplicationFactory(job=job, applied_at=applied, rejected=True, closed_at=then)
        LetterFactory(application=made, sent_at=then)


def table_of(response, number):
    """Return the rows of one table of the page: what each figure says and what the chart draws."""
    tables = re.findall(r"<table.*?</table>", response.content.decode(), re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", tables[number], re.DOTALL)[1:]
    cell = re.compile(r'<td class="number" data-label="[^"]*"(?: data-value="([^"]*)")?')
    return [cell.findall(row) for row in rows]


def test_a_page_says_its_finding_as_a_title_and_the_figures_in_a_table(staff_client):
    answered(4)

    response = staff_client.get(PAGE)

    assertContains(response, "Half of those who applied had an answer within 4 days</h2>")
    drawn = [row for row in table_of(response, 0) if row[0]]
    assert [row[:3] for row in drawn] == [["4.00", "4.00", "0.00"]]
    assertContains(response, "Too few people were interviewed to say how many heard nothing")


def test_what_took_longer_than_the_measure_looks_is_drawn_at_its_end_and_said_so(staff_client):
    answered(60)

    response = staff_client.get(PAGE)

    assertContains(response, "More than half had no answer within 30 days</h2>")
    assertContains(response, 'data-value="30.00" data-beyond>more than 30 days</td>')


def test_with_nothing_at_all_every_measure_says_so(staff_client):
    response = staff_client.get(PAGE)

    assertContains(response, "data-empty", count=9)
    assertContains(response, "<td", count=sum(len(row) for n in range(9)
                                              for row in table_of(response, n)))  # fmt: skip


def test_the_file_says_what_the_page_says(staff_client):
    answered(4)

    response = staff_client.get(reverse("applications:report_experience_csv"))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    said = [row for row in rows if row["Figure"] == "Half answered within" and row["Cases"] != "0"]
    assert [(row["Code"], row["Value"], row["Cases"]) for row in said] == [
        ("M-02, M-05a", "4 days", "10")
    ]
    assert len(rows) == 8 * (5 + 4 + 3 + 2 + 3 + 3 + 2 + 2) + 3
    assert response.headers["Content-Disposition"].startswith('attachment; filename="experience-')


def test_a_hiring_manager_sees_the_figures_of_their_own_jobs_alone(signed_in, hiring_manager):
    mine = HiringTeamMemberFactory(user=hiring_manager).job
    answered(2, job=mine)
    answered(9, count=30)
    client = signed_in(hiring_manager)

    page = client.get(PAGE)
    file = client.get(reverse("applications:report_experience_csv"))

    assertContains(page, "an answer within 2 days</h2>")
    assertContains(page, "Counted are the jobs whose hiring team you are on.")
    assertNotContains(page, reverse("engagement:report_nurture"))
    text = b"".join(file.streaming_content).decode()
    assert '"Half answered within","2 days","10"' in text
    assert '"9 days"' not in text


def test_a_hiring_manager_without_jobs_sees_nothing_of_others(signed_in, hiring_manager):
    answered(2, count=30)

    response = signed_in(hiring_manager).get(PAGE)

    assertContains(response, "data-empty", count=9)


@pytest.mark.parametrize(
    "name", ["survey", "survey_csv", "nurture", "nurture_csv", "oversight", "oversight_csv"]
)
def test_what_is_of_the_whole_house_is_closed_to_a_hiring_manager(signed_in, hiring_manager, name):
    response = signed_in(hiring_manager).get(reverse(f"engagement:report_{name}"))

    assert response.status_code == 403


@pytest.mark.parametrize("who", ["admin", "interviewer", "privacy_officer"])
def test_others_see_no_report(signed_in, request, who):
    assert signed_in(request.getfixturevalue(who)).get(PAGE).status_code == 403


def test_a_page_goes_two_years_back_from_the_quarter_that_was_chosen(staff_client):
    last = words.quarter_before(this_quarter(timezone.now()), 3)

    response = staff_client.get(PAGE, {"until": last.isoformat()})

    shown = re.findall(r'data-short="(Q\d \d{4})"', response.content.decode())[:8]
    assert shown == [words.short_name(start) for start in starts_until(last)]
    assert (len(set(shown)), shown[-1]) == (8, words.short_name(last))


@pytest.mark.parametrize("until", ["1999-01-01", "2026-01-02", "tomorrow", "'"])
def test_a_quarter_that_there_is_not_is_this_one(staff_client, until):
    assert staff_client.get(PAGE, {"until": until}).status_code == 200
    same = [
        staff_client.get(PAGE, query).content.count(b"so far") for query in ({"until": until}, {})
    ]
    assert same[0] == same[1] > 0


def test_no_colleague_is_named_on_a_page_of_measures(staff_client, recruiter):
    answered(4)

    content = staff_client.get(PAGE).content.decode()

    assert recruiter.name not in content[content.index("<main") :]


def test_what_was_counted_is_said_until_the_task_counts_anew(staff_client):
    answered(4)
    before = staff_client.get(PAGE)
    answered(2, count=20)

    kept = staff_client.get(PAGE)
    count_measures()
    anew = staff_client.get(PAGE)

    for page, days in ((before, 4), (kept, 4), (anew, 2)):
        assertContains(page, f"had an answer within {days} days</h2>")


def test_what_is_kept_for_the_house_is_not_shown_to_a_hiring_team(signed_in, hiring_manager):
    answered(4)
    count_measures()
    mine = HiringTeamMemberFactory(user=hiring_manager).job
    answered(9, job=mine)

    page = signed_in(hiring_manager).get(PAGE)

    assertContains(page, "had an answer within 9 days</h2>")


def test_without_redis_it_is_counted_each_time(staff_client, settings):
    answered(4)
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }

    assertContains(staff_client.get(PAGE), "had an answer within 4 days</h2>")


def test_how_long_approvers_looked_stands_in_words_table_and_file(signed_in, recruiter):
    at = timezone.now()
    for _ in range(10):
        made = CampaignFactory(running=True, approved_at=at, people=[])
        opened = (at - timedelta(seconds=41)).isoformat()
        made.audience.openings = [{"colleague": made.by.pk, "person": 1, "at": opened}]
        made.audience.save()
    client = signed_in(recruiter)

    page = client.get(OVERSIGHT)
    file = b"".join(client.get(reverse("engagement:report_oversight_csv"))).decode()

    assertContains(page, "half looked at a profile for at most: 41 seconds")
    assertContains(page, '<th scope="col" class="number">Half looked at a profile for at most</th>')
    assert "M-21,Approvals of campaigns" in file.replace('"', "")
    assert "Half looked at a profile for at most,41 seconds,10" in file.replace('"', "")


RIGHTS = reverse("applications:report_rights")
OVERSIGHT = reverse("engagement:report_oversight")


def test_the_privacy_officer_has_reports_of_their_own_and_no_other(signed_in, privacy_officer):
    client = signed_in(privacy_officer)

    page, oversight = client.get(RIGHTS), client.get(OVERSIGHT)

    assertContains(page, "Too few people asked for a copy or for deletion to say how soon")
    assertContains(page, f'href="{OVERSIGHT}"')
    assertNotContains(page, f'href="{PAGE}"')
    assertNotContains(page, "Counted are the jobs")
    assertContains(page, f'class="nav-link" href="{RIGHTS}" aria-current="page"')
    assertContains(oversight, f'class="nav-link" href="{RIGHTS}" aria-current="true"')
    for name in ("survey", "nurture"):
        assert client.get(reverse(f"engagement:report_{name}")).status_code == 403


@pytest.mark.parametrize("who", ["admin", "recruiter", "hiring_manager", "interviewer"])
@pytest.mark.parametrize("name", ["report_rights", "report_rights_csv"])
def test_how_soon_requests_are_done_is_the_privacy_officers(signed_in, request, who, name):
    address = reverse(f"applications:{name}")

    assert signed_in(request.getfixturevalue(who)).get(address).status_code == 403


def test_the_file_of_the_privacy_officer_says_what_their_page_says(signed_in, privacy_officer):
    received = timezone.now() - timedelta(days=100)
    for _ in range(5):
        PrivacyRequestFactory(
            closed=True, received_at=received, closed_at=received + timedelta(days=2),
            due_on=received.date() + timedelta(days=30),
        )  # fmt: skip
    client = signed_in(privacy_officer)

    page = client.get(RIGHTS)
    file = client.get(reverse("applications:report_rights_csv"))

    assertContains(page, "Nine of ten requests about data were done within 2 days, none late</h2>")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    said = {row["Figure"]: row["Value"] for row in csv.DictReader(io.StringIO(text))
            if row["Cases"] == "5"}  # fmt: skip
    assert said == {"Nine of ten done within": "2 days", "Copies": "2 days", "Late": "0 requests"}


def test_a_recruiter_who_is_privacy_officer_too_has_one_entry_for_reports(signed_in):
    both = UserFactory(roles=["recruiter", "privacy_officer"])

    page = signed_in(both).get(RIGHTS)

    assertContains(page, f'class="nav-link" href="{PAGE}" aria-current="true"')
    assertNotContains(page, f'class="nav-link" href="{RIGHTS}"')

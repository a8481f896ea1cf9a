"""What a row of the list of people says of somebody: the same as the facets count them by."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import Role, User
from accounts.permissions import PERMISSIONS_OF, Permission
from candidates.filters import people_of
from candidates.models import DuplicateSearch
from config.demo.seed import seed
from tests.engagement.test_agrees_with_people import people_of_all_kinds
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db
PEOPLE = "/people"


def marks(response):
    """Return {name: {label: words}} of the rows of a page."""
    return {
        row.candidate.name: {mark.label: mark.words for mark in row.marks}
        for row in response.context["people"]
    }


@pytest.mark.parametrize("order", ["contact", "newest", "relevance"])
def test_rows_say_whether_job_emails_may_be_sent_and_how_far_people_came(staff_client, order):
    ApplicationFactory(candidate=CandidateFactory(name="Far Able"), furthest=4, rejected=True)
    ApplicationFactory(candidate=CandidateFactory(name="Open Able"), furthest=1)
    CandidateFactory(name="New Able", unsubscribed=True)

    response = staff_client.get(PEOPLE, {"q": "able", "sort": order})

    assert marks(response) == {
        "Far Able": {"Job emails": "May be sent job emails", "Furthest stage": "Final round"},
        "Open Able": {"Job emails": "Job emails on hold", "Furthest stage": "Applied"},
        "New Able": {"Job emails": "No job emails", "Furthest stage": "Never applied"},
    }
    said = '<span class="visually-hidden">Furthest stage: </span>Final round'
    assertContains(response, said, count=1)


def test_rows_and_facets_agree_about_everybody(staff_client, recruiter):
    people_of_all_kinds()

    rows = {
        row.candidate.pk: row.candidate.row_emails
        for row in staff_client.get(PEOPLE, {"all": "1"}).context["people"]
    }

    assert len(set(rows.values())) == 3
    for value in ("yes", "hold", "no"):
        narrowed = people_of(QueryDict(f"emails={value}"), recruiter)
        asked = narrowed.filter(pk__in=rows).values_list("pk", flat=True)
        assert {pk for pk, said in rows.items() if said == value} == set(asked)


def test_who_sees_no_jobs_reads_no_stage(staff_client, monkeypatch):
    left = PERMISSIONS_OF[Role.RECRUITER] - {Permission.VIEW_JOBS}
    monkeypatch.setitem(PERMISSIONS_OF, Role.RECRUITER, left)
    CandidateFactory(name="Ana")

    assert marks(staff_client.get(PEOPLE)) == {"Ana": {"Job emails": "May be sent job emails"}}


def test_the_example_beside_the_search_finds_somebody_in_the_demo(signed_in):
    seed(size="s", seed_number=4242, anchor=timezone.now())
    client = signed_in(User.objects.get(email="mina@larkspur-tidal.example"))
    page = client.get(PEOPLE, {"all": "1"}).content.decode()
    (example,) = re.findall("“([^”]*)”</span> finds the words side by side", page)

    found = client.get(PEOPLE, {"q": f'"{example}"'})

    assert found.context["counts"].total >= 1


def test_the_number_of_people_looked_through_has_separators(staff_client):
    now = timezone.now()
    DuplicateSearch.objects.create(
        started_at=now, finished_at=now, people=12_345, pairs=9, suggested=0
    )

    assertContains(staff_client.get(reverse("candidates:duplicates")), ": 12,345 people.")

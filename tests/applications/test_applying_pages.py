"""What colleagues read of what was sent, and what the pages after a form say."""

import pytest
from django.test import Client
from django.urls import reverse

from applications import postings
from applications.arrivals import of_application
from applications.models import Answer, Application
from tests.applications.applying import cv, only, open_job, send
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, ArrivalFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def test_colleagues_read_what_was_sent_and_hiring_managers_no_contact_details(
    staff_client, signed_in, hiring_manager
):
    job = open_job()
    job.team.create(user=hiring_manager, part="hiring_manager")
    shift = QuestionFactory(job=job, text="Nights?", kind="yes_no", marked_answers=["No"],
                            mark="Not at night")  # fmt: skip
    send(job, file=cv(), phone="+44 117 496 0000", note="Hello", **{f"q-{shift.public_id}": "No"})
    send(job, name="Ana H.")
    address = reverse("applications:application", args=[only(Application).public_id])

    theirs = staff_client.get(address).content.decode()
    managers = signed_in(hiring_manager).get(address).content.decode()

    for words in ("Nights?", "Not at night", "Hello"):
        assert (words in theirs, words in managers) == (True, True)
    for words in (
        "Applied again",
        "cv.pdf",
        "+44 117 496 0000",
        "portfolio.example",
        "another name than we hold",
    ):
        assert (words, words in theirs, words in managers) == (words, True, False)


@pytest.mark.parametrize("many", [1, 3])
def test_what_was_sent_costs_the_same_at_any_size(many, django_assert_num_queries):
    application = ApplicationFactory()
    for _ in range(many):
        arrival = ArrivalFactory(application=application)
        Answer.objects.create(arrival=arrival, position=1, asked="Why?", text="So")

    with django_assert_num_queries(4):  # arrivals, answers, phones, links
        rows = of_application(application)

    assert len(rows) == many


def test_the_thanks_need_the_day_that_we_signed():
    job = open_job()
    address = reverse("applications:applied", args=[postings.key_of(job)])

    for by in ("", "2026-12-24", "x:y:z"):
        response = Client().get(f"{address}?by={by}")
        assert (response.status_code, response["Location"]) == (302, postings.path_of(job))


def test_the_privacy_page_says_how_long_and_links_the_whole_notice():
    OrganisationFactory(privacy_url="https://larkspur-tidal.example/privacy")

    html = Client().get(reverse("applications:privacy_notice")).content.decode()

    assert "we keep your application for 1 year" in html
    assert 'href="https://larkspur-tidal.example/privacy"' in html

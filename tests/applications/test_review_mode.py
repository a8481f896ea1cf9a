"""Review mode: who comes when, what each button does, and that nothing is lost on the way."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from applications.actions.closing import withdraw
from applications.actions.jobs import add_standard_stages
from applications.models import Application, Postponed
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.documents import DocumentFactory
from tests.factories.reviews import PostponedFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    OrganisationFactory()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def people():
    """Three people in the first stage of a job, named in the order in which they applied."""
    job = JobFactory(title="Marine Electrician")
    add_standard_stages(job)
    return [
        ApplicationFactory(
            job=job, candidate__name=name, applied_at=NOW - timedelta(days=3 - number)
        )
        for number, name in enumerate(["Ada Adair", "Ben Brook", "Cy Chan"])
    ]


def page_of(client, application, **asked) -> str:
    query = {"job": application.job.public_id} | asked
    return client.get(reverse("applications:review_mode"), query).content.decode()


def shown(page: str) -> tuple[str, str]:
    """Who is on the page, and which of how many they are."""
    place = re.search(r"\d+ of \d+(?=</p>)", page)
    name = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return re.sub(r"<[^>]*>", "", name[1]).strip(), place[0] if place else ""


def post(client, name: str, application, **data):
    return client.post(
        reverse(f"applications:review_mode_{name}", args=[application.public_id]), data
    )


def followed(client, answer) -> str:
    assert answer.status_code == 302
    return client.get(answer.headers["Location"]).content.decode()


def advance(client, application):
    return post(client, "advance", application, seen=application.stage.public_id)


def test_the_oldest_comes_first_and_each_address_shows_the_same_again(staff_client, people):
    ada, ben, _ = people

    assert shown(page_of(staff_client, ada)) == ("Ada Adair", "1 of 3")
    assert shown(page_of(staff_client, ada, at=ben.public_id)) == ("Ben Brook", "2 of 3")
    assert shown(page_of(staff_client, ada, at=ben.public_id)) == ("Ben Brook", "2 of 3")


def test_somebody_advances_and_is_brought_back(staff_client, people):
    ada, _, _ = people

    page = followed(staff_client, advance(staff_client, ada))

    assert shown(page) == ("Ben Brook", "1 of 2")
    assert "Ada Adair moved from Received to Review." in page
    change = re.search(r'name="change" value="(\d+)"', page)[1]
    page = followed(staff_client, post(staff_client, "undo", ada, change=change))
    assert shown(page) == ("Ada Adair", "1 of 3")
    assert Application.objects.get(pk=ada.pk).stage.name == "Received"


def test_who_was_moved_or_answered_meanwhile_is_not_moved_again(staff_client, people, recruiter):
    ada, ben, _ = people
    advance(staff_client, ada)
    again = advance(staff_client, ada)
    withdraw(ben, by=recruiter)
    closed = advance(staff_client, ben)

    assert (again.status_code, closed.status_code) == (422, 422)
    assert "meanwhile" in again.content.decode()
    assert "was answered meanwhile" in closed.content.decode()
    assert Application.objects.get(pk=ada.pk).stage.name == "Review"


def test_later_means_after_the_others_and_is_taken_back(staff_client, people):
    ada, _, _ = people

    page = followed(staff_client, post(staff_client, "later", ada))

    assert shown(page) == ("Ben Brook", "1 of 3")
    assert "Ada Adair comes back after the others." in page
    assert shown(page_of(staff_client, ada, at=ada.public_id)) == ("Ada Adair", "3 of 3")
    page = followed(staff_client, post(staff_client, "later", ada, now="1"))
    assert shown(page) == ("Ada Adair", "1 of 3")


def test_on_a_day_somebody_comes_back_that_day(staff_client, people, clock, signed_in, recruiter):
    ada, _, _ = people
    post(staff_client, "later", ada, until="2026-11-27")

    page = page_of(staff_client, ada)
    assert (shown(page), "1 put off to a later day." in page) == (("Ben Brook", "1 of 2"), True)
    clock.move_to(NOW + timedelta(days=2))
    page = page_of(signed_in(recruiter), ada, at=ada.public_id)
    assert shown(page) == ("Ada Adair", "3 of 3")


def test_later_is_refused_in_words(staff_client, people, recruiter):
    ada, _, _ = people

    past = post(staff_client, "later", ada, until="2026-11-25")
    withdraw(ada, by=recruiter)
    closed = post(staff_client, "later", ada)

    assert (past.status_code, closed.status_code) == (422, 422)
    assert "Choose a day that is still to come." in past.content.decode()
    assert "answered meanwhile" in closed.content.decode()
    assert list(Postponed.objects.all()) == []


def test_what_a_colleague_put_off_is_in_its_place_for_others(staff_client, people):
    PostponedFactory(application=people[0])

    assert shown(page_of(staff_client, people[0])) == ("Ada Adair", "1 of 3")


def test_declining_leads_to_the_letter_and_back_to_the_next(staff_client, people):
    ada, _, _ = people
    page = page_of(staff_client, ada)
    address = reverse("applications:application_reject", args=[ada.public_id])
    assert f'href="{address}?from=review-mode"' in page
    letter = {"subject": "Your application", "text": "Dear Ada Adair,\n\nwe chose another.\n"}

    answer = staff_client.post(
        f"{address}?from=review-mode",
        letter | {"reason": "stronger_applicant", "leaves": "morning", "warnings_accepted": "on"},
    )

    assert shown(followed(staff_client, answer)) == ("Ben Brook", "1 of 2")


def test_a_blind_review_names_nobody_not_even_to_a_recruiter(staff_client, people):
    ada, _, _ = people
    ada.job.blind_review = True
    ada.job.save()
    Application.objects.filter(pk=ada.pk).update(number=7)
    DocumentFactory(candidate=ada.candidate, file_name="ada.txt", text="ADA ADAIR. Six years.")

    first = page_of(staff_client, ada)
    moved = followed(staff_client, advance(staff_client, ada))
    again = advance(staff_client, ada).content.decode()
    later = followed(staff_client, post(staff_client, "later", people[1]))

    pages = [without_ids(page) for page in (first, moved, again, later)]
    assert [re.findall("ada|adair|brook", page, re.IGNORECASE) for page in pages] == [[]] * 4
    assert (shown(first), "Six years." in first) == (("Candidate 7", "1 of 3"), True)
    assert "Candidate 7 moved from Received to Review." in moved


def test_without_a_job_it_leads_to_the_jobs(staff_client):
    answer = staff_client.get(reverse("applications:review_mode"))

    assert answer.headers["Location"] == reverse("applications:jobs")


@pytest.mark.parametrize("others", [1, 3])
def test_it_costs_the_same_whoever_waits(
    staff_client, people, django_assert_max_num_queries, others
):
    ApplicationFactory.create_batch(others, job=people[0].job, stage=people[0].stage)

    with django_assert_max_num_queries(23):
        page_of(staff_client, people[0])

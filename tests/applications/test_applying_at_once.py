"""Many who apply at once: nobody waits for another, and nobody slips into a job that closes."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from applications.actions.applying import Sent, apply
from applications.actions.jobs import add_standard_stages, end_job
from applications.models import Application, Job
from candidates.models import Candidate
from tests.applications.test_application_races import at_once
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


def open_job(**fields):
    job = JobFactory(**fields)
    add_standard_stages(job)
    return job


def form(name):
    link = "https://portfolio.example/them"
    return Sent(uuid.uuid4(), f"Person {name}", f"{name}@mail.example", link=link)


def test_who_applies_does_not_wait_for_another_who_is_not_done():
    job, ended = open_job(), []

    def other():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        ended.append(apply(job, form("b")).application.candidate.name)
        connections.close_all()

    with transaction.atomic():
        apply(job, form("a"))
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(timeout=20)
        assert ended == ["Person b"]

    assert job.applications.count() == 2


def test_where_people_have_numbers_each_gets_the_next():
    job = open_job(blind_review=True)

    ends = at_once(*(lambda n=n: apply(job, form(n)) for n in range(6)))

    assert ends == ["done"] * 6
    assert sorted(job.applications.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    job.refresh_from_db()
    assert job.last_number == 6


def test_a_job_that_got_numbers_meanwhile_asks_to_send_again_and_keeps_nothing():
    job = open_job()
    Job.objects.filter(pk=job.pk).update(blind_review=True)

    with pytest.raises(ValidationError) as refusal:
        apply(job, form("a"))

    assert refusal.value.code == "moved"
    assert (Application.objects.count(), Candidate.objects.count()) == (0, 0)


def test_nobody_slips_into_a_job_that_closes():
    owner = UserFactory()
    for number in range(5):
        job = open_job(owner=owner)

        ends = at_once(
            lambda j=job, n=number: apply(j, form(f"late{n}")),
            lambda j=job: end_job(j, Job.Status.CLOSED, by=owner),
        )

        job.refresh_from_db()
        closed, applied = job.status == Job.Status.CLOSED, job.applications.exists()
        assert (closed, applied) in {(True, False), (False, True)}
        assert ends[0] == ("done" if applied else "closed")
        assert (ends[1] == "done") is closed

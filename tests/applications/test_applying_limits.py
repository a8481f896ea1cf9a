"""Forms sent twice, at once, too late or too often; and what they cost."""

import threading

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.humans import make_stamp
from applications import postings
from applications.models import Application, Arrival, Job, Letter
from candidates.models import Candidate, Document
from tests.applications.applying import ANA, cv, open_job, send
from tests.factories.applications import QuestionFactory

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------------------- at the same time


def test_the_same_form_sent_twice_arrives_once():
    job = open_job()
    stamp = make_stamp(at=timezone.now().timestamp() - 20)

    responses = [send(job, stamp=stamp) for _ in range(2)]

    assert [response.status_code for response in responses] == [303, 303]
    assert (Arrival.objects.count(), Letter.objects.count()) == (1, 1)


def at_once(*calls):
    results = []

    def run(call):
        try:
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_many_times_at_once_arrives_once():
    job = open_job()
    stamp = make_stamp(at=timezone.now().timestamp() - 20)

    responses = at_once(*[lambda: send(job, stamp=stamp)] * 4)

    assert [response.status_code for response in responses] == [303] * 4
    assert (Arrival.objects.count(), Application.objects.count(), Candidate.objects.count()) == (
        1, 1, 1,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_forms_of_one_new_person_at_once_make_one_person_and_one_application():
    job = open_job()

    responses = at_once(*[lambda: send(job)] * 4)

    assert [response.status_code for response in responses] == [303] * 4
    assert (Candidate.objects.count(), Application.objects.count(), Arrival.objects.count()) == (
        1, 1, 4,
    )  # fmt: skip
    assert sorted(Arrival.objects.values_list("is_again", flat=True)) == [False, True, True, True]


@pytest.mark.parametrize("status", ["closed", "on_hold"])
def test_a_job_that_closes_while_somebody_writes_gives_them_back_their_words(status):
    job = open_job()
    question = QuestionFactory(job=job, text="Why boats?")
    Job.objects.update(status=status, closed_at=timezone.now())

    response = send(job, note="All my words", **{f"q-{question.public_id}": "Sea air"})

    html = response.content.decode()
    assert (response.status_code, Arrival.objects.count()) == (410, 0)
    assert "nothing was sent" in html
    for words in ("Ana Horvat", ANA, "All my words", "Why boats?", "Sea air"):
        assert words in html


def test_a_job_that_closes_in_the_last_moment_leaves_nothing_behind(recruiter, monkeypatch):
    job = open_job()
    from applications.actions import applying

    real = applying.take_in

    def closes_meanwhile(said):
        Job.objects.update(status="closed", closed_at=timezone.now())
        return real(said)

    monkeypatch.setattr(applying, "take_in", closes_meanwhile)

    response = send(job, file=cv())

    assert response.status_code == 410
    assert (Candidate.objects.count(), Document.objects.count()) == (0, 0)


def test_the_form_of_a_closed_job_is_its_closed_page():
    job = open_job(closed=True)

    response = Client().get(reverse("applications:apply", args=[postings.key_of(job)]))

    assert (response.status_code, "This job is closed" in response.content.decode()) == (410, True)


# ------------------------------------------------------------------------- too much


def test_of_many_forms_from_one_network_only_so_many_are_stored(settings):
    settings.APPLICATIONS_PER_NETWORK_PER_HOUR = 10
    job = open_job()

    responses = [send(job, email=f"bot-{n}@mail.example", note="Words") for n in range(100)]

    statuses = [response.status_code for response in responses]
    assert (statuses[:10], set(statuses[10:])) == ([303] * 10, {429})
    assert Application.objects.count() == 10
    last = responses[-1]
    assert (0 < int(last["Retry-After"]) <= 3600, "Words" in last.content.decode()) == (True, True)


def test_one_address_sends_five_forms_an_hour_and_is_told_when_to_go_on():
    job = open_job()

    responses = [send(job) for _ in range(6)]

    assert [response.status_code for response in responses] == [303] * 5 + [429]
    assert (
        "Try again in 60 minutes. What you typed is still here." in responses[-1].content.decode()
    )


def test_wrong_forms_count_as_well_so_that_uploads_end(settings):
    settings.APPLICATIONS_PER_NETWORK_PER_HOUR = 1

    statuses = [send(open_job(), name="").status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_five_hundred_forms_without_waiting_store_nothing():
    job = open_job()
    client = Client()
    fast = [send(job, client, stamp=make_stamp()).status_code for _ in range(50)]

    assert (set(fast), Arrival.objects.count()) == ({422}, 0)


def test_a_form_costs_few_queries(django_assert_max_num_queries):
    job = open_job()

    with django_assert_max_num_queries(60):
        assert send(job).status_code == 303
    assert settings.APPLICATIONS_PER_NETWORK_PER_HOUR == 60

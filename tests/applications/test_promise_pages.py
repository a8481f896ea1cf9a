"""The pages of promises: made, kept, handed over, and the ledger of all."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Promise
from tests.applications.pages import page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.applications import ApplicationFactory, JobFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def test_promises_are_settled_by_their_buttons(staff_client):
    due, running = PromiseFactory(due=True), PromiseFactory()

    staff_client.post(page("promise_keep", due), {"kind": "called"})
    asked = {"why": "asked", "words": "Found a job."}
    staff_client.post(page("promise_release", running), asked)

    assert sorted(Promise.objects.values_list("state", flat=True)) == ["kept", "released"]
    again = staff_client.post(page("promise_keep", due), {"kind": "called", "summary": "Kept it"})
    assert again.status_code == 422
    assert "This promise is kept." in again.content.decode()


def test_kept_rate_is_shown_only_from_real_rows(staff_client):
    address = reverse("applications:promises")
    assert "of 100" not in staff_client.get(address).content.decode()

    PromiseFactory.create_batch(5, state="kept")
    PromiseFactory.create_batch(4, state="broken")
    html = staff_client.get(address).content.decode()
    assert "9 of those that fell due are settled. From 10 on a rate is shown" in html
    assert "of 100" not in html

    PromiseFactory(state="broken")

    html = staff_client.get(address).content.decode()
    assert '<span class="stat-value">50</span>' in html
    assert "Counted over 10 that fell due and are settled." in html


def test_the_ledger_is_narrowed_by_its_address_and_paged_by_key(staff_client, recruiter):
    address = reverse("applications:promises")
    job = JobFactory(title="Cable Technician")
    PromiseFactory(candidate__name="Mine", owner=recruiter, families=["electrical"])
    PromiseFactory(candidate__name="Left", owner__is_active=False, families=["Data"])
    soon = timezone.now().date() + timedelta(days=20)
    PromiseFactory(candidate__name="Ends", families=["Data"], until=soon)
    PromiseFactory(candidate__name="Fell", due=True, due_job=job, families=["Electrical"])

    def names(query):
        html = staff_client.get(f"{address}?{query}").content.decode()
        return [name for name in ("Mine", "Left", "Ends", "Fell") if f"{name}</" in html]

    assert names("") == ["Fell"]
    assert names("state=open") == ["Mine", "Left", "Ends"]
    assert names("state=open&owner=me") == ["Mine"]
    assert names("state=open&owner=nobody") == ["Left"]
    assert names("state=open&kind=Electrical") == ["Mine"]
    assert names("state=open&soon=on") == ["Ends"]
    assert names(f"state=due&job={job.public_id}") == ["Fell"]
    assert names("state=due&owner=me") == []
    assert names("state=nonsense&owner=nonsense") == ["Fell"]


def test_each_promise_stands_on_one_page_of_the_ledger(staff_client, monkeypatch):
    from applications import promises

    monkeypatch.setattr(promises, "PER_PAGE", 2)
    now = timezone.now()
    for state, field in [("open", "until"), ("due", "due_at"), ("kept", "settled_at")]:
        for number in range(5):  # some of one moment
            moment = now + timedelta(days=40 + number // 2)
            value = moment.date() if field == "until" else moment
            PromiseFactory(candidate__name=f"{state} {number}", state=state, **{field: value})
        query, seen = f"?state={state}", []
        while query:
            html = staff_client.get(reverse("applications:promises") + query).content.decode()
            seen += re.findall(rf"<bdi>({state} \d)</bdi>", html)
            older = re.search(r'href="([^"]*)" rel="next"', html)
            query = older[1].replace("&amp;", "&") if older else ""
        expected = [f"{state} {number}" for number in range(5)]
        assert seen == (expected[::-1] if state == "kept" else expected)


def test_ticked_promises_are_handed_over(staff_client, recruiter):
    one, two = PromiseFactory(), PromiseFactory()
    address = reverse("applications:promises_hand_over")

    response = staff_client.post(
        address,
        {"promise": [one.public_id, two.public_id], "owner": recruiter.public_id,
         "query": "state=open"},
    )  # fmt: skip

    assert response["Location"].endswith("?state=open")
    assert Promise.objects.filter(owner=recruiter).count() == 2
    nobody = staff_client.post(address, {"owner": recruiter.public_id})
    assert (nobody.status_code, "Tick the promises first." in nobody.content.decode()) == (
        422,
        True,
    )


def test_the_page_of_a_promise_leads_to_what_keeps_it(staff_client):
    due = PromiseFactory(due=True)

    html = staff_client.get(page("promise", due)).content.decode()

    known = reverse("applications:known_people", args=[due.due_job.public_id])
    assert f"{known}#person-{due.candidate.public_id}" in html
    new = reverse("engagement:campaign_new")
    assert f"{new}?job={due.due_job.public_id}&amp;person={due.candidate.public_id}" in html
    for name, bad in [
        ("promise_keep", {"kind": "nonsense"}),
        ("promise_release", {"why": "asked"}),
        ("promise_extend", {"until": "2020-01-01"}),
        ("promise_hand_over", {"owner": ""}),
    ]:
        assert staff_client.post(page(name, due), bad).status_code == 422
    due.refresh_from_db()
    assert due.state == "due"


def test_a_promise_is_made_on_the_page_of_a_person(staff_client, recruiter):
    candidate = CandidateFactory()
    until = timezone.now().date() + timedelta(days=60)

    panel = staff_client.get(page("candidate_panel", candidate)).content.decode()
    assert page("person_promise_new", candidate) in panel
    staff_client.post(
        page("person_promise_new", candidate), {"families": "Electrical", "until": until}
    )

    promise = Promise.objects.get()
    assert (promise.application, promise.candidate, promise.owner) == (None, candidate, recruiter)


def test_a_promise_is_made_from_an_application(staff_client, recruiter):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)

    staff_client.post(page("promise_new", application), {"families": "Electrical", "until": until})

    promise = Promise.objects.get()
    assert (promise.application, promise.owner, promise.until) == (application, recruiter, until)
    refused = staff_client.post(page("promise_new", application), {"families": ",", "until": until})
    assert refused.status_code == 422

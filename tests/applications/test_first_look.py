"""First look: a job that is open and not public yet, by the clock alone."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from applications import first_look, postings
from applications.actions.jobs import change_job, end_job, hold_job, make_public, open_job
from applications.models import Arrival, Job
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import JobFactory, OfficeFactory, StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter():
    OrganisationFactory()
    return UserFactory(roles=["recruiter"])


def opened(by, hours: int = 48, **facts) -> Job:
    """A job that was opened a moment ago with so many hours of first look."""
    facts = {"title": "Cable Technician", "family": "Cable"} | facts
    draft = JobFactory(status="draft", opened_at=None, first_look_hours=hours, **facts)
    draft.offices.add(OfficeFactory())
    StageFactory(job=draft)
    return open_job(draft, by=by)


def pages(job: Job) -> list[str]:
    path = postings.path_of(job)
    return [path, f"{path}/apply", reverse("applications:career", args=[job.public_id])]


def public_addresses() -> list[str]:
    names = ("careers", "careers_feed", "careers_xml")
    return [*(reverse(f"applications:{name}") for name in names), reverse("sitemap")]


def test_until_its_hour_it_stands_nowhere_and_then_everywhere_by_itself(recruiter):
    job = opened(recruiter)
    assert job.public_at == job.opened_at + timedelta(hours=48)

    for address in public_addresses():
        assertNotContains(Client().get(address), postings.key_of(job))
    assert [Client().get(path).status_code for path in pages(job)] == [404, 404, 404]

    with time_machine.travel(job.public_at - timedelta(seconds=1), tick=False):
        assert Client().get(postings.path_of(job)).status_code == 404
    with time_machine.travel(job.public_at, tick=False):
        for address in public_addresses():
            assertContains(Client().get(address), postings.key_of(job))
        assert [Client().get(path).status_code for path in pages(job)] == [200, 200, 301]
        assertNotContains(Client().get(postings.path_of(job)), "before it is public")


def test_without_a_first_look_it_is_public_at_once(recruiter):
    job = opened(recruiter, hours=0)

    assert job.public_at is None
    assertContains(Client().get("/careers"), "Cable Technician")


def test_its_link_opens_the_page_and_lets_somebody_apply(recruiter):
    job = opened(recruiter)
    visitor = Client()

    page = visitor.get(first_look.path_of(job))
    assertContains(page, "You see this job before it is public, and you can apply now.")
    assertContains(page, '<meta name="robots" content="noindex">')
    assertNotContains(page, "JobPosting")
    assert page["Cache-Control"] == "no-store"
    form_path = f"{postings.path_of(job)}/apply{first_look.suffix_of(job)}"
    assertContains(page, f'href="{form_path}"', count=2)

    form = visitor.get(form_path)
    stamp = form.context["form"]["stamp"].value()
    sent = {"name": "Ana Osei", "email": "ana@mail.example", "link": "https://ana.example/cv"}
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        done = visitor.post(form_path, {**sent, "stamp": stamp})
        assertContains(visitor.get(done["Location"]), "Cable Technician")
    assert Arrival.objects.get().application.job == job


def test_the_old_address_and_another_title_lead_on_with_the_link(recruiter):
    job = opened(recruiter)
    look = first_look.suffix_of(job)
    key = postings.key_of(job)
    career = reverse("applications:career", args=[job.public_id])

    renamed = f"/careers/other-words-{key.rpartition('-')[2]}"
    for path in (career + look, renamed + look):
        answer = Client().get(path)
        assert answer.status_code == 302  # for good only once it is public
        assert answer["Location"].startswith(postings.path_of(job))
    moved = Client().get(f"{renamed}/apply{look}")
    assert moved["Location"] == f"{postings.path_of(job)}/apply{look}"


@pytest.mark.parametrize("wrong", ["", "?look=", "?look=abc", "?look=é", "other", "cut"])
def test_no_other_link_opens_it(recruiter, wrong):
    job = opened(recruiter)
    look = {
        "other": first_look.suffix_of(opened(recruiter)),
        "cut": first_look.suffix_of(job)[:-1],
    }.get(wrong, wrong)

    for path in pages(job):
        assert Client().get(path + look).status_code == 404
    assert Client().post(f"{postings.path_of(job)}/apply{look}", {"name": "A"}).status_code == 404
    assert not Arrival.objects.exists()


def test_after_it_closed_its_link_says_so_and_takes_nothing(recruiter):
    job = opened(recruiter)
    link = first_look.suffix_of(job)
    end_job(job, "closed", by=recruiter)

    assert Client().get(postings.path_of(job)).status_code == 404  # it never was public
    assert Client().get(postings.path_of(job) + link).status_code == 410
    refused = Client().post(f"{postings.path_of(job)}/apply{link}", {"name": "Ana"})
    assert (refused.status_code, Arrival.objects.count()) == (410, 0)


def test_the_thanks_of_somebody_else_show_nothing_of_it(recruiter):
    job = opened(recruiter)

    assert Client().get(f"{postings.path_of(job)}/thanks?by=forged").status_code == 404
    assert (
        Client().get(reverse("applications:applied", args=[postings.key_of(job)])).status_code
        == 404
    )


def test_the_hours_can_be_changed_until_it_is_public(recruiter):
    job = opened(recruiter)

    job = change_job(job, by=recruiter, version=job.version, first_look_hours=72)
    assert job.public_at == job.opened_at + timedelta(hours=72)
    job = change_job(job, by=recruiter, version=job.version, first_look_hours=0)
    assert job.is_public(timezone.now())

    with pytest.raises(ValidationError, match="public already") as refusal:
        change_job(job, by=recruiter, version=job.version, first_look_hours=24)
    assert list(refusal.value.error_dict) == ["first_look_hours"]
    change_job(job, by=recruiter, version=job.version, title="Cable Engineer")


def test_it_can_be_made_public_before_its_hour_once(recruiter):
    job = opened(recruiter)

    job = make_public(job, by=recruiter)

    assert job.is_public(timezone.now())
    assert AuditEvent.objects.filter(verb="job.made_public").count() == 1
    with pytest.raises(ValidationError, match="public already"):
        make_public(job, by=recruiter)


def test_only_an_open_job_is_made_public(recruiter):
    job = hold_job(opened(recruiter), by=recruiter)

    with pytest.raises(ValidationError, match="Only an open job"):
        make_public(job, by=recruiter)


def test_on_hold_it_keeps_its_hour_and_a_public_one_is_not_hidden_again(recruiter):
    job = opened(recruiter)
    hour = job.public_at
    job = open_job(hold_job(job, by=recruiter), by=recruiter)
    assert job.public_at == hour

    job = end_job(make_public(job, by=recruiter), "closed", by=recruiter)
    assert open_job(job, by=recruiter).is_public(timezone.now())


def test_its_page_and_the_list_say_until_when_and_a_button_ends_it(client, recruiter):
    job = opened(recruiter)
    client.force_login(recruiter)
    page = reverse("applications:job", args=[job.public_id])

    shown = client.get(page)
    assertContains(shown, first_look.path_of(job))
    assertContains(shown, "Until then it stands on no public page")
    assertContains(client.get(reverse("applications:jobs")), "First look")

    done = client.post(reverse("applications:job_public", args=[job.public_id]), follow=True)
    assertRedirects(done, page)
    assertContains(done, "Cable Technician is public.")
    assertNotContains(done, "Until then it stands on no public page")
    again = client.post(reverse("applications:job_public", args=[job.public_id]))
    assertContains(again, "This job is public already.", status_code=422)

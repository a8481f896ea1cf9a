"""Jobs made like other jobs, and that nobody hears of the same job twice by that."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.applications import add_application
from applications.actions.jobs import (
    add_standard_stages,
    add_to_team,
    change_job,
    end_job,
    open_job,
    set_skills,
)
from applications.actions.shapes import (
    copy_job,
    job_from_template,
    keep_as_template,
    remove_template,
)
from applications.actions.stages import add_stage, remove_stage
from applications.models import Job, Milestone
from applications.notices import hints_for
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    OfficeFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory, SkillFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(recruiter, hiring_manager):
    """A running job with everything that is its shape, and somebody in it."""
    job = JobFactory(
        title="Cable Technician",
        requisition="J-214",
        owner=UserFactory(),
        salary_from=4_100_000,
        salary_to=4_700_000,
        salary_currency="GBP",
        description="Work with cables.",
        automation_notice="Software sorts; people decide.",
    )
    job.offices.add(OfficeFactory())
    add_standard_stages(job)
    add_stage(
        job, name="Site visit", milestone=Milestone.INTERVIEWED, candidate_state="interviewing",
        hear_by_days=3, by=recruiter,
    )  # fmt: skip
    remove_stage(job.stages.get(name="Review"), by=recruiter)
    must = [SkillFactory(name="HV isolation"), SkillFactory(name="Cable jointing")]
    set_skills(job, must=must, nice=[SkillFactory(name="BOSIET")], must_needed=1, by=recruiter)
    add_to_team(job, hiring_manager, "hiring_manager", by=recruiter)
    add_to_team(job, UserFactory(is_active=False), "interviewer", by=recruiter)
    ApplicationFactory(job=job)
    job.refresh_from_db()
    return job


def shape(job):
    """Everything that a copy takes over, as plain values."""
    fields = (
        "family", "work_mode", "salary_from", "salary_to", "salary_currency", "description",
        "automation_notice", "must_needed",
    )  # fmt: skip
    return {
        "fields": [getattr(job, name) for name in fields],
        "offices": list(job.offices.values_list("pk", flat=True)),
        "stages": list(
            job.stages.values_list(
                "name", "position", "milestone", "candidate_state", "hear_by_days"
            )
        ),
        "skills": list(job.job_skills.values_list("skill", "need", "weight")),
    }


def team(job):
    return sorted(job.team.values_list("user__email", "part"))


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_copy_has_the_shape_and_nobody_in_it(job, recruiter, hiring_manager):
    copy = copy_job(job, title="  Cable   Technician, nights ", by=recruiter)

    assert shape(copy) == shape(job)
    assert (copy.title, copy.status, copy.requisition, copy.owner, copy.opened_at) == (
        "Cable Technician, nights", "draft", "", recruiter, None,
    )  # fmt: skip
    assert copy.applications.count() == 0
    assert team(copy) == [
        (hiring_manager.email, "hiring_manager"),
        (recruiter.email, "recruiter"),
    ]
    assert verbs()[-1] == "job.copied"


def test_copies_of_copies_continue_the_first(job, recruiter):
    second = copy_job(job, title="Second", by=recruiter)
    third = copy_job(second, title="Third", by=recruiter)

    assert (second.copied_from, third.copied_from) == (job, job)
    assert set(third.line()) == set(job.line()) == {job, second, third}


def test_a_template_is_kept_used_and_changed_without_touching_jobs(job, recruiter):
    template = keep_as_template(job, title="Technician", by=recruiter)
    made = job_from_template(template, title="Rigger", by=recruiter)

    assert shape(template) == shape(made) == shape(job)
    assert (template.status, made.status, made.copied_from) == ("template", "draft", None)
    add_stage(
        template, name="Assessment", milestone=Milestone.SCREENED, candidate_state="reviewed",
        hear_by_days=2, by=recruiter,
    )  # fmt: skip
    change_job(template, by=recruiter, version=template.version, description="Other words")
    assert (shape(made), shape(job)) == (shape(job), shape(made))
    assert shape(template) != shape(job)
    remove_template(template, by=recruiter)
    assert set(Job.any_kind.all()) == {job, made}
    assert verbs()[-1] == "job_template.removed"


def test_refusals_of_shapes(job, recruiter):
    template = keep_as_template(job, title="Technician", by=recruiter)
    cases = [
        (lambda: keep_as_template(job, title=" technician ", by=recruiter), "known_name"),
        (lambda: copy_job(template, title="X", by=recruiter), "is_template"),
        (lambda: remove_template(job, by=recruiter), "not_a_template"),
        (lambda: open_job(template, by=recruiter), "not_openable"),
        (lambda: add_application(CandidateFactory(), template, by=recruiter), "not_running"),
    ]

    for refused, code in cases:
        with pytest.raises(ValidationError) as refusal:
            refused()
        assert refusal.value.code == code
    with pytest.raises(ValidationError) as refusal:
        copy_job(job, title=" ", by=recruiter)
    assert list(refusal.value.message_dict) == ["title"]


def test_a_template_is_no_job_for_anybody_who_asks_for_jobs(job, recruiter, hiring_manager):
    keep_as_template(job, title="Technician", by=recruiter)

    assert list(Job.objects.all()) == [job]
    assert list(Job.objects.visible_to(hiring_manager)) == [job]
    assert list(job.offices.get().jobs.all()) == [job]


# ---------------------------------------------------------------- nobody is told twice


def test_reopening_does_not_let_a_promise_fall_due_to_somebody_who_was_told(recruiter):
    job = JobFactory(draft=True, work_mode="remote")
    add_standard_stages(job)
    told, new = CandidateFactory(), CandidateFactory()
    first = PromiseFactory(candidate=told)
    open_job(job, by=recruiter)
    second, fresh = PromiseFactory(candidate=told), PromiseFactory(candidate=new)
    end_job(job, "closed", by=recruiter)

    open_job(job, by=recruiter)

    states = []
    for promise in (first, second, fresh):
        promise.refresh_from_db()
        states.append((promise.state, promise.due_job))
    assert states == [("due", job), ("open", None), ("due", job)]


def test_a_copy_does_not_either_and_a_job_from_a_template_does(recruiter):
    job = JobFactory(draft=True, work_mode="remote")
    add_standard_stages(job)
    person = CandidateFactory()
    PromiseFactory(candidate=person, state="kept", due_at=timezone.now(), due_job=job)
    open_job(job, by=recruiter)
    later = PromiseFactory(candidate=person)

    open_job(copy_job(job, title="Again", by=recruiter), by=recruiter)
    later.refresh_from_db()
    assert later.state == "open"

    template = keep_as_template(job, title="Technician", by=recruiter)
    open_job(job_from_template(template, title="Other", by=recruiter), by=recruiter)
    later.refresh_from_db()
    assert later.state == "due"


def test_who_was_promised_and_not_told_is_still_owed(recruiter):
    job = JobFactory(draft=True, work_mode="remote")
    add_standard_stages(job)
    person = CandidateFactory()
    PromiseFactory(candidate=person, state="broken", due_at=timezone.now(), due_job=job)
    owed = PromiseFactory(candidate=person)

    open_job(job, by=recruiter)

    owed.refresh_from_db()
    assert owed.state == "due"


# ------------------------------------------------------------------------------- pages


def address(name, thing):
    return reverse(f"applications:{name}", args=[thing.public_id])


def test_the_pages_make_a_copy_a_template_and_a_job(staff_client, job):
    copied = staff_client.post(address("job_copy", job), {"title": "Cable Technician"})
    kept = staff_client.post(address("job_keep", job), {"title": "Technician"})
    template = Job.any_kind.templates().get()
    made = staff_client.post(address("job_from_template", template), {"title": "Rigger"})

    copy, rigger = Job.objects.get(copied_from=job), Job.objects.get(title="Rigger")
    assert copied["Location"] == address("job", copy)
    assert kept["Location"] == reverse("applications:job_templates")
    assert made["Location"] == address("job", rigger)
    listed = staff_client.get(reverse("applications:job_templates")).content.decode()
    assert address("job_from_template", template) in listed
    assert (
        address("job_from_template", template)
        in staff_client.get(reverse("applications:job_new")).content.decode()
    )
    gone = staff_client.post(address("job_template_remove", template))
    assert (gone.status_code, Job.any_kind.templates().count()) == (302, 0)


def test_a_name_that_is_taken_is_refused_beside_the_field_and_kept(staff_client, job, recruiter):
    keep_as_template(job, title="Technician", by=recruiter)

    response = staff_client.post(address("job_keep", job), {"title": "Technician"})

    html = response.content.decode()
    assert (response.status_code, 'value="Technician"' in html) == (422, True)
    assert "There is a template of that name already." in html


def test_a_template_is_changed_on_the_pages_of_a_job_and_has_no_others(
    staff_client, job, recruiter
):
    template = keep_as_template(job, title="Technician", by=recruiter)

    for name in ("job_edit", "job_skills", "job_team", "job_stages"):
        html = staff_client.get(address(name, template)).content.decode()
        assert "A template: what stands here reaches new jobs only." in html
        assert (address("pipeline", template) in html, "Open the job" in html) == (False, False)
    for name in ("job", "pipeline", "job_copy", "job_keep", "career", "known_people"):
        assert staff_client.get(address(name, template)).status_code == 404
    assert staff_client.get(address("job_from_template", job)).status_code == 404
    values = {"must": "HV isolation", "must_needed": ""}
    saved = staff_client.post(address("job_skills", template), values)
    assert saved["Location"] == reverse("applications:job_templates")


def test_templates_cost_the_same_at_any_number(staff_client, job, recruiter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    costs = []
    for title in ("One", "Two", "Three"):
        keep_as_template(job, title=title, by=recruiter)
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(reverse("applications:job_templates"))
        costs.append(len(queries))

    assert costs == [3, 3, 3]  # session, user, templates


def test_a_job_that_is_over_offers_to_be_reopened(staff_client):
    job = JobFactory(closed=True, work_mode="remote")
    add_standard_stages(job)

    assert "Reopen the job" in staff_client.get(address("job", job)).content.decode()
    staff_client.post(address("job_open", job))

    job.refresh_from_db()
    assert job.status == "open"


# ---------------------------------------------------------------------------- the list


def listed(client, jobs, **asked):
    html = client.get(reverse("applications:jobs"), asked).content.decode()
    places = {job.title: html.find(f"<bdi>{job.title}</bdi>") for job in jobs}
    return sorted((title for title, place in places.items() if place > 0), key=places.get)


def test_jobs_are_narrowed_and_put_in_order(staff_client, recruiter):
    other = UserFactory(name="Tomas")
    bristol, gdansk = OfficeFactory(city="Bristol"), OfficeFactory(city="Gdansk")
    days = timedelta(days=1)
    alpha = JobFactory(title="Alpha", owner=recruiter, opened_at=timezone.now() - 3 * days)
    beta = JobFactory(title="Beta", owner=other, opened_at=timezone.now() - 9 * days)
    gamma = JobFactory(title="Gamma", owner=other, opened_at=timezone.now() - days)
    draft = JobFactory(title="Delta", owner=other, draft=True)
    add_to_team(gamma, recruiter, "recruiter", by=recruiter)
    alpha.offices.add(bristol)
    beta.offices.add(gdansk)
    ApplicationFactory.create_batch(2, job=alpha)
    ApplicationFactory(job=beta, hear_by=timezone.now().date() - 5 * days)
    ApplicationFactory(job=gamma, candidate__erased=True)
    jobs = [alpha, beta, gamma, draft]

    assert listed(staff_client, jobs) == ["Gamma", "Alpha", "Beta"]
    assert listed(staff_client, jobs, sort="oldest") == ["Beta", "Alpha", "Gamma"]
    assert listed(staff_client, jobs, sort="late") == ["Beta", "Alpha", "Gamma"]
    assert listed(staff_client, jobs, sort="waiting") == ["Alpha", "Beta", "Gamma"]
    assert listed(staff_client, jobs, sort="title", status="all") == [
        "Alpha", "Beta", "Delta", "Gamma",
    ]  # fmt: skip
    assert listed(staff_client, jobs, owner=other.public_id) == ["Gamma", "Beta"]
    assert listed(staff_client, jobs, office=gdansk.name) == ["Beta"]
    assert listed(staff_client, jobs, mine="on") == ["Gamma", "Alpha"]
    assert listed(staff_client, jobs, q="ALPH") == ["Alpha"]
    html = staff_client.get(reverse("applications:jobs"), {"mine": "on"}).content.decode()
    assert 'href="?mine=on&amp;status=draft"' in html
    assert staff_client.get(reverse("applications:jobs"), {"q": "zzz"}).content.count(
        b"No job fits"
    )


def test_an_address_that_makes_no_sense_leads_to_the_plain_list(staff_client):
    response = staff_client.get(reverse("applications:jobs"), {"sort": "colour"})

    assert response["Location"] == reverse("applications:jobs")


def test_an_archived_person_is_counted_by_no_job(staff_client):
    job = JobFactory(title="Alpha")
    ApplicationFactory(job=job, candidate__archived=True)

    assert b"Nobody waits" in staff_client.get(reverse("applications:jobs")).content


# ---------------------------------------------------------------------------- notices


def test_hints_follow_the_places_of_the_job():
    def places(*offices):
        return [hint.place for hint in hints_for(list(offices))]

    assert len(places()) == 6
    assert places(OfficeFactory(country="GB")) == ["United Kingdom"]
    assert places(
        OfficeFactory(country="PL", city="Gdansk"),
        OfficeFactory(country="CA", region="Ontario", city="Kingston"),
        OfficeFactory(country="US", region="New York", city="New York"),
    ) == ["European Union", "Ontario", "New York City"]
    assert places(OfficeFactory(country="AU", city="Perth")) == []


def test_the_notice_is_kept_and_read(staff_client, job):
    values = {
        "title": job.title, "work_mode": "remote", "version": job.version,
        "automation_notice": "A person decides.", "offices": [job.offices.get().pk],
    }  # fmt: skip

    staff_client.post(address("job_edit", job), values)

    job.refresh_from_db()
    assert job.automation_notice == "A person decides."
    assert "A person decides." in staff_client.get(address("job", job)).content.decode()
    assert "Ontario" not in staff_client.get(address("job_edit", job)).content.decode()

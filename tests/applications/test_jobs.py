"""Jobs and their stages: every action and every refusal."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.jobs import (
    add_to_team,
    change_job,
    create_job,
    end_job,
    hold_job,
    open_job,
    remove_from_team,
    set_skills,
)
from applications.actions.stages import add_stage, change_stage, move_stage, remove_stage
from applications.models import Job, Milestone
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    OfficeFactory,
    StageFactory,
)
from tests.factories.candidates import SkillFactory

pytestmark = pytest.mark.django_db


def events():
    return [(event.verb, event.changes) for event in AuditEvent.objects.order_by("pk")]


def names(job):
    return [stage.name for stage in job.stages.all()]


def test_a_new_job_is_a_draft_with_the_standard_stages(recruiter):
    office = OfficeFactory()

    job = create_job(by=recruiter, title="Cable Technician", offices=[office])

    assert (job.status, job.owner, list(job.offices.all())) == ("draft", recruiter, [office])
    assert [(stage.name, stage.milestone) for stage in job.stages.all()] == [
        ("Received", 1),
        ("Review", 2),
        ("Interview", 3),
        ("Decision", 4),
        ("Offer", 5),
        ("Hired", 6),
    ]
    assert [(member.user, member.part) for member in job.team.all()] == [(recruiter, "recruiter")]
    assert events() == [("job.created", {"status": ["", "draft"]})]


def test_a_change_leaves_what_was_and_what_is(recruiter):
    job = JobFactory(title="Technician")

    changed = change_job(job, by=recruiter, version=1, title="Cable Technician", description="New")

    assert (changed.title, changed.version) == ("Cable Technician", 2)
    assert events() == [("job.changed", {"title": ["Technician", "Cable Technician"]})]


def test_of_two_who_save_the_second_is_told(recruiter):
    job = JobFactory(title="Technician")
    change_job(job, by=recruiter, version=1, title="Mine")

    with pytest.raises(ValidationError) as refusal:
        change_job(job, by=recruiter, version=1, title="Theirs")

    assert refusal.value.code == "conflict"
    assert Job.objects.get().title == "Mine"


def test_skills_are_weighed_by_their_order(recruiter):
    job = JobFactory()
    first, second, third = SkillFactory.create_batch(3)

    set_skills(job, must=[first, second], nice=[third], must_needed=1, by=recruiter)

    assert list(job.job_skills.values_list("skill", "need", "weight")) == [
        (first.pk, "must", 2),
        (second.pk, "must", 1),
        (third.pk, "nice", 1),
    ]
    job.refresh_from_db()
    assert job.must_needed == 1
    set_skills(job, must=[first, second], nice=[], must_needed=2, by=recruiter)
    job.refresh_from_db()
    assert job.must_needed is None  # all of them


def test_skills_that_contradict_each_other_are_refused(recruiter):
    job = JobFactory()
    skill = SkillFactory(name="Earthing")
    for must, nice, needed, code in [
        ([skill], [skill], None, "skill_in_both"),
        ([skill], [], 2, "more_than_named"),
        ([], [], 1, "more_than_named"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            set_skills(job, must=must, nice=nice, must_needed=needed, by=recruiter)
        assert refusal.value.code == code


def test_a_hiring_manager_sees_a_job_from_joining_to_leaving(recruiter, hiring_manager):
    job = JobFactory()
    assert list(Job.objects.visible_to(hiring_manager)) == []

    add_to_team(job, hiring_manager, "interviewer", by=recruiter)
    add_to_team(job, hiring_manager, "hiring_manager", by=recruiter)
    assert list(Job.objects.visible_to(hiring_manager)) == [job]

    remove_from_team(job, hiring_manager, by=recruiter)
    remove_from_team(job, hiring_manager, by=recruiter)
    assert list(Job.objects.visible_to(hiring_manager)) == []
    assert [verb for verb, _ in events()] == ["job.team_changed"] * 3


def test_open_refuses_what_cannot_be_worked_at(recruiter):
    no_stage, no_place = JobFactory(draft=True), JobFactory(draft=True)
    StageFactory(job=no_place)
    for job, code in [
        (no_stage, "no_stage"),
        (no_place, "no_place"),
        (JobFactory(), "not_openable"),
        (JobFactory(template=True), "not_openable"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            open_job(job, by=recruiter)
        assert refusal.value.code == code


def test_a_remote_job_needs_no_office_and_no_must_have_skill(recruiter):
    job = JobFactory(draft=True, work_mode="remote")
    StageFactory(job=job)

    opened = open_job(job, by=recruiter)

    assert opened.is_open
    assert list(Job.objects.opened_since(timezone.now() - timedelta(minutes=1))) == [job]
    assert events() == [("job.opened", {"status": ["draft", "open"]})]


def test_hold_and_open_again_keep_the_first_day(recruiter):
    job = JobFactory(opened_at=timezone.now() - timedelta(days=9), work_mode="remote")
    StageFactory(job=job)

    held = hold_job(job, by=recruiter)
    with pytest.raises(ValidationError) as refusal:
        hold_job(job, by=recruiter)
    opened = open_job(job, by=recruiter)

    assert (held.status, refusal.value.code, opened.days_open) == ("on_hold", "not_open", 9)


def test_a_job_that_was_over_is_reopened_and_counts_its_days_anew(recruiter):
    job = JobFactory(closed=True, opened_at=timezone.now() - timedelta(days=90), work_mode="remote")
    StageFactory(job=job)

    opened = open_job(job, by=recruiter)

    assert (opened.status, opened.days_open, opened.closed_at) == ("open", 0, None)
    assert events() == [("job.reopened", {"status": ["closed", "open"]})]


def test_no_job_ends_while_somebody_waits(recruiter):
    application = ApplicationFactory()

    with pytest.raises(ValidationError) as refusal:
        end_job(application.job, "closed", by=recruiter)

    assert (refusal.value.code, refusal.value.messages) == (
        "unanswered",
        ["1 person is still waiting for an answer. Answer everybody first."],
    )


def test_a_job_whose_people_are_answered_can_end(recruiter):
    application = ApplicationFactory(rejected=True)

    assert end_job(application.job, "filled", by=recruiter).status == "filled"
    for job, status, code in [
        (application.job, "closed", "not_running"),
        (JobFactory(draft=True), "closed", "not_running"),
        (JobFactory(), "open", "unknown_status"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            end_job(job, status, by=recruiter)
        assert refusal.value.code == code


# ----------------------------------------------------------------------- stages

MEANS = {"milestone": Milestone.SCREENED, "candidate_state": "reviewed", "hear_by_days": 3}


def test_a_new_stage_stands_before_hired(recruiter):
    job = create_job(by=recruiter, title="Technician")

    add_stage(job, name="  Site   visit ", by=recruiter, **MEANS)

    assert names(job) == [
        "Received", "Review", "Interview", "Decision", "Offer", "Site visit", "Hired",
    ]  # fmt: skip
    assert events()[-1] == ("stage.added", {"stage": ["", "Site visit"]})


def test_stages_change_places(recruiter):
    job = create_job(by=recruiter, title="Technician")
    review = job.stages.get(name="Review")

    move_stage(review, earlier=True, by=recruiter)
    move_stage(review, earlier=True, by=recruiter)  # is first already

    assert names(job)[:3] == ["Review", "Received", "Interview"]
    move_stage(review, earlier=False, by=recruiter)
    assert names(job)[:3] == ["Received", "Review", "Interview"]


def test_a_stage_is_renamed_and_keeps_what_people_were_told(recruiter):
    application = ApplicationFactory(stage__name="Review")
    told = application.hear_by

    change_stage(application.stage, name="Reading", by=recruiter, **MEANS)

    application.refresh_from_db()
    assert (application.stage.name, application.hear_by) == ("Reading", told)
    assert [verb for verb, _ in events()] == ["stage.changed"]


def test_refusals_of_stages(recruiter):
    job = create_job(by=recruiter, title="Technician")
    used = job.stages.get(name="Review")
    ApplicationFactory(job=job, stage=used)
    hired = {**MEANS, "milestone": Milestone.HIRED}
    cases = [
        (lambda: add_stage(job, name="review", by=recruiter, **MEANS), "known_name"),
        (lambda: add_stage(job, name=" ", by=recruiter, **MEANS), "no_name"),
        (lambda: change_stage(used, name="Offer", by=recruiter, **MEANS), "known_name"),
        (lambda: change_stage(used, name="Review", by=recruiter, **hired), "people_in_it"),
        (lambda: remove_stage(used, by=recruiter), "used"),
        (lambda: remove_stage(StageFactory(), by=recruiter), "last"),
    ]

    for refused, code in cases:
        with pytest.raises(ValidationError) as refusal:
            refused()
        assert refusal.value.code == code
    assert len(names(job)) == 6


def test_an_unused_stage_can_go(recruiter):
    job = create_job(by=recruiter, title="Technician")

    remove_stage(job.stages.get(name="Interview"), by=recruiter)

    assert [(s.name, s.position) for s in job.stages.all()] == [
        ("Received", 1), ("Review", 2), ("Decision", 3), ("Offer", 4), ("Hired", 5),
    ]  # fmt: skip


def test_no_longer_active_colleagues_see_nothing(hiring_manager):
    gone = UserFactory(is_active=False)
    JobFactory()
    assert list(Job.objects.visible_to(gone)) == []

"""People on jobs: added and moved, and every move undone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.applications import add_application, set_hear_by
from applications.actions.closing import withdraw
from applications.actions.moves import move_to_stage, undo_move
from applications.models import Application
from candidates.models import Stop
from tests.applications.people_on_jobs import MONDAY, code_of, job_with_stages, lines
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------------------ added


@time_machine.travel(MONDAY, tick=False)
def test_adding_somebody_starts_the_clock_and_stops_job_emails(recruiter):
    job = job_with_stages(title="Cable Technician")
    candidate = CandidateFactory()

    application = add_application(candidate, job, by=recruiter, source="referral")

    candidate.refresh_from_db()
    assert (application.stage.name, application.hear_by, application.source) == (
        "Received",
        date(2026, 11, 30),
        "referral",
    )
    assert candidate.last_contact_at is None
    assert [stop.reason for stop in candidate.stops.all()] == [Stop.Reason.APPLIED]
    change = application.stage_changes.get()
    assert (change.from_stage, change.to_stage.name, change.by) == (None, "Received", recruiter)
    assert lines(application) == [
        ("application.added", "Was put forward for Cable Technician. Source: referral.")
    ]
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.changes) == (
        "application.added",
        recruiter.email,
        {"stage": ["", "Received"]},
    )


@time_machine.travel(MONDAY, tick=False)
def test_somebody_who_applied_was_in_contact_and_may_get_a_receipt(recruiter):
    job = job_with_stages(title="Cable Technician")
    candidate = CandidateFactory(call_name="Rosa")

    application = add_application(
        candidate, job, by=recruiter, applied_themselves=True, with_receipt=True
    )

    candidate.refresh_from_db()
    assert candidate.last_contact_at == MONDAY
    letter = application.letters.get()
    assert (letter.kind, letter.send_after, letter.by) == ("receipt", MONDAY, recruiter)
    assert letter.text.startswith("Hello Rosa,\n\nYour application for Cable Technician has arriv")
    assert "by 30 November 2026, whatever we decide." in letter.text


def test_a_job_that_is_not_running_takes_nobody(recruiter):
    for job in (JobFactory(draft=True), JobFactory(closed=True)):
        with pytest.raises(ValidationError) as refusal:
            add_application(CandidateFactory(), job, by=recruiter)
        assert code_of(refusal) == "not_running"


def test_a_job_without_a_stage_takes_nobody(recruiter):
    with pytest.raises(ValidationError) as refusal:
        add_application(CandidateFactory(), JobFactory(), by=recruiter)
    assert code_of(refusal) == "no_stage"


def test_nobody_is_considered_twice_at_once(recruiter):
    job = job_with_stages()
    application = add_application(CandidateFactory(), job, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        add_application(application.candidate, job, by=recruiter)

    assert code_of(refusal) == "already_open"
    assert job.applications.count() == 1


def test_an_erased_person_is_not_considered(recruiter):
    with pytest.raises(ValidationError) as refusal:
        add_application(CandidateFactory(erased=True), job_with_stages(), by=recruiter)
    assert code_of(refusal) == "gone"


# ------------------------------------------------------------------------ moved


@time_machine.travel(MONDAY, tick=False)
def test_move_leaves_history_a_line_and_one_audit_entry(recruiter):
    job = job_with_stages(title="Cable Technician")
    application = ApplicationFactory(job=job, hear_by=date(2026, 11, 24))
    interview = job.stages.get(name="Interview")

    moved = move_to_stage(application, interview, by=recruiter)

    assert (moved.stage, moved.furthest, moved.hear_by) == (interview, 3, date(2026, 11, 30))
    change = moved.stage_changes.get()
    assert (change.from_stage.name, change.to_stage.name, change.by) == (
        "Received",
        "Interview",
        recruiter,
    )
    assert lines(moved) == [
        ("application.moved", "Moved for Cable Technician: Received → Interview.")
    ]
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == (
        "application.moved",
        {"stage": ["Received", "Interview"]},
    )


def test_moving_back_keeps_the_furthest_milestone(recruiter):
    job = job_with_stages()
    application = ApplicationFactory(job=job)
    move_to_stage(application, job.stages.get(name="Decision"), by=recruiter)

    moved = move_to_stage(application, job.stages.get(name="Review"), by=recruiter)

    assert (moved.stage.name, moved.furthest) == ("Review", 4)


def test_moving_to_the_same_stage_does_nothing(recruiter):
    application = ApplicationFactory()

    move_to_stage(application, application.stage, by=recruiter)

    assert (application.stage_changes.count(), AuditEvent.objects.count()) == (0, 0)


def test_what_cannot_be_moved_says_why(recruiter):
    job = job_with_stages()
    application = ApplicationFactory(job=job)
    closed = ApplicationFactory(job=job, rejected=True)
    cases = [
        (closed, job.stages.get(name="Review"), "closed"),
        (application, StageFactory(), "foreign_stage"),
        (application, job.stages.get(name="Hired"), "hire_instead"),
    ]

    for one, stage, code in cases:
        with pytest.raises(ValidationError) as refusal:
            move_to_stage(one, stage, by=recruiter)
        assert code_of(refusal) == code


@pytest.mark.parametrize(
    ("zone", "promised"),
    [
        ("Pacific/Auckland", date(2026, 12, 1)),  # already the 24th there
        ("Europe/London", date(2026, 11, 30)),
        ("", date(2026, 11, 30)),
        ("Pacific/Honolulu", date(2026, 11, 30)),
    ],
)
@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_hear_by_is_a_day_at_the_candidate(recruiter, zone, promised):
    job = job_with_stages()
    application = ApplicationFactory(job=job, candidate__time_zone=zone)

    moved = move_to_stage(application, job.stages.get(name="Review"), by=recruiter)

    assert moved.hear_by == promised


@pytest.mark.parametrize(
    ("country", "promised"),
    [("GB", date(2026, 12, 29)), ("NL", date(2026, 12, 28)), ("", date(2026, 12, 25))],
)
@time_machine.travel("2026-12-18 12:00Z", tick=False)  # a week later is Christmas Day
def test_hear_by_is_a_day_on_which_people_work_at_the_candidate(recruiter, country, promised):
    job = job_with_stages()
    application = ApplicationFactory(job=job, candidate__country=country)

    moved = move_to_stage(application, job.stages.get(name="Review"), by=recruiter)

    assert moved.hear_by == promised


def test_late_begins_when_the_day_is_over_where_they_are():
    application = ApplicationFactory(
        candidate__time_zone="Pacific/Auckland", hear_by=date(2026, 11, 24)
    )
    last_minute = datetime(2026, 11, 24, 10, 59, tzinfo=UTC)  # 23:59 in Auckland

    assert list(Application.objects.late(last_minute)) == []
    assert list(Application.objects.late(last_minute + timedelta(minutes=1))) == [application]


def test_undo_restores_exactly_what_was(recruiter):
    job = job_with_stages(title="Cable Technician")
    application = ApplicationFactory(job=job, hear_by=date(2026, 11, 20))
    before = (application.stage, application.stage_entered_at, application.hear_by, 1)
    move_to_stage(application, job.stages.get(name="Interview"), by=recruiter)

    undo_move(application, by=recruiter)

    application.refresh_from_db()
    after = (
        application.stage,
        application.stage_entered_at,
        application.hear_by,
        application.furthest,
    )
    assert after == before
    assert lines(application)[-1] == (
        "application.move_undone",
        "Undid a move for Cable Technician: back from Interview to Received.",
    )
    assert AuditEvent.objects.first().changes == {"stage": ["Interview", "Received"]}


def test_undo_goes_back_one_move_at_a_time_and_then_refuses(recruiter):
    job = job_with_stages()
    application = ApplicationFactory(job=job)
    for name in ("Review", "Interview"):
        move_to_stage(application, job.stages.get(name=name), by=recruiter)

    assert undo_move(application, by=recruiter).stage.name == "Review"
    assert undo_move(application, by=recruiter).stage.name == "Received"
    with pytest.raises(ValidationError) as refusal:
        undo_move(application, by=recruiter)
    assert code_of(refusal) == "nothing_to_undo"


def test_undo_refuses_a_closed_application_and_an_old_move(recruiter):
    job = job_with_stages()
    application = ApplicationFactory(job=job)
    with time_machine.travel(timezone.now() - timedelta(days=31), tick=False):
        move_to_stage(application, job.stages.get(name="Review"), by=recruiter)
    with pytest.raises(ValidationError) as refusal:
        undo_move(application, by=recruiter)
    assert code_of(refusal) == "too_late"

    withdraw(application, by=recruiter)
    with pytest.raises(ValidationError) as refusal:
        undo_move(application, by=recruiter)
    assert code_of(refusal) == "closed"


def test_another_hear_by_day_is_remembered(recruiter):
    later = timezone.now().date() + timedelta(days=20)
    application = ApplicationFactory(job__title="Cable Technician", hear_by=later)
    day = timezone.now().date() + timedelta(days=10)

    changed = set_hear_by(application, day, by=recruiter)

    assert changed.hear_by == day
    assert lines(changed) == [
        ("application.hear_by", f"Will hear about Cable Technician by {day:%-d %B %Y}.")
    ]
    assert AuditEvent.objects.get().changes == {"hear_by": [str(later), str(day)]}


def test_a_later_day_is_not_set_in_silence(recruiter):
    application = ApplicationFactory()
    with pytest.raises(ValidationError) as refusal:
        set_hear_by(application, application.hear_by + timedelta(days=1), by=recruiter)
    assert code_of(refusal) == "tell_them"


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_a_hear_by_day_that_is_over_at_the_candidate_is_refused(recruiter):
    application = ApplicationFactory(candidate__time_zone="Pacific/Auckland")
    with pytest.raises(ValidationError) as refusal:
        set_hear_by(application, date(2026, 11, 23), by=recruiter)
    assert code_of(refusal) == "past"

    with pytest.raises(ValidationError) as refusal:
        set_hear_by(ApplicationFactory(rejected=True), date(2027, 1, 1), by=recruiter)
    assert code_of(refusal) == "closed"

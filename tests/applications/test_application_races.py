"""Two colleagues at the same moment, on a real PostgreSQL: nobody's decision is lost or doubled."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from applications.actions.applications import add_application
from applications.actions.closing import Draft, hire, reject, withdraw
from applications.actions.interviews import (
    Plan,
    cancel_interview,
    choose_time,
    plan_interview,
)
from applications.actions.jobs import end_job
from applications.actions.letters import cancel_letter, mark_sent
from applications.actions.moves import move_to_stage
from applications.actions.telling import answer_anew, record_told
from applications.models import Application, Job, Letter
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
LETTER = Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")


def at_once(*runs: Callable[[], object]) -> list[str]:
    """Run all at the same moment, each on a connection of its own; return how each ended."""
    gate = threading.Barrier(len(runs))
    ends = [""] * len(runs)

    def go(index: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=10)
            runs[index]()
            ends[index] = "done"
        except ValidationError as refusal:
            ends[index] = refusal.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=[index]) for index in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ends


def test_two_who_move_the_same_card_leave_one_line_of_history():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(5):
        job = job_with_stages()
        application = ApplicationFactory(job=job)
        review, interview = job.stages.get(name="Review"), job.stages.get(name="Interview")

        ends = at_once(
            lambda a=application, s=review: move_to_stage(a, s, by=rowan),
            lambda a=application, s=interview: move_to_stage(a, s, by=mina),
        )

        assert ends == ["done", "done"]
        first, second = application.stage_changes.all()
        assert (first.from_stage.name, second.from_stage) == ("Received", first.to_stage)
        application.refresh_from_db()
        assert application.stage == second.to_stage


def test_two_who_add_the_same_person_add_one_application():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(5):
        job, candidate = job_with_stages(), CandidateFactory()

        ends = at_once(
            lambda c=candidate, j=job: add_application(c, j, by=rowan),
            lambda c=candidate, j=job: add_application(c, j, by=mina),
        )

        assert sorted(ends) == ["already_open", "done"]
        assert job.applications.count() == 1


def test_of_three_who_close_at_once_one_decides():
    rowan, mina, jonas = UserFactory.create_batch(3)
    for _ in range(5):
        application = ApplicationFactory(job=job_with_stages())

        ends = at_once(
            lambda a=application: reject(a, by=rowan, reason="pay", letter=LETTER),
            lambda a=application: hire(a, by=mina),
            lambda a=application: withdraw(a, by=jonas),
        )

        assert sorted(ends) == ["closed", "closed", "done"]
        application.refresh_from_db()
        kinds = Letter.objects.filter(application=application).values_list("kind", flat=True)
        told_by = {"rejected": ["decision"], "withdrawn": ["closing"], "hired": []}
        assert list(kinds) == told_by[application.outcome]


def test_a_job_that_ends_while_somebody_is_added_leaves_nobody_unanswered():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(8):
        job, candidate = job_with_stages(), CandidateFactory()

        ends = at_once(
            lambda j=job: end_job(j, Job.Status.CLOSED, by=rowan),
            lambda c=candidate, j=job: add_application(c, j, by=mina),
        )

        assert ends in (["done", "not_running"], ["unanswered", "done"])
        job.refresh_from_db()
        waiting = Application.objects.filter(job=job, closed_at=None).count()
        assert (job.status, waiting) in {("closed", 0), ("open", 1)}


def test_rejecting_while_the_job_closes_ends_in_order():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(8):
        application = ApplicationFactory(job=job_with_stages())

        ends = at_once(
            lambda a=application: reject(a, by=rowan, reason="pay", letter=LETTER),
            lambda j=application.job: end_job(j, Job.Status.CLOSED, by=mina),
        )

        application.refresh_from_db()
        assert (ends[0], application.outcome) == ("done", "rejected")
        assert ends[1] in {"done", "unanswered"}


def test_of_a_rejection_and_a_cancelled_interview_the_calendar_hears_once_with_the_letter():
    """Whichever is first: nothing about the interview leaves but the decision letter."""
    mina = UserFactory()
    for _ in range(5):
        application = ApplicationFactory(job=job_with_stages())
        interview = told_interview(application, mina)

        ends = at_once(
            lambda a=application: reject(a, by=mina, reason="pay", letter=LETTER),
            lambda i=interview: cancel_interview(i, side="us", by=mina),
        )

        assert ends in (["done", "done"], ["done", "closed"])
        waiting = application.letters.waiting()
        assert [letter.kind for letter in waiting] == ["decision"]
        assert [entry["method"] for entry in waiting[0].calendars] == ["CANCEL"]


def test_of_a_rejection_and_a_chosen_time_no_calendar_is_left_with_an_interview():
    mina = UserFactory()
    for _ in range(5):
        application = ApplicationFactory(job=job_with_stages())
        interview = told_interview(application, mina, several=True)

        ends = at_once(
            lambda a=application: reject(a, by=mina, reason="pay", letter=LETTER),
            lambda i=interview: choose_time(i, i.times.first()),
        )

        assert ends in (["done", "done"], ["done", "not_here"])
        decision = application.letters.get(kind="decision")
        chosen = application.letters.filter(subject__startswith="Your interview is settled")
        told = [letter for letter in chosen if letter.cancelled_at is None]
        assert len(decision.calendars) == len(told)


def told_interview(application, by, *, several=False):
    """An interview in ten days, of which the candidate was told."""
    OrganisationFactory()
    first = timezone.now() + timedelta(days=10)
    times = [first, first + timedelta(hours=2)] if several else [first]
    plan = Plan(kind="phone", minutes=30, times=times, interviewers=[UserFactory()])
    interview = plan_interview(application, plan, by=by)
    mark_sent(interview.letters.get(), timezone.now())
    return interview


def test_a_letter_cancelled_while_the_job_ends_never_hides_its_person():
    """Either the job stays open, or it ended first and the person is on the list all the same."""
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(5):
        closed = reject(
            ApplicationFactory(job=job_with_stages()), by=rowan, reason="pay", letter=LETTER
        )
        letter = closed.letters.get()

        ends = at_once(
            lambda one=letter: cancel_letter(one, by=rowan),
            lambda j=closed.job: end_job(j, Job.Status.CLOSED, by=mina),
        )

        closed.job.refresh_from_db()
        assert ends in (["done", "unanswered"], ["done", "done"])
        assert (closed.job.status == "open") == (ends[1] == "unanswered")
        assert list(closed.job.applications.unanswered()) == [closed]


def test_a_card_that_moves_while_the_job_ends_keeps_it_open():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(5):
        application = ApplicationFactory(job=job_with_stages())
        review = application.job.stages.get(name="Review")

        ends = at_once(
            lambda a=application, s=review: move_to_stage(a, s, by=rowan),
            lambda j=application.job: end_job(j, Job.Status.CLOSED, by=mina),
        )

        assert ends == ["done", "unanswered"]


def test_a_new_letter_and_a_note_of_a_call_at_once_tell_them_once():
    rowan, mina = UserFactory.create_batch(2)
    for _ in range(5):
        application = ApplicationFactory(untold=True)

        ends = at_once(
            lambda a=application: answer_anew(a, LETTER, by=rowan),
            lambda a=application: record_told(a, "told", "Rang them.", by=mina),
        )

        assert sorted(ends) == ["done", "told"]

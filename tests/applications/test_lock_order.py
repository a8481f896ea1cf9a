"""Whoever waits for a person holds nothing below them: no two colleagues wait for each other."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from applications.actions import (
    applications,
    closing,
    feedback,
    interviews,
    jobs,
    letters,
    matches,
    moves,
    reviews,
    telling,
)
from applications.models import Application, Interview, Job, Letter, Promise, Review
from candidates.models import Candidate
from engagement.actions.messages import carry_letters
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    OfficeFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
DRAFT = closing.Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")
BELOW = [Job, Application, Interview, Review, Letter, Promise]


def waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        (waiting,) = cursor.fetchone()
    return waiting > 0


def is_held(model) -> bool:
    rows = model._base_manager.all()
    return len(rows.select_for_update(of=("self",), skip_locked=True)) < rows.count()


def rows_held_while_waiting(person, act) -> list[str]:
    """Run an action while somebody else holds the person; say what it holds until they let go."""
    ends = []

    def go():
        try:
            act()
            ends.append("done")
        finally:
            connections.close_all()

    thread = threading.Thread(target=go)
    with transaction.atomic():
        Candidate.objects.locked(person.pk)
        thread.start()
        until = time.monotonic() + 30
        while not (waits := waits_for_us()) and time.monotonic() < until and thread.is_alive():
            time.sleep(0.01)
        assert waits
        held = [model.__name__ for model in BELOW if is_held(model)]
    thread.join(timeout=30)
    assert ends == ["done"]
    return held


@pytest.fixture
def by():
    OrganisationFactory()
    return UserFactory()


@pytest.fixture
def job(by):
    job = JobFactory(family="Electrical", owner=by)
    job.offices.add(OfficeFactory())
    jobs.add_standard_stages(job)
    return job


def considered(job, **fields):
    return ApplicationFactory(job=job, stage=job.stages.get(name="Received"), **fields)


def move(job, by):
    one = considered(job)
    return one.candidate, lambda: moves.move_to_stage(one, job.stages.get(name="Review"), by=by)


def move_several(job, by):
    one, _ = considered(job), considered(job)
    stage = job.stages.get(name="Review")
    cards = [(card, card.stage_id) for card in job.applications.all()]
    return one.candidate, lambda: moves.move_many(cards, stage, by=by)


def undo(job, by):
    one = considered(job)
    moves.move_to_stage(one, job.stages.get(name="Review"), by=by)
    return one.candidate, lambda: moves.undo_move(one, by=by)


def hear_by(job, by):
    one = considered(job, hear_by=None)
    day = timezone.now().date() + timedelta(days=9)
    return one.candidate, lambda: applications.set_hear_by(one, day, by=by)


def add(job, by):
    person = CandidateFactory()
    return person, lambda: applications.add_application(person, job, by=by)


def other_job(job, by):
    one, other = considered(job), JobFactory()
    jobs.add_standard_stages(other)
    return one.candidate, lambda: telling.move_to_job(one, other, DRAFT, by=by)


def rejected(job, by):
    one = considered(job)
    return one.candidate, lambda: closing.reject(one, by=by, reason="pay", letter=DRAFT)


def reopened(job, by):
    one = closing.reject(considered(job), by=by, reason="pay", letter=DRAFT)
    return one.candidate, lambda: closing.reopen(one, by=by)


def review(job, by):
    one, reviewer = considered(job), UserFactory(hiring_manager=True)
    HiringTeamMemberFactory(job=job, user=reviewer)
    day = timezone.localdate() + timedelta(days=2)
    return one.candidate, lambda: reviews.ask_for_view(one, reviewer, due_on=day, by=by)


def review_called_off(job, by):
    person, ask = review(job, by)
    asked = ask()
    return person, lambda: reviews.call_off(asked, by=by)


def interview(job, by):
    one = considered(job)
    times = [timezone.now() + timedelta(days=4)]
    plan = interviews.Plan(kind="phone", minutes=30, times=times, interviewers=[by])
    return one.candidate, lambda: interviews.plan_interview(one, plan, by=by)


def answer(job, by):
    one = considered(job, rejected=True, feedback_asked_at=timezone.now())
    words = {"subject": DRAFT.subject, "text": DRAFT.text}
    return one.candidate, lambda: feedback.answer_feedback(one, by=by, **words)


def letter_changed(job, by):
    one = closing.reject(considered(job), by=by, reason="pay", letter=DRAFT).letters.get()
    words = {"subject": "New", "text": DRAFT.text}
    return one.application.candidate, lambda: letters.change_letter(one, by=by, **words)


def letter_cancelled(job, by):
    one = closing.reject(considered(job), by=by, reason="pay", letter=DRAFT).letters.get()
    return one.application.candidate, lambda: letters.cancel_letter(one, by=by)


def letter_carried(job, by):
    one = LetterFactory(application=considered(job), send_after=timezone.now())
    return one.application.candidate, carry_letters


def promise_falls_due(job, by):
    promise = PromiseFactory(families=["Electrical"])
    Job.objects.filter(pk=job.pk).update(status=Job.Status.DRAFT, opened_at=None)
    job.refresh_from_db()
    return promise.candidate, lambda: jobs.open_job(job, by=by)


def found(job, by):
    skill = JobSkillFactory(job=job).skill
    person = CandidateFactory()
    CandidateSkillFactory(candidate=person, skill=skill)
    assert matches.find(job) == 1
    return person, lambda: matches.find(job)


@pytest.mark.parametrize(
    "case",
    [
        move, move_several, undo, hear_by, add, other_job, rejected, reopened, review,
        review_called_off, interview, answer, letter_changed, letter_cancelled, letter_carried,
        promise_falls_due, found,
    ],
    ids=lambda case: case.__name__,
)  # fmt: skip
def test_whoever_waits_for_a_person_holds_nothing_below_them(job, by, case):
    person, act = case(job, by)

    assert rows_held_while_waiting(person, act) == []

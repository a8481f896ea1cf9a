"""Applications that end: answered, hired, withdrawn, and every closure undone."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.closing import Draft, KeepInMind, hire, reject, reopen, withdraw
from applications.models import Job, Letter, Promise
from candidates.models import Stop
from tests.applications.people_on_jobs import MONDAY, code_of, job_with_stages, lines
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    PromiseFactory,
)

pytestmark = pytest.mark.django_db
TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"
LETTER = Draft("Your application", TEXT)

# ----------------------------------------------------------------------- closed


@time_machine.travel(MONDAY, tick=False)
def test_reject_closes_and_leaves_a_letter_for_the_next_working_morning(recruiter):
    application = ApplicationFactory(job__title="Cable Technician")
    receipt = LetterFactory(application=application, kind="receipt")

    reject(application, by=recruiter, reason="must_have_missing", letter=LETTER)

    application.refresh_from_db()
    assert (application.closed_at, application.outcome, application.rejection_reason) == (
        MONDAY,
        "rejected",
        "must_have_missing",
    )
    letter = application.letters.get(kind="decision")
    assert (letter.subject, letter.text, letter.by) == ("Your application", TEXT.strip(), recruiter)
    assert MONDAY + timedelta(days=1, hours=-1) <= letter.send_after
    assert letter.send_after < MONDAY + timedelta(days=1, hours=1)
    receipt.refresh_from_db()
    assert receipt.cancelled_at == MONDAY
    assert lines(application) == [
        (
            "application.rejected",
            "Was not chosen for Cable Technician: a must-have skill is missing.",
        )
    ]
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == (
        "application.rejected",
        {
            "outcome": ["", "rejected"],
            "reason": ["", "must_have_missing"],
            "letter": ["", "decision"],
        },
    )


def test_reject_with_a_promise_records_it(recruiter):
    application = ApplicationFactory()
    until = timezone.now().date() + timedelta(days=100)
    text = TEXT + "We keep you in mind for similar jobs."

    reject(
        application,
        by=recruiter,
        reason="stronger_applicant",
        letter=Draft("Your application", text),
        keep=KeepInMind(["Electrical"], until),
        would_hire=True,
    )

    promise = application.promises.get()
    assert (promise.families, promise.until, promise.owner, promise.state) == (
        ["Electrical"],
        until,
        recruiter,
        "open",
    )
    application.refresh_from_db()
    assert application.would_hire


def test_reject_without_a_letter_says_why(recruiter):
    application = ApplicationFactory(job__title="Cable Technician")

    reject(application, by=recruiter, reason="pay", letter=None, silence="told")

    assert application.letters.count() == 0
    assert lines(application)[0][1].endswith("No letter: they were told by phone or in person.")
    assert AuditEvent.objects.get().changes["letter"] == ["", "none: told"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "no_reason"),
        ({"reason": "bad vibes"}, "no_reason"),
        ({"letter": None}, "silent"),
        ({"letter": None, "silence": "lazy"}, "silent"),
        ({"letter": Draft("", TEXT)}, "empty_letter"),
        ({"letter": Draft("Subject", " ")}, "empty_letter"),
        ({"keep": KeepInMind([], date(2027, 1, 1))}, "no_family"),
        ({"keep": KeepInMind(["Electrical"], date(2020, 1, 1))}, "past"),
        ({"keep": KeepInMind(["Electrical"], date(2040, 1, 1))}, "too_long"),
    ],
)
def test_a_refused_rejection_changes_nothing(recruiter, changes, code):
    application = ApplicationFactory()
    wanted = {"reason": "pay", "letter": LETTER, **changes}

    with pytest.raises(ValidationError) as refusal:
        reject(application, by=recruiter, **wanted)

    assert code_of(refusal) == code
    application.refresh_from_db()
    assert (application.is_open, Letter.objects.count(), Promise.objects.count()) == (True, 0, 0)


def test_words_of_a_promise_without_a_promise_must_be_accepted(recruiter):
    application = ApplicationFactory()
    letter = Draft("Your application", TEXT + "We will keep your details on file.")

    with pytest.raises(ValidationError) as refusal:
        reject(application, by=recruiter, reason="pay", letter=letter)
    assert [error.code for error in refusal.value.error_list] == ["letter_warning"]

    reject(application, by=recruiter, reason="pay", letter=letter, warnings_accepted=True)
    application.refresh_from_db()
    assert not application.is_open


def test_nothing_is_closed_twice(recruiter):
    application = ApplicationFactory(rejected=True)
    for close in (
        lambda: reject(application, by=recruiter, reason="pay", letter=LETTER),
        lambda: hire(application, by=recruiter),
        lambda: withdraw(application, by=recruiter),
    ):
        with pytest.raises(ValidationError) as refusal:
            close()
        assert code_of(refusal) == "closed"


@time_machine.travel(MONDAY, tick=False)
def test_hire_closes_stops_mail_and_settles_promises(recruiter):
    job = job_with_stages(title="Cable Technician")
    application = ApplicationFactory(job=job)
    due = PromiseFactory(candidate=application.candidate, due=True, due_job=job)
    running = PromiseFactory(candidate=application.candidate)

    hired = hire(application, by=recruiter)

    assert (hired.outcome, hired.closed_at, hired.stage.name, hired.furthest) == (
        "hired",
        MONDAY,
        "Hired",
        6,
    )
    assert [stop.reason for stop in hired.candidate.stops.all()] == [Stop.Reason.HIRED]
    due.refresh_from_db()
    running.refresh_from_db()
    assert (due.state, running.state) == ("kept", "released")
    assert lines(hired) == [("application.hired", "Hired as Cable Technician.")]


def test_withdrawal_and_a_declined_offer_are_told_apart(recruiter):
    one, other = ApplicationFactory(), ApplicationFactory()

    assert withdraw(one, by=recruiter).outcome == "withdrawn"
    assert withdraw(other, by=recruiter, offer_declined=True).outcome == "offer_declined"

    texts = [application.letters.get(kind="closing").text for application in (one, other)]
    assert f"You withdrew your application for {one.job.title}, and we closed it." in texts[0]
    assert f"You declined our offer for {other.job.title}, and we closed your" in texts[1]


# --------------------------------------------------------------------- reopened


def test_reopening_cancels_the_letter_and_the_promise(recruiter):
    application = ApplicationFactory(hear_by=date(2026, 12, 24))
    until = timezone.now().date() + timedelta(days=100)
    keep = KeepInMind(["Electrical"], until)
    reject(application, by=recruiter, reason="pay", letter=LETTER, keep=keep, would_hire=True)

    reopened = reopen(application, by=recruiter)

    assert (
        reopened.is_open,
        reopened.outcome,
        reopened.rejection_reason,
        reopened.would_hire,
        reopened.hear_by,
    ) == (True, "", "", False, date(2026, 12, 24))
    assert reopened.letters.get().cancelled_at is not None
    assert reopened.promises.get().state == "released"


def test_reopening_a_hire_restores_stage_and_promises(recruiter):
    job = job_with_stages()
    application = ApplicationFactory(job=job)
    due = PromiseFactory(candidate=application.candidate, due=True, due_job=job)
    running = PromiseFactory(candidate=application.candidate)
    hire(application, by=recruiter)

    reopened = reopen(application, by=recruiter)

    due.refresh_from_db()
    running.refresh_from_db()
    assert (reopened.stage.name, reopened.furthest, due.state, running.state) == (
        "Received",
        1,
        "due",
        "open",
    )
    assert (due.settled_at, running.settled_at) == (None, None)


def test_what_cannot_be_reopened_says_why(recruiter):
    left = ApplicationFactory()
    reject(left, by=recruiter, reason="pay", letter=LETTER)
    left.letters.update(sent_at=timezone.now())
    leaving = ApplicationFactory()
    reject(leaving, by=recruiter, reason="pay", letter=Draft("Yours", TEXT, timezone.now()))
    over = ApplicationFactory(rejected=True, job=JobFactory(closed=True))
    old = ApplicationFactory(rejected=True, closed_at=timezone.now() - timedelta(days=31))
    again = ApplicationFactory(rejected=True)
    ApplicationFactory(candidate=again.candidate, job=again.job)
    cases = [
        (ApplicationFactory(), "open"),
        (left, "letter_left"),
        (leaving, "letter_left"),
        (over, "job_over"),
        (old, "too_late"),
        (again, "already_open"),
    ]

    for application, code in cases:
        with pytest.raises(ValidationError) as refusal:
            reopen(application, by=recruiter)
        assert code_of(refusal) == code


def test_status_of_the_job_is_not_touched_by_closing(recruiter):
    application = ApplicationFactory()
    withdraw(application, by=recruiter)
    assert Job.objects.get().status == "open"

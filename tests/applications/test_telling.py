"""Who has been told and who has not: silent rejections, cancelled letters, later days, the gate."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.closing import Draft, reject, reopen
from applications.actions.jobs import end_job
from applications.actions.letters import (
    cancel_letter,
    mark_problem,
    mark_returned,
    mark_sent,
    try_again,
)
from applications.actions.telling import answer_anew, move_to_job, record_told, tell_later
from applications.models import Application, Job, Letter, Told
from candidates.models import Activity
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    StageFactory,
)
from tests.factories.candidates import EmailAddressFactory

pytestmark = pytest.mark.django_db
TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"
LETTER = Draft("Yours", TEXT)


def code_of(refusal):
    return refusal.value.error_list[0].code


def is_untold(application):
    return Application.objects.untold().filter(pk=application.pk).exists()


def refused(run):
    with pytest.raises(ValidationError) as refusal:
        run()
    return code_of(refusal)


# ----------------------------------------------------------------- without a letter


@pytest.mark.parametrize("silence", ["told", "elsewhere", "mistake", "no_address"])
def test_whoever_is_rejected_in_silence_stays_on_the_list(recruiter, silence):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=None, silence=silence)

    assert is_untold(closed)


@pytest.mark.parametrize("silence", ["told", "elsewhere", "mistake"])
def test_a_note_of_how_they_know_settles_it_at_once(recruiter, silence):
    closed = reject(
        ApplicationFactory(), by=recruiter, reason="pay", letter=None, silence=silence,
        silence_note="  Mina rang them on Tuesday. ",
    )  # fmt: skip

    assert not is_untold(closed)
    told = Told.objects.get()
    assert (told.how, told.note, told.about, told.by) == (
        silence,
        "Mina rang them on Tuesday.",
        "decision",
        recruiter,
    )


def test_a_call_is_logged_as_contact(recruiter):
    application = ApplicationFactory(untold=True, job__title="Cable Technician")

    record_told(application, "told", "They took it well.", by=recruiter)

    assert list(Activity.objects.order_by("pk").values_list("kind", "text")) == [
        ("contact.called", "Logged a call. They took it well."),
        ("application.told", "About Cable Technician: they were told by phone or in person."),
    ]
    assert AuditEvent.objects.get(verb="application.told").changes == {
        "how": ["", "told"],
        "about": ["", "decision"],
    }


def test_no_address_settles_only_while_there_is_none(recruiter):
    application = ApplicationFactory(untold=True)
    address = EmailAddressFactory(candidate=application.candidate)

    def run():
        return record_told(application, "no_address", "Two calls, nobody there.", by=recruiter)

    assert refused(run) == "has_address"
    type(address).objects.update(bounced_at=timezone.now())
    run()
    assert not is_untold(application)


def test_a_mistake_is_none_once_we_wrote_to_them(recruiter):
    application = ApplicationFactory(untold=True)
    LetterFactory(application=application, kind="receipt", sent_at=timezone.now())

    assert refused(lambda: record_told(application, "mistake", "A slip.", by=recruiter)) == (
        "was_written_to"
    )


@pytest.mark.parametrize(
    ("how", "note", "hours", "code"),
    [
        ("shouted", "Yes", 0, "unknown_way"),
        ("told", "  ", 0, "no_note"),
        ("told", "Yes", 1, "in_future"),
        ("told", "Yes", -9000, "too_early"),
    ],
)
def test_what_proves_nothing_is_refused(recruiter, how, note, hours, code):
    application, at = ApplicationFactory(untold=True), timezone.now() + timedelta(hours=hours)

    assert refused(lambda: record_told(application, how, note, by=recruiter, at=at)) == code
    assert (is_untold(application), Told.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "nothing_to_tell"),
        ({"withdrawn": True}, "nothing_to_tell"),
        ({"rejected": True}, "told"),
    ],
)
def test_only_whoever_was_not_told_is_told(recruiter, fields, code):
    application = ApplicationFactory(**fields)

    assert refused(lambda: record_told(application, "told", "Yes", by=recruiter)) == code
    assert refused(lambda: answer_anew(application, LETTER, by=recruiter)) == code


# ----------------------------------------------------------------- letters that did not go


def test_a_cancelled_decision_leaves_them_untold_until_a_new_letter(recruiter):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=LETTER)
    assert not is_untold(closed)

    cancel_letter(closed.letters.get(), by=recruiter)
    assert is_untold(closed)

    anew = answer_anew(closed, LETTER, by=recruiter)
    assert (is_untold(closed), anew.is_waiting, anew.kind) == (False, True, "decision")


def test_a_letter_that_could_not_leave_tells_nobody(recruiter):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=LETTER)
    letter = closed.letters.get()

    mark_problem(letter, "The address does not exist.")
    assert is_untold(closed)
    try_again(letter, by=recruiter)
    assert not is_untold(closed)
    mark_problem(closed.letters.waiting().get(), "The connection broke.")
    assert is_untold(closed)
    answer_anew(closed, LETTER, by=recruiter)
    assert (is_untold(closed), closed.letters.problems().count()) == (False, 0)


def test_the_new_letter_is_checked_too(recruiter):
    application = ApplicationFactory(untold=True)
    kept = Draft("Yours", TEXT + "We keep you in mind.")

    assert refused(lambda: answer_anew(application, Draft("", TEXT), by=recruiter)) == (
        "empty_letter"
    )
    assert refused(lambda: answer_anew(application, kept, by=recruiter)) == "letter_warning"


def test_undoing_the_decision_leaves_nobody_on_the_list(recruiter):
    closed = reject(
        ApplicationFactory(), by=recruiter, reason="pay", letter=None, silence="told",
        silence_note="Rang them.",
    )  # fmt: skip

    opened = reopen(closed, by=recruiter)

    assert (opened.untold_since, is_untold(opened)) == (None, False)
    assert Told.objects.get().taken_back_at is not None


# ----------------------------------------------------------------- the gate


def test_a_job_ends_only_when_everybody_is_answered(recruiter):
    job = JobFactory()
    closed = reject(ApplicationFactory(job=job), by=recruiter, reason="pay", letter=LETTER)
    ApplicationFactory(job=job, withdrawn=True)
    cancel_letter(closed.letters.get(), by=recruiter)

    assert refused(lambda: end_job(job, "closed", by=recruiter)) == "unanswered"
    letter = answer_anew(closed, LETTER, by=recruiter)
    mark_problem(letter, "The server said no.")
    assert refused(lambda: end_job(job, "closed", by=recruiter)) == "unanswered"
    mark_sent(letter, timezone.now())

    assert end_job(job, "closed", by=recruiter).status == Job.Status.CLOSED


def test_a_letter_cancelled_after_the_end_puts_its_person_back(recruiter):
    job = JobFactory()
    closed = reject(ApplicationFactory(job=job), by=recruiter, reason="pay", letter=LETTER)
    end_job(job, "closed", by=recruiter)

    cancel_letter(closed.letters.get(), by=recruiter)

    assert list(job.applications.unanswered()) == [closed]


def test_whoever_goes_on_is_moved_to_another_job_and_told(recruiter):
    job = JobFactory()
    other = StageFactory(job=JobFactory()).job
    application = ApplicationFactory(job=job)

    made = move_to_job(application, other, LETTER, by=recruiter)

    application.refresh_from_db()
    assert (made.job, made.candidate, made.is_open) == (other, application.candidate, True)
    assert (application.outcome, application.rejection_reason) == ("rejected", "other_job")
    assert application.letters.get().is_waiting
    assert end_job(job, "filled", by=recruiter).status == "filled"


def test_moving_to_a_job_that_cannot_be_leaves_everything(recruiter):
    application = ApplicationFactory()
    closed = JobFactory(closed=True)

    assert refused(lambda: move_to_job(application, application.job, LETTER, by=recruiter)) == (
        "same_job"
    )
    assert refused(lambda: move_to_job(application, closed, LETTER, by=recruiter)) == "not_running"
    application.refresh_from_db()
    assert (application.is_open, Application.objects.count()) == (True, 1)


# ----------------------------------------------------------------- a later day


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_a_later_day_leaves_with_a_letter_and_goes_with_it(recruiter):
    application = ApplicationFactory(hear_by=date(2026, 11, 24))

    changed = tell_later(application, date(2026, 12, 4), by=recruiter, letter=LETTER)

    letter = changed.letters.get()
    assert (changed.hear_by, letter.kind) == (date(2026, 12, 4), Letter.Kind.LATER)
    assert letter.send_after == timezone.now() + timedelta(hours=2)
    cancel_letter(letter, by=recruiter)
    application.refresh_from_db()
    assert application.hear_by == date(2026, 11, 24)


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_a_second_letter_about_a_later_day_takes_the_place_of_the_first(recruiter):
    application = ApplicationFactory(hear_by=date(2026, 11, 24))
    tell_later(application, date(2026, 12, 4), by=recruiter, letter=LETTER)

    tell_later(application, date(2026, 12, 8), by=recruiter, letter=LETTER)

    waiting = application.letters.waiting().get()
    assert waiting.hear_by_before == date(2026, 11, 24)
    cancel_letter(waiting, by=recruiter)
    application.refresh_from_db()
    assert application.hear_by == date(2026, 11, 24)


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_a_call_tells_of_a_later_day_too(recruiter):
    application = ApplicationFactory(hear_by=date(2026, 11, 24))

    changed = tell_later(application, date(2026, 12, 4), by=recruiter, call="The panel is ill.")

    assert (changed.hear_by, changed.letters.count()) == (date(2026, 12, 4), 0)
    assert Told.objects.values_list("about", "how", "note").get() == (
        "date",
        "told",
        "The panel is ill.",
    )


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_a_later_day_is_refused_in_silence_or_when_it_is_none(recruiter):
    application = ApplicationFactory(hear_by=date(2026, 11, 25))
    day = date(2026, 12, 4)

    def code(application, day, **how):
        return refused(lambda: tell_later(application, day, by=recruiter, **how))

    assert code(application, day) == "untold"
    assert code(application, day, call=" ") == "untold"
    assert code(application, date(2026, 11, 25), call="Yes") == "not_later"
    assert code(application, date(2026, 11, 22), call="Yes") == "past"
    assert code(application, day, letter=Draft("Yours", "")) == "empty_letter"
    assert code(ApplicationFactory(untold=True), day, call="Yes") == "closed"
    application.refresh_from_db()
    assert application.hear_by == date(2026, 11, 25)


# ------------------------------------------------------- letters that come back


def test_a_letter_that_comes_back_puts_its_person_on_the_list_again(recruiter):
    job = JobFactory()
    closed = reject(ApplicationFactory(job=job), by=recruiter, reason="pay", letter=LETTER)
    letter = closed.letters.get()
    mark_sent(letter, timezone.now())
    end_job(job, "closed", by=recruiter)
    assert not is_untold(closed)

    mark_returned(letter, "It came back.")

    assert is_untold(closed)
    assert list(job.applications.unanswered()) == [closed]
    assert [stuck.problem for stuck in closed.letters.problems()] == ["It came back."]
    record_told(closed, "told", "Rang them.", by=recruiter)
    assert (is_untold(closed), closed.letters.problems().count()) == (False, 0)


def test_a_letter_that_never_left_cannot_come_back(recruiter):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=LETTER)

    mark_returned(closed.letters.get(), "It came back.")

    assert not is_untold(closed)


def test_a_letter_of_which_nobody_knew_and_that_was_replaced_may_have_left_after_all(recruiter):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=LETTER)
    letter = closed.letters.get()
    mark_problem(letter, "The connection broke.")
    answer_anew(closed, LETTER, by=recruiter)

    mark_sent(letter, timezone.now())

    letter.refresh_from_db()
    assert (letter.sent_at is not None, letter.cancelled_at) == (True, None)


def test_a_letter_that_was_given_up_and_had_left_after_all_has_told_them(recruiter):
    closed = reject(ApplicationFactory(), by=recruiter, reason="pay", letter=LETTER)
    letter = closed.letters.get()
    mark_problem(letter, "The connection broke.")
    cancel_letter(letter, by=recruiter)
    assert is_untold(closed)

    mark_sent(letter, timezone.now())

    assert not is_untold(closed)

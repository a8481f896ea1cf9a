"""When a letter leaves, what it says, what its check finds, and what may be done while it waits."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from applications import letter_wording, letters
from applications.actions.letters import (
    cancel_letter,
    change_letter,
    mark_problem,
    mark_sent,
    send_now,
    try_again,
)
from applications.models import Letter
from candidates.models import Activity
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    OfficeFactory,
    PromiseFactory,
)

AUCKLAND, BRISTOL = ZoneInfo("Pacific/Auckland"), ZoneInfo("Europe/London")
RESOLVE = " Tick “Keep in mind” so that it is kept, or take the words out."
TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"


def code_of(refusal):
    error = refusal.value
    return error.code if hasattr(error, "code") else [each.code for each in error.error_list]


# ------------------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("decided", "zone", "leaves"),
    [
        ("2026-11-23T16:00Z", BRISTOL, "2026-11-24T08:00"),  # Monday afternoon
        ("2026-11-23T16:00Z", AUCKLAND, "2026-11-25T08:00"),  # Tuesday 05:00 there
        ("2026-11-23T10:00Z", AUCKLAND, "2026-11-24T08:00"),  # Monday 23:00 there
        ("2026-11-27T12:00Z", BRISTOL, "2026-11-30T08:00"),  # Friday: over the weekend
        ("2026-11-28T12:00Z", BRISTOL, "2026-11-30T08:00"),
        ("2026-11-24T06:30Z", ZoneInfo("Asia/Amman"), "2026-11-25T08:00"),
        ("2026-03-27T12:00Z", BRISTOL, "2026-03-30T08:00"),  # the clock goes forward between
        ("2026-10-23T12:00Z", BRISTOL, "2026-10-26T08:00"),  # and back
    ],
)
def test_a_letter_leaves_the_next_working_morning_there(decided, zone, leaves):
    moment = letters.next_working_morning(datetime.fromisoformat(decided), zone)

    assert moment == datetime.fromisoformat(leaves).replace(tzinfo=zone)
    assert moment.tzinfo == UTC


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "region", "leaves"),
    [
        ("GB", "England", "2026-12-29"),  # Boxing Day is a Saturday: Monday is free for it
        ("DE", "", "2026-12-28"),
        ("NO", "", "2026-12-28"),
        ("", "", "2026-12-29"),  # nobody knows: as in the first office of the job
    ],
)
def test_a_letter_passes_over_the_public_holidays_where_its_reader_is(country, region, leaves):
    application = ApplicationFactory(candidate__country=country, candidate__region=region)
    application.job.offices.add(OfficeFactory())

    moment = letters.leaves_at(application, datetime(2026, 12, 24, 15, tzinfo=UTC))

    assert moment.date().isoformat() == leaves


def test_letters_of_one_day_are_spread_over_two_hours():
    decided = datetime(2026, 11, 23, 16, tzinfo=UTC)

    minutes = {
        letters.next_working_morning(decided, BRISTOL, spread=number).strftime("%H:%M")
        for number in range(240)
    }

    assert (len(minutes), min(minutes), max(minutes)) == (120, "08:00", "09:59")


def test_a_day_that_a_zone_skipped_is_no_morning():
    """Samoa crossed the date line: its 30 December 2011, a Friday, never was."""
    decided = datetime(2011, 12, 29, 12, tzinfo=UTC)  # Thursday 02:00 there

    leaves = letters.next_working_morning(decided, ZoneInfo("Pacific/Apia"))

    assert leaves.astimezone(ZoneInfo("Pacific/Apia")).isoformat() == "2012-01-02T08:00:00+14:00"


@settings(max_examples=200)
@given(
    hours=st.integers(0, 24 * 365 * 10),
    zone=st.sampled_from(
        ["Pacific/Auckland", "Europe/London", "America/St_Johns", "Asia/Kathmandu", "UTC"]
    ),
    spread=st.integers(0, 10_000),
)
def test_a_letter_never_leaves_at_night_on_a_weekend_or_within_two_hours(hours, zone, spread):
    decided = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)

    leaves = letters.next_working_morning(decided, ZoneInfo(zone), spread=spread)

    local = leaves.astimezone(ZoneInfo(zone))
    assert (local.hour in {8, 9}, local.weekday() < 5) == (True, True)
    assert timedelta(hours=2) <= leaves - decided < timedelta(days=5)


@pytest.mark.django_db
def test_an_unknown_zone_counts_as_that_of_the_office():
    job = JobFactory()
    application = ApplicationFactory(job=job, candidate__time_zone="")
    assert letters.zone_of(application).key == "UTC"

    job.offices.add(OfficeFactory(time_zone="Pacific/Auckland"))
    assert letters.zone_of(ApplicationFactory(job=job, candidate__time_zone="")) == AUCKLAND
    assert letters.zone_of(ApplicationFactory(job=job, candidate__time_zone="Mars/X")) == AUCKLAND


@pytest.mark.django_db
def test_a_moment_is_said_as_the_candidates_clock_shows_it():
    application = ApplicationFactory(candidate__time_zone="Pacific/Auckland")

    said = letters.said_there(application, datetime(2026, 11, 23, 20, 5, tzinfo=UTC))

    assert said == "Tuesday 24 November, 09:05 (Pacific/Auckland)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", "Monday 23 November, 20:05"),
        ("Atlantic/Reykjavik", "Monday 23 November, 20:05"),  # another zone, the same clock
        (
            "Asia/Amman",
            "Monday 23 November, 20:05 here, Monday 23 November, 23:05 (Asia/Amman) where they are",
        ),
    ],
)
def test_a_moment_is_said_once_where_both_clocks_agree(zone, said):
    application = ApplicationFactory(candidate__time_zone=zone)
    at = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)

    with timezone.override("Europe/London"):
        assert letters.said_here_and_there(application, at) == said


# ------------------------------------------------------------------------- what


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("call_name", "name", "greeting"),
    [
        ("Rosa", "Rosa Osei", "Hello Rosa,"),
        ("", "Wulandari", "Hello Wulandari,"),
        ("", "J. Halloran-O'Neil-d'Arc", "Hello J. Halloran-O'Neil-d'Arc,"),
        ("", "李文", "Hello 李文,"),
        ("", "", "Hello,"),
    ],
)
def test_greeting_takes_no_name_apart(call_name, name, greeting):
    application = ApplicationFactory(candidate__call_name=call_name, candidate__name=name)
    assert letters.greeting(application) == greeting


@pytest.mark.django_db
@pytest.mark.parametrize("reason", list(letters.REASON_WORDS))
def test_no_default_letter_stumbles_over_its_own_check(recruiter, reason):
    application = ApplicationFactory(job__title="Cable Technician")
    subject, text = letter_wording.decision(application, reason, by=recruiter)

    found = letters.lint(subject, text, has_promise=False)

    assert found == []


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Yours", TEXT, []),
        ("", TEXT, ["The letter has no subject."]),
        ("Yours", "No.", ["The letter says almost nothing."]),
        (
            "Yours",
            TEXT + "{{ name }}",
            ["“{{” looks like something that was never filled in."],
        ),
        (
            "Yours",
            TEXT + "[NAME]",
            ["“[NAME]” looks like something that was never filled in."],
        ),
        (
            "Yours",
            TEXT + "We will keep you in mind.",
            [
                "“keep you in mind” is a promise." + RESOLVE,
            ],
        ),
        (
            "Yours",
            TEXT + "We keep your details on file.",
            [
                "“keep your details on file” is a promise." + RESOLVE,
            ],
        ),
    ],
)
def test_the_check_finds_gaps_and_empty_promises(subject, text, found):
    assert letters.lint(subject, text, has_promise=False) == found


def test_with_a_promise_its_words_are_fine():
    assert letters.lint("Yours", TEXT + "We keep you in mind.", has_promise=True) == []


# ---------------------------------------------------------------- while it waits


@pytest.mark.django_db
def test_a_waiting_letter_can_be_changed(recruiter):
    letter = LetterFactory(application__job__title="Cable Technician")

    changed = change_letter(letter, subject=" New ", text=TEXT, by=recruiter)

    assert (changed.subject, changed.text, changed.by) == ("New", TEXT.strip(), recruiter)
    line = Activity.objects.get(kind="letter.changed")
    assert line.text == "Changed the letter about Cable Technician."
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == ("letter.changed", {})  # no text in the audit trail


@pytest.mark.django_db
def test_a_change_goes_through_the_check(recruiter):
    letter = LetterFactory()
    text = TEXT + "We keep you in mind."
    with pytest.raises(ValidationError) as refusal:
        change_letter(letter, subject="Yours", text=text, by=recruiter)
    assert code_of(refusal) == ["letter_warning"]
    with pytest.raises(ValidationError) as refusal:
        change_letter(letter, subject=" ", text=text, by=recruiter)
    assert code_of(refusal) == "empty_letter"

    PromiseFactory(candidate=letter.application.candidate, application=letter.application)
    assert change_letter(letter, subject="Yours", text=text, by=recruiter).text == text


@pytest.mark.django_db
@time_machine.travel("2026-11-23 09:00Z", tick=False)
def test_cancel_and_send_now(recruiter):
    one, other = LetterFactory(), LetterFactory()

    assert cancel_letter(one, by=recruiter).cancelled_at == timezone.now()
    assert send_now(other, by=recruiter).send_after == timezone.now()

    assert list(Letter.objects.due(timezone.now())) == [other]
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == [
        "letter.cancelled",
        "letter.hurried",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("action", [cancel_letter, send_now, try_again])
def test_what_has_left_is_leaving_or_was_cancelled_stays(recruiter, action):
    now = timezone.now()
    cases = [
        (LetterFactory(sent_at=now), "sent"),
        (LetterFactory(cancelled_at=now), "cancelled"),
        (LetterFactory(send_after=now), "leaving"),
    ]

    for letter, code in cases:
        with pytest.raises(ValidationError) as refusal:
            action(letter, by=recruiter)
        assert code_of(refusal) == code
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_letter_that_could_not_leave_is_tried_again_by_a_new_one(recruiter):
    letter = LetterFactory(send_after=timezone.now() - timedelta(days=1))
    with pytest.raises(ValidationError) as refusal:
        try_again(LetterFactory(), by=recruiter)
    assert code_of(refusal) == "no_problem"

    mark_problem(letter, "The mailbox does not exist.")
    assert list(Letter.objects.problems()) == [letter]
    with pytest.raises(ValidationError) as refusal:
        send_now(letter, by=recruiter)
    assert code_of(refusal) == "problem"
    again = try_again(letter, by=recruiter)

    letter.refresh_from_db()
    assert letter.cancelled_at is not None
    assert (again.text, again.kind, again.problem, again.is_leaving) == (
        letter.text,
        letter.kind,
        "",
        True,
    )


@pytest.mark.django_db
def test_engagement_reports_back_and_the_first_report_stands():
    letter = LetterFactory()
    at = timezone.now()
    mark_problem(letter, "x" * 300)
    letter.refresh_from_db()
    assert letter.problem == "x" * 200

    mark_sent(letter, at)
    mark_sent(letter, at + timedelta(days=1))
    mark_problem(letter, "too late to be true")

    letter.refresh_from_db()
    assert (letter.sent_at, letter.problem) == (at, "")

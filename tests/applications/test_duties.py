"""By when whoever was interviewed hears whether there is a decision (P-42)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from applications import duties
from applications.actions.letters import mark_sent
from applications.actions.telling import record_told, tell_later
from applications.models import Application, Interview
from config.today import blocks
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    LetterFactory,
    OfficeFactory,
)
from tests.factories.interviews import InterviewFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)  # of the interview, a Monday
BLOCK = "News after an interview"


@pytest.fixture
def now():
    with time_machine.travel(NOON + timedelta(hours=2), tick=False) as clock:
        yield lambda days: clock.move_to(NOON + timedelta(days=days, hours=2))


def interviewed(region="", **fields):
    """Somebody who was interviewed at NOON, for a job in Ontario where a region says so."""
    fields = {"hear_by": date(2027, 6, 1), "candidate__time_zone": "UTC"} | fields
    application = ApplicationFactory(**fields)
    if region:
        application.job.offices.add(OfficeFactory(country="CA", region=region))
    InterviewFactory(application=application, held=True, starts_at=NOON)
    return application


def clock(application):
    found = duties.with_clock(Application.objects.filter(pk=application.pk), timezone.now())
    return duties.clock_of(found.get())


def is_owed(application):
    return application in duties.owed(Application.objects.unanswered(), timezone.now())


def rows(user):
    here = timezone.now().astimezone(UTC)
    found = {block.title: block.rows for block in blocks(user, here)}
    return [(row.title, row.mark, row.tone) for row in found.get(BLOCK, [])]


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (10, None),
        (11, ("3 days left: our rule", "warn")),
        (14, ("last day: our rule", "warn")),
        (15, ("1 day past our rule", "bad")),
        (60, ("46 days past our rule", "bad")),
    ],
)
def test_our_own_rule_is_fourteen_days(now, recruiter, day, mark):
    interviewed(candidate__name="Ana Horvat")
    now(day)

    assert rows(recruiter) == ([("Ana Horvat", *mark)] if mark else [])


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (29, ("15 days past our rule", "warn")),
        (30, ("15 days left: Ontario", "warn")),
        (40, ("5 days left: Ontario", "bad")),
        (44, ("1 day left: Ontario", "bad")),
        (45, ("last day: Ontario", "bad")),
        (46, ("1 day past the day of Ontario", "bad")),
    ],
)
@pytest.mark.parametrize("region", ["Ontario", "on"])
def test_the_law_of_ontario_is_forty_five_days(now, recruiter, region, day, mark):
    interviewed(region, candidate__name="Ana Horvat")
    now(day)

    assert rows(recruiter) == [("Ana Horvat", *mark)]


def test_without_a_rule_of_our_own_only_the_law_counts(now, settings):
    settings.ANSWER_AFTER_INTERVIEW_DAYS = 0
    here, there = interviewed("Ontario"), interviewed("Quebec")
    now(29)
    assert (is_owed(here), is_owed(there)) == (False, False)

    now(30)

    assert (is_owed(here), is_owed(there)) == (True, False)
    assert clock(here).words == "interviewed 2 Nov, to be told by 17 Dec (Ontario)"
    assert (clock(there).first, clock(there).is_running) == (None, False)


@pytest.mark.parametrize(
    ("days", "told_by", "owed_from"), [(7, "9 Nov", 4), (2, "4 Nov", 0), (14, "16 Nov", 11)]
)
def test_what_an_admin_set_is_our_own_rule(now, recruiter, days, told_by, owed_from):
    OrganisationFactory(answer_after_interview_days=days)
    application = interviewed()

    if owed_from:
        now(owed_from - 1)
        assert not is_owed(application)
    now(owed_from)
    assert is_owed(application)
    assert clock(application).words == f"interviewed 2 Nov, to be told by {told_by} (our rule)"
    now(days + 1)
    assert [mark for _, mark, _ in rows(recruiter)] == ["1 day past our rule"]


def test_an_admin_may_set_that_there_is_no_rule_of_our_own(now):
    OrganisationFactory(answer_after_interview_days=0)
    application = interviewed()

    now(40)

    assert (is_owed(application), clock(application).first) == (False, None)


def test_a_later_interview_moves_the_clock_and_one_ahead_stops_it(now):
    application = interviewed("Ontario")
    later = InterviewFactory(application=application, starts_at=NOON + timedelta(days=20))
    now(15)
    assert (is_owed(application), clock(application).is_paused) == (False, True)

    now(30)  # the later one took place, though nobody said so
    assert (clock(application).interviewed_on, is_owed(application)) == (date(2026, 11, 22), False)

    Interview.objects.filter(pk=later.pk).update(state="cancelled", cancelled_side="us")
    assert (clock(application).interviewed_on, is_owed(application)) == (date(2026, 11, 2), True)


def test_the_interview_was_on_a_day_where_the_person_is(now):
    application = interviewed(candidate__time_zone="Pacific/Kiritimati")  # fourteen hours ahead

    assert clock(application).interviewed_on == date(2026, 11, 3)


def test_another_day_told_by_letter_or_call_ends_it(now, recruiter):
    called, written, asked = interviewed(), interviewed(), interviewed()
    LetterFactory(application=asked, kind="feedback", sent_at=NOON + timedelta(days=1))
    LetterFactory(application=written, kind="later", sent_at=NOON - timedelta(days=1))
    now(14)
    assert [is_owed(one) for one in (called, written, asked)] == [True, True, True]

    tell_later(called, date(2027, 7, 1), call="We still choose. They know.", by=recruiter)
    mark_sent(LetterFactory(application=written, kind="later"), timezone.now())

    assert [is_owed(one) for one in (called, written, asked)] == [False, False, True]
    assert clock(called).has_heard


def test_a_decision_on_its_way_ends_it_and_one_that_nobody_told_does_not(now, recruiter):
    untold = interviewed(untold=True)
    told = interviewed(rejected=True)
    LetterFactory(application=told, kind="decision", send_after=NOON + timedelta(days=15))
    now(14)
    assert (is_owed(untold), is_owed(told)) == (True, False)

    record_told(untold, "told", "Rang them: we chose somebody else.", by=recruiter)

    assert not is_owed(untold)


def test_who_stands_in_another_row_of_today_has_the_clock_there(now, recruiter):
    interviewed(hear_by=date(2026, 11, 16), candidate__name="Due Dia")
    interviewed("Ontario", hear_by=date(2026, 11, 3), candidate__name="Late Lou")
    interviewed(hear_by=None, candidate__name="Dateless Di")
    interviewed(untold=True, candidate__name="Untold Una")
    now(14)

    names = {"Due Dia", "Late Lou", "Dateless Di", "Untold Una"}
    shown = [row for block in blocks(recruiter, timezone.now()) for row in block.rows]
    found = {row.title: row.detail for row in shown if row.title in names}

    assert rows(recruiter) == []
    assert found["Late Lou"].endswith(
        "interviewed 2 Nov, to be told by 16 Nov (our rule) or by 17 Dec (Ontario)"
    )
    assert {"to be told by 16 Nov (our rule)" in found[name] for name in found} == {True}
    assert set(found) == names


def test_what_the_law_dates_cannot_be_put_off_from_the_fortieth_day(now, signed_in, recruiter):
    application = interviewed("Ontario", candidate__name="Ana Horvat")
    thing = f"interviewed:{application.public_id}"
    now(30)

    signed_in(recruiter).post(reverse("today_put_off"), {"thing": thing, "when": "not_mine"})

    here = timezone.now().astimezone(UTC)
    assert BLOCK not in [block.title for block in blocks(recruiter, here, whose="mine")]
    now(40)
    assert rows(recruiter) == [("Ana Horvat", "5 days left: Ontario", "bad")]


def test_the_page_and_the_gate_say_when_by_whose_rule_and_where_it_is_written(
    now, signed_in, recruiter
):
    application = interviewed("Ontario")
    now(31)
    client = signed_in(recruiter)

    page = reverse("applications:application", args=[application.public_id])
    html = " ".join(client.get(page).content.decode().split())
    gate = reverse("applications:job_end", args=[application.job.public_id])

    assert "by 16 November 2026 (our rule: 14 days), and by 17 December 2026 at the latest" in html
    assert ("14 days left: Ontario" in html, "Employment Standards Act, 2000" in html) == (
        True,
        True,
    )
    assert "interviewed 2 Nov, to be told by 16 Nov (our rule) or by 17 Dec (Ontario)" in (
        client.get(gate).content.decode()
    )


def test_a_hiring_manager_reads_the_clock_of_their_job(now, signed_in):
    application = interviewed("Ontario")
    manager = HiringTeamMemberFactory(job=application.job).user
    now(31)

    page = reverse("applications:application", args=[application.public_id])

    assert "14 days left: Ontario" in signed_in(manager).get(page).content.decode()

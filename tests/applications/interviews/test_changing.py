"""Interviews are changed, called off and settled, and each is undone as long as that is true."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEvent
from applications.actions import interviews as act
from applications.actions.closing import Draft, Silence, hire, reject, reopen, withdraw
from applications.models import Interview, Reschedule
from candidates.models import Activity
from tests.applications.interviews.conftest import (
    NOW,
    TUESDAY,
    WEDNESDAY,
    plan,
    refused,
    sent,
    told,
)
from tests.factories.accounts import UserFactory
from tests.factories.interviews import InterviewFactory, ScorecardFactory

pytestmark = pytest.mark.django_db
NO = Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")


def test_another_link_is_no_move_and_nothing_is_no_change(application, recruiter):
    iris = UserFactory()
    interview = act.plan_interview(application, plan(TUESDAY, people=[iris]), by=recruiter)
    sent(interview.letters.get())

    same = act.change_interview(interview, plan(TUESDAY, people=[iris]), side="", by=recruiter)
    other = plan(TUESDAY, people=[iris], link="https://meet.example/2")
    changed = act.change_interview(interview, other, side="", by=recruiter)

    assert same.sequence == 0
    assert (changed.sequence, changed.letters.count()) == (1, 2)
    assert Reschedule.objects.count() == 0


def test_several_times_instead_of_one_end_what_stands_in_the_calendar(application, recruiter):
    interview = told(application, recruiter)

    changed = act.change_interview(
        interview, plan(WEDNESDAY, WEDNESDAY + timedelta(days=1)), side="us", by=recruiter
    )

    entry = changed.letters.latest("pk").calendars[0]
    assert (entry["method"], entry["starts_at"], entry["sequence"]) == (
        "CANCEL",
        TUESDAY.isoformat(),
        1,
    )


def test_a_change_is_refused_without_a_side_and_when_it_is_too_late(application, recruiter, clock):
    interview = told(application, recruiter)

    assert refused(
        lambda: act.change_interview(interview, plan(WEDNESDAY), side="", by=recruiter)
    ) == ["no_side"]
    clock.move_to(TUESDAY)
    assert refused(
        lambda: act.change_interview(interview, plan(WEDNESDAY), side="us", by=recruiter)
    ) == ["not_ahead"]


def test_whoever_is_taken_off_reads_no_more(application, recruiter, interviewer):
    interview = act.plan_interview(application, plan(TUESDAY, people=[interviewer]), by=recruiter)
    assert Interview.objects.visible_to(interviewer).get() == interview

    act.change_interview(interview, plan(TUESDAY), side="", by=recruiter)

    assert list(Interview.objects.visible_to(interviewer)) == []


def test_a_cancelled_interview_leaves_every_calendar(application, recruiter):
    interview = told(application, recruiter)

    cancelled = act.cancel_interview(interview, side="us", by=recruiter)

    assert (cancelled.state, cancelled.cancelled_side) == ("cancelled", "us")
    letter = cancelled.letters.latest("pk")
    assert (letter.kind, letter.subject) == (
        "called_off",
        "Your interview does not take place: Blade Technician",
    )
    assert [(one["method"], one["sequence"]) for one in letter.calendars] == [("CANCEL", 1)]
    assert AuditEvent.objects.get(verb="interview.cancelled").changes == {
        "state": ["scheduled", "cancelled"],
        "side": ["", "us"],
    }


def test_an_interview_of_which_nobody_was_told_is_cancelled_in_silence(application, recruiter):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)

    act.cancel_interview(interview, side="us", by=recruiter)

    letter = interview.letters.get()
    assert (letter.kind, letter.cancelled_at) == ("invitation", NOW)


def test_cancelling_needs_a_side_and_an_interview_that_is_ahead(application, recruiter, clock):
    interview = told(application, recruiter)

    assert refused(lambda: act.cancel_interview(interview, side="", by=recruiter)) == ["no_side"]
    cancelled = act.cancel_interview(interview, side="us", by=recruiter)
    assert refused(lambda: act.cancel_interview(cancelled, side="us", by=recruiter)) == [
        "not_ahead"
    ]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("held", "Held the interview"),
        ("no_show", "Did not come to the interview"),
        ("missed", "We did not come to the interview"),
    ],
)
def test_how_it_went_is_written_down_and_can_be_undone(application, recruiter, clock, state, line):
    interview = told(application, recruiter)
    clock.move_to(TUESDAY + timedelta(hours=1))

    settled = act.settle_interview(interview, state, by=recruiter)

    assert (settled.state, settled.settled_at) == (state, TUESDAY + timedelta(hours=1))
    assert Activity.objects.get(kind=f"interview.{state}").text.startswith(line)
    assert act.undo_interview(interview, by=recruiter).state == "scheduled"


def test_how_it_went_cannot_be_said_before_it_began_or_twice(application, recruiter, clock):
    interview = told(application, recruiter)

    assert refused(lambda: act.settle_interview(interview, "held", by=recruiter)) == ["not_begun"]
    assert refused(lambda: act.settle_interview(interview, "cancelled", by=recruiter)) == [
        "no_outcome"
    ]
    proposed = InterviewFactory(application=application, proposed=True)
    assert refused(lambda: act.settle_interview(proposed, "held", by=recruiter)) == ["no_time"]
    clock.move_to(TUESDAY + timedelta(hours=1))
    act.settle_interview(interview, "held", by=recruiter)
    act.settle_interview(interview, "held", by=recruiter)
    assert Activity.objects.filter(kind="interview.held").count() == 1


def test_whoever_got_a_scorecard_was_there(recruiter):
    scorecard = ScorecardFactory()

    assert refused(lambda: act.settle_interview(scorecard.interview, "no_show", by=recruiter)) == [
        "has_scorecard"
    ]


def test_a_change_is_taken_back_until_its_letter_leaves(application, recruiter):
    interview = told(application, recruiter)
    act.change_interview(interview, plan(WEDNESDAY), side="us", by=recruiter)

    undone = act.undo_interview(interview, by=recruiter)

    assert (undone.state, undone.starts_at) == ("scheduled", TUESDAY)
    assert undone.letters.waiting().count() == 0
    assert Reschedule.objects.count() == 0
    application.refresh_from_db()
    assert application.hear_by == date(2026, 12, 1)
    assert refused(lambda: act.undo_interview(interview, by=recruiter)) == ["nothing_to_undo"]


def test_two_changes_in_the_hold_go_back_to_what_they_were_told(application, recruiter):
    interview = told(application, recruiter)
    act.change_interview(interview, plan(WEDNESDAY), side="us", by=recruiter)
    act.change_interview(interview, plan(WEDNESDAY + timedelta(days=1)), side="us", by=recruiter)

    assert act.undo_interview(interview, by=recruiter).starts_at == TUESDAY


def test_what_they_were_told_is_not_taken_back(application, recruiter):
    interview = told(application, recruiter)
    act.cancel_interview(interview, side="us", by=recruiter)
    sent(interview.letters.latest("pk"))

    assert refused(lambda: act.undo_interview(interview, by=recruiter)) == ["told"]


def test_an_undone_cancellation_invites_again_whom_nobody_had_told(application, recruiter):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)
    act.cancel_interview(interview, side="us", by=recruiter)

    undone = act.undo_interview(interview, by=recruiter)

    assert undone.state == "scheduled"
    assert undone.letters.waiting().get().kind == "invitation"


class TestClosing:
    """No calendar tells of a decision before its letter does."""

    def test_the_decision_letter_itself_carries_the_cancellation(self, application, recruiter):
        interview = told(application, recruiter, WEDNESDAY)

        reject(application, by=recruiter, reason="stronger_applicant", letter=NO)

        letter = application.letters.get(kind="decision")
        assert [(one["method"], one["sequence"]) for one in letter.calendars] == [("CANCEL", 1)]
        interview.refresh_from_db()
        assert interview.state == "scheduled"
        sent(letter)
        interview.refresh_from_db()
        assert (interview.state, interview.cancelled_side) == ("cancelled", "us")

    def test_a_cancellation_that_waited_goes_with_the_decision(self, application, recruiter):
        interview = told(application, recruiter, WEDNESDAY)
        act.cancel_interview(interview, side="us", by=recruiter)

        reject(application, by=recruiter, reason="stronger_applicant", letter=NO)

        assert [letter.kind for letter in application.letters.waiting()] == ["decision"]
        letter = application.letters.get(kind="decision")
        assert [one["method"] for one in letter.calendars] == ["CANCEL"]

    def test_a_letter_that_comes_after_the_interview_is_refused(self, application, recruiter):
        told(application, recruiter, NOW + timedelta(hours=3))
        at_once = Draft(NO.subject, NO.text, NOW)

        assert refused(lambda: reject(application, by=recruiter, reason="pay", letter=NO)) == [
            "interview_first"
        ]
        assert reject(application, by=recruiter, reason="pay", letter=at_once).outcome == "rejected"

    def test_reopening_leaves_the_interview_as_they_know_it(self, application, recruiter):
        interview = told(application, recruiter, WEDNESDAY)
        reject(application, by=recruiter, reason="pay", letter=NO)

        reopen(application, by=recruiter)

        interview.refresh_from_db()
        assert interview.state == "scheduled"
        assert list(application.letters.waiting()) == []

    def test_whoever_withdrew_is_told_at_once_and_reopening_takes_it_back(
        self, application, recruiter
    ):
        interview = told(application, recruiter)

        withdraw(application, by=recruiter)

        interview.refresh_from_db()
        assert (interview.state, interview.cancelled_side) == ("cancelled", "candidate")
        letter = interview.letters.waiting().get()
        assert (letter.kind, letter.calendars[0]["method"]) == ("called_off", "CANCEL")
        assert "hear from us" not in letter.text
        reopen(application, by=recruiter)
        interview.refresh_from_db()
        assert interview.state == "scheduled"
        assert list(interview.letters.waiting()) == []

    def test_whoever_was_told_by_phone_gets_the_calendar_at_once(self, application, recruiter):
        interview = told(application, recruiter)

        reject(application, by=recruiter, reason="pay", letter=None, silence=Silence.TOLD)

        assert interview.letters.waiting().get().kind == "called_off"

    @pytest.mark.parametrize("silence", [Silence.NO_ADDRESS, Silence.MISTAKE])
    def test_nobody_is_left_to_come_in_vain(self, application, recruiter, silence):
        told(application, recruiter)

        assert refused(
            lambda: reject(application, by=recruiter, reason="pay", letter=None, silence=silence)
        ) == ["interview_ahead"]
        assert refused(lambda: hire(application, by=recruiter)) == ["interview_ahead"]

    def test_whom_nobody_told_may_be_hired_in_silence(self, application, recruiter):
        interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)

        hire(application, by=recruiter)

        interview.refresh_from_db()
        assert interview.state == "cancelled"
        assert list(interview.letters.waiting()) == []

    def test_a_closed_application_changes_nothing_by_the_candidates_hand(
        self, application, recruiter
    ):
        interview = told(application, recruiter, TUESDAY, WEDNESDAY)
        reject(application, by=recruiter, reason="pay", letter=NO)

        for run in (
            lambda: act.choose_time(interview, interview.times.first()),
            lambda: act.ask_for_another(interview, "Friday"),
        ):
            assert refused(run) == ["not_here"]
        for run in (
            lambda: act.cancel_interview(interview, side="us", by=recruiter),
            lambda: act.change_interview(interview, plan(TUESDAY), side="us", by=recruiter),
        ):
            assert refused(run) == ["closed"]

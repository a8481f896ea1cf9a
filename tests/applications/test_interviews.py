"""Interviews: planned, chosen, changed, called off, settled, undone; and who is told what, when."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from applications.actions import interviews as act
from applications.actions.closing import Draft, Silence, hire, reject, reopen, withdraw
from applications.actions.interviews import Plan
from applications.actions.jobs import add_standard_stages
from applications.actions.letters import mark_sent
from applications.actions.moves import move_to_stage
from applications.models import Application, Interview, Job, Letter, Reschedule
from candidates.models import Activity
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.interviews import InterviewFactory, ScorecardFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
NO = Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")


@pytest.fixture(autouse=True)
def clock():
    OrganisationFactory(mail_domain="mail.larkspur-tidal.example")
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def application():
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    job.offices.add(OfficeFactory())
    person = CandidateFactory(name="Sabine Brandt", call_name="Sabine", time_zone="Europe/Warsaw")
    return ApplicationFactory(
        candidate=person, job=job, stage=job.stages.get(name="Interview"), hear_by=None
    )


def plan(*times: datetime, people=None, **facts) -> Plan:
    given = {"kind": "video", "minutes": 45, "link": "https://meet.example/1"} | facts
    people = people or [UserFactory(name="Iris Vance", title="Senior jointer")]
    return Plan(times=list(times), interviewers=people, **given)


def sent(letter: Letter, at: datetime = NOW) -> None:
    letter.refresh_from_db()
    mark_sent(letter, at)


def told(application: Application, recruiter, *times: datetime) -> Interview:
    """An interview of which the candidate was told."""
    interview = act.plan_interview(application, plan(*(times or (TUESDAY,))), by=recruiter)
    sent(interview.letters.get())
    return interview


def refused(run) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        run()
    return [error.code for error in refusal.value.error_list]


def test_one_time_is_scheduled_and_the_letter_says_it_on_both_clocks(application, recruiter):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)

    assert (interview.state, interview.starts_at) == ("scheduled", TUESDAY)
    assert interview.ends_at == TUESDAY + timedelta(minutes=45)
    letter = interview.letters.get()
    assert (letter.kind, letter.send_after) == ("invitation", NOW + act.HOLD)
    assert letter.subject == "Invitation to an interview: Blade Technician"
    assert letter.text == (
        "Hello Sabine,\n\n"
        "We would like to invite you to a video conversation about Blade Technician:\n\n"
        "Tuesday 24 November 2026, 16:30 your time, 15:30 in London\n\n"
        "It takes about 45 minutes. You will talk with Iris Vance (Senior jointer)."
        " We meet here: https://meet.example/1\n\n"
        "You will hear from us by 1 December 2026, whatever we decide.\n\n"
        "Rowan Ashdown\nLarkspur Tidal Works\n"
    )
    assert [data["method"] for data in letter.calendars] == ["REQUEST"]
    assert Activity.objects.get(kind="interview.planned").text == (
        "Scheduled an interview (video interview) for Blade Technician: Tuesday 24 November, 16:30"
        " (Europe/Warsaw)."
    )
    event = AuditEvent.objects.get(verb="interview.planned")
    assert event.changes == {"state": ["", "scheduled"]}


def test_several_times_wait_for_the_candidate_and_stand_in_no_calendar(application, recruiter):
    interview = act.plan_interview(application, plan(WEDNESDAY, TUESDAY), by=recruiter)

    assert (interview.state, interview.starts_at) == ("proposed", None)
    assert list(interview.times.values_list("starts_at", flat=True)) == [TUESDAY, WEDNESDAY]
    letter = interview.letters.get()
    assert letter.calendars == []
    assert (
        "Which of these times fits you?\n\n"
        "- Tuesday 24 November 2026, 16:30 your time, 15:30 in London\n"
        "- Wednesday 25 November 2026, 10:00 your time, 09:00 in London\n"
    ) in letter.text


def test_somebody_whose_zone_nobody_knows_is_told_whose_clock(application, recruiter):
    application.candidate.time_zone = ""
    application.candidate.save()

    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)

    assert "Tuesday 24 November 2026, 15:30 in London\n" in interview.letters.get().text


def test_there_is_always_a_day_to_hear_by_and_it_is_after_the_interview(application, recruiter):
    stage = application.stage
    assert stage.hear_by_days == 7

    act.plan_interview(application, plan(TUESDAY), by=recruiter)

    application.refresh_from_db()
    assert application.hear_by == date(2026, 12, 1)


def test_the_application_moves_to_the_stage_of_the_interview(application, recruiter):
    stages = application.job.stages
    move_to_stage(application, stages.get(name="Received"), by=recruiter)

    act.plan_interview(application, plan(TUESDAY), by=recruiter, stage=stages.get(name="Interview"))

    application.refresh_from_db()
    assert (application.stage.name, application.stage.candidate_state) == (
        "Interview",
        "interviewing",
    )
    assert application.stage_changes.count() == 2


@pytest.mark.parametrize(
    ("times", "facts", "code"),
    [
        ([], {}, "no_time"),
        ([TUESDAY + timedelta(hours=n) for n in range(6)], {}, "too_many_times"),
        ([NOW], {}, "past"),
        ([TUESDAY], {"minutes": 4}, "length"),
        ([TUESDAY], {"kind": "on_site", "place": " "}, "no_place"),
        ([TUESDAY], {"link": ""}, "no_link"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(application, recruiter, times, facts, code):
    assert refused(
        lambda: act.plan_interview(application, plan(*times, **facts), by=recruiter)
    ) == [code]


def test_a_plan_without_interviewers_is_refused(application, recruiter):
    nobody = Plan(kind="phone", minutes=30, times=[TUESDAY], interviewers=[])

    assert refused(lambda: act.plan_interview(application, nobody, by=recruiter)) == ["nobody"]


def test_a_closed_application_and_a_foreign_stage_are_refused(application, recruiter):
    closed = ApplicationFactory(withdrawn=True)
    other = JobFactory()
    add_standard_stages(other)

    assert refused(lambda: act.plan_interview(closed, plan(TUESDAY), by=recruiter)) == ["closed"]
    assert refused(
        lambda: act.plan_interview(
            application, plan(TUESDAY), by=recruiter, stage=other.stages.first()
        )
    ) == ["foreign_stage"]


def test_an_interviewer_in_two_places_is_said_and_may_be_accepted(application, recruiter):
    iris = UserFactory(name="Iris Vance")
    busy = InterviewFactory(
        application__job__title="Jointer", starts_at=TUESDAY + timedelta(minutes=30), panel=[iris]
    )
    free = plan(TUESDAY, minutes=30, people=[iris])
    clash = plan(TUESDAY, minutes=31, people=[iris])

    with pytest.raises(ValidationError) as refusal:
        act.plan_interview(application, clash, by=recruiter)
    assert refusal.value.messages == [
        "Iris Vance has another interview then: Tuesday 24 November, 16:00, Jointer."
    ]
    assert refused(lambda: act.plan_interview(application, clash, by=recruiter)) == ["overlap"]
    assert act.plan_interview(application, free, by=recruiter).state == "scheduled"
    accepted = plan(TUESDAY, minutes=31, people=[iris], overlaps_accepted=True)
    assert act.plan_interview(application, accepted, by=recruiter).state == "scheduled"
    assert busy.state == "scheduled"


def test_a_time_that_was_only_proposed_counts_as_a_maybe(application, recruiter):
    iris = UserFactory(name="Iris Vance")
    act.plan_interview(application, plan(TUESDAY, WEDNESDAY, people=[iris]), by=recruiter)
    other = ApplicationFactory()

    with pytest.raises(ValidationError) as refusal:
        act.plan_interview(other, plan(WEDNESDAY, people=[iris]), by=recruiter)

    said = "Iris Vance may have another interview then: Wednesday 25 November, 09:00"
    assert refusal.value.messages == [f"{said}, Blade Technician."]


def test_the_candidate_chooses_and_the_calendar_hears_of_it(application, recruiter):
    interview = told(application, recruiter, TUESDAY, WEDNESDAY)

    chosen = act.choose_time(interview, interview.times.last())

    assert (chosen.state, chosen.starts_at) == ("scheduled", WEDNESDAY)
    assert chosen.application.hear_by == date(2026, 12, 2)
    letter = chosen.letters.latest("pk")
    assert (letter.send_after, letter.calendars[0]["method"]) == (NOW, "REQUEST")
    assert letter.text.startswith(
        "Hello Sabine,\n\nIt is settled:\n\nWednesday 25 November 2026, 10:00 your time"
    )
    application.candidate.refresh_from_db()
    assert application.candidate.last_contact_at == NOW
    assert AuditEvent.objects.get(verb="interview.chosen").actor == "the candidate"
    assert Activity.objects.get(kind="interview.chosen").actor == "the candidate"


def test_choosing_the_same_again_changes_nothing_and_another_is_refused(application, recruiter):
    interview = told(application, recruiter, TUESDAY, WEDNESDAY)
    first, second = interview.times.all()
    act.choose_time(interview, first)

    assert act.choose_time(interview, first).letters.count() == 2
    assert refused(lambda: act.choose_time(interview, second)) == ["settled"]


def test_a_time_that_passed_or_was_replaced_cannot_be_chosen(application, recruiter, clock):
    interview = told(application, recruiter, TUESDAY, WEDNESDAY)
    first, second = interview.times.all()
    clock.move_to(TUESDAY)

    assert refused(lambda: act.choose_time(interview, first)) == ["past"]
    new = plan(WEDNESDAY + timedelta(hours=1), WEDNESDAY + timedelta(hours=3))
    act.change_interview(interview, new, side="us", by=recruiter)
    assert refused(lambda: act.choose_time(interview, second)) == ["gone"]


def test_none_fits_is_written_down_in_their_words(application, recruiter):
    interview = told(application, recruiter, TUESDAY, WEDNESDAY)

    asked = act.ask_for_another(interview, " Mondays after six. ")

    assert (asked.state, asked.asked_at, asked.asked_words) == (
        "proposed",
        NOW,
        "Mondays after six.",
    )
    assert Activity.objects.get(kind="interview.asked").text == (
        "Asked for another time for the interview for Blade Technician."
    )


def test_another_time_is_counted_for_whose_wish_it_was(application, recruiter):
    interview = told(application, recruiter)

    moved = act.change_interview(interview, plan(WEDNESDAY), side="candidate", by=recruiter)

    assert (moved.sequence, moved.starts_at) == (1, WEDNESDAY)
    row = Reschedule.objects.get()
    assert (row.side, row.was_at, row.by) == ("candidate", TUESDAY, recruiter)
    letter = moved.letters.latest("pk")
    assert letter.text.startswith(
        "Hello Sabine,\n\nSomething about your interview has changed. It is now:\n\nWednesday"
    )
    first, second = (one.calendars[0] for one in moved.letters.order_by("pk"))
    assert first["uid"] == second["uid"] == f"{moved.public_id}@mail.larkspur-tidal.example"
    assert (first["sequence"], second["sequence"]) == (0, 1)


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


def test_next_and_last_interview_stand_beside_each_row(application, django_assert_num_queries):
    now = NOW
    InterviewFactory(application=application, starts_at=now - timedelta(days=3), held=False)
    held = InterviewFactory(
        application=application, state="held", starts_at=now - timedelta(days=2)
    )
    InterviewFactory(application=application, state="no_show", starts_at=now - timedelta(days=1))
    coming = InterviewFactory(application=application, starts_at=now + timedelta(days=1))
    InterviewFactory(application=application, starts_at=now + timedelta(hours=1), cancelled=True)
    other = ApplicationFactory(job=application.job)

    with django_assert_num_queries(2):
        rows = {
            row.pk: (row.last_interview_at, row.next_interview_at)
            for row in Application.objects.with_interviews(now)
        }
        jobs = {job.pk: job.next_interview_at for job in Job.objects.with_next_interview(now)}

    assert rows == {
        application.pk: (held.starts_at, coming.starts_at),
        other.pk: (None, None),
    }
    assert jobs == {application.job_id: coming.starts_at}

"""Interviews are planned and the candidate chooses: who is told what, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from applications.actions import interviews as act
from applications.actions.interviews import Plan
from applications.actions.jobs import add_standard_stages
from applications.actions.moves import move_to_stage
from applications.models import Application, Job, Reschedule
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
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.interviews import InterviewFactory

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("code", "subject", "asked", "colon"),
    [
        (
            "fr",
            "Invitation à un entretien : Blade",
            "Nous aimerions vous inviter",
            " :\n\nmardi 24",
        ),
        ("ar", "دعوة إلى مقابلة: Blade", "نودّ دعوتك إلى مقابلة بالفيديو", ":\n\nالثلاثاء 24"),
    ],
)
def test_letters_about_interviews_are_in_their_language(
    application, recruiter, code, subject, asked, colon
):
    application.candidate.language = code
    application.candidate.save()

    one = act.plan_interview(application, plan(TUESDAY), by=recruiter)
    invitation = one.letters.get()
    sent(invitation)
    act.cancel_interview(one, side="us", by=recruiter)

    assert invitation.subject.startswith(subject)
    assert asked in invitation.text
    assert colon in invitation.text
    (calendar,) = invitation.calendars
    assert not calendar["summary"].startswith("Interview:")
    off = one.letters.get(kind="called_off")
    english = ("you", "interview", "take", "hear", "about", "with")
    for letter in (invitation, off):
        words = f"{letter.subject} {letter.text}".lower().split()
        assert [word for word in english if word in words] == []

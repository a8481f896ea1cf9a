"""What is due on Today, block by block: for whom it stands there, and since when."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Role
from config.today import blocks, context
from config.today.asks import LATE
from engagement.models import Campaign
from tests.config.today.conftest import day, import_run, old_job, shown
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, FollowUpFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.factories.interviews import InterviewFactory
from tests.factories.privacy import ExtensionRequestFactory, ending_in


def test_nothing_is_due(recruiter):
    assert shown(recruiter) == {}


def test_follow_ups_are_ones_own_and_say_how_late_they_are(recruiter):
    for name, offset in [("Late", -3), ("Today", 0), ("Tomorrow", 1)]:
        FollowUpFactory(candidate__name=name, owner=recruiter, on=day(offset))
    FollowUpFactory(on=day(0))

    assert shown(recruiter) == {"Follow-ups": [("Late", "3 days late"), ("Today", "today")]}


def test_late_answers_come_first_and_future_ones_not_at_all(recruiter):
    for name, offset in [("Today", 0), ("Late", -3), ("Yesterday", -1), ("Tomorrow", 1)]:
        ApplicationFactory(candidate__name=name, job=old_job(), hear_by=day(offset))

    assert shown(recruiter) == {
        "People waiting to hear": [
            ("Late", "3 days late"),
            ("Yesterday", "1 day late"),
        ],
        "They hear by today": [("Today", "due today")],
    }


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.RECRUITER, {"Answer", "Write", "Log contact", "Review"}),
        (Role.PRIVACY_OFFICER, set()),
    ],
)
def test_only_what_one_may_do_stands_beside_a_row(db, role, labels):
    ApplicationFactory(job=old_job(), hear_by=day(-1))
    PromiseFactory(due=True, due_job=old_job())

    found = blocks(UserFactory(roles=[role]), timezone.now())

    actions = [one.label for block in found for row in block.rows for one in row.actions]
    assert set(actions) == labels


def test_hiring_manager_sees_who_waits_and_no_button_for_it(hiring_manager):
    job = old_job()
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    ApplicationFactory(candidate__name="Late", job=job, hear_by=day(-1))

    (waiting, *_) = blocks(hiring_manager, timezone.now())

    assert [(row.title, row.actions) for row in waiting.rows] == [("Late", ())]


def test_a_privacy_officer_sees_whose_consent_ends_and_who_was_asked(privacy_officer, recruiter):
    asked, stopped = ending_in(30), ending_in(3, bounced=True)
    ending_in(31)
    ExtensionRequestFactory(candidate=asked, sent_at=timezone.now())
    ExtensionRequestFactory(candidate=stopped, ends_on=day(-300), sent_at=timezone.now())

    (block,) = [one for one in blocks(privacy_officer, timezone.now()) if one.key == "consent-ends"]

    (row,) = block.rows
    assert (row.title, row.mark) == ("Consent of 2 people ends", "first on 26 Nov")
    assert row.detail == (
        "1 was asked, 1 not: they stopped emails, cannot be reached, or their day is still to come."
    )
    assert "Consent ends" not in shown(recruiter)


def test_recruiting_is_not_due_for_a_privacy_officer(db):
    ApplicationFactory(job=old_job(), hear_by=day(-1))
    ApplicationFactory(job=JobFactory(opened_at=timezone.now()), hear_by=None)
    CampaignFactory(running=True, job=old_job())

    officer = UserFactory(roles=[Role.PRIVACY_OFFICER])

    assert shown(officer) == {}
    assert context(officer, timezone.now())["nothing"].startswith(
        "What people ask about their data"
    )


def test_closed_applications_and_erased_people_wait_for_nothing(recruiter):
    ApplicationFactory(rejected=True, job=old_job(), hear_by=day(-1))
    ApplicationFactory(candidate__erased=True, job=old_job(), hear_by=day(-1))

    assert shown(recruiter) == {}


@time_machine.travel("2026-11-23 12:00Z", tick=False)
def test_date_is_one_in_the_zone_of_the_candidate(recruiter):
    tomorrow = {"job": old_job(), "hear_by": day(1)}
    ApplicationFactory(
        candidate=CandidateFactory(name="Aroha", time_zone="Pacific/Auckland"), **tomorrow
    )
    ApplicationFactory(candidate=CandidateFactory(name="Mina", time_zone="UTC"), **tomorrow)

    assert shown(recruiter) == {"They hear by today": [("Aroha", "due today")]}


def test_application_without_a_date_stands_here_the_same_day(recruiter):
    ApplicationFactory(candidate__name="M. Iqbal", job=old_job(), hear_by=None)

    assert shown(recruiter) == {"Nobody was told a date": [("M. Iqbal", "applied just now")]}


def test_promise_that_fell_due_stands_here_and_an_open_one_does_not(recruiter):
    job = old_job(title="Cable Technician")
    PromiseFactory(candidate__name="Rosa Osei", due=True, due_job=job, until=day(100))
    PromiseFactory(candidate__name="Li Wen")

    (block,) = blocks(recruiter, timezone.now())

    assert [(row.title, row.detail) for row in block.rows] == [
        ("Rosa Osei", "Cable Technician opened · promised until 3 Mar 2027")
    ]


def test_letters_of_the_next_days_and_those_that_could_not_leave(recruiter):
    def letter(name, days, **fields):
        application = ApplicationFactory(candidate__name=name, job=old_job())
        LetterFactory(
            application=application, send_after=timezone.now() + timedelta(days=days), **fields
        )

    letter("Soon", 1)
    letter("Stuck", -1, problem="The address bounced.")
    letter("Later", 30)
    letter("Cancelled", 1, cancelled_at=timezone.now())

    assert shown(recruiter) == {
        "Letters about to leave": [
            ("Decision to Stuck", "did not reach them"),
            ("Decision to Soon", "leaves Tue 24 Nov, 09:00"),
        ]
    }


def test_job_that_just_opened_says_how_many_are_known(recruiter):
    job = JobFactory(title="Cable Technician")
    must = JobSkillFactory(job=job)
    CandidateSkillFactory.create_batch(2, skill=must.skill)
    old_job()
    JobFactory(draft=True)

    found = blocks(recruiter, timezone.now())

    assert [(row.title, row.detail) for row in found[0].rows] == [
        ("Cable Technician", "You already know 2 people who may fit")
    ]


def test_campaigns_under_way_and_own_drafts(recruiter):
    running = CampaignFactory(name="Running", job=old_job(), running=True)
    MessageFactory(enrolment=EnrolmentFactory(campaign=running))
    MessageFactory(enrolment=EnrolmentFactory(campaign=running), handed=True)
    CampaignFactory(name="Mine", job=old_job(), by=recruiter)
    CampaignFactory(name="Not mine", job=old_job())
    CampaignFactory(name="Over", job=old_job(), approved=True, state=Campaign.State.FINISHED)

    found = blocks(recruiter, timezone.now())

    assert [(row.title, row.mark, row.progress) for row in found[0].rows] == [
        ("Running", "running", (1, 2)),
        ("Mine", "not approved", None),
    ]


def test_uncertain_message_asks_for_a_person(recruiter):
    message = MessageFactory(
        uncertain=True,
        enrolment__campaign=CampaignFactory(job=old_job(), approved=True, state="finished"),
    )

    assert shown(recruiter) == {
        "Not known whether it arrived": [(message.candidate.name, "sent 23 Nov, 09:00")]
    }


def test_imports_that_run_wait_or_left_refused_rows(recruiter):
    import_run(recruiter, file_name="running.csv", state="running", rows_total=10, rows_done=4)
    import_run(recruiter, file_name="fine.csv", state="done", finished_at=timezone.now())
    import_run(
        recruiter, file_name="refused.csv", state="done", rows_refused=3, finished_at=timezone.now()
    )
    import_run(
        recruiter,
        file_name="long ago.csv",
        state="done",
        rows_refused=3,
        finished_at=timezone.now() - timedelta(days=9),
    )

    found = blocks(recruiter, timezone.now())

    assert [(row.title, row.detail, row.progress) for row in found[0].rows] == [
        ("refused.csv", "3 rows refused", None),
        ("running.csv", "10 rows", (4, 10)),
    ]


def test_hiring_manager_sees_own_jobs_only(hiring_manager):
    own = old_job(title="Own job")
    HiringTeamMemberFactory(job=own, user=hiring_manager)
    ApplicationFactory(candidate__name="A. Demir", job=own, hear_by=day(-1))
    ApplicationFactory(candidate__name="Stranger", job=old_job(), hear_by=day(-1))
    PromiseFactory(due=True, due_job=own)
    CampaignFactory(job=own, running=True)

    assert shown(hiring_manager) == {
        "People waiting to hear": [("A. Demir", "1 day late")],
        "Your jobs": [("Own job", "open for 3\xa0months")],
    }


@pytest.mark.parametrize("role", ["admin", "interviewer"])
def test_others_see_no_candidate(db, role):
    user = UserFactory(**{role: True})
    ApplicationFactory(hear_by=day(-1))
    PromiseFactory(due=True)
    MessageFactory(uncertain=True)

    assert shown(user) == {}


def test_an_export_of_many_people_stands_here_for_the_privacy_officer(
    recruiter, privacy_officer, admin
):
    """X-32"""
    from candidates.models import ExportFile

    file = ExportFile.objects.create(made_for=recruiter, name="people.csv", size=1, people=501)
    with transaction.atomic():
        audit.record(recruiter, "export.large", file, people=["", "501"])
        audit.record(recruiter, "export.made", file, people=["", "501"])

    assert shown(privacy_officer)["Large exports"] == [
        (f"{recruiter.email} took 501 people away in a file", "just now")
    ]
    assert "Large exports" not in shown(recruiter)
    assert shown(admin) == {}
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert shown(privacy_officer) == {}


def test_interviews_stand_on_the_home_page_of_who_holds_or_arranged_them(
    signed_in, recruiter, interviewer
):
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        there = {"application__candidate__time_zone": "Europe/Warsaw", "by": recruiter}
        InterviewFactory(
            application__candidate__name="Sabine Brandt",
            starts_at=moment.replace(hour=15, minute=30),
            panel=[interviewer],
            **there,
        )
        InterviewFactory(
            application__candidate__name="Ewa Nowak",
            starts_at=moment - timedelta(hours=26),
            panel=[interviewer],
            **there,
        )
        InterviewFactory(
            application__candidate__name="Li Wen",
            proposed=True,
            asked_at=moment,
            asked_words="Any day after six.",
            **there,
        )

        theirs = signed_in(interviewer).get(reverse("today")).content.decode()
        mine = signed_in(recruiter).get(reverse("today")).content.decode()

    assert "15:30 your time, 16:30 in Warsaw" in theirs
    assert "Give feedback" in theirs
    assert ">late<" in re.sub(r"\s+", "", theirs)
    assert "Any day after six." not in theirs
    assert "15:30 your time, 16:30 in Warsaw" in mine
    assert "how did it go?" in mine
    assert "Any day after six." in mine
    assert "Give feedback" not in mine


def test_whom_nobody_told_stands_on_today_the_owner_of_their_job_first(recruiter):
    other = ApplicationFactory(
        job=old_job(), untold=True, untold_since=timezone.now() - timedelta(days=9)
    )
    mine = ApplicationFactory(
        job=old_job(owner=recruiter, status="closed", closed_at=timezone.now()),
        untold=True,
        untold_since=timezone.now() - timedelta(days=2),
    )

    assert shown(recruiter)["Nobody told them"] == [
        (mine.candidate.name, "for 2\xa0days, your job"),
        (other.candidate.name, "for 1\xa0week"),
    ]
    assert shown(recruiter, "mine")["Nobody told them"] == [
        (mine.candidate.name, "for 2\xa0days, your job")
    ]
    (block,) = [one for one in blocks(recruiter, timezone.now()) if one.title == "Nobody told them"]
    assert (block.section, block.rows[0].thing) == (LATE, f"untold:{mine.public_id}")

"""Today: what is due, for whom, in which order, and at what cost."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from applications.models import Job, Milestone
from candidates.models import Import
from config.today import blocks, context
from config.today.asks import LATE, SECTIONS
from engagement.models import Campaign
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    DuplicateSuggestionFactory,
    FollowUpFactory,
)
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.factories.interviews import InterviewFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyRequestFactory, ending_in

MORNING = "2026-11-23 09:00Z"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=False):
        yield


def day(offset):
    return timezone.now().date() + timedelta(days=offset)


def shown(user, whose="all"):
    """Return {title of block: [(row, mark)]}, but for the new people of each job."""
    return {
        block.title: [(row.title, row.mark) for row in block.rows]
        for block in blocks(user, timezone.now(), whose=whose)
        if block.title != "New people"
    }


def old_job(**fields):
    """A job that opened long ago, so that it is not itself due."""
    return JobFactory(opened_at=timezone.now() - timedelta(days=100), **fields)


def import_run(user, **fields):
    defaults = {
        "file_name": "people.csv",
        "sha256": "0" * 64,
        "size": 10,
        "encoding": "utf-8",
        "delimiter": ",",
        "by": user,
    }
    return Import.objects.create(**defaults | fields)


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


def test_long_block_says_how_many_more(recruiter):
    job = old_job()
    StageFactory(job=job)
    ApplicationFactory.create_batch(8, job=job, hear_by=day(0))

    block, _ = blocks(recruiter, timezone.now())

    assert (len(block.rows), block.more, block.total) == (6, 2, 8)
    block, _ = blocks(recruiter, timezone.now(), show="they-hear-by-today")
    assert (len(block.rows), block.more) == (8, 0)


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


def test_empty_page_says_what_belongs_here(staff_client):
    html = staff_client.get(reverse("today")).content.decode()

    assert "Nothing is due" in html
    assert "Everybody has been answered." in html


@pytest.mark.parametrize("rows", [1, 3])
def test_today_costs_the_same_at_any_size(staff_client, recruiter, django_assert_num_queries, rows):
    job = old_job()
    campaign = CampaignFactory(job=job, approved=True, state=Campaign.State.FINISHED)
    for _ in range(rows):
        application = ApplicationFactory(job=job, hear_by=day(-1))
        ApplicationFactory(job=job, hear_by=None)
        ApplicationFactory(job=job, untold=True, untold_since=timezone.now())
        LetterFactory(application=application)
        PromiseFactory(due=True, due_job=job)
        MessageFactory(uncertain=True, enrolment__campaign=campaign)
        CandidateSkillFactory(skill=JobSkillFactory().skill)
        CampaignFactory(job=job, running=True)
        import_run(recruiter, state="running")
        FollowUpFactory(owner=recruiter)
        DuplicateSuggestionFactory(is_sure=True)
        JobFactory()
        noon = timezone.localtime().replace(hour=12, minute=0)
        at_job = {"application__job": job, "by": recruiter}
        InterviewFactory(starts_at=noon, **at_job)
        InterviewFactory(held=True, panel=[recruiter], **at_job)
        InterviewFactory(proposed=True, asked_at=timezone.now(), **at_job)

    # session, user, all that is due; then the rows of applications, promises, interviews and
    # offices of their jobs, follow-ups, emails, duplicates, jobs, campaigns, letters, imports
    with django_assert_num_queries(14):  # one more where views are asked for
        response = staff_client.get(reverse("today") + "?view=all")

    assert response.status_code == 200


def test_times_are_shown_in_the_zone_of_the_user(db, signed_in):
    user = UserFactory(time_zone="Pacific/Auckland")

    with timezone.override(ZoneInfo("UTC")):
        html = signed_in(user).get(reverse("today")).content.decode()

    assert "Monday 23 November" in html
    assert Job.objects.count() == 0


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


def test_the_page_stands_in_the_order_of_what_cannot_wait(recruiter):
    job = JobFactory(title="Just opened", owner=recruiter)
    StageFactory(job=job)
    ApplicationFactory(job=job, hear_by=day(-1))
    ApplicationFactory(job=job, hear_by=day(0))
    PromiseFactory(due=True, due_job=job, owner=recruiter)
    FollowUpFactory(owner=recruiter)
    InterviewFactory(
        application__job=job,
        by=recruiter,
        starts_at=timezone.now() + timedelta(hours=1),
    )
    CampaignFactory(job=job, running=True)

    found = blocks(recruiter, timezone.now())

    sections = list(dict.fromkeys(block.section for block in found))
    assert sections == [name for name in SECTIONS if name != "Soon"]
    assert context(recruiter, timezone.now())["lead"] == "4 things due today, 1 late."


def test_my_day_is_what_i_keep_and_what_nobody_keeps(recruiter):
    mate = UserFactory(team="Turbines")
    recruiter.team = "Turbines"
    recruiter.save()
    for name, owner in [("Mine", recruiter), ("Mate", mate), ("Far", UserFactory())]:
        PromiseFactory(candidate__name=name, due=True, due_job=old_job(), owner=owner)
        ApplicationFactory(candidate__name=name, job=old_job(owner=owner), hear_by=day(-1))
    left = UserFactory(is_active=False)
    PromiseFactory(candidate__name="Left", due=True, due_job=old_job(), owner=left)
    ApplicationFactory(candidate__name="Left", job=old_job(owner=left), hear_by=day(-1))
    on_team = old_job()
    HiringTeamMemberFactory(job=on_team, user=recruiter)
    ApplicationFactory(candidate__name="Helps", job=on_team, hear_by=day(-1))

    def names(whose):
        found = shown(recruiter, whose)
        return {
            title: {name for name, _ in found[title]}
            for title in ("People waiting to hear", "Promises due")
        }

    assert names("mine") == {
        "People waiting to hear": {"Mine", "Left", "Helps"},
        "Promises due": {"Mine", "Left"},
    }
    assert names("team") == {
        "People waiting to hear": {"Mine", "Mate", "Left", "Helps"},
        "Promises due": {"Mine", "Mate", "Left"},
    }
    assert names("all") == {
        "People waiting to hear": {"Mine", "Mate", "Far", "Left", "Helps"},
        "Promises due": {"Mine", "Mate", "Far", "Left"},
    }


def test_who_is_new_stands_by_job_with_the_longest_wait_on_top(recruiter):
    for title, days in [("Fresh", 1), ("Old", 4)]:
        stage = StageFactory(job=old_job(title=title))
        since = timezone.now() - timedelta(days=days)
        ApplicationFactory.create_batch(
            2, job=stage.job, stage=stage, stage_entered_at=since, hear_by=day(9)
        )
        ApplicationFactory(job=stage.job, stage=stage, stage_entered_at=since, rejected=True)

    (block,) = [one for one in blocks(recruiter, timezone.now()) if one.title == "New people"]

    assert [(row.title, row.detail, row.mark, row.tone) for row in block.rows] == [
        ("Old", "2 people", "oldest 4\xa0days", "warn"),
        ("Fresh", "2 people", "oldest 1\xa0day", "info"),
    ]


@pytest.mark.parametrize(
    ("when", "comes_back"), [("tomorrow", 1), ("next_week", 7), ("not_mine", None)]
)
def test_what_is_put_off_comes_back_on_its_day(staff_client, recruiter, when, comes_back):
    promise = PromiseFactory(due=True, due_job=old_job(), owner=recruiter)
    thing = {"thing": f"promise:{promise.public_id}", "view": "mine"}

    response = staff_client.post(reverse("today_put_off"), thing | {"when": when})

    assert response["Location"] == reverse("today") + "?view=mine"
    assert shown(recruiter, "mine") == {}
    assert ("Promises due" in shown(recruiter, "all")) is (when == "not_mine")
    assert "Promises due" in shown(UserFactory())
    for days in range(1, 9):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            is_back = "Promises due" in shown(recruiter, "mine")
        assert is_back is (comes_back is not None and days >= comes_back)
    html = staff_client.get(reverse("today")).content.decode()
    assert "1 thing is put off or not yours." in html
    staff_client.post(reverse("today_bring_back"))
    assert "Promises due" in shown(recruiter, "mine")


def test_what_one_does_not_see_cannot_be_put_off(staff_client, signed_in, hiring_manager):
    promise = PromiseFactory(due=True, due_job=old_job())
    address = reverse("today_put_off")
    post = {"thing": f"promise:{promise.public_id}", "when": "tomorrow"}

    assert signed_in(hiring_manager).post(address, post).status_code == 404
    unknown = post | {"thing": "promise:00000000-0000-4000-8000-000000000007"}
    assert staff_client.post(address, unknown).status_code == 404
    assert staff_client.post(address, post | {"when": "never"}).status_code == 422
    assert staff_client.post(address, post | {"thing": "promise:1"}).status_code == 422
    assert staff_client.get(address).status_code == 405
    for thing in (":", "request:1", post["thing"]):
        page = reverse("today_hand_over") + f"?thing={thing}"
        assert staff_client.get(page).status_code == 404
    assert staff_client.get(reverse("today_hand_over"))["Location"] == reverse("today")


def test_a_legal_thing_is_handed_over_and_never_dismissed(signed_in, privacy_officer, recruiter):
    other = UserFactory(privacy_officer=True)
    request = PrivacyRequestFactory(due_on=day(2))
    client, thing = signed_in(privacy_officer), f"request:{request.public_id}"

    dismissed = client.post(reverse("today_put_off"), {"thing": thing, "when": "tomorrow"})
    address = reverse("today_hand_over")
    assert dismissed["Location"] == f"{address}?thing={thing}"
    assert "Privacy requests" in shown(privacy_officer, "mine")
    page = client.get(dismissed["Location"]).content.decode()
    assert (other.name in page, recruiter.name in page) == (True, False)
    for colleague in (recruiter, privacy_officer):
        wrong = client.post(address, {"thing": thing, "colleague": colleague.public_id})
        assert wrong.status_code == 422

    client.post(address, {"thing": thing, "colleague": other.public_id})

    assert "Privacy requests" not in shown(privacy_officer, "mine")
    assert "Privacy requests" in shown(other, "mine")
    back = {"thing": thing, "colleague": privacy_officer.public_id}
    signed_in(other).post(address, back)
    assert "Privacy requests" in shown(privacy_officer, "mine")
    assert "Privacy requests" not in shown(other, "mine")


def test_an_empty_page_says_who_waits_for_news_next_week(staff_client, recruiter):
    ApplicationFactory(
        job=old_job(owner=recruiter), hear_by=day(3), stage__milestone=Milestone.SCREENED
    )

    html = staff_client.get(reverse("today")).content.decode()

    assert "1 person waits for news in the next seven days." in html


def test_people_to_tell_are_handed_over_and_come_back_when_the_colleague_leaves(
    signed_in, recruiter
):
    other, manager = UserFactory(), UserFactory(hiring_manager=True)
    CandidateFactory(
        created_at=timezone.now() - timedelta(days=25), without_consent=True, time_zone="UTC"
    )
    client, address = signed_in(recruiter), reverse("today_hand_over")

    dismissed = client.post(reverse("today_put_off"), {"thing": "people", "when": "not_mine"})
    assert dismissed["Location"] == f"{address}?thing=people"
    assert f"{address}?thing=people" in client.get(reverse("today")).content.decode()
    assert signed_in(manager).get(f"{address}?thing=people").status_code == 404
    client = signed_in(recruiter)
    wrong = client.post(address, {"thing": "people", "colleague": manager.public_id})
    assert wrong.status_code == 422

    client.post(address, {"thing": "people", "colleague": other.public_id})

    assert "People to tell" not in shown(recruiter, "mine")
    assert "People to tell" in shown(other, "mine")
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert "People to tell" in shown(recruiter, "mine")

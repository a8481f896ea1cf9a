"""The page of Today: its order, whose it is, what is new, and at what cost."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Job, Milestone
from config.today import blocks, context
from config.today.asks import SECTIONS
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
    StageFactory,
)
from tests.factories.candidates import (
    CandidateSkillFactory,
    DuplicateSuggestionFactory,
    FollowUpFactory,
)
from tests.factories.engagement import CampaignFactory, MessageFactory
from tests.factories.interviews import InterviewFactory


def test_long_block_says_how_many_more(recruiter):
    job = old_job()
    StageFactory(job=job)
    ApplicationFactory.create_batch(8, job=job, hear_by=day(0))

    block, _ = blocks(recruiter, timezone.now())

    assert (len(block.rows), block.more, block.total) == (6, 2, 8)
    block, _ = blocks(recruiter, timezone.now(), show="they-hear-by-today")
    assert (len(block.rows), block.more) == (8, 0)


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


def test_who_hears_next_week_is_counted_where_nothing_else_is_due(staff_client, recruiter):
    job = old_job(owner=recruiter)
    for days in (1, 7, 8):
        ApplicationFactory(job=job, hear_by=day(days), candidate__time_zone="UTC")

    html = staff_client.get(reverse("today")).content.decode()
    assert "2 people wait for news in the next seven days." in html

    ApplicationFactory(job=job, hear_by=day(0), candidate__time_zone="UTC")
    html = staff_client.get(reverse("today")).content.decode()
    assert "for news in the next seven days" not in html
    assert "1 more hears from us by tomorrow." in html


def test_times_are_shown_in_the_zone_of_the_user(db, signed_in):
    user = UserFactory(time_zone="Pacific/Auckland")

    with timezone.override(ZoneInfo("UTC")):
        html = signed_in(user).get(reverse("today")).content.decode()

    assert "Monday 23 November" in html
    assert Job.objects.count() == 0


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


def test_an_empty_page_says_who_waits_for_news_next_week(staff_client, recruiter):
    ApplicationFactory(
        job=old_job(owner=recruiter), hear_by=day(3), stage__milestone=Milestone.SCREENED
    )

    html = staff_client.get(reverse("today")).content.decode()

    assert "1 person waits for news in the next seven days." in html

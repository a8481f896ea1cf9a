"""What Today's first sentence counts as late is what the rows below it say of themselves."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from config.today import blocks, context
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.candidates import FollowUpFactory
from tests.factories.interviews import InterviewFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23 09:00Z", tick=False):
        yield


def day(offset):
    return timezone.now().date() + timedelta(days=offset)


def lead(user):
    return context(user, timezone.now())["lead"]


def marks(user):
    counted = [block for block in blocks(user, timezone.now()) if block.counts]
    return sorted(row.mark for block in counted for row in block.rows)


def test_a_request_is_late_from_the_day_after_its_last(privacy_officer):
    for offset in (-2, 0, 3):
        PrivacyRequestFactory(due_on=day(offset))

    assert marks(privacy_officer) == ["2 days late", "due in 3 days", "due today"]
    assert lead(privacy_officer) == "3 things due today, 1 late."


def test_answers_follow_ups_and_views_that_others_owe_are_late(recruiter):
    job = JobFactory(owner=recruiter, opened_at=timezone.now() - timedelta(days=100))
    for offset in (-3, 0):
        ApplicationFactory(job=job, hear_by=day(offset))
        FollowUpFactory(owner=recruiter, on=day(offset))
        ReviewFactory(
            application__job=job,
            application__hear_by=day(30),
            asked_by=recruiter,
            due_on=day(offset),
        )

    late = [mark for mark in marks(recruiter) if re.search(r"\blate\b", mark)]
    assert late == ["3 days late"] * 3
    assert lead(recruiter) == "5 things due today, 3 late."


def test_views_and_feedback_that_i_owe_are_late(hiring_manager, interviewer):
    for offset in (-1, 0):
        ReviewFactory(reviewer=hiring_manager, due_on=day(offset))
    for hours in (25, 23):
        InterviewFactory(
            held=True,
            starts_at=timezone.now() - timedelta(hours=hours + 1),
            panel=[interviewer],
        )

    assert marks(hiring_manager) == ["1 day late", "by Mon 23 Nov"]
    assert lead(hiring_manager) == "2 things due today, 1 late."
    assert marks(interviewer) == ["by Mon 10:00", "late"]
    assert lead(interviewer) == "2 things due today, 1 late."


def test_what_is_late_is_counted_where_only_some_rows_are_shown(recruiter):
    for offset in (*range(-8, 0), 0):
        FollowUpFactory(owner=recruiter, on=day(offset))

    assert lead(recruiter) == "9 things due today, 8 late."

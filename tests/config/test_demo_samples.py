"""What the demo company has a sample of, so that no page of the product is empty in it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from accounts.models import AuditEvent, User
from applications.actions.feedback_ratings import draw_sample
from applications.models import Application, FeedbackRating, Job, Letter, StageChange
from candidates.models import Candidate, PrivacyTask
from config.demo.seed import seed
from engagement.models import AddressClaim, Campaign, Survey
from tests.storage import one_private_storage

ANCHOR = datetime(2026, 11, 23, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def small_company(django_db_setup, django_db_blocker):
    one_private_storage()
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed(size="s", seed_number=4242, anchor=ANCHOR)
        transaction.set_rollback(True)


def test_feedback_was_rated_by_others_and_nothing_is_drawn_anew(small_company):
    ratings = FeedbackRating.objects.filter(is_sampled=True)

    assert ratings.exists()
    assert not ratings.filter(rated_by=F("letter__by")).exists()
    assert not FeedbackRating.objects.filter(rated_at__gt=ANCHOR).exists()
    assert not ratings.filter(rated_at__lt=F("letter__sent_at")).exists()
    assert not ratings.filter(sent_month__gte=ANCHOR.date().replace(day=1)).exists()
    has_last = ratings.filter(sent_month=datetime(2026, 10, 1, tzinfo=UTC).date()).exists()
    assert draw_sample(ANCHOR) == 0 or not has_last


def test_whoever_applied_by_the_form_had_a_receipt_at_once(small_company):
    receipts = Letter.objects.filter(kind=Letter.Kind.RECEIPT).select_related("application")
    by_form = Application.objects.filter(arrivals__isnull=False).distinct()

    assert receipts.values("application").distinct().count() == receipts.count()
    late = by_form.exclude(letters__in=receipts).filter(applied_at__lt=ANCHOR - timedelta(hours=1))
    assert not late.exists()
    for letter in receipts:
        assert letter.application.applied_at < letter.sent_at < ANCHOR
        assert letter.sent_at - letter.application.applied_at < timedelta(hours=1)


def test_the_officer_has_tasks_of_each_kind_open_and_settled(small_company):
    found = set(PrivacyTask.objects.values_list("kind", "outcome"))

    assert found == {
        ("minor", ""), ("minor", "minor"), ("minor", "of_age"),
        ("archived_wrote", ""), ("archived_wrote", "done"),
    }  # fmt: skip
    written = PrivacyTask.objects.filter(kind="archived_wrote")
    assert all(task.candidate.archived_at < task.at for task in written.select_related("candidate"))
    states = AddressClaim.objects.order_by("asked_at").values_list("state", flat=True)
    assert list(states) == ["refused", "checked", "open"]


def test_a_tenth_rests_in_the_archive_and_nothing_was_done_to_them_since(small_company):
    archived = Candidate.objects.archived()

    assert 15 <= archived.count() <= 25
    since = archived.filter(applications__closed_at__gt=F("archived_at"))
    assert not since.exclude(name="Tove Lindqvist").exists()
    assert not archived.filter(applications__closed_at=None, applications__isnull=False).exists()


def test_a_job_had_a_first_look_and_another_will_have_one(small_company):
    jobs = Job.objects.filter(first_look_hours__gt=0).order_by("opened_at")

    assert [(job.first_look_hours, job.status) for job in jobs] == [(24, "open"), (48, "draft")]
    assert jobs[0].public_at == jobs[0].opened_at + timedelta(hours=24)
    assert set(Campaign.objects.values_list("daily_ceiling", flat=True)) >= {None, 40}


def test_people_were_asked_and_wait(small_company):
    closes = ANCHOR - timedelta(days=21)

    assert Survey.objects.answered().exists()
    assert Survey.objects.filter(answered_at=None, sent_at__gt=closes).exists()


def test_the_trail_says_what_was_done_and_by_whom(small_company):
    trail = AuditEvent.objects.all()
    everybody = set(User.objects.values_list("email", flat=True))
    others = {"The candidate", "Perennial", "retention run", "demo data"}

    assert set(trail.values_list("actor", flat=True)) - others <= everybody
    assert not trail.filter(at__gt=ANCHOR).exclude(verb__in=_NOW).exists()
    moved = trail.filter(verb__in=["application.added", "application.moved"])
    assert moved.count() == StageChange.objects.count()
    closed = trail.filter(verb="application.rejected").values_list("subject_id", flat=True)
    rejected = Application.objects.filter(outcome="rejected").values_list("pk", flat=True)
    assert sorted(map(int, closed)) == sorted(rejected)


_NOW = ["demo.seeded", "retention.planned", "candidate.merged"]  # said as they are made

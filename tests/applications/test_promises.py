"""Promises: made, fallen due, kept, broken, lapsed, released. Their last day is one over there."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.jobs import hold_job, open_job
from applications.actions.promises import keep_promise, make_promise, release_promise
from applications.models import Promise
from applications.promises import kept_rate, latest_end
from applications.tasks import lapse_promises
from candidates.models import Activity
from tests.factories.applications import JobFactory, OfficeFactory, PromiseFactory, StageFactory
from tests.factories.candidates import ActivityFactory, CandidateFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOON = NOW.replace(hour=12)  # in Kiritimati it is the next day


def draft(**fields):
    job = JobFactory(draft=True, **fields)
    job.offices.add(OfficeFactory())
    StageFactory(job=job)
    return job


def states():
    return [promise.state for promise in Promise.objects.order_by("pk")]


@time_machine.travel(NOW, tick=False)
def test_a_promise_is_a_record_with_scope_end_and_owner(recruiter):
    candidate = CandidateFactory()

    promise = make_promise(
        candidate, families=[" Electrical ", "Electrical", "Data"], until=date(2027, 5, 3),
        by=recruiter, note="Asked for night shifts",
    )  # fmt: skip

    assert (promise.families, promise.until, promise.owner, promise.state) == (
        ["Electrical", "Data"],
        date(2027, 5, 3),
        recruiter,
        "open",
    )
    line = Activity.objects.get(kind="promise.made")
    assert line.text == "Promised to keep them in mind for Electrical, Data jobs until 3 May 2027."
    assert AuditEvent.objects.get().verb == "promise.made"


@time_machine.travel(NOW, tick=False)
def test_a_promise_cannot_outlast_what_we_may_keep(recruiter):
    candidate = CandidateFactory()  # may be kept for a year from 30 days ago
    without = CandidateFactory(without_consent=True)

    assert latest_end(candidate) == date(2027, 10, 23)
    assert latest_end(without) == date(2028, 11, 23)
    for families, until, code in [
        ([" "], date(2027, 1, 1), "no_family"),
        (["Data"], date(2026, 11, 23), "past"),
        (["Data"], date(2027, 10, 24), "too_long"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            make_promise(candidate, families=families, until=until, by=recruiter)
        assert refusal.value.code == code
    assert make_promise(
        candidate, families=["Data"], until=date(2027, 10, 23), by=recruiter
    ).until == date(2027, 10, 23)


@time_machine.travel(NOON, tick=False)
def test_a_job_that_opens_makes_promises_of_its_kind_due(recruiter):
    fits = PromiseFactory(families=["Data", "electrical"])
    other_kind = PromiseFactory(families=["Data"])
    ends_today = PromiseFactory(until=date(2026, 11, 23))
    over_there = PromiseFactory(until=date(2026, 11, 23), candidate__time_zone="Pacific/Kiritimati")
    settled = PromiseFactory(state="released")
    erased = PromiseFactory(candidate__erased=True)
    job = draft(title="Cable Technician", family="Electrical")

    open_job(job, by=recruiter)

    due = set(Promise.objects.due().values_list("pk", "due_at", "due_job"))
    assert due == {(fits.pk, NOON, job.pk), (ends_today.pk, NOON, job.pk)}
    for promise in (other_kind, over_there, settled, erased):
        before = promise.state
        promise.refresh_from_db()
        assert (promise.state, promise.due_job) == (before, None)
    line = fits.candidate.activities.get()
    assert (line.kind, line.text) == (
        "promise.due",
        "The promise to keep them in mind fell due: Cable Technician opened.",
    )


def test_opening_again_after_a_hold_makes_nothing_due(recruiter):
    job = draft(family="Electrical")
    open_job(job, by=recruiter)
    hold_job(job, by=recruiter)
    PromiseFactory()

    open_job(job, by=recruiter)

    assert states() == ["open"]


def test_keep_and_release(recruiter):
    due, running = PromiseFactory(due=True), PromiseFactory()

    assert keep_promise(due, by=recruiter).state == "kept"
    assert release_promise(running, by=recruiter).state == "released"

    for action, promise in [
        (keep_promise, due),
        (keep_promise, running),
        (release_promise, due),
        (release_promise, running),
        (keep_promise, PromiseFactory()),
    ]:
        with pytest.raises(ValidationError) as refusal:
            action(promise, by=recruiter)
        assert refusal.value.code == "not_due"


@pytest.mark.parametrize(("hours", "state"), [(71, "due"), (73, "broken")])
def test_a_due_promise_without_contact_is_broken_after_72_hours(hours, state):
    promise = PromiseFactory(due=True, due_at=timezone.now() - timedelta(hours=hours))

    lapse_promises()

    promise.refresh_from_db()
    assert promise.state == state


@pytest.mark.parametrize("kind", ["message.handed", "contact.called", "application.added"])
def test_contact_after_it_fell_due_keeps_a_promise(kind):
    due_at = timezone.now() - timedelta(hours=100)
    kept, broken = PromiseFactory(due=True, due_at=due_at), PromiseFactory(due=True, due_at=due_at)
    ActivityFactory(candidate=kept.candidate, kind=kind, at=due_at + timedelta(hours=1))
    ActivityFactory(candidate=broken.candidate, kind=kind, at=due_at - timedelta(hours=1))

    counts = lapse_promises()

    assert counts == {"kept": 1, "broken": 1, "lapsed": 0}
    assert states() == ["kept", "broken"]
    assert kept.candidate.activities.get(kind="promise.kept").text == (
        "The promise to keep them in mind was kept: we were in contact."
    )


def test_a_reply_keeps_a_promise():
    due_at = timezone.now() - timedelta(hours=1)
    PromiseFactory(due=True, due_at=due_at, candidate__last_contact_at=timezone.now())

    assert lapse_promises() == {"kept": 1, "broken": 0, "lapsed": 0}


def test_a_promise_holds_until_its_day_is_over_in_auckland():
    """A-21: recruiter in Bristol, worker in UTC, person in Auckland."""
    PromiseFactory(until=date(2026, 11, 24), candidate__time_zone="Pacific/Auckland")

    with time_machine.travel("2026-11-24 10:59Z", tick=False):  # 23:59 there
        assert lapse_promises()["lapsed"] == 0
    with time_machine.travel("2026-11-24 11:00Z", tick=False):
        assert lapse_promises()["lapsed"] == 1
    assert states() == ["lapsed"]


def test_settling_twice_changes_nothing_more():
    PromiseFactory(due=True, due_at=timezone.now() - timedelta(days=9))
    PromiseFactory(until=timezone.now().date() - timedelta(days=9))
    lapse_promises()
    lines, events = Activity.objects.count(), AuditEvent.objects.count()

    assert lapse_promises() == {"kept": 0, "broken": 0, "lapsed": 0}
    assert (Activity.objects.count(), AuditEvent.objects.count()) == (lines, events) == (2, 2)


def test_kept_rate_counts_only_what_was_settled():
    assert [kept_rate(3, 1), kept_rate(0, 2), kept_rate(2, 0), kept_rate(0, 0)] == [
        75,
        0,
        100,
        None,
    ]

"""Promises: made, fallen due, kept, broken, lapsed, released. Their last day is one over there."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.closing import hire
from applications.actions.jobs import hold_job, open_job
from applications.actions.promise_ledger import settle_overdue
from applications.actions.promises import (
    extend_promise,
    hand_over,
    keep_promise,
    make_promise,
    release_promise,
)
from applications.models import Promise
from applications.promises import kept_rate, latest_end
from applications.tasks import lapse_promises
from candidates.actions.archive import archive_candidate
from candidates.models import Activity
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    OfficeFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import ActivityFactory, CandidateFactory, GroundEventFactory

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


def test_a_call_keeps_a_due_promise_and_is_logged(recruiter):
    due = PromiseFactory(due=True, due_at=timezone.now() - timedelta(hours=3))

    kept = keep_promise(due, "called", "Wants to talk on Monday.", by=recruiter)

    assert (kept.state, kept.why) == ("kept", "contact")
    said = due.candidate.activities.order_by("pk").values_list("kind", "text")
    assert list(said) == [
        ("contact.called", "Logged a call. Wants to talk on Monday."),
        ("promise.kept", "The promise to keep them in mind was kept."),
    ]
    refused("not_due", keep_promise, due, "called", by=recruiter)
    refused("not_due", keep_promise, PromiseFactory(), "called", by=recruiter)


@pytest.mark.parametrize("hours", [-1, 73])
def test_contact_before_it_fell_due_or_after_72_hours_keeps_nothing(recruiter, hours):
    due_at = timezone.now() - timedelta(hours=80)
    due = PromiseFactory(due=True, due_at=due_at)

    at = due_at + timedelta(hours=hours)
    refused("not_in_time", keep_promise, due, "called", by=recruiter, at=at)
    assert states() == ["due"]
    assert not due.candidate.activities.exists()


def test_a_promise_is_released_in_their_words(recruiter):
    running = PromiseFactory()

    gone = release_promise(running, "asked", " Found  a job. ", by=recruiter)

    assert (gone.state, gone.why, gone.words) == ("released", "asked", "Found a job.")
    assert running.candidate.activities.get().text == (
        "The promise to keep them in mind was released: they asked for it. Found a job."
    )
    refused("not_due", release_promise, running, "asked", "Again.", by=recruiter)
    other = PromiseFactory()
    refused("no_words", release_promise, other, "asked", " ", by=recruiter)
    refused("no_words", release_promise, other, "silence", "Why.", by=recruiter)
    refused("too_long", release_promise, other, "asked", "x" * 301, by=recruiter)


@time_machine.travel(NOW, tick=False)
def test_a_promise_is_extended_as_far_as_we_may_keep_them(recruiter):
    promise = PromiseFactory(until=date(2027, 3, 1))

    assert extend_promise(promise, date(2027, 10, 23), by=recruiter).until == date(2027, 10, 23)

    assert promise.candidate.activities.get().text == (
        "The promise to keep them in mind was extended until 23 October 2027."
    )
    refused("not_longer", extend_promise, promise, date(2027, 10, 23), by=recruiter)
    refused("too_long", extend_promise, promise, date(2027, 10, 24), by=recruiter)
    over = PromiseFactory(until=date(2026, 11, 1))
    refused("past", extend_promise, over, date(2026, 11, 23), by=recruiter)
    settled = PromiseFactory(state="kept", until=date(2027, 3, 1))
    refused("not_due", extend_promise, settled, date(2027, 5, 1), by=recruiter)


def test_promises_are_handed_over_one_or_many(recruiter, hiring_manager):
    mine, theirs, settled = PromiseFactory(), PromiseFactory(owner=recruiter), PromiseFactory(
        state="kept"
    )  # fmt: skip

    assert hand_over([mine, theirs, settled], recruiter, by=recruiter) == 1

    assert set(Promise.objects.filter(owner=recruiter)) == {mine, theirs}
    event = AuditEvent.objects.get()
    assert event.changes == {"owner": [mine.owner.email, recruiter.email]}
    refused("not_theirs", hand_over, [mine], hiring_manager, by=recruiter)
    recruiter.is_active = False
    refused("not_theirs", hand_over, [mine], recruiter, by=recruiter)


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


@pytest.mark.parametrize(("hours", "state"), [(71, "due"), (73, "broken")])
def test_a_due_promise_without_contact_is_broken_after_72_hours(hours, state):
    promise = PromiseFactory(due=True, due_at=timezone.now() - timedelta(hours=hours))

    lapse_promises()

    promise.refresh_from_db()
    assert promise.state == state


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("message.handed", {"job": "a"}),
        ("contact.called", {}),
        ("contact.replied", {}),
        ("interview.chosen", {}),
        ("extension.kept", {}),
        ("application.added", {"themselves": True}),
    ],
)
def test_contact_within_72_hours_keeps_a_promise(kind, data):
    due_at = timezone.now() - timedelta(hours=100)
    hours = {"kept": 71, "too early": -1, "too late": 73}
    for after in hours.values():
        promise = PromiseFactory(due=True, due_at=due_at)
        at = due_at + timedelta(hours=after)
        ActivityFactory(candidate=promise.candidate, kind=kind, data=data, at=at)

    counts = lapse_promises()

    assert counts == {"kept": 1, "broken": 2, "lapsed": 0}
    assert states() == ["kept", "broken", "broken"]
    kept = Promise.objects.get(state="kept")
    assert kept.candidate.activities.get(kind="promise.kept").text == (
        "The promise to keep them in mind was kept: we were in contact."
    )


@pytest.mark.parametrize(
    "lines",
    [
        [("message.handed", {"message": "m"})],  # about something else than a job
        [("message.handed", {"message": "m", "job": "a"}), ("message.bounced", {"message": "m"})],
        [("message.withheld", {"message": "m", "job": "a"})],
        [("application.added", {"themselves": False})],
        [("preference.changed", {})],
    ],
)
def test_what_is_no_contact_keeps_nothing(lines):
    due_at = timezone.now() - timedelta(hours=100)
    promise = PromiseFactory(due=True, due_at=due_at)
    for kind, data in lines:
        at = due_at + timedelta(hours=1)
        ActivityFactory(candidate=promise.candidate, kind=kind, data=data, at=at)

    assert lapse_promises() == {"kept": 0, "broken": 1, "lapsed": 0}


def test_a_promise_lapses_with_what_we_may_keep_and_comes_back_with_it(recruiter):
    """The question before the end names the promise; silence and no both end it, an undo not."""
    candidate, archived = CandidateFactory(), CandidateFactory()
    kept_in_mind = PromiseFactory(candidate=candidate)
    nothing_agreed = PromiseFactory(candidate__without_consent=True)
    gone = PromiseFactory(candidate=archived, due=True)
    archive_candidate(archived, "expired", by="retention")
    now = timezone.now()
    withdrawn = GroundEventFactory(
        candidate=candidate, purpose="pool", kind="withdrawn", occurred_at=now
    )

    assert settle_overdue(now) == {"kept": 0, "broken": 0, "lapsed": 2}

    assert states() == ["lapsed", "open", "lapsed"]
    kept_in_mind.refresh_from_db()
    assert kept_in_mind.why == "ground"
    assert nothing_agreed.state == "open"
    back = now + timedelta(minutes=5)
    GroundEventFactory(
        candidate=candidate, purpose="pool", kind="restored", occurred_at=back,
        expires_at=now + timedelta(days=200),
    )  # fmt: skip
    assert withdrawn.occurred_at < back
    settle_overdue(back)
    kept_in_mind.refresh_from_db()
    assert (kept_in_mind.state, kept_in_mind.why, kept_in_mind.settled_at) == ("open", "", None)
    gone.refresh_from_db()
    assert gone.state == "lapsed"


def test_people_in_the_archive_are_promised_nothing_by_a_job_that_opens(recruiter):
    archived = PromiseFactory()
    archive_candidate(archived.candidate, "expired", by="retention")

    open_job(draft(family="Electrical"), by=recruiter)

    assert states() == ["open"]


@pytest.mark.parametrize(("hours", "state"), [(71, "kept"), (73, "released")])
def test_a_hire_keeps_the_promise_that_its_job_made_due_in_time(recruiter, hours, state):
    application = ApplicationFactory()
    StageFactory(job=application.job)
    PromiseFactory(
        candidate=application.candidate,
        due=True,
        due_job=application.job,
        due_at=timezone.now() - timedelta(hours=hours),
    )

    hire(application, by=recruiter)

    assert Promise.objects.values_list("state", "why").get() == (state, "hired")


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


def test_kept_rate_counts_only_what_was_settled_and_not_a_few():
    rates = [kept_rate(9, 3), kept_rate(0, 10), kept_rate(10, 0), kept_rate(9, 0), kept_rate(0, 0)]
    assert rates == [75, 0, 100, None, None]

"""Whatever happens, in whatever order: a promise is in one state, and the counts add up."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from applications.actions.applications import add_application
from applications.actions.closing import hire, reopen
from applications.actions.jobs import hold_job, open_job
from applications.actions.promise_ledger import settle_overdue
from applications.actions.promises import (
    extend_promise,
    keep_promise,
    make_promise,
    release_promise,
)
from applications.actions.shapes import copy_job
from applications.models import Application, Job, Promise
from applications.models.promises import KEPT_WITHIN
from applications.promises import latest_end, ledger
from candidates.actions.contact import log_contact
from candidates.actions.erasure import erase_candidate
from candidates.actions.merging import merge_people
from candidates.models import Activity, Candidate
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import JobFactory, OfficeFactory, StageFactory
from tests.factories.candidates import CandidateFactory

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
State = Promise.State
# What each state asks of the other columns: fell due, settled, said why.
SHAPES = {
    State.OPEN: {(False, False, False)},
    State.DUE: {(True, False, False)},
    State.KEPT: {(True, True, True)},
    State.BROKEN: {(True, True, True)},
    State.LAPSED: {(False, True, True), (True, True, True)},
    State.RELEASED: {(False, True, True), (True, True, True)},
}


class House:
    """Three people, two kinds of work, and whatever befalls them."""

    def __init__(self, traveller: Any) -> None:
        self.traveller, self.now = traveller, START
        self.by = UserFactory()
        self.office = OfficeFactory()
        self.people = CandidateFactory.create_batch(3)
        self.made = 0

    def steps(self) -> dict[str, Callable[[int], None]]:
        return {
            name.removeprefix("step_"): getattr(self, name)
            for name in dir(self)
            if name.startswith("step_")
        }

    def step_promise(self, number: int) -> None:
        candidate = self.person(number)
        family = ["Electrical", "Data"][number % 2]
        until = min(latest_end(candidate), (self.now + timedelta(days=30 + number)).date())
        make_promise(candidate, families=[family], until=until, by=self.by)
        self.made += 1

    def step_open_job(self, number: int) -> None:
        job = JobFactory(draft=True, family=["electrical", "Data"][number % 2])
        job.offices.add(self.office)
        StageFactory(job=job)
        open_job(job, by=self.by)

    def step_reopen_or_copy(self, number: int) -> None:
        job = self.one(Job.objects.exclude(opened_at=None), number)
        if number % 2:
            job = copy_job(job, title="The same again", by=self.by)
        elif job.is_open:
            job = hold_job(job, by=self.by)
        open_job(job, by=self.by)

    def step_contact(self, number: int) -> None:
        log_contact(self.person(number), "called", "", by=self.by)

    def step_keep(self, number: int) -> None:
        keep_promise(self.one(Promise.objects.all(), number), "replied", by=self.by)

    def step_release(self, number: int) -> None:
        release_promise(self.one(Promise.objects.all(), number), "asked", "No.", by=self.by)

    def step_extend(self, number: int) -> None:
        promise = self.one(Promise.objects.all(), number)
        extend_promise(promise, promise.until + timedelta(days=9), by=self.by)

    def step_hours(self, number: int) -> None:
        self.now += timedelta(hours=1 + number * 7)
        self.traveller.move_to(self.now)

    def step_months(self, number: int) -> None:
        self.now += timedelta(days=30 + number)
        self.traveller.move_to(self.now)

    def step_settle(self, number: int) -> None:
        settle_overdue(self.now)

    def step_apply(self, number: int) -> None:
        job = self.one(Job.objects.open(), number)
        add_application(self.person(number), job, by=self.by, applied_themselves=bool(number % 2))

    def step_hire(self, number: int) -> None:
        hire(self.one(Application.objects.open(), number), by=self.by)

    def step_unhire(self, number: int) -> None:
        reopen(self.one(Application.objects.filter(outcome="hired"), number), by=self.by)

    def step_merge(self, number: int) -> None:
        merge_people(self.person(number), self.person(number + 1), by=self.by)

    def step_erase(self, number: int) -> None:
        erase_candidate(self.person(number), by=self.by)

    def person(self, number: int) -> Candidate:
        return self.one(Candidate.objects.live(), number)

    def one(self, found, number: int):
        rows = list(found.order_by("pk"))
        if not rows:
            raise ValidationError("Nobody is left.", code="none")
        return rows[number % len(rows)]

    def check(self) -> None:
        counts = ledger(self.by)
        assert sum(counts.values()) == self.made
        for promise in Promise.objects.all():
            shape = (bool(promise.due_at), bool(promise.settled_at), bool(promise.why))
            assert shape in SHAPES[State(promise.state)]
            if promise.state == State.KEPT:
                assert self.was_in_contact(promise)
        # Nobody has two promises that fell due for one job or for what continues it.
        told = Promise.objects.filter(state__in=[State.DUE, State.KEPT]).exclude(due_job=None)
        moments: dict[tuple[int, int], set[datetime]] = {}
        for promise in told.select_related("due_job"):
            root = promise.due_job.copied_from_id or promise.due_job_id
            moments.setdefault((promise.pk, root), set()).add(promise.due_at)
        assert all(len(found) == 1 for found in moments.values())

    def was_in_contact(self, promise: Promise) -> bool:
        end = promise.due_at + KEPT_WITHIN
        if promise.why == Promise.Why.HIRED and promise.settled_at <= end:
            return True
        lines = Activity.objects.filter(
            candidate=promise.candidate, at__gte=promise.due_at, at__lte=end
        )
        return any(
            line.kind in {"contact.called", "contact.replied"}
            or (line.kind == "application.added" and line.data.get("themselves"))
            for line in lines
        )


STEPS = sorted(name.removeprefix("step_") for name in vars(House) if name.startswith("step_"))


@pytest.mark.django_db
@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    wanted=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=5, max_size=25)
)
def test_a_promise_is_in_one_state_and_kept_only_by_contact(wanted):
    first = [("promise", 0), ("promise", 1), ("open_job", 0)]
    with transaction.atomic(), time_machine.travel(START, tick=False) as traveller:
        OrganisationFactory()
        house = House(traveller)
        steps = house.steps()
        for name, number in [*first, *wanted]:
            with suppress(ValidationError), transaction.atomic():
                steps[name](number)
            house.check()
        transaction.set_rollback(True)

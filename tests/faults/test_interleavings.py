"""Whatever happens in whatever order, and wherever a worker dies: the laws of sending hold.

A machine enrols, sends, stops, merges, erases and kills at random, on the real database, Redis and
mail server, and looks at the laws after each. Here it tells the same 12 stories each time;
`INTERLEAVINGS=500` tells as many new ones.
"""

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import ClassVar

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from applications.actions import closing
from applications.actions.applications import add_application
from applications.actions.jobs import end_job, hold_job, open_job
from applications.models import Application
from candidates.actions.erasure import erase_candidate
from candidates.actions.merging import merge_people, unmerge_people
from candidates.models import Candidate, GroundEvent, Merge, PreferenceChange
from engagement import delivery, next_versions
from engagement.actions import enrolments, lifecycle, messages, preferences, versions
from engagement.actions.incoming import read_incoming, receive_message
from engagement.choices import Choices
from engagement.delivery import lanes
from engagement.models import Campaign, Message, Reply
from tests.engagement.mails import mail
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory, OfficeFactory, StageFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, StepFactory
from tests.faults.conftest import MONDAY
from tests.faults.interrupted import Interrupted, deliver, die, nothing
from tests.faults.laws import Laws
from tests.faults.points import POINTS
from tests.faults.server import Server

NEW_STORIES = int(os.environ.get("INTERLEAVINGS", "0"))
STORIES = NEW_STORIES or 12
STEPS = 20

EVENTS = [
    "unsubscribe", "pause_themselves", "take_back", "apply", "withdraw", "reply", "answer_done",
    "merge", "merge", "unmerge", "erase", "pause", "resume", "stop", "hold_or_open_job",
    "close_job", "empty_redis", "settle", "new_version",
]  # fmt: skip
which = st.integers(0, 5)


class Interleavings(RuleBasedStateMachine):
    """Six records, of which two may be one person; two jobs; up to three campaigns at once."""

    server: ClassVar[Server]
    clock: ClassVar[time_machine.Traveller]
    totals: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.is_well = True
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE candidates_candidate, applications_job CASCADE")
        self.server.seen.clear()
        self.clock.move_to(MONDAY)
        self.laws = Laws(self.server.seen)
        self.by = UserFactory()
        self.jobs = [JobFactory(owner=self.by) for _ in range(2)]
        for job in self.jobs:
            job.offices.add(OfficeFactory())
            StageFactory(job=job)
        self.people = [
            CandidateFactory(email__address=f"person-{number}@mail.example", nurture__kind=kind)
            for number, kind in enumerate(["granted"] * 5 + ["expired"])
        ]
        self.enrol(people=set(range(6)), job=0, steps=2)

    def teardown(self) -> None:
        if getattr(self, "is_well", False):
            self.it_all_ends()

    # What a rule does, and what may happen in the middle of a worker's round.

    def act(self, action, *arguments) -> None:
        """Do something that may be refused, and look at the laws before it and after it."""
        self.laws.look()
        with suppress(ValidationError):
            action(*arguments)
            self.totals[action.__name__] += 1
        self.laws.look()

    def person(self, number: int) -> Candidate:
        person = Candidate.objects.get(pk=self.people[number].pk)
        return person.merged_into or person

    def unsubscribe(self, number: int) -> None:
        person = self.person(number)
        preferences.reduce(person, Choices(stopped=True), channel=GroundEvent.Channel.ONE_CLICK)
        self.laws.stopped(person)

    def pause_themselves(self, number: int) -> None:
        person = self.person(number)
        until = timezone.localdate() + timedelta(days=20)
        change = preferences.reduce(
            person, Choices(paused_until=until), channel=GroundEvent.Channel.LINK
        )
        if change:
            self.laws.stopped(person)

    def take_back(self, number: int) -> None:
        person = self.person(number)
        if change := PreferenceChange.objects.filter(candidate=person).order_by("pk").last():
            preferences.undo(person, change.public_id)

    def apply(self, number: int) -> None:
        person = self.person(number)
        if person.erased_at is None:
            add_application(person, self.jobs[number % 2], by=self.by)
            self.laws.stopped(person, but_merged=True)

    def withdraw(self, number: int) -> None:
        if application := Application.objects.filter(candidate=self.person(number)).last():
            closing.withdraw(application, by=self.by)

    def reply(self, number: int) -> None:
        person = self.person(number)
        sent = Message.objects.filter(candidate=person, purpose="nurture", state="handed").last()
        if sent:
            receive_message(mail("Yes.", answers=sent), source="hook")
            assert read_incoming() == 1
            self.laws.stopped(person, but_merged=True)

    def answer_done(self, number: int) -> None:
        Reply.objects.filter(candidate=self.person(number)).update(
            is_open=False, done_at=timezone.now()
        )

    def merge(self, number: int) -> None:
        pair = (self.people[number], self.people[number ^ 1])
        merge_people(*(Candidate.objects.get(pk=each.pk) for each in pair), by=self.by)

    def unmerge(self, number: int) -> None:
        if merge := Merge.objects.filter(undone_at=None).last():
            unmerge_people(merge, by=self.by)

    def erase(self, number: int) -> None:
        if number:  # of one person in six, or soon nobody is left
            return
        erase_candidate(self.person(number), by=self.by, withdraw=True)

    def pause(self, number: int) -> None:
        if campaign := Campaign.objects.filter(state__in=["holding", "running"]).last():
            lifecycle.pause(campaign, by=self.by)

    def resume(self, number: int) -> None:
        if campaign := Campaign.objects.filter(state="paused").first():
            lifecycle.resume(campaign, by=self.by)

    def stop(self, number: int) -> None:
        if campaign := Campaign.objects.filter(state__in=["running", "paused"]).first():
            lifecycle.stop(campaign, by=self.by)

    def hold_or_open_job(self, number: int) -> None:
        job = self.jobs[number % 2]
        job.refresh_from_db()
        (hold_job if job.is_open else open_job)(job, by=self.by)

    def close_job(self, number: int) -> None:
        if number:
            return
        end_job(self.jobs[number % 2], "closed", by=self.by)

    def empty_redis(self, number: int) -> None:
        backend = cache._cache.get_client(write=True)
        if keys := list(backend.scan_iter(cache.make_key("*"))):
            backend.delete(*keys)

    def settle(self, number: int) -> None:
        message = Message.objects.filter(state="uncertain").last()
        if message is None:
            return
        arrived = bool(number % 2)
        messages.settle_uncertain(message, arrived=arrived, by=self.by)
        name = str(message.public_id)
        if arrived:
            self.laws.said_arrived.add(name)
        elif self.server.seen[name] > self.laws.again[name]:
            self.laws.again[name] = self.server.seen[name]

    def new_version(self, number: int) -> None:
        campaign = Campaign.objects.filter(state__in=["running", "paused"]).first()
        if campaign is None:
            return
        step = campaign.steps.get(position=min(1 + number % 2, campaign.steps.count()))
        text = f"Version {step.versions.count() + 2}."
        version = versions.write(campaign, step.position, subject="New", text=text, by=self.by)
        seen = next_versions.fingerprint(version)
        versions.approve(campaign, step.position, by=self.by, seen=seen, reaches_inside=True)

    # The rules.

    @rule(people=st.sets(which, min_size=2), job=which, steps=st.integers(1, 2))
    def enrol(self, people, job, steps):
        if Campaign.objects.filter(state__in=["holding", "running"]).count() > 2:
            return
        chosen = [self.people[number] for number in sorted(people)]
        campaign = CampaignFactory(job=self.jobs[job % 2], by=self.by, people=chosen)
        for position in range(1, steps + 1):
            StepFactory(
                campaign=campaign, position=position, wait_days=position - 1,
                template_version__text="Version 1.",
            )  # fmt: skip
        self.act(approve, campaign, self.by)
        self.clock.shift(61)
        lifecycle.tick()

    @rule(number=which, what=st.sampled_from(EVENTS))
    def something_happens(self, number, what):
        self.act(getattr(self, what), number)

    @rule(
        days=st.sampled_from([0, 0, 1, 3]),
        point=st.sampled_from(POINTS),
        after=st.integers(0, 2),
        number=which,
        what=st.sampled_from(["nothing", *["death"] * 6, *EVENTS]),
    )
    def a_morning_comes(self, days, point, after, number, what):
        """The beat ticks and a worker sends; in the middle of it, it dies or something happens."""
        self.clock.shift(timedelta(days=days))
        delivery.reap()
        enrolments.carry_stops()
        lifecycle.tick()
        if what == "nothing":
            self.round()
        elif what == "death":
            self.totals["workers that died"] += self.round(point, after, die)
        else:
            event = partial(self.act, getattr(self, what), number)
            self.totals["things in the middle"] += self.round(point, after, event)

    def round(self, point="", after=0, then=nothing) -> bool:
        """Deliver what is due. Returns whether what was planned for the middle of it took place."""
        was_reached = deliver(point, after, then)
        self.laws.look()
        return was_reached

    @invariant()
    def the_laws_hold(self):
        if not hasattr(self, "laws"):
            return
        self.is_well = False
        self.laws.look()
        self.is_well = True

    def it_all_ends(self) -> None:
        """Let everything come to its end, and see that each message has one with a name."""
        for campaign in Campaign.objects.filter(state="paused"):
            with suppress(ValidationError):
                lifecycle.resume(campaign, by=self.by, reason="Looked into it.")
        to_monday = 7 - timezone.now().weekday()
        # A message may wait for the cap of 90 days (13 weeks), and a Monday may be a holiday.
        waits = (0, to_monday, 7, 7, 7, 91, 7, 7, 7, 7)
        for wait in (timedelta(days=days) for days in waits):
            self.clock.shift(wait)
            delivery.reap()
            enrolments.carry_stops()
            lifecycle.tick()
            self.round()
        lifecycle.tick()
        self.laws.are_over()
        for state in Message.objects.values_list("state", flat=True):
            self.totals[f"message {state}"] += 1


def approve(campaign: Campaign, by) -> None:
    lifecycle.approve(campaign, by=by)


@pytest.mark.timeout(120 + 4 * STORIES)
def test_the_laws_of_sending_hold_in_whatever_order_things_happen(
    server, clock, monkeypatch, settings
):
    settings.MAIL_CONNECTIONS = 2
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    monkeypatch.setattr(lanes, "transport_for_settings", Interrupted)
    Interleavings.server, Interleavings.clock = server, clock

    run_state_machine_as_test(Interleavings, settings=_profile())

    print(dict(sorted(Interleavings.totals.items())))
    assert Interleavings.totals["approve"] >= STORIES


def _profile() -> settings:
    return settings(
        max_examples=STORIES,
        derandomize=not NEW_STORIES,
        stateful_step_count=STEPS,
        phases=[Phase.generate],  # shrinking takes minutes; the steps that failed are shown
        suppress_health_check=list(HealthCheck),
    )

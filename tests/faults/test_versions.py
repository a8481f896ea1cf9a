"""A new version is approved while people come in, emails leave, and workers die: one email each."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from engagement import delivery, next_versions, tasks
from engagement.actions import intake, versions
from engagement.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory
from tests.faults.conftest import TIMES, counts, workers

KILLS = 4 * TIMES
PEOPLE = 250  # more than a worker takes in hand at once
FIRST = 20  # were taken by the mail server when somebody approves


def wait_for_the_first(server):
    while len(server.seen) < FIRST:
        time.sleep(0.002)


def come_in(server, pool, people):
    """Let them match one after the other, one half before the first emails left."""
    for number, person in enumerate(people):
        PoolMembershipFactory(pool=pool, candidate=person, state="member")
        if number == len(people) // 2:
            wait_for_the_first(server)
        if number % 10 == 0:
            intake.look(timezone.now())


def at_once(*works):
    """Do these at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(works))

    def closing(work):
        try:
            start.wait()
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=closing, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("reaches_inside", [False, True])
def test_an_approval_among_intake_delivery_and_kills_sends_each_one_version_once(
    server, clock, reaches_inside
):
    pool, writer, approver = TalentPoolFactory(), UserFactory(), UserFactory()
    campaign = CampaignFactory(
        kind="pool", pool=pool, job=None, running=True, with_step=True, takes_in_later=True,
        most_a_day=10_000, first_batch_checked_at=timezone.now(),
    )  # fmt: skip
    for person in CandidateFactory.create_batch(PEOPLE):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))
    coming = CandidateFactory.create_batch(PEOPLE)
    version = versions.write(campaign, 1, subject="New", text="The new words.", by=writer)
    seen = next_versions.fingerprint(version)

    def approve():
        wait_for_the_first(server)
        versions.approve(campaign, 1, by=approver, seen=seen, reaches_inside=reaches_inside)

    killed = []
    at_once(
        lambda: killed.append(workers(server, kills=KILLS, point="armed")),
        approve,
        lambda: come_in(server, pool, coming),
        lambda: intake.look(timezone.now()),
    )
    intake.look(timezone.now())
    clock.shift(timedelta(minutes=10))  # every lease has run out
    delivery.reap()
    tasks.deliver()

    found = counts(server)
    said = Counter(Message.objects.values_list("step_version__number", flat=True))
    print(f"{killed[0]} killed, {said[None]} emails of the first version, {said[2]} of the second")
    assert killed[0] >= KILLS - 1
    assert found.planned == 2 * PEOPLE
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain == 2 * PEOPLE
    before = Message.objects.filter(enrolment__enrolled_at__lt=campaign.approved_at)
    assert before.count() == PEOPLE
    assert before.filter(step_version=None).count() >= (FIRST if reaches_inside else PEOPLE)
    for message in Message.objects.exclude(text=""):
        assert ("The new words." in message.text) == (message.step_version_id == version.pk)

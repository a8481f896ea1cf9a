"""A new version is approved while people come in, emails leave, and workers die: one email each."""

import threading
from datetime import timedelta

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
PEOPLE = 20 * TIMES


def test_an_approval_among_intake_delivery_and_kills_sends_each_one_version_once(server, clock):
    pool, writer = TalentPoolFactory(), UserFactory()
    campaign = CampaignFactory(
        kind="pool", pool=pool, job=None, running=True, with_step=True, takes_in_later=True,
        most_a_day=10_000, first_batch_checked_at=timezone.now(),
    )  # fmt: skip
    for person in CandidateFactory.create_batch(PEOPLE):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))
    for person in CandidateFactory.create_batch(PEOPLE):
        PoolMembershipFactory(pool=pool, candidate=person, state="member")
    version = versions.write(campaign, 1, subject="New", text="The new words.", by=writer)
    seen, start = next_versions.fingerprint(version), threading.Barrier(4)

    def in_a_thread(work):
        def closing():
            try:
                start.wait()
                work()
            finally:
                connection.close()

        thread = threading.Thread(target=closing)
        thread.start()
        return thread

    approver = UserFactory()
    killed = []
    threads = [
        in_a_thread(lambda: killed.append(workers(server, kills=KILLS, point="armed"))),
        in_a_thread(lambda: versions.approve(campaign, 1, by=approver, seen=seen)),
        in_a_thread(lambda: intake.look(timezone.now())),
        in_a_thread(lambda: intake.look(timezone.now())),
    ]
    for thread in threads:
        thread.join()
    intake.look(timezone.now())
    clock.shift(timedelta(minutes=10))  # every lease has run out
    delivery.reap()
    tasks.deliver()

    found = counts(server)
    print(f"{killed[0]} killed")
    assert killed[0] >= KILLS - 1
    assert found.planned == 2 * PEOPLE
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain == 2 * PEOPLE
    inside = Message.objects.filter(step_version=None)
    assert inside.filter(enrolment__enrolled_at__lt=campaign.approved_at).count() == PEOPLE
    for message in Message.objects.exclude(text=""):
        assert ("The new words." in message.text) == (message.step_version_id == version.pk)

"""Looks for people who match later that die in the middle, or race: nobody twice, nobody lost."""

import subprocess
import sys
import threading

from django.db import connection
from django.utils import timezone

from candidates.models import Candidate
from engagement import delivery, tasks
from engagement.actions import intake, lifecycle
from engagement.models import Decision, Enrolment, Message
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory
from tests.faults.conftest import ROOT, TIMES, Counts, counts, environment

KILLS = 8 * TIMES
PEOPLE = 30 * TIMES


def switched_on():
    pool = TalentPoolFactory()
    campaign = CampaignFactory(
        kind="pool", pool=pool, job=None, running=True, with_step=True, takes_in_later=True,
        most_a_day=10_000, first_batch_checked_at=timezone.now(),
    )  # fmt: skip
    for person in CandidateFactory.create_batch(PEOPLE):
        PoolMembershipFactory(pool=pool, candidate=person, state="member")
    return campaign


def test_a_look_that_is_killed_anywhere_takes_nobody_in_twice_and_loses_nobody(server):
    campaign = switched_on()

    killed = int(
        subprocess.run(
            [sys.executable, "-m", "tests.faults.enter", str(KILLS)],
            env=environment(server),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    tasks.deliver()

    people = sorted(Candidate.objects.values_list("pk", flat=True))
    assert killed == KILLS
    assert sorted(campaign.enrolments.values_list("candidate", flat=True)) == people
    assert sorted(
        Decision.objects.filter(phase="planning").values_list("candidate", flat=True)
    ) == (people)
    assert counts(server) == Counts(PEOPLE, PEOPLE, PEOPLE, 0, 0, 0)


def test_many_looks_at_once_and_a_pause_between_them(server):
    """Whoever came in before the pause is held with it; nobody comes in after its commit."""
    campaign = switched_on()
    start = threading.Barrier(6)

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

    threads = [in_a_thread(lambda: intake.look(timezone.now())) for _ in range(5)]
    threads.append(in_a_thread(lambda: lifecycle.pause(campaign, by="test")))
    for thread in threads:
        thread.join()
    came = Enrolment.objects.count()
    delivery.reap()
    tasks.deliver()

    print(f"{came} came in before the pause")
    assert came in {0, PEOPLE}
    assert Message.objects.filter(state="planned").count() == came
    assert (intake.look(timezone.now()), len(server.seen)) == (0, 0)

"""Planning that dies in the middle, or races: nobody comes in twice, nobody's message is lost."""

import subprocess
import sys
import threading

from django.db import connection
from django.utils import timezone

from candidates.models import Candidate
from engagement import delivery, tasks
from engagement.actions import intake, lifecycle
from engagement.models import Campaign, Decision, Enrolment, Message
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    MessageFactory,
    OpeningRuleFactory,
    StepFactory,
)
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory
from tests.faults.conftest import ROOT, TIMES, Counts, counts, environment, planned

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

    killed = run(server, "look")
    tasks.deliver()

    people = sorted(Candidate.objects.values_list("pk", flat=True))
    assert killed == KILLS
    assert sorted(campaign.enrolments.values_list("candidate", flat=True)) == people
    assert sorted(
        Decision.objects.filter(phase="planning").values_list("candidate", flat=True)
    ) == (people)
    assert counts(server) == Counts(PEOPLE, PEOPLE, PEOPLE, 0, 0, 0)


def test_planning_the_next_message_that_is_killed_anywhere_plans_each_once(server, clock):
    """Half of them were not meant for the second message, and go on to the third."""
    campaign = planned(PEOPLE)
    StepFactory(campaign=campaign, position=2, wait_days=1)
    StepFactory(campaign=campaign, position=3, wait_days=1)
    now = timezone.now()
    campaign.messages.update(state="handed", armed_at=now, handed_at=now)
    half = list(campaign.enrolments.order_by("pk")[: PEOPLE // 2])
    second = campaign.steps.get(position=2)
    for enrolment in half:
        MessageFactory(
            enrolment=enrolment, step=second, dedupe_key=f"enrolment:{enrolment.pk}:2",
            state="withheld", reason="step_condition", settled_at=now,
        )  # fmt: skip
    campaign.enrolments.filter(pk__in=[one.pk for one in half]).update(next_step=3)

    killed = run(server, "advance")

    of_step = [campaign.messages.filter(step__position=number).count() for number in (1, 2, 3)]
    planned_now = campaign.messages.filter(state="due")
    print(f"{killed} killed, messages of each step: {of_step}")
    assert killed == KILLS
    assert of_step == [PEOPLE, PEOPLE, len(half)]
    assert planned_now.values("enrolment").distinct().count() == planned_now.count() == PEOPLE
    assert set(campaign.enrolments.values_list("state", flat=True)) == {"active"}


def test_a_rule_that_is_killed_while_it_fires_leaves_one_draft_for_each_job(server):
    rule = OpeningRuleFactory()
    jobs = JobFactory.create_batch(6, opened_at=timezone.now())

    killed = run(server, "fire")

    drafts = sorted(Campaign.objects.values_list("job", "approver", "steps__position"))
    print(f"{killed} killed, {len(drafts)} drafts of {len(jobs)} jobs")
    assert killed == KILLS
    assert drafts == sorted((job.pk, rule.approver_id, 1) for job in jobs)
    assert rule.firings.count() == len(jobs)
    assert counts(server) == Counts(0, 0, 0, 0, 0, 0)


def run(server, work):
    """Run the processes to the end. Returns how many were killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.enter", work, str(KILLS)],
        env=environment(server),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


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

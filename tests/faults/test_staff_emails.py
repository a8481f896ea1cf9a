"""Workers that die while they write to colleagues: nobody gets two emails about one day."""

import subprocess
import sys
from collections import Counter

import pytest

from engagement.models import StaffEmail, Trial
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.engagement import TrialFactory
from tests.factories.reviews import ReviewFactory
from tests.faults.conftest import ROOT, environment

COLLEAGUES, KILLS = 8, 4


def work(server, kills=0, point="none", what=()):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.staff_worker", str(kills), point, *what],
        env=environment(server),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.parametrize("point", ["claimed", "body", "armed", "dot", "answered"])
def test_a_worker_killed_anywhere_writes_to_nobody_twice(server, clock, point):
    job = JobFactory()
    asker = UserFactory(daily_email="never", wants_reminders=False)
    for _ in range(COLLEAGUES):
        ReviewFactory(
            overdue=True,
            application__job=job,
            asked_by=asker,
            reviewer=UserFactory(hiring_manager=True, daily_email="never"),
        )
    job.owner = asker
    job.save()

    killed = work(server, KILLS, point)
    for _ in range(2):  # every lease runs out, and what was given back waits a little
        clock.shift(660)
        work(server)

    states = Counter(StaffEmail.objects.values_list("state", flat=True))
    assert killed == KILLS
    assert server.duplicates == 0
    assert states["handed"] + states["uncertain"] == COLLEAGUES
    assert states["uncertain"] == (0 if point in {"claimed", "body"} else KILLS)
    assert len(server.seen) == COLLEAGUES - (KILLS if point == "armed" else 0)


@pytest.mark.parametrize("point", ["claimed", "body", "armed", "dot", "answered"])
def test_a_worker_killed_over_tests_to_oneself_sends_none_twice_and_says_which(
    server, clock, point
):
    trials = TrialFactory.create_batch(COLLEAGUES)

    killed = work(server, KILLS, point, ["trials"])
    clock.shift(360)  # those that were lost are given up
    work(server, what=["trials"])

    states = Counter(Trial.objects.values_list("state", flat=True))
    problems = set(Trial.objects.filter(state="failed").values_list("problem", flat=True))
    print(f"{killed} killed at {point}: {dict(states)}, seen {len(server.seen)}")
    assert killed == KILLS
    assert server.duplicates == 0
    assert states == {"sent": COLLEAGUES - KILLS, "failed": KILLS}
    assert problems == {"The connection was lost: look into your mailbox, or send it again."}
    left = COLLEAGUES if point in {"dot", "answered"} else COLLEAGUES - KILLS
    assert len(server.seen) == left
    assert set(server.seen) <= {str(trial.public_id) for trial in trials}

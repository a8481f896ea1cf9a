"""Workers that die while they write to colleagues: nobody gets two emails about one day."""

import subprocess
import sys
from collections import Counter

import pytest

from engagement.models import StaffEmail
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.reviews import ReviewFactory
from tests.faults.conftest import ROOT, environment

COLLEAGUES, KILLS = 8, 4


def work(server, kills=0, point="none"):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.staff_worker", str(kills), point],
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

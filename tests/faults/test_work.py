"""Background work whose worker dies by SIGKILL, again and again: each person exactly once."""

import subprocess
import sys
from collections import Counter

from accounts.models import AuditEvent
from candidates.models import Activity, Candidate, Work
from tests.factories.candidates import CandidateFactory
from tests.factories.work import WorkFactory
from tests.faults.conftest import ROOT, TIMES, environment

KILLS = 6 * TIMES
PEOPLE = 60 * TIMES


def test_a_worker_killed_in_the_middle_leaves_nobody_out_and_does_nobody_twice(server):
    work = WorkFactory(kind="mortal", people=CandidateFactory.create_batch(PEOPLE))

    killed = int(
        subprocess.run(
            [sys.executable, "-m", "tests.faults.work", str(work.pk), str(KILLS)],
            env=environment(server),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )

    work.refresh_from_db()
    lines = Counter(
        Activity.objects.filter(kind="candidate.owner").values_list("candidate", flat=True)
    )
    changes = AuditEvent.objects.filter(verb="candidate.owner_changed")
    print(f"{killed} killed, {len(lines)} people done")
    assert killed == KILLS
    assert (work.state, work.ok, work.done) == (Work.State.DONE, PEOPLE, PEOPLE)
    assert set(work.items.values_list("result", flat=True)) == {"ok"}
    assert lines == Counter(Candidate.objects.values_list("pk", flat=True))
    assert changes.count() == PEOPLE

"""Processes that do background work and kill themselves: `python -m tests.faults.work WORK KILLS`.

Each is forked from one that has loaded everything. A dead one is replaced until enough died; then
two go on side by side, in peace.
"""

import os
import random
import signal
import sys
import time
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from django.db import connections  # noqa: E402  (Django is ready now)

from accounts.permissions import Permission  # noqa: E402
from candidates import work as runner  # noqa: E402
from candidates.actions.people import set_owner  # noqa: E402
from candidates.work import PeopleKind, done  # noqa: E402


class Mortal(PeopleKind):
    """Says who looks after each person; dies by SIGKILL in the middle of person number `after`."""

    key = "mortal"
    permission = Permission.EDIT_PEOPLE
    chunk = 5
    after = -1

    def apply_one(self, work, person):
        set_owner(person, work.by, by=work.by)
        Mortal.after -= 1
        if Mortal.after == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done()


def worker(work_id: int, after: int) -> int:
    """Fork a process that does the work, or dies. Returns its process id."""
    process = os.fork()
    if process:
        return process
    Mortal.after = after
    while runner.work_on(work_id):
        pass
    connections.close_all()
    os._exit(0)


def main() -> None:
    runner.register(Mortal())
    runner.LEASE = timedelta(milliseconds=300)
    work_id, kills = int(sys.argv[1]), int(sys.argv[2])
    killed = 0
    while killed < kills:
        # At least one chunk of five is whole before the next one dies.
        _, status = os.waitpid(worker(work_id, random.randint(6, 10)), 0)
        if not os.WIFSIGNALED(status):
            break
        killed += 1
        time.sleep(0.35)  # its lease runs out
    for process in [worker(work_id, -1), worker(work_id, -1)]:
        os.waitpid(process, 0)
    print(killed)


if __name__ == "__main__":
    main()

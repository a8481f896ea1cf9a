"""Processes that ask people and kill themselves: `python -m tests.faults.ask WHAT KILLS`.

WHAT: `extensions` (may we keep you longer?) or `surveys` (how was it, and the reminder).

Each is forked from one that has loaded everything, and plans everybody. A dead one is replaced
until enough died; then three plan at the same moment, in peace.
"""

import os
import random
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from django.db import connections  # noqa: E402  (Django is ready now)
from django.utils import timezone  # noqa: E402

from engagement.actions import extensions, surveys  # noqa: E402
from engagement.models import Decision, Message  # noqa: E402


def dies(point: str, after: int) -> None:
    """Let this process die between the rows of a batch: before its messages, or before commit."""
    model = Message if point == "requests" else Decision
    manager, left = model.objects, [after]
    create = manager.bulk_create

    def mortal(*args, **kwargs):
        if point == "messages":
            result = create(*args, **kwargs)
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return create(*args, **kwargs) if point == "requests" else result

    manager.bulk_create = mortal


def worker(what: str, point: str = "", after: int = 0) -> int:
    process = os.fork()
    if process:
        return process
    asking = {"extensions": extensions, "surveys": surveys}[what]
    asking.CHUNK = 7
    if point:
        dies(point, after)
    asking.plan(timezone.now())
    connections.close_all()
    os._exit(0)


def main() -> None:
    what, killed = sys.argv[1], 0
    for _ in range(int(sys.argv[2])):
        process = worker(what, random.choice(["requests", "messages"]), random.randint(0, 2))
        _, status = os.waitpid(process, 0)
        killed += os.WIFSIGNALED(status)
    for process in [worker(what), worker(what), worker(what)]:
        os.waitpid(process, 0)
    print(killed)


if __name__ == "__main__":
    main()

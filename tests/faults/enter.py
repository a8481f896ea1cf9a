"""Processes that take people into campaigns, and kill themselves: `python -m tests.faults.enter`.

Argument: kills. Each is forked from one that has loaded everything. It dies between the rows of
one look: before the enrolments, the messages or the commit. A dead one is replaced until enough
died; then three look at the same moment, in peace.
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

from accounts import audit  # noqa: E402
from engagement.actions import enrolments, intake, lifecycle  # noqa: E402
from engagement.models import Decision, Enrolment, Message  # noqa: E402

MODELS = {"decisions": Decision, "enrolments": Enrolment, "messages": Message}


def dies(point: str) -> None:
    """Let this process die before the rows of `point` are written, or right before the commit."""

    def mortal(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "commit":
        audit.record = mortal
    else:
        MODELS[point].objects.bulk_create = mortal


def worker(point: str = "") -> int:
    process = os.fork()
    if process:
        return process
    if point:
        dies(point)
    intake.look(timezone.now())
    lifecycle.tick(timezone.now())
    enrolments.advance(timezone.now())
    connections.close_all()
    os._exit(0)


def main() -> None:
    killed = 0
    points = [*MODELS, "commit"]
    for number in range(int(sys.argv[1])):
        point = points[number % 4] if number < 4 else random.choice(points)
        _, status = os.waitpid(worker(point), 0)
        killed += os.WIFSIGNALED(status)
    for process in [worker(), worker(), worker()]:
        os.waitpid(process, 0)
    print(killed)


if __name__ == "__main__":
    main()

"""Processes that plan campaigns, and kill themselves: `python -m tests.faults.enter WORK KILLS`.

WORK: `look` takes people in, `advance` plans their next message. Each is forked from one that has
loaded everything, and dies between the rows of one go, or right before its commit. A dead one is
replaced until enough died; then three go at the same moment, in peace.
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
POINTS = {"look": [*MODELS, "commit"], "advance": ["messages", "moved", "commit"]}


def dies(work: str, point: str) -> None:
    """Let this process die before the rows of `point` are written, or right before the commit."""

    def mortal(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "commit" and work == "advance":
        update = Enrolment.objects.bulk_update

        def updated(*args, **kwargs):
            update(*args, **kwargs)
            mortal()

        Enrolment.objects.bulk_update = updated
    elif point == "commit":
        audit.record = mortal
    elif point == "moved":
        Enrolment.objects.bulk_update = mortal
    else:
        MODELS[point].objects.bulk_create = mortal


def worker(work: str, point: str = "") -> int:
    process = os.fork()
    if process:
        return process
    if point:
        dies(work, point)
    if work == "look":
        intake.look(timezone.now())
    enrolments.advance(timezone.now())
    lifecycle.tick(timezone.now())
    connections.close_all()
    os._exit(0)


def main() -> None:
    work, killed = sys.argv[1], 0
    points = POINTS[work]
    for number in range(int(sys.argv[2])):
        point = points[number] if number < len(points) else random.choice(points)
        _, status = os.waitpid(worker(work, point), 0)
        killed += os.WIFSIGNALED(status)
    for process in [worker(work), worker(work), worker(work)]:
        os.waitpid(process, 0)
    print(killed)


if __name__ == "__main__":
    main()

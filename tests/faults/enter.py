"""Processes that plan campaigns, and kill themselves: `python -m tests.faults.enter WORK KILLS`.

WORK: `look` takes people in, `advance` plans their next message, `fire` lets standing rules fire.
Each is forked from one that has loaded everything, and dies between the rows of one go, or right
before its commit. A dead one is
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
from engagement.actions import (  # noqa: E402
    approval,
    drafts,
    enrolments,
    entering,
    intake,
    lifecycle,
    opening_rules,
)
from engagement.models import Decision, Enrolment, Message, RuleFiring  # noqa: E402

MODELS = {"decisions": Decision, "enrolments": Enrolment, "messages": Message}
POINTS = {
    "look": [*MODELS, "commit"],
    "advance": ["messages", "moved", "commit"],
    "fire": ["started", "fired", "asked", "commit"],
}


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
    elif work == "fire":
        _dies_firing(point, mortal)
    elif point == "commit":
        audit.record = mortal
    elif point == "moved":
        Enrolment.objects.bulk_update = mortal
    elif work == "look":
        copy_in = entering.copy_in
        entering.copy_in = lambda model, *rows: (mortal if model is MODELS[point] else copy_in)(
            model, *rows
        )
    else:
        MODELS[point].objects.bulk_create = mortal


def _dies_firing(point: str, mortal) -> None:
    """Die when the draft is there, before the firing is written, before asking, or at the end."""
    if point == "started":
        drafts.use_template = mortal
    elif point == "fired":
        RuleFiring.objects.create = mortal
    elif point == "asked":
        approval.ask_to_approve = mortal
    else:
        record = audit.record

        def recorded(by, verb, *args, **kwargs):
            record(by, verb, *args, **kwargs)
            if verb == "opening_rule.fired":
                mortal()

        audit.record = recorded


def worker(work: str, point: str = "") -> int:
    process = os.fork()
    if process:
        return process
    if point:
        dies(work, point)
    if work == "look":
        intake.look(timezone.now())
    if work == "fire":
        opening_rules.fire(timezone.now())
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

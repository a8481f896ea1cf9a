"""Processes that work on what comes back, and kill themselves.

`python -m tests.faults.carry KILLS POINT [incoming]`: on reports, or on messages that came in.

Each is forked from one that has loaded everything. A dead one is replaced until enough died; then
three work at the same moment, in peace. Points: "counted", the try is counted; "done", everything
is done and nothing committed; "kept", the files of an answer lie in the storage and nothing is
committed; "left", one was committed and the next is begun.
"""

import os
import random
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from django.db import connections  # noqa: E402  (Django is ready now)

from engagement import tasks  # noqa: E402
from engagement.actions import attachments, incoming, reports  # noqa: E402

left = [0]
is_mail = sys.argv[3:] == ["incoming"]
room = incoming if is_mail else reports
work = tasks.read_incoming if is_mail else tasks.carry_reports
inner = "_do" if is_mail else "_carry"


def die_here(point: str, wanted: str) -> None:
    if point == wanted:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def dies(wanted: str, after: int) -> None:
    left[0] = after
    carry, attempt = getattr(room, inner), room._try
    keep = attachments.keep

    def mortal_carry(*args):
        die_here("counted", wanted)
        result = carry(*args)
        die_here("done", wanted)
        return result

    def mortal_try(*args):
        result = attempt(*args)
        die_here("left", wanted)
        return result

    def mortal_keep(*args):
        keep(*args)
        die_here("kept", wanted)

    attachments.keep = mortal_keep
    setattr(room, inner, mortal_carry)
    room._try = mortal_try


def worker(point: str = "", after: int = 0) -> int:
    process = os.fork()
    if process:
        return process
    if point:
        dies(point, after)
    work()
    connections.close_all()
    os._exit(0)


def main() -> None:
    killed = 0
    for _ in range(int(sys.argv[1])):
        _, status = os.waitpid(worker(sys.argv[2], random.randint(0, 2)), 0)
        killed += os.WIFSIGNALED(status)
    for process in [worker(), worker(), worker()]:
        os.waitpid(process, 0)
    print(killed)


if __name__ == "__main__":
    main()

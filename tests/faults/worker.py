"""Processes that deliver, and kill themselves at a given point: `python -m tests.faults.worker`.

Arguments: workers at once, kills, point, and after how many messages. Each worker is forked from
one process that has loaded everything; a killed one is replaced until enough were killed, then the
rest is delivered in peace.
"""

import os
import random
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from django.conf import settings  # noqa: E402  (Django is ready now)
from django.core.mail import get_connection  # noqa: E402
from django.db import connections  # noqa: E402

from engagement import tasks  # noqa: E402
from engagement.delivery import lanes  # noqa: E402
from engagement.delivery.transports import SMTP_BACKEND, ProviderTransport, Reply  # noqa: E402
from tests.faults.points import Pointed  # noqa: E402


class Mortal:
    """Dies by SIGKILL at `point` of message number `after`."""

    point = ""
    after = 0

    def _reached(self, point: str) -> None:
        if point != self.point:
            return
        Mortal.after -= 1
        if Mortal.after < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Crashing(Mortal, Pointed):
    """The transport of every test, and mortal."""


class CrashingProvider(Mortal, ProviderTransport):
    """The same with a provider, where the request is the dot."""

    def begin(self, email, recipient):
        self._reached("claimed")
        super().begin(email, recipient)

    def say_dot(self, following=None):
        self._reached("armed")
        return super().say_dot(following)

    def answer(self) -> Reply:
        self._reached("asked")
        reply = super().answer()
        self._reached("answered")
        return reply


def transport() -> Mortal:
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return Crashing()
    return CrashingProvider(get_connection())


def worker(point: str, after: int) -> int:
    """Fork a worker that delivers everything, or dies. Returns its process id."""
    process = os.fork()
    if process:
        return process
    Mortal.point, Mortal.after = point, after
    lanes.transport_for_settings = transport
    lanes.WORTH_A_CONNECTION = 1
    tasks.BATCH = 4 if point else 20  # a dead worker's batch waits for its lease
    tasks.deliver()
    connections.close_all()
    os._exit(0)


def main() -> None:
    together, kills, point = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    killed = 0
    while killed < kills:
        process = worker(point, random.randint(0, 2))
        _, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            assert status == 0, "a worker broke off before it could be killed"
            break
        killed += 1
    others = [worker("", 0) for _ in range(together)]
    for process in others:
        _, status = os.waitpid(process, 0)
        assert status == 0, "a worker broke off that nobody killed"
    print(killed)


if __name__ == "__main__":
    main()

"""Processes that write to colleagues, and kill themselves: `python -m tests.faults.staff_worker`.

Arguments: kills, and the point at which; `trials`: tests to oneself instead of what they have to
do. What is left is written in peace.
"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from django.db import connections  # noqa: E402  (Django is ready now)

from config import tasks  # noqa: E402
from engagement.delivery import lanes, trials  # noqa: E402
from tests.faults.worker import Crashing  # noqa: E402


def main() -> None:
    kills, point = int(sys.argv[1]), sys.argv[2]
    write = trials.send_trials if sys.argv[3:] == ["trials"] else tasks.write_to_staff
    lanes.transport_for_settings = trials.transport_for_settings = Crashing
    killed = 0
    for number in range(kills + 1):
        process = os.fork()
        if not process:
            Crashing.point, Crashing.after = (point, number % 2) if number < kills else ("", 0)
            write()
            connections.close_all()
            os._exit(0)
        _, status = os.waitpid(process, 0)
        killed += os.WIFSIGNALED(status)
    print(killed)


if __name__ == "__main__":
    main()

"""About when a campaign has sent what it has to send. An estimate, and called one on the pages.

It goes by the number that may leave in a day (X-31) and by working days of no country in
particular. What one person's own hours, other campaigns of the same sender and brakes do to it is
not known before. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Organisation
from candidates import working_days
from engagement import schedule
from engagement.delivery import days
from engagement.listing import InLine
from engagement.models import Campaign

# Later than this hour of the sender's day a start counts for the next one.
LATE = 17
FAR = 500  # working days: about two years


@dataclass(frozen=True)
class Pace:
    """most: emails in a day. done_on: none when nothing is to be sent or it is too far away."""

    most: int
    done_on: date | None = None
    is_far: bool = False


def per_day(campaign: Campaign, organisation: Organisation) -> int:
    """Return how many emails of it may leave in a day, other campaigns aside."""
    carries: int = settings.JOB_EMAILS_PER_SENDER_PER_DAY
    most = days.ceiling_of(campaign, organisation)
    return carries if most is None else min(most, carries)


def last_day(people: int, waits: Sequence[int], most: int, start: date) -> date:
    """Return the working day on which the last email leaves, if everybody gets all messages.

    waits: of each message, how many working days it waits for the one before; of the first none.
    most: emails in a day. start: the first day, moved on to a working day.
    """
    day = working_days.working_day_from(start)
    lines = [0] * len(waits)  # how many wait for each message today
    coming: dict[tuple[int, int], int] = {(0, 0): people}  # on which day, for which message
    number = last = 0
    while coming or any(lines):
        lines = [have + coming.pop((number, at), 0) for at, have in enumerate(lines)]
        left = most
        for at in reversed(range(len(lines))):  # who is in it already goes first
            gone = min(left, lines[at])
            left, lines[at] = left - gone, lines[at] - gone
            if gone:
                last = number
            if gone and at + 1 < len(waits):
                later = (number + max(1, waits[at + 1]), at + 1)
                coming[later] = coming.get(later, 0) + gone
        number += 1
    return working_days.add_working_days(day, last)


def first_day(zone: ZoneInfo, now: datetime) -> date:
    """Return the day on which it begins if it is let go now: of the sender's calendar."""
    local = now.astimezone(zone)
    return local.date() + timedelta(days=1 if local.hour >= LATE else 0)


def pace_of(campaign: Campaign, people: int, waits: Sequence[int], now: datetime) -> Pace:
    """Return how a draft would go if so many people got all of its messages from now on."""
    most = per_day(campaign, Organisation.current())
    if not people or not waits:
        return Pace(most)
    if people * len(waits) > most * FAR:
        return Pace(most, is_far=True)
    zone = schedule.zone_of(campaign.sender.time_zone)
    return Pace(most, last_day(people, waits, most, first_day(zone, now)))


def last_of_waiting(line: InLine | None, last_due: datetime | None, zone: ZoneInfo) -> date | None:
    """Return about when the last email leaves that waits now; later messages are not in it.

    last_due: of all that wait, in any zone. zone: of the sender.
    """
    if last_due is None:
        return None
    due_on = last_due.astimezone(zone).date()
    if line is None or not line.another_day or line.on is None:
        return due_on
    most = min(line.ceiling or line.carries, line.carries)
    more = min(FAR, (line.another_day - 1) // most)
    start = working_days.working_day_from(line.on.astimezone(zone).date())
    return max(due_on, working_days.add_working_days(start, more))

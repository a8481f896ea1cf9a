"""Leaving the emails that tell colleagues what is due on their day: one row for each day."""

from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from candidates.places import country_of_zone
from candidates.working_days import Place, is_working_day
from engagement import schedule
from engagement.models import StaffEmail

OPENS: Final = time(8, 30)  # on their clock
CLOSES: Final = time(14)  # later it tells of a morning that is over
KEPT: Final = timedelta(days=30)


def plan(now: datetime | None = None) -> int:
    """Leave a row for every colleague who wants email and whose working morning has come.

    Returns how many. Twice leaves nothing more: there is one row for each of their days.
    """
    now = now or timezone.now()
    rows = []
    for user in User.objects.wanting_email():
        zone = schedule.zone_of(user.time_zone)
        local = now.astimezone(zone)
        place = Place(country_of_zone(user.time_zone))
        if is_working_day(local.date(), place) and OPENS <= local.time() < CLOSES:
            until = local.replace(hour=CLOSES.hour, minute=0, second=0, microsecond=0, fold=0)
            rows.append(StaffEmail(user=user, day=local.date(), due_at=now, not_after=until))
    known = set(
        StaffEmail.objects.filter(day__in={row.day for row in rows}).values_list("user_id", "day")
    )
    rows = [row for row in rows if (row.user_id, row.day) not in known]
    StaffEmail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def forget(now: datetime) -> int:
    """Delete rows of days that nobody asks about any more. Returns how many."""
    return StaffEmail.objects.before((now - KEPT).date()).delete()[0]

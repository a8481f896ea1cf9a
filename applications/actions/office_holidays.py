"""Writing down the public holidays of our offices, for measures that the database counts (A-23)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min

from accounts.models import Organisation
from applications.models import Application, Office, OfficeHoliday
from candidates.working_days import Place, holidays_of


@transaction.atomic
def write_holidays(at: datetime) -> int:
    """Write down the holidays of each office, from the first application to the end of next year.

    A year of which nothing is written is written whole. Of others only what is to come follows the
    calendar and the office's place. Returns how many days were written or taken out.
    """
    today = at.astimezone(Organisation.current().zone).date()
    first = Application.objects.aggregate(at=Min("applied_at"))["at"]
    years = range(min(first.year if first else today.year, today.year), today.year + 2)
    offices = Office.objects.select_for_update(no_key=True).order_by("pk")
    written: dict[tuple[int, int], set[date]] = {}
    for office_id, day in OfficeHoliday.objects.values_list("office_id", "day"):
        written.setdefault((office_id, day.year), set()).add(day)
    changed = 0
    for office in offices:
        for year in years:
            known = written.get((office.pk, year), set())
            changed += _write_year(office, year, known, today)
    return changed


def _write_year(office: Office, year: int, known: set[date], today: date) -> int:
    wanted = set(holidays_of(Place(office.country, office.region), year))
    new = {day for day in wanted - known if day > today or not known}
    gone = {day for day in known - wanted if day > today}
    OfficeHoliday.objects.bulk_create(OfficeHoliday(office=office, day=day) for day in sorted(new))
    OfficeHoliday.objects.filter(office=office, day__in=gone).delete()
    return len(new) + len(gone)

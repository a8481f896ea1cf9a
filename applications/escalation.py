"""Who answers first, and when a late answer comes up to the owner of the job. Reads only.

The recruiters of the hiring team are first. So many working days after somebody should have heard
as the page of the organisation says, it is the owner's as well. Where no other recruiter is on the
team, the owner is the first.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import Organisation, User
from applications.models import Application, HiringTeamMember, Job
from applications.models.applications import ApplicationQuerySet
from candidates.working_days import Place, add_working_days

# What `is_second` and `is_up` read of a row of values.
READS: Final = ("hear_by", "untold_since", "local_date", "job_id")


def seconds(user: User) -> QuerySet[Job]:
    """Return the jobs that are this user's and in which a colleague is to answer first."""
    return Job.any_kind.filter(Exists(_first(OuterRef("pk"), OuterRef("owner"))), owner=user)


def with_places(jobs: QuerySet[Job]) -> QuerySet[Job, Any]:
    """Return each job with what `Seconds` reads, as values: the country and region of its first
    office, and after how many working days there something comes up."""
    country, region = _place("pk")
    return jobs.values(job=F("pk"), country=country, region=region, days=_days())


class Seconds:
    """The jobs of one user in which a colleague is to answer first."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        """rows: of `with_places`."""
        self._jobs = {
            row["job"]: (Place(row["country"] or "", row["region"] or ""), int(row["days"]))
            for row in rows
        }

    def is_second(self, row: dict[str, Any]) -> bool:
        """Say whether an application's job is theirs, and a colleague is to answer first."""
        return row["job_id"] in self._jobs

    def is_up(self, row: dict[str, Any]) -> bool:
        """Say whether an application, first a colleague's, is by now this user's as well."""
        job, since, today = self._jobs.get(row["job_id"]), _since(row), _day(row["local_date"])
        if job is None or since is None or today is None:
            return False
        place, days = job
        return today > add_working_days(since, days, place)


def with_names(found: ApplicationQuerySet) -> ApplicationQuerySet:
    """Annotate who is to answer before the owner of the job, if anybody, as `first_names`, and what
    `comes_up_after` reads."""
    first = _first(OuterRef("job"), OuterRef("job__owner"))
    names = first.order_by("user__name", "pk").values("user__name")
    country, region = _place("job")
    return found.annotate(
        first_names=ArraySubquery(names),
        office_country=country,
        office_region=region,
        escalation_days=_days(),
    )


def comes_up_after(application: Any) -> date | None:
    """Return the last day that whoever is first has for an application of `with_names`."""
    since = since_of(application)
    place = Place(application.office_country or "", application.office_region or "")
    return add_working_days(since, application.escalation_days, place) if since else None


def since_of(application: Application) -> date | None:
    """Return the day by which they should have heard, or on which nobody told them."""
    untold = application.untold_since
    return untold.date() if untold else application.hear_by


def said(names: list[str]) -> str:
    """Return one or two names as words, and of more how many there are."""
    if len(names) > 2:
        return f"{names[0]} and {len(names) - 1} others"
    return " and ".join(names)


def _first(job: Any, owner: Any) -> Any:
    recruiters = HiringTeamMember.objects.filter(job=job, part=HiringTeamMember.Part.RECRUITER)
    return recruiters.filter(user__is_active=True).exclude(user=owner)


def _days() -> Coalesce:
    """After how many working days something comes up, as the page of the organisation says."""
    said = Subquery(Organisation.objects.filter(pk=1).values("escalation_days"))
    return Coalesce(said, Organisation().escalation_days, output_field=IntegerField())


def _place(job: str) -> tuple[Subquery, Subquery]:
    """Return country and region of the first office of a job. job: where its key stands."""
    offices = Job.offices.through.objects.filter(job=OuterRef(job))
    first = offices.order_by("office__name", "office")[:1]
    return Subquery(first.values("office__country")), Subquery(first.values("office__region"))


def _since(row: dict[str, Any]) -> date | None:
    untold = row["untold_since"]
    if untold:
        at = untold if isinstance(untold, datetime) else parse_datetime(untold)
        return at.date() if at else None
    return _day(row["hear_by"])


def _day(value: date | str | None) -> date | None:
    return parse_date(value) if isinstance(value, str) else value

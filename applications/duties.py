"""By when whoever was interviewed must hear whether there is a decision (P-42). Reads only.

The figures are data, each with where it comes from, to be looked at by a lawyer. The clock runs
from the last interview that took place, in days where the person is; a later interview starts it
anew, and it stands while one is still ahead. A decision or another day to hear by, told by a letter
that left or in a call with a note, ends it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import Exact
from django.utils.formats import date_format

from accounts.models import Organisation
from applications.models import Application, Interview, Job, Letter, Told
from applications.models.applications import ApplicationQuerySet

TELLS = (Letter.Kind.DECISION, Letter.Kind.LATER)
AHEAD = 3  # days before the end of our own rule at which Today speaks of it


@dataclass(frozen=True)
class Duty:
    """Within how many days of the last interview somebody hears whether a decision was made.

    reminders: on which days a colleague is reminded; from the second on nobody can put it off.
    """

    code: str
    name: str
    days: int
    source: str
    reminders: tuple[int, int, int]
    country: str
    regions: tuple[str, ...]


PACK: Final[tuple[Duty, ...]] = (
    Duty(
        "CA-ON",
        "Ontario",
        45,
        "Employment Standards Act, 2000, since 1 January 2026: employers of 25 or more people, jobs"
        " that were advertised.",
        (30, 40, 44),
        country="CA",
        regions=("ontario", "on"),
    ),
)
BY_CODE: Final = {duty.code: duty for duty in PACK}


def house_days() -> Coalesce:
    """Within how many days we ourselves want to tell; 0: there is no such rule. As a column.

    As the page of the organisation says and, where nothing stands there, the installation.
    """
    said = Subquery(Organisation.objects.filter(pk=1).values("answer_after_interview_days"))
    return Coalesce(said, settings.ANSWER_AFTER_INTERVIEW_DAYS, output_field=IntegerField())


@dataclass(frozen=True)
class Clock:
    """Since when and until when one person waits for news after an interview.

    house, law: the last days of our own rule and of the law, where there are. Dates where the
    person is.
    """

    interviewed_on: date
    has_heard: bool
    is_paused: bool
    house: date | None
    law: date | None
    duty: Duty | None
    today: date

    @property
    def passed(self) -> int:
        return (self.today - self.interviewed_on).days

    @property
    def house_days(self) -> int:
        return (self.house - self.interviewed_on).days if self.house else 0

    @property
    def is_running(self) -> bool:
        return not (self.has_heard or self.is_paused or self.first is None)

    @property
    def first(self) -> date | None:
        """The day that counts now: the first that is not over, else the last that went by."""
        ends = sorted(day for day in (self.house, self.law) if day)
        return next((day for day in ends if day >= self.today), ends[-1] if ends else None)

    @property
    def is_legal(self) -> bool:
        """Has the law the word: its first reminder has come."""
        return self.duty is not None and self.passed >= self.duty.reminders[0]

    @property
    def is_pressing(self) -> bool:
        return self.duty is not None and self.passed >= self.duty.reminders[1]

    @property
    def tone(self) -> str:
        over = self.house is not None and self.house < self.today
        return "bad" if self.is_pressing or (over and not self.law) else "warn"

    @property
    def mark(self) -> str:
        """How long there still is, in a few words."""
        if self.duty and self.law and (self.is_legal or not self.house):
            whose = self.duty.name
            left = (self.law - self.today).days
            over = f"past the day of {whose}"
        else:
            left = (self.house - self.today).days if self.house else 0
            whose, over = "our rule", "past our rule"
        if left < 0:
            return f"{_days(-left)} {over}"
        return f"last day: {whose}" if left == 0 else f"{_days(left)} left: {whose}"

    @property
    def words(self) -> str:
        """Since when, and by when by whose rule, for a row."""
        ends = []
        if self.house:
            ends.append(f"by {_short(self.house)} (our rule)")
        if self.duty and self.law:
            ends.append(f"by {_short(self.law)} ({self.duty.name})")
        return f"interviewed {_short(self.interviewed_on)}, to be told {' or '.join(ends)}"


def with_clock(found: ApplicationQuerySet, at: datetime) -> ApplicationQuerySet:
    """Annotate what `clock_of` reads."""
    since = OuterRef("last_interview_at")
    letter = Letter.objects.filter(application=OuterRef("pk"), kind__in=TELLS, sent_at__gte=since)
    told = Told.objects.standing().filter(application=OuterRef("pk"), at__gte=since)
    return found.with_interviews(at).annotate(
        duty_code=duty_code(),
        house_days=house_days(),
        has_heard=Exists(letter) | Exists(told),
        interviewed_on=local_date(F("last_interview_at")),
        today_on=local_date(Value(at)),
    )


def clock_of(application: Any) -> Clock | None:
    """Return the clock of an application that `with_clock` annotated; None: no interview yet."""
    interviewed_on: date | None = application.interviewed_on
    if interviewed_on is None:
        return None
    duty, days = BY_CODE.get(application.duty_code), application.house_days
    return Clock(
        interviewed_on=interviewed_on,
        has_heard=application.has_heard,
        is_paused=application.next_interview_at is not None,
        house=interviewed_on + timedelta(days=days) if days else None,
        law=interviewed_on + timedelta(days=duty.days) if duty else None,
        duty=duty,
        today=application.today_on,
    )


def owed(found: ApplicationQuerySet, at: datetime) -> ApplicationQuerySet:
    """Return who of the unanswered was interviewed, heard nothing since, and must soon hear; the
    longest wait first."""
    return _waiting(found, at, by_house=True, reminder=0)


def pressing(found: ApplicationQuerySet, at: datetime) -> ApplicationQuerySet:
    """Return those of the unanswered whose day by law is so near that nobody puts them off."""
    unanswered = Q(closed_at=None) | Q(untold_since__isnull=False)
    return _waiting(found.filter(unanswered), at, by_house=False, reminder=1)


def _waiting(
    found: ApplicationQuerySet, at: datetime, *, by_house: bool, reminder: int
) -> ApplicationQuerySet:
    """Return who waits so many days by our own rule, or as many as a reminder of their law says.

    Most were interviewed lately or never, which an index says before a clock is read for each.
    """
    before = long_ago(at, by_house=by_house, reminder=reminder)
    past = Interview.objects.took_place(at).filter(starts_at__lte=before)
    some = found.filter(pk__in=past.values("application")).order_by().values("pk")
    people = with_clock(Application.objects.filter(_is_one_of(some)), at)
    due = Q(pk__in=[])
    if by_house:
        since = days_back(Greatest(F("house_days") - AHEAD, 0))
        due = Q(house_days__gt=0, interviewed_on__lte=since)
    for duty in PACK:
        days = duty.reminders[reminder]
        due |= Q(duty_code=duty.code, interviewed_on__lte=F("today_on") - days)
    waiting = people.filter(due, Q(next_interview_at=None), Q(has_heard=False))
    return waiting.order_by(F("last_interview_at"), "pk")


def _is_one_of(keys: QuerySet[Application, Any]) -> Func:
    """Say that a row is one of those whose keys PostgreSQL is to find first.

    As an array, for of a subquery it thinks that nearly nobody is left by the clocks, reads the
    clock of everybody, and then looks who is among these.
    """
    return Func(
        F("pk"),
        ArraySubquery(keys),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def long_ago(at: datetime, *, by_house: bool, reminder: int) -> Any:
    """Return a moment after which nobody was interviewed who waits so long by any rule."""
    least: Any = Value(min(duty.reminders[reminder] for duty in PACK))
    if by_house:
        soon = Case(When(Exact(house_days(), 0), then=least), default=house_days() - AHEAD)
        least = Least(least, soon)
    # Two days less: so many dates may lie between moments that are nearer by a day and an hour.
    return ago(Greatest(least - 2, 0), at)


def ago(days: Any, at: datetime) -> Any:
    """Return the moment so many times 24 hours before another."""
    template = "make_interval(days => %(expressions)s)"
    interval = Func(days, template=template, output_field=DurationField())
    return Value(at, DateTimeField()) - interval


def days_back(days: Any) -> Any:
    """Return the date so many days before `today_on`."""
    return ExpressionWrapper(F("today_on") - days, output_field=DateField())


def local_date(moment: Any) -> Func:
    """Return the date that a moment has where the person is."""
    return Func(
        moment,
        F("candidate__time_zone"),
        function="candidates_local_date",
        output_field=DateField(),
    )


def duty_code() -> Case:
    """Return by which law of the pack somebody must hear, or nothing; as a column."""
    return Case(
        *(When(_is_of(duty), then=Value(duty.code)) for duty in PACK),
        default=Value(""),
        output_field=CharField(),
    )


def _is_of(duty: Duty) -> Q:
    """Has its job an office where that law holds?"""
    region = Q()
    for name in duty.regions:
        region |= Q(office__region__iexact=name)
    offices = Job.offices.through.objects.filter(region, office__country=duty.country)
    return Q(Exists(offices.filter(job=OuterRef("job"))))


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _short(day: date) -> str:
    return date_format(day, "j M")

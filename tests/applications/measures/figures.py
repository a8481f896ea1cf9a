"""Small data for measures, and the figures that come of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from applications import record
from applications.measures import first_answer
from applications.measures.counting import quarters_of
from applications.measures.shapes import Measure, Quarter
from applications.models import Application
from tests.factories.applications import ApplicationFactory, JobFactory, LetterFactory

START = date(2025, 1, 1)  # of the quarter in which everything happens
APPLIED = datetime(2025, 2, 3, 9, tzinfo=UTC)
AT = datetime(2026, 1, 2, 9, tzinfo=UTC)  # when somebody looks
NEVER = None


def answered_after(days: Iterable[float | None], **application: object) -> list[Application]:
    """Make an application for each number of days, rejected with a letter that left then."""
    job = application.pop("job", None) or JobFactory()
    made = []
    for wait in days:
        facts = {"job": job, "applied_at": APPLIED, **application}
        if wait is NEVER:
            made.append(ApplicationFactory(**facts))
            continue
        then = facts["applied_at"] + timedelta(days=wait)
        made.append(ApplicationFactory(**facts, rejected=True, closed_at=then))
        LetterFactory(application=made[-1], sent_at=then)
    return made


def answered_in_full_quarter(
    days: Iterable[float | None], measure: Measure = first_answer.MEASURE
) -> None:
    """Make applications in the newest quarter of a measure that the public record speaks of."""
    start = record.newest_start(measure, timezone.now())
    answered_after(days, applied_at=datetime(start.year, start.month, 15, 9, tzinfo=UTC))


def of(measure: Measure, at: datetime = AT, jobs: list[int] | None = None) -> Quarter:
    return quarters_of(measure, [START], at, jobs)[0]


def numbers(quarter: Quarter) -> dict[str, float | None]:
    return {key: value.number for key, value in quarter.values.items()}

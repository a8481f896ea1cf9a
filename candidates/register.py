"""Reading the register of what people asked about their data."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Organisation, User
from candidates.exports import csv_lines
from candidates.models import PrivacyRequest, PrivacyTask

PAGE = 50
SOON = 7  # days in which something is due soon
_HEAD = (
    "Number", "Who", "What", "Received", "How", "Identity", "Due", "State", "Days paused",
    "Waits for", "Outcome", "In words", "Closed", "Recorded by", "Closed by",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One request as a list shows it: how long there is, in words, and the tone of that."""

    request: PrivacyRequest
    clock: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Register:
    tasks: list[PrivacyTask]  # what nobody asked for, and the officer has to look at
    open: list[Line]
    closed: list[PrivacyRequest]
    older: uuid.UUID | None  # the closed one to continue after

    @property
    def overdue(self) -> int:
        return sum(line.tone == "bad" for line in self.open)


def today() -> date:
    """Return the present day where the organisation is: the days of the law are counted there."""
    return timezone.localdate(timezone=Organisation.current().zone)


def read(user: User, *, after: uuid.UUID | None = None) -> Register:
    """Return what is open, soonest first, and a page of what is closed. Five queries at most."""
    visible = PrivacyRequest.objects.visible_to(user).select_related("candidate")
    day = today()
    waiting = [line_of(request, day) for request in visible.open().by_urgency()]
    closed = list(visible.closed_before(after)[: PAGE + 1])
    page = closed[:PAGE]
    tasks = list(PrivacyTask.objects.visible_to(user).open().select_related("candidate"))
    return Register(tasks, waiting, page, page[-1].public_id if len(closed) > PAGE else None)


def line_of(request: PrivacyRequest, day: date) -> Line:
    """Say in words how long there is."""
    if request.paused_at:
        since = date_format(timezone.localtime(request.paused_at), "j F")
        return Line(request, f"clock stopped since {since}", "quiet", "pause")
    if request.state == PrivacyRequest.State.RESTRICTED:
        return Line(request, "on hold", "warn", "archive")
    left = (request.due_on - day).days
    if left < 0:
        return Line(request, f"{_days(-left)} late", "bad", "octagon-alert")
    if left == 0:
        return Line(request, "due today", "bad", "clock")
    tone = "warn" if left <= SOON else "quiet"
    return Line(request, f"due in {_days(left)}", tone, "clock")


def csv_of(requests: Iterable[PrivacyRequest]) -> Iterator[str]:
    """Yield the register as a spreadsheet, for an authority: every cell harmless (X-23)."""
    yield from csv_lines([_HEAD, *(_row(request) for request in requests)])


def _row(request: PrivacyRequest) -> tuple[object, ...]:
    return (
        request.pk,
        request.person,
        request.get_kind_display(),
        request.received_at.date().isoformat(),
        request.get_received_how_display(),
        request.get_identity_display(),
        request.due_on.isoformat(),
        request.get_state_display(),
        request.days_paused,
        request.pause_reason or request.waits_for,
        request.get_outcome_display(),
        request.outcome_text,
        request.closed_at.date().isoformat() if request.closed_at else "",
        request.recorded_by,
        request.closed_by,
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"

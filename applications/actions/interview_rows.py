"""What every change of an interview writes, and how it is taken back: shared by the actions."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from accounts.models import User
from applications import interviews as thinking
from applications import letters
from applications.actions.lock_order import lock_application
from applications.actions.moving import remember
from applications.models import Application, Interview, Interviewer, ProposedTime

HOLD = timedelta(seconds=60)


@dataclass(frozen=True)
class Plan:
    """What an interview is to be like. times: aware; one settles it, several leave the choice."""

    kind: str
    minutes: int
    times: list[datetime]
    interviewers: list[User]
    place: str = ""
    link: str = ""
    words: str = ""
    overlaps_accepted: bool = field(default=False, compare=False)
    made_from: str = field(default="", compare=False)  # `fingerprint` as the form showed it


def lock(interview: Interview) -> Interview:
    """Lock an interview, and before it its application with everything above it."""
    application = lock_application(interview.application)
    interview = Interview.objects.locked(interview.pk)
    interview.application = application
    return interview


def write_plan(interview: Interview, plan: Plan, times: list[datetime]) -> None:
    interview.kind, interview.minutes = plan.kind, plan.minutes
    interview.place = plan.place.strip() if plan.kind == Interview.Kind.ON_SITE else ""
    interview.link = plan.link if plan.kind == Interview.Kind.VIDEO else ""
    interview.words = plan.words.strip()
    is_settled = len(times) == 1
    interview.state = Interview.State.SCHEDULED if is_settled else Interview.State.PROPOSED
    set_time(interview, times[0] if is_settled else None)
    interview.save()
    offer_times(interview, [] if is_settled else times)
    seat(interview, plan.interviewers)


def set_time(interview: Interview, starts_at: datetime | None) -> None:
    interview.starts_at = starts_at
    length = timedelta(minutes=interview.minutes)
    interview.ends_at = starts_at + length if starts_at else None


def offer_times(interview: Interview, times: Iterable[datetime]) -> None:
    interview.times.all().delete()
    ProposedTime.objects.bulk_create(
        ProposedTime(interview=interview, starts_at=at) for at in times
    )


def seat(interview: Interview, people: Iterable[User]) -> None:
    """Let exactly these hold it. Whoever is taken off reads no more about the person."""
    wanted = {user.pk: user for user in people}
    interview.panel.exclude(user__in=wanted).delete()
    sitting = set(interview.panel.values_list("user", flat=True))
    Interviewer.objects.bulk_create(
        Interviewer(interview=interview, user=user)
        for pk, user in wanted.items()
        if pk not in sitting
    )


def promise_an_answer(application: Application, starts_at: datetime) -> None:
    application.hear_by = thinking.hear_by_after(application, starts_at)
    application.save(update_fields=["hear_by"])


def times_of(interview: Interview) -> list[datetime]:
    if interview.starts_at is not None:
        return [interview.starts_at]
    return list(interview.times.values_list("starts_at", flat=True))


def facts_of(interview: Interview) -> tuple[Any, ...]:
    people = set(interview.panel.values_list("user", flat=True))
    facts = (interview.place, interview.link, interview.words)
    return interview.kind, interview.minutes, people, *facts


def fingerprint(interview: Interview) -> str:
    """Return what a form carries to say which interview it was made from."""
    kind, minutes, people, *facts = facts_of(interview)
    times = [iso(at) for at in times_of(interview)]
    shown = [kind, minutes, sorted(people), *facts, times, iso(interview.asked_at)]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def snapshot(interview: Interview) -> dict[str, Any]:
    """Return what it takes to undo the change that follows."""
    hear_by = interview.application.hear_by
    return {
        "letter": last_key(interview.letters),
        "reschedule": last_key(interview.reschedules),
        "kind": interview.kind,
        "state": interview.state,
        "minutes": interview.minutes,
        "place": interview.place,
        "link": interview.link,
        "words": interview.words,
        "starts_at": iso(interview.starts_at),
        "times": [at.isoformat() for at in interview.times.values_list("starts_at", flat=True)],
        "panel": list(interview.panel.values_list("user", flat=True)),
        "asked_at": iso(interview.asked_at),
        "asked_words": interview.asked_words,
        "hear_by": hear_by.isoformat() if hear_by else "",
    }


def last_key(rows: models.Manager[Any]) -> int:
    """Return the key of the newest row: what comes later came with the change or after it."""
    return rows.aggregate(last=models.Max("pk"))["last"] or 0


def restore(interview: Interview, before: dict[str, Any]) -> None:
    interview.kind, interview.state = before["kind"], before["state"]
    interview.minutes = before["minutes"]
    interview.place, interview.link = before["place"], before["link"]
    interview.words = before["words"]
    starts_at = before["starts_at"]
    set_time(interview, datetime.fromisoformat(starts_at) if starts_at else None)
    asked_at = before["asked_at"]
    interview.asked_at = datetime.fromisoformat(asked_at) if asked_at else None
    interview.asked_words = before["asked_words"]
    interview.cancelled_side, interview.settled_at, interview.before = "", None, None
    interview.reschedules.filter(pk__gt=before["reschedule"]).delete()
    offer_times(interview, [datetime.fromisoformat(at) for at in before["times"]])
    seat(interview, User.objects.filter(pk__in=before["panel"]))
    application = interview.application
    hear_by = before["hear_by"]
    application.hear_by = datetime.fromisoformat(hear_by).date() if hear_by else None
    application.save(update_fields=["hear_by"])


def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def remember_interview(interview: Interview, kind: str, words: str, *, by: User | str) -> None:
    application = interview.application
    when = ""
    if interview.starts_at is not None:
        when = f": {letters.said_there(application, interview.starts_at)}"
    remember(application, kind, f"{words} for {application.job.title}{when}.", by=by)

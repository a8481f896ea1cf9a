"""Whether people were asked if we may keep them longer, and what they said: for colleagues."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from candidates import clocks
from candidates.models import Candidate, ExtensionAnswer, ExtensionRequest
from candidates.models.extensions import FIRST

Kind = ExtensionAnswer.Kind


@dataclass(frozen=True)
class Soon:
    """Whose time ends within a month: how many, how many of them were asked, and the first day."""

    people: int
    asked: int
    first: date | None


def said_of(candidate: Candidate) -> str:
    """Return what there is to say about one person, "" for nothing. Two queries at most."""
    return said_of_many([candidate.pk]).get(candidate.pk, "")


def said_of_many(people: Iterable[int]) -> dict[int, str]:
    """Return a sentence for each who was asked, about the last end that they were asked about."""
    people = list(people)
    requests = ExtensionRequest.objects.filter(candidate__in=people)
    asked: dict[int, list[ExtensionRequest]] = {}
    for request in requests.order_by("-ends_on", "-step"):
        theirs = asked.setdefault(request.candidate_id, [])
        if not theirs or theirs[0].ends_on == request.ends_on:
            theirs.append(request)
    if not asked:
        return {}
    answered: dict[tuple[int, date], ExtensionAnswer] = {}
    for answer in ExtensionAnswer.objects.filter(candidate__in=people).order_by("at", "pk"):
        answered[answer.candidate_id, answer.ends_on] = answer
    return {
        person: _sentence(theirs, answered.get((person, theirs[0].ends_on)))
        for person, theirs in asked.items()
    }


def ending_soon(at: datetime) -> Soon:
    """Count whose consent ends within thirty days and who of them was asked."""
    found = {
        clock.candidate_id: clock.pool_ends
        for clock in clocks.ending(Candidate.objects.live(), FIRST, at)
    }
    asked = ExtensionRequest.objects.filter(candidate__in=list(found)).exclude(sent_at=None)
    reached = {
        candidate
        for candidate, ends_on in asked.values_list("candidate", "ends_on")
        if found[candidate] == ends_on
    }
    return Soon(len(found), len(reached), min((day for day in found.values() if day), default=None))


def _sentence(asked: list[ExtensionRequest], answer: ExtensionAnswer | None) -> str:
    if answer and answer.undone_at is None:
        on = _day(timezone.localtime(answer.at).date())
        if answer.kind == Kind.DELETE:
            return f"Asked whether to be kept, they asked us on {on} to delete their details."
        until = f" until {_day(answer.keeps_until)}" if answer.keeps_until else ""
        return f"Asked whether to be kept, they said yes on {on}: we keep them{until}."
    ends = _day(asked[0].ends_on)
    sent = [request.sent_at for request in asked if request.sent_at]
    if sent:
        days = " and ".join(_day(timezone.localtime(at).date()) for at in sorted(sent))
        question = f"Asked on {days} whether to be kept after {ends}."
        if answer:
            back = _day(timezone.localtime(answer.undone_at).date())
            return f"{question} They took their answer back on {back}."
        return f"{question} No answer yet."
    problem = next((request.problem for request in asked if request.problem), "")
    if problem:
        return f"Could not be asked whether to be kept after {ends}. {problem}"
    return f"Is about to be asked whether to be kept after {ends}."


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"

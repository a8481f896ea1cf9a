"""What the words of some other system mean here: its stages, and the ends of applications."""

import re
from functools import lru_cache
from typing import TypeVar

from applications.models import Milestone, Outcome, RejectionReason

Meaning = TypeVar("Meaning")

_WORD = re.compile(r"[^a-z]+")
_MILESTONES = {
    Milestone.HIRED: "hired placed started",
    Milestone.OFFERED: "offer offered offers",
    Milestone.FINAL: "final decision onsite panel assessment references",
    Milestone.INTERVIEWED: "interview interviewed interviews interviewing",
    Milestone.SCREENED: "screen screened screening phone review reviewed shortlist shortlisted",
    Milestone.APPLIED: "applied received new application inbox applicant",
}
_MILESTONE_OF: dict[str, Milestone] = {
    word: stone for stone, words in _MILESTONES.items() for word in words.split()
}
_OUTCOMES = {
    Outcome.HIRED: "hired placed accepted",
    Outcome.OFFER_DECLINED: "declined",
    Outcome.WITHDRAWN: "withdrawn withdrew withdraw",
    Outcome.REJECTED: "rejected reject unsuccessful disqualified closed archived no not",
}
_OUTCOME_OF: dict[str, Outcome] = {
    word: outcome for outcome, words in _OUTCOMES.items() for word in words.split()
}
_REASONS = {
    RejectionReason.PAY: "pay salary compensation",
    RejectionReason.MUST_HAVE_MISSING: "skill skills qualification qualifications certificate",
    RejectionReason.PLACE_OR_SHIFT: "place location relocation shift hours",
    RejectionReason.SENIORITY: "overqualified underqualified senior junior experience level",
    RejectionReason.STRONGER_APPLICANT: "stronger better other another",
    RejectionReason.LANGUAGE: "language",
    RejectionReason.JOB_CLOSED: "cancelled frozen",
    RejectionReason.LATE: "late",
}
_REASON_OF: dict[str, RejectionReason] = {
    word: reason for reason, words in _REASONS.items() for word in words.split()
}


@lru_cache(1024)
def milestone_of(text: str) -> Milestone | None:
    """Return what a stage of some other system means; no text: applied; unknown: None."""
    if not text.strip():
        return Milestone.APPLIED
    return _first(text, _MILESTONE_OF)


@lru_cache(1024)
def outcome_of(text: str) -> Outcome | None:
    """Return how an application ended, from somebody's word for it."""
    words = _words(text)
    if "declined" in words and not {"offer", "candidate"} & set(words):
        return Outcome.REJECTED
    return _first(text, _OUTCOME_OF)


@lru_cache(1024)
def reason_of(text: str) -> RejectionReason:
    return _first(text, _REASON_OF) or RejectionReason.OTHER


def _words(text: str) -> list[str]:
    return [word for word in _WORD.split(text.lower()) if word]


def _first(text: str, meanings: dict[str, Meaning]) -> Meaning | None:
    """Return the meaning of the furthest word in the text that has one: tables are in order."""
    found = [meanings[word] for word in _words(text) if word in meanings]
    order = list(dict.fromkeys(meanings.values()))
    return min(found, key=order.index) if found else None

"""Looks at what nobody looks at without a reason, as the audit trail writes them down (X-11)."""

from accounts import audit
from accounts.models import User
from candidates.models import Candidate


def note_address_search(user: User, found: list[Candidate]) -> None:
    """Somebody looked for an exact address: whom it led to, or that it led nowhere."""
    for candidate in found[:1]:
        audit.read(user, "address_search", candidate)
    if not found:
        audit.read(user, "address_search", user, found="nobody")


def note_pay(user: User, candidate: Candidate) -> None:
    """Somebody saw what a person wants to earn."""
    if candidate.salary_expectation is not None:
        audit.read(user, "pay", candidate)

"""The suppression memory: which addresses must not be written to, without knowing the addresses.

A row is HMAC-SHA-256 of the broad form of an address under a key that is not in the database. Keys
have versions, counted from the oldest, and none is ever removed: a hash cannot be re-keyed, so
every question is asked under all of them.

`EmailAddress.suppressed` repeats the answer beside each address we hold, so that a question about
everybody is one query. Whoever adds an address asks `scopes_of` and sets it.
"""

import hmac
from collections.abc import Iterable

from django.conf import settings

from candidates.arrays import any_text_of
from candidates.identity import broad_email
from candidates.models import Suppression


def digest(address: str, key_version: int | None = None) -> str:
    """Return the keyed hash of an address under a key version (default: the newest)."""
    keys = list(reversed(settings.SUPPRESSION_KEYS))
    key = keys[(key_version or len(keys)) - 1]
    return hmac.digest(key.encode(), broad_email(address).encode(), "sha256").hex()


def digests_of(address: str) -> list[str]:
    """Return the hash of an address under every key: whoever asks the table must ask for all."""
    return [digest(address, version) for version in range(1, newest_version() + 1)]


def newest_version() -> int:
    return len(settings.SUPPRESSION_KEYS)


def scopes_of(addresses: Iterable[str]) -> dict[str, str]:
    """Return the scope ("all" or "nurture") of each address that the memory knows.

    An address remembered only because it bounced is in `bounced_among`, not here: a dead letter box
    is not a refusal.
    """
    return remembered(addresses)[0]


def bounced_among(addresses: Iterable[str]) -> set[str]:
    """Return those addresses that the memory knows not to exist."""
    return remembered(addresses)[1]


def remembered(addresses: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Return the scope of each address that is refused, and the addresses that bounced.

    One query for any number of addresses. The wider scope wins.
    """
    scopes, bounced = {}, set()
    for address, rows in _rows_of(addresses).items():
        if any(row.reason == Suppression.Reason.BOUNCED for row in rows):
            bounced.add(address)
        if scope := _widest([r for r in rows if r.reason != Suppression.Reason.BOUNCED]):
            scopes[address] = scope
    return scopes, bounced


def _rows_of(addresses: Iterable[str]) -> dict[str, list[Suppression]]:
    versions = range(1, newest_version() + 1)
    by_digest: dict[str, list[str]] = {}
    for address in set(addresses):
        for version in versions:
            by_digest.setdefault(digest(address, version), []).append(address)
    found: dict[str, list[Suppression]] = {}
    for row in Suppression.objects.filter(digest__in=any_text_of(by_digest)):
        for address in by_digest[row.digest]:
            found.setdefault(address, []).append(row)
    return found


def _widest(rows: list[Suppression]) -> str:
    scopes = {row.scope for row in rows}
    if Suppression.Scope.ALL in scopes:
        return Suppression.Scope.ALL
    return Suppression.Scope.NURTURE if scopes else ""

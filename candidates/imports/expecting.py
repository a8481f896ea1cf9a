"""What committing checked rows would do, as far as one look at them can tell.

Kept in `did` of each row until the commit writes there what it really did. The preview counts it.
"""

from typing import Any

from candidates import suppression
from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress, ImportRow
from candidates.skills import normalise, resolve


def expect(rows: list[ImportRow]) -> None:
    """Set `did` of checked rows: is the person known, an address suppressed, a skill unknown?

    A few queries, however many rows. `person` tells lines apart by their first address, so that
    two lines about one new person are counted once.
    """
    good = [row for row in rows if row.state == ImportRow.State.STAGED]
    said: dict[int, dict[str, Any]] = {row.pk: row.cleaned or {} for row in good}
    addresses = [address for values in said.values() for address in values["emails"]]
    canonical = {address: canonical_email(address) for address in addresses}
    held = set(
        EmailAddress.objects.filter(
            canonical__in=canonical.values(),
            released_at=None,
            candidate__in=Candidate.objects.live(),
        ).values_list("canonical", flat=True)
    )
    unwanted = set(suppression.scopes_of(addresses)) | suppression.bounced_among(addresses)
    skills = {skill for values in said.values() for skill in values.get("skills") or []}
    known_skills = resolve(skills)
    lines = _lines_before([row for row in good if not said[row.pk]["emails"]])
    for row in good:
        emails = said[row.pk]["emails"]
        names = said[row.pk].get("skills") or []
        expected = {
            "person": canonical[emails[0]] if emails else row.fingerprint,
            "known": any(canonical[e] in held for e in emails)
            or (not emails and row.fingerprint in lines),
            "suppressed": bool(emails) and all(e in unwanted for e in emails),
            "no_address": not emails,
            "new_skills": [s for s in names if s not in known_skills and normalise(s)],
        }
        row.did = {"expected": {key: value for key, value in expected.items() if value}}


def _lines_before(rows: list[ImportRow]) -> set[str]:
    states = [ImportRow.State.CREATED, ImportRow.State.JOINED, ImportRow.State.UNCHANGED]
    return set(
        ImportRow.objects.filter(
            fingerprint__in=[row.fingerprint for row in rows],
            state__in=states,
            candidate__isnull=False,
        ).values_list("fingerprint", flat=True)
    )

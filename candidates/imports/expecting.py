"""What committing checked lines would do, as far as one look at them can tell.

Kept in `did` of each line until the commit writes there what it really did. The preview counts it.
"""

from candidates import suppression
from candidates.arrays import any_of, any_text_of
from candidates.identity import canonical_email
from candidates.imports.staging import Line, State
from candidates.models import Candidate, ImportRow
from candidates.resolving import Holders, holders_of
from candidates.skills import normalise, resolve


def expect(lines: list[Line]) -> None:
    """Set `did` of good lines: is the person known, an address suppressed, a skill unknown?

    A few queries, however many lines. `person` tells lines apart by their first address, so that
    two lines about one new person are counted once.
    """
    addresses = [address for line in lines for address in line.said["emails"]]
    canonical = {address: canonical_email(address) for address in addresses}
    held = holders_of(set(canonical.values()))
    live = Candidate.objects.live().filter(pk__in=any_of(set(held.values())))
    holders = Holders(held, {pk: pk for pk in live.order_by().values_list("pk", flat=True)})
    scopes, bounced = suppression.remembered(addresses)
    unwanted = bounced | set(scopes)
    skills = {skill for line in lines for skill in line.said.get("skills") or []}
    unknown = {skill for skill in skills - set(resolve(skills)) if normalise(skill)}
    before = _lines_before([line for line in lines if not line.said["emails"]])
    for line in lines:
        emails = line.said["emails"]
        expected = {
            "person": canonical[emails[0]] if emails else line.fingerprint,
            "known": bool(holders.whom(canonical[e] for e in emails).people)
            or (not emails and line.fingerprint in before),
            "suppressed": bool(emails) and unwanted.issuperset(emails),
            "no_address": not emails,
            "new_skills": unknown and [s for s in line.said.get("skills") or [] if s in unknown],
        }
        line.did = {"expected": {key: value for key, value in expected.items() if value}}


def _lines_before(lines: list[Line]) -> set[str]:
    return set(
        ImportRow.objects.filter(
            fingerprint__in=any_text_of(line.fingerprint for line in lines),
            state__in=[State.CREATED, State.JOINED, State.UNCHANGED],
            candidate__isnull=False,
        ).values_list("fingerprint", flat=True)
    )

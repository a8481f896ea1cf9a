"""Keeping somebody out of job emails by hand, and taking exactly that back.

The suppression memory never forgets a refusal of the person. What a colleague did a moment ago is
no refusal; it can be taken back as long as nothing about consent was said since.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from candidates import suppression, timeline
from candidates.actions.contact import suppress_person
from candidates.identity import broad_email
from candidates.models import Activity, Candidate, ContactGate, EmailAddress, Suppression


@transaction.atomic
def keep_out(candidate: Candidate, *, by: User) -> dict[str, Any]:
    """Suppress every address of a person for job emails. Returns what `take_back` needs.

    Raises ValidationError: no address, or each is suppressed already.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    emails = list(candidate.emails.filter(released_at=None))
    if not emails:
        raise ValidationError("They have no email address.", code="no_address")
    if all(email.suppressed for email in emails):
        raise ValidationError("They get no job emails already.", code="already")
    addresses = [email.address for email in emails]
    held = EmailAddress.objects.filter(
        broad__in=[broad_email(address) for address in addresses], released_at=None, suppressed=""
    )
    free = list(held.values_list("pk", flat=True))
    rows = Suppression.objects.filter(
        digest__in=[suppression.digest(address) for address in addresses],
        scope=Suppression.Scope.NURTURE,
    )
    before = set(rows.values_list("pk", flat=True))
    suppress_person(
        candidate,
        scope=Suppression.Scope.NURTURE,
        reason=Suppression.Reason.STAFF,
        by=by,
    )
    line = candidate.activities.filter(kind="contact.suppressed").order_by("-pk").first()
    return {
        "rows": [pk for pk in rows.values_list("pk", flat=True) if pk not in before],
        "addresses": free,
        "line": line.pk if line else 0,
    }


@transaction.atomic
def take_back(candidate: Candidate, did: dict[str, Any], *, by: User) -> None:
    """Take back what `keep_out` did, and nothing else.

    Raises ValidationError: something about their consent was said since, by whomever.
    """
    emails = EmailAddress.objects.filter(pk__in=did["addresses"])
    holders = sorted({candidate.pk, *emails.values_list("candidate_id", flat=True)})
    for pk in holders:
        ContactGate.objects.locked(pk)
    candidate = Candidate.objects.locked(candidate.pk)
    said = Activity.objects.filter(
        candidate__in=holders, group=Activity.Group.CONSENT, pk__gt=did["line"]
    )
    rows = Suppression.objects.filter(pk__in=did["rows"], reason=Suppression.Reason.STAFF)
    if said.exists() or rows.count() != len(did["rows"]):
        raise ValidationError("Something about their consent was said since.", code="said_since")
    for row in rows:
        audit.record(by, "address.suppression_taken_back", row, scope=[row.scope, ""])
    rows.delete()
    emails.filter(suppressed=Suppression.Scope.NURTURE).update(suppressed="")
    timeline.remember(
        candidate,
        "contact.suppression_taken_back",
        "Took back that no job email goes to their addresses.",
        by=by,
        group=Activity.Group.CONSENT,
    )

"""A person asks for job emails again: the only way out of the suppression memory (P-19)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from candidates import suppression, timeline
from candidates.actions.contact import touch
from candidates.identity import broad_email
from candidates.models import (
    Activity,
    Basis,
    Candidate,
    ContactGate,
    EmailAddress,
    GroundEvent,
    Purpose,
    Suppression,
)

ACTOR = "The candidate"


@transaction.atomic
def opt_in(
    candidate: Candidate, *, wording: str, version: str, language: str, expires_at: datetime
) -> list[GroundEvent]:
    """Record that a person who just proved an address of theirs asks for job emails again.

    Refusals of job emails that the memory holds for their addresses are cleared, each with its line
    in the audit trail; whatever holds for every email (a complaint) stays. wording: what they saw.

    Raises ValidationError: an address of theirs must not be written to at all, or the record is no
    longer in use.
    """
    emails = list(EmailAddress.objects.filter(candidate=candidate, released_at=None))
    broad = {broad_email(email.address) for email in emails}
    held = EmailAddress.objects.filter(broad__in=broad, released_at=None)
    for pk in sorted({candidate.pk, *held.values_list("candidate_id", flat=True)}):
        ContactGate.objects.locked(pk)
    candidate = Candidate.objects.locked(candidate.pk)
    touch(candidate, timezone.now())  # P-09
    digests = [digest for email in emails for digest in suppression.digests_of(email.address)]
    rows = Suppression.objects.select_for_update().filter(digest__in=digests)
    refused = rows.exclude(reason=Suppression.Reason.BOUNCED)
    if refused.filter(scope=Suppression.Scope.ALL).exists():
        raise ValidationError(
            "We were told never to write to this address again. Please write to us.",
            code="suppressed",
        )
    _clear(candidate, list(refused), held)
    return _grant(candidate, wording, version, language, expires_at)


def _clear(candidate: Candidate, rows: list[Suppression], held: QuerySet[EmailAddress]) -> None:
    if not rows:
        return
    for row in rows:
        change = {"scope": [row.scope, ""], "reason": [row.reason, ""]}
        audit.record(ACTOR, "address.suppression_cleared", row, **change)
    Suppression.objects.filter(pk__in=[row.pk for row in rows]).delete()
    held.filter(suppressed=Suppression.Scope.NURTURE).update(suppressed="")
    timeline.remember(
        candidate,
        "contact.suppression_cleared",
        "Asked for job emails again, so their addresses may be written to again.",
        by=ACTOR,
        group=Activity.Group.CONSENT,
    )


def _grant(
    candidate: Candidate, wording: str, version: str, language: str, expires_at: datetime
) -> list[GroundEvent]:
    events = GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.GRANTED,
            basis=Basis.CONSENT,
            jurisdiction=candidate.country,
            occurred_at=timezone.now(),
            expires_at=expires_at,
            channel=GroundEvent.Channel.LINK,
            notice_version=version,
            language=language,
            wording=wording,
            actor=ACTOR,
        )
        for purpose in (Purpose.POOL, Purpose.NURTURE)
    )
    timeline.remember(
        candidate,
        "ground.granted",
        f"Asked for job emails, until {expires_at:%-d %B %Y}, by a link that we had just sent.",
        by=ACTOR,
        group=Activity.Group.CONSENT,
    )
    audit.record(ACTOR, "candidate.opted_in", candidate, purposes=["", "pool, nurture"])
    return events

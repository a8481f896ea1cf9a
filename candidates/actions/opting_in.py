"""A person asks for job emails, on a form of ours or, after a refusal, by proof of an address.

The second is the only way out of the suppression memory (P-19): anybody can type an address.
"""

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
    GroundState,
    Purpose,
    Suppression,
)

ACTOR = "The candidate"
_BY = {
    GroundEvent.Channel.FORM: "on a form",
    GroundEvent.Channel.LINK: "by a link that we had just sent",
}


def ask_by_form(
    candidate: Candidate,
    *,
    wording: str,
    version: str,
    language: str,
    expires_at: datetime,
    is_new: bool = False,
) -> list[GroundEvent]:
    """Record that somebody ticked the box for job emails on a form where they typed the address.

    wording: what they ticked. is_new: the person was made in this transaction, so that only their
    address can have been refused. Returns nothing for a person who refused before: for them a tick
    is no proof, and nothing changes. For actions that hold the locks of the gate and the person.
    """
    refused = GroundState.objects.filter(
        candidate=candidate, kind__in=[GroundEvent.Kind.WITHDRAWN, GroundEvent.Kind.OBJECTED]
    )
    if not is_new and refused.exists():
        return []
    if candidate.emails.exclude(suppressed="").exists():
        return []
    form = GroundEvent.Channel.FORM
    return _grant(candidate, wording, version, language, expires_at, form)


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
    ContactGate.objects.lock_mailboxes([candidate.pk])
    candidate = Candidate.objects.locked(candidate.pk)
    emails = list(EmailAddress.objects.filter(candidate=candidate, released_at=None))
    broad = {broad_email(email.address) for email in emails}
    held = EmailAddress.objects.filter(broad__in=broad, released_at=None)
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
    link = GroundEvent.Channel.LINK
    return _grant(candidate, wording, version, language, expires_at, link)


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
    candidate: Candidate,
    wording: str,
    version: str,
    language: str,
    expires_at: datetime,
    channel: GroundEvent.Channel,
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
            channel=channel,
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
        f"Asked for job emails, until {expires_at:%-d %B %Y}, {_BY[channel]}.",
        by=ACTOR,
        group=Activity.Group.CONSENT,
    )
    audit.record(ACTOR, "candidate.opted_in", candidate, purposes=["", "pool, nurture"])
    return events

"""What people ask about their data: written down, paused, answered. The clock is a law's (P-23)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from candidates import timeline
from candidates.models import Activity, Candidate, PrivacyRequest
from candidates.models.requests import due_date

State = PrivacyRequest.State
_SAID = {
    PrivacyRequest.Kind.ACCESS: "Asked for a copy of their data.",
    PrivacyRequest.Kind.ERASURE: "Asked us to delete their details.",
    PrivacyRequest.Kind.RECTIFICATION: "Asked us to correct something.",
    PrivacyRequest.Kind.OBJECTION: "Objected.",
    PrivacyRequest.Kind.COMPLAINT: "Complained about how we use their data.",
}


@transaction.atomic
def receive_request(
    candidate: Candidate,
    kind: str,
    *,
    how: str,
    by: User | str,
    received_at: datetime | None = None,
    details: str = "",
    identity: str = PrivacyRequest.Identity.UNPROVEN,
) -> PrivacyRequest:
    """Write down that a person asked something about their data. The clock starts with the receipt.

    Raises ValidationError: the day is still to come, or the same is asked and not yet answered.
    """
    candidate = Candidate.objects.locked_kept(candidate.pk)
    now = timezone.now()
    received_at = received_at or now
    if received_at > now:
        raise ValidationError("That day is still to come.", code="in_future")
    if candidate.privacy_requests.open().filter(kind=kind).exists():
        raise ValidationError(
            "They asked for the same before, and it is not answered yet. Go on with that one.",
            code="asked_already",
        )
    request = PrivacyRequest.objects.create(
        candidate=candidate,
        subject_id=str(candidate.pk),
        kind=kind,
        received_at=received_at,
        received_how=how,
        details=details.strip(),
        identity=identity,
        due_on=due_date(kind, timezone.localdate(received_at, Organisation.current().zone)),
        recorded_by=by.email if isinstance(by, User) else by,
    )
    timeline.remember(
        candidate,
        f"request.{kind}",
        _SAID[PrivacyRequest.Kind(kind)],
        by=by,
        group=Activity.Group.CONSENT,
        at=received_at,
    )
    audit.record(by, "request.received", request, kind=["", kind], due=["", str(request.due_on)])
    return request


@transaction.atomic
def prove_identity(request: PrivacyRequest, identity: str, *, by: User) -> PrivacyRequest:
    """Note how sure we are that it is them. Raises ValidationError: the request is closed."""
    request = _locked_open(request)
    if identity not in PrivacyRequest.Identity.values:
        raise ValidationError("Choose how they proved who they are.", code="unknown_identity")
    before, request.identity = request.identity, identity
    if before == identity:
        return request
    request.save(update_fields=["identity"])
    audit.record(by, "request.identity_noted", request, identity=[before, identity])
    return request


@transaction.atomic
def pause_request(request: PrivacyRequest, reason: str, *, by: User) -> PrivacyRequest:
    """Stop the clock while we wait for the person: to say who they are, or what they mean.

    Raises ValidationError: no reason, it is paused already, or it is closed.
    """
    request = _locked_open(request)
    reason = reason.strip()
    if request.paused_at:
        raise ValidationError("The clock is stopped already.", code="paused")
    if not reason:
        raise ValidationError("Say what you asked them, and wait for.", code="no_reason")
    request.paused_at, request.pause_reason = timezone.now(), reason
    request.save(update_fields=["paused_at", "pause_reason"])
    audit.record(by, "request.paused", request)
    return request


@transaction.atomic
def resume_request(request: PrivacyRequest, *, by: User) -> PrivacyRequest:
    """Let the clock go on: the due date moves by the days that it stood still.

    Raises ValidationError: the clock is running, or the request is closed.
    """
    request = _locked_open(request)
    if request.paused_at is None:
        raise ValidationError("The clock is running.", code="not_paused")
    zone = Organisation.current().zone
    stood = timezone.localdate(timezone=zone) - timezone.localdate(request.paused_at, zone)
    before = request.due_on
    request.due_on += stood
    request.days_paused += stood.days
    request.paused_at, request.pause_reason = None, ""
    request.save(update_fields=["due_on", "days_paused", "paused_at", "pause_reason"])
    audit.record(by, "request.resumed", request, due=[str(before), str(request.due_on)])
    return request


@transaction.atomic
def close_request(
    request: PrivacyRequest, outcome: str, text: str, *, by: User | str
) -> PrivacyRequest:
    """Say what became of a request, in words that an authority could read.

    Raises ValidationError: no words, no such outcome, it is closed already, or a deletion is said
    to be done while the person is still here.
    """
    request = _locked_open(request)
    text = text.strip()
    if outcome not in PrivacyRequest.Outcome.values:
        raise ValidationError("Choose what became of it.", code="unknown_outcome")
    if not text:
        raise ValidationError("Say in words what became of it. It stays.", code="no_words")
    if (
        request.kind == PrivacyRequest.Kind.ERASURE
        and outcome == PrivacyRequest.Outcome.DONE
        and request.candidate_id
    ):
        raise ValidationError(
            "They are still here. Delete their details first; that closes the request.",
            code="still_here",
        )
    end(request, outcome, text, by=by)
    if request.candidate:
        timeline.remember(
            request.candidate,
            "request.closed",
            f"Answered: {request.get_kind_display().lower()}. {request.get_outcome_display()}.",
            by=by,
            group=Activity.Group.CONSENT,
        )
    return request


def end(request: PrivacyRequest, outcome: str, text: str, *, by: User | str) -> None:
    """Close a request that is locked. For actions that say the rest."""
    before = request.state
    request.state, request.outcome, request.outcome_text = State.CLOSED, outcome, text
    request.closed_at = timezone.now()
    request.closed_by = by.email if isinstance(by, User) else by
    request.paused_at, request.waits_for, request.cooling_off_until = None, "", None
    if request.candidate_id is None:  # nobody whom an erasure could take out of the register
        request.reply_to, request.details, request.pause_reason = "", "", ""
    request.save()
    audit.record(by, "request.closed", request, state=[before, State.CLOSED], outcome=["", outcome])


def _locked_open(request: PrivacyRequest) -> PrivacyRequest:
    request = PrivacyRequest.objects.select_related("candidate").locked(request.pk)
    if not request.is_open:
        raise ValidationError("This request is closed.", code="closed")
    return request

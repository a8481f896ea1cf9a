"""A complaint about how we use somebody's data, from a form that anybody can open (P-22).

Whoever complains may be unknown to us. The row is written all the same, and by the same work, so
neither the answer nor its time tells whom we know; a worker looks the address up afterwards.
"""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation, User
from candidates import timeline
from candidates.actions.opting_in import ACTOR
from candidates.models import Activity, Candidate, PrivacyRequest
from candidates.models.requests import due_date

KIND = PrivacyRequest.Kind.COMPLAINT
_KNOWN = PrivacyRequest.Identity.KNOWN_ADDRESS


def complain(
    form_id: UUID, words: str, *, address: str = "", candidate: Candidate | None = None
) -> PrivacyRequest:
    """Write a complaint down. The clock starts now. The same form complains once.

    address: where the answer goes, of somebody who did not prove who they are.
    """
    if first := PrivacyRequest.objects.filter(public_id=form_id).first():
        return first
    try:
        return _complain(form_id, words, address, candidate)
    except IntegrityError:  # the same form, sent twice at once
        return PrivacyRequest.objects.get(public_id=form_id)


@languages.recorded_in_english
@transaction.atomic
def _complain(
    form_id: UUID, words: str, address: str, candidate: Candidate | None
) -> PrivacyRequest:
    if candidate:
        candidate = Candidate.objects.locked_kept(candidate.pk)
    now = timezone.now()
    request = PrivacyRequest.objects.create(
        public_id=form_id,
        candidate=candidate,
        subject_id=str(candidate.pk) if candidate else "",
        kind=KIND,
        received_at=now,
        received_how=PrivacyRequest.How.PAGE,
        details=words.strip(),
        reply_to="" if candidate else address.strip(),
        identity=_KNOWN if candidate else PrivacyRequest.Identity.UNPROVEN,
        due_on=due_date(KIND, timezone.localdate(now, Organisation.current().zone)),
        recorded_by=ACTOR,
    )
    if candidate:
        _remember(request, candidate)
    audit.record(ACTOR, "request.received", request, kind=["", KIND], due=["", str(request.due_on)])
    return request


@transaction.atomic
def recognise(request: PrivacyRequest, candidate: Candidate) -> PrivacyRequest:
    """Note whose address it is that somebody typed. That does not prove that it was them."""
    request = PrivacyRequest.objects.locked(request.pk)
    if request.candidate_id or not request.is_open:
        return request
    request.candidate, request.subject_id = candidate, str(candidate.pk)
    request.reply_to = ""
    request.save(update_fields=["candidate", "subject_id", "reply_to"])
    _remember(request, candidate)
    return request


@transaction.atomic
def mark_acknowledged(request: PrivacyRequest) -> None:
    """Note that somebody was told that we have their complaint, and by when they hear."""
    PrivacyRequest.objects.filter(pk=request.pk, acknowledged_at=None).update(
        acknowledged_at=timezone.now()
    )


def refuse_gaps(letter: str) -> None:
    """Raises ValidationError: something in the letter was never filled in."""
    start = letter.find("[")
    if start >= 0 and "]" in letter[start:]:
        gap = letter[start : letter.index("]", start) + 1]
        raise ValidationError(f"Fill in {gap} first, or take it out.", code="gap")


def answerable(public_id: UUID, user: User) -> PrivacyRequest | None:
    """Return an open complaint of somebody whom we know and may write to."""
    found = PrivacyRequest.objects.visible_to(user).open().select_related("candidate")
    return found.filter(public_id=public_id, kind=KIND, candidate__isnull=False).first()


def _remember(request: PrivacyRequest, candidate: Candidate) -> None:
    timeline.remember(
        candidate,
        f"request.{KIND}",
        "Complained about how we use their data.",
        by=ACTOR,
        group=Activity.Group.CONSENT,
        at=request.received_at,
    )

"""Erasing a person. It cannot be undone, so each step before it says what will go (P-16)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import erasing, files, journal, suppression, timeline
from candidates.actions import requests
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.models import (
    Activity,
    ArchiveReason,
    Candidate,
    ContactGate,
    EmailAddress,
    Erasure,
    PrivacyRequest,
    Suppression,
)
from candidates.models.requests import COOLING_OFF
from candidates.signals import candidate_erased

RESULT = (
    "We deleted your details. We keep one scrambled code made from your email address, only so that"
    " we do not contact you again by mistake."
)
_BEFORE = "Answered before the person was erased. What was said is gone with them."
# What the person can decide about themselves; everything else is for us, or for a law.
THEIRS = "open_application"
# A law makes us keep the record: it goes where nobody uses it, until the law lets it go (C-27).
MUST_KEEP = frozenset({"legal_hold", "must_keep"})
PASSES = frozenset({"on_its_way"})  # over in a moment
CLOCK = "erasure clock"


@transaction.atomic
def erase_candidate(
    candidate: Candidate,
    *,
    by: User | str,
    reason: str = Suppression.Reason.ERASED,
    withdraw: bool = False,
    replayed: bool = False,
) -> Erasure:
    """Erase a person, with every record that was merged into theirs. There is no way back.

    All rows go in this transaction and all files after its commit. What stays: an empty row, counts
    without a person, keyed hashes of the addresses, and the actor and event in the audit trail.
    withdraw: they withdraw their open applications by it. replayed: the erasure took place before a
    restore; nothing stands in the way of it any more.

    Raises ValidationError: they are gone, or something stands in the way (`obstacles_of`): a legal
    hold, a law, an open application, an email on its way at this moment.
    """
    records = erasing.records_of(candidate)
    ContactGate.objects.lock_mailboxes(record.pk for record in records)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    if not replayed:
        _refuse(candidate, withdraw=withdraw)

    now = timezone.now()
    records = erasing.records_of(candidate)
    people = [record.pk for record in records]
    candidate_erased.send(
        sender=Candidate,
        candidate=candidate,
        people=people,
        at=now,
        by=by,
        application_stays=False,
    )
    addresses = forget_addresses(people, reason, by)
    _settle_requests(candidate, people, by)
    version = suppression.newest_version()
    erasure = Erasure.objects.create(
        subject_id=str(candidate.pk),
        at=now,
        key_version=version,
        people=[journal.person_hash(record.public_id, version) for record in records],
        addresses=addresses,
        removed=erasing.remove_everything(people),
    )
    for record in records:
        erasing.empty(record, now)
    audit.record(by, "candidate.erased", candidate)
    transaction.on_commit(_after)
    return erasure


@transaction.atomic
def ask_erasure(request: PrivacyRequest, *, by: User | str) -> PrivacyRequest:
    """Begin the seven days in which the person may still change their mind.

    Raises ValidationError: it is no request for deletion, it is closed, or it is cooling off.
    """
    request = _locked(request)
    if request.state == PrivacyRequest.State.COOLING_OFF:
        raise ValidationError("The seven days have begun already.", code="cooling_off")
    request.state = PrivacyRequest.State.COOLING_OFF
    request.cooling_off_until = timezone.now() + COOLING_OFF
    request.waits_for = ""
    request.save(update_fields=["state", "cooling_off_until", "waits_for"])
    day = f"{timezone.localtime(request.cooling_off_until):%-d %B %Y}"
    _remember(request, "erasure.cooling_off", f"Their details are deleted on {day}.", by)
    audit.record(by, "erasure.cooling_off", request)
    return request


@transaction.atomic
def wait_for_decision(request: PrivacyRequest, *, by: User | str) -> PrivacyRequest:
    """Keep the person until the jobs that they are considered for are decided, as they wish.

    Raises ValidationError: it is no open request for deletion.
    """
    request = _locked(request)
    request.state, request.cooling_off_until = PrivacyRequest.State.WAITING, None
    request.waits_for = "They want to hear about their open applications first."
    request.save(update_fields=["state", "cooling_off_until", "waits_for"])
    _remember(request, "erasure.waiting", "Their details are deleted once they have heard.", by)
    audit.record(by, "erasure.waiting", request)
    return request


@transaction.atomic
def put_out_of_use(request: PrivacyRequest, why: str, *, by: User | str) -> PrivacyRequest:
    """What must be kept goes into the restricted archive, and is deleted once it may be (C-27).

    why: what makes us keep it and until when, as a sentence for the person.

    Raises ValidationError: it is no open request for deletion, or they are considered for a job.
    """
    request = _locked(request)
    candidate = request.candidate
    if candidate and candidate.archived_at is None:
        archive_candidate(candidate, ArchiveReason.ASKED, by=by)
    before, request.state = request.state, PrivacyRequest.State.RESTRICTED
    request.cooling_off_until, request.waits_for = None, why[:300]
    request.save(update_fields=["state", "cooling_off_until", "waits_for"])
    if before != request.state:
        audit.record(by, "erasure.restricted", request, state=[before, request.state])
    return request


@transaction.atomic
def take_back_erasure(request: PrivacyRequest, *, by: User | str) -> PrivacyRequest:
    """The person changed their mind within the seven days, or while they waited.

    Raises ValidationError: it is no open request for deletion.
    """
    request = _locked(request)
    requests.end(
        request, PrivacyRequest.Outcome.TAKEN_BACK, "They changed their mind in time.", by=by
    )
    _remember(request, "erasure.taken_back", "They want us to keep their details after all.", by)
    return request


def carry_out(request: PrivacyRequest, *, by: User | str, withdraw: bool = False) -> Erasure:
    """Erase the person who asked for it, which closes their request.

    Raises ValidationError: see `erase_candidate`; or the request names nobody any more.
    """
    if request.candidate is None:
        raise ValidationError("They are erased already.", code="gone")
    return erase_candidate(request.candidate, by=by, withdraw=withdraw)


def go_on(now: datetime) -> int:
    """Carry out the erasures whose seven days are over, and those that waited and can go now.

    Returns how many were carried out. What stands in the way is written beside the request.
    """
    done = 0
    for pk in PrivacyRequest.objects.may_go_on(now).values_list("pk", flat=True):
        request = PrivacyRequest.objects.select_related("candidate").get(pk=pk)
        try:
            carry_out(request, by=CLOCK)
        except ValidationError as refusal:
            _note_obstacle(request, refusal.code or "", refusal.messages[0])
        else:
            done += 1
    return done


@transaction.atomic
def _note_obstacle(request: PrivacyRequest, code: str, sentence: str) -> None:
    """Say beside a request why it does not go on by itself, unless that is over in a moment."""
    request = PrivacyRequest.objects.locked(request.pk)
    if code in PASSES or not request.is_open:
        return
    if code in MUST_KEEP:
        if request.state != PrivacyRequest.State.RESTRICTED:
            put_out_of_use(request, sentence, by=CLOCK)
        return
    if request.state == PrivacyRequest.State.RESTRICTED:
        return
    if code == THEIRS and request.state == PrivacyRequest.State.WAITING:
        return  # what they decided stands beside it already
    if code == THEIRS:
        request.state = PrivacyRequest.State.WAITING
    elif request.state == PrivacyRequest.State.COOLING_OFF:
        request.state = PrivacyRequest.State.OPEN
    request.cooling_off_until, request.waits_for = None, sentence[:300]
    request.save(update_fields=["state", "cooling_off_until", "waits_for"])


def _refuse(candidate: Candidate, *, withdraw: bool) -> None:
    for obstacle in erasing.obstacles_of(candidate):
        if not (withdraw and obstacle.code == THEIRS):
            raise ValidationError(obstacle.sentence, code=obstacle.code)
    unanswered = candidate.privacy_requests.open().exclude(kind=PrivacyRequest.Kind.ERASURE).first()
    if unanswered:
        raise ValidationError(
            f"They also asked for something that cannot be answered afterwards:"
            f" {unanswered.get_kind_display().lower()}. Answer that first.",
            code="open_request",
        )


def forget_addresses(people: list[int], reason: str, by: User | str) -> list[str]:
    """Put every address into the suppression memory; return its hashes.

    For job emails alone: whoever applies again after that is welcome, and gets letters (P-19). What
    the memory knew of an address before, that it bounced or that they complained, stays.
    """
    held = EmailAddress.objects.filter(candidate__in=people)
    addresses = sorted(set(held.values_list("address", flat=True)))
    for address in addresses:
        suppress_address(address, scope=Suppression.Scope.NURTURE, reason=reason, by=by)
    return sorted({suppression.digest(address) for address in addresses})


def _settle_requests(candidate: Candidate, people: list[int], by: User | str) -> None:
    """Close what asked for this, and take the person and all that was typed out of the register."""
    theirs = PrivacyRequest.objects.filter(candidate__in=people)
    for request in theirs.open().select_for_update():
        requests.end(request, PrivacyRequest.Outcome.DONE, RESULT, by=by)
    theirs.exclude(outcome_text=RESULT).update(outcome_text=_BEFORE)
    theirs.update(
        candidate=None,
        subject_id=str(candidate.pk),
        details="",
        reply_to="",
        pause_reason="",
        waits_for="",
    )


def _after() -> None:
    """Do what can only be done once the rows are gone; what fails is tried again by a task."""
    try:
        journal.write_next()
    except OSError:
        journal.logger.warning("the journal of erasures could not be written")
    files.delete_next()


def _locked(request: PrivacyRequest) -> PrivacyRequest:
    request = PrivacyRequest.objects.select_related("candidate").locked(request.pk)
    if request.kind != PrivacyRequest.Kind.ERASURE or not request.is_open:
        raise ValidationError("This is no open request for deletion.", code="not_erasure")
    return request


def _remember(request: PrivacyRequest, kind: str, text: str, by: User | str) -> None:
    if request.candidate:
        timeline.remember(request.candidate, kind, text, by=by, group=Activity.Group.CONSENT)

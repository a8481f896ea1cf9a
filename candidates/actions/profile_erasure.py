"""Deleting all of a person that is not their open application: the rest goes later (C-26)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import erasing, files, timeline
from candidates.actions.erasure import THEIRS, forget_addresses
from candidates.models import (
    Activity,
    Candidate,
    ContactGate,
    GroundEvent,
    PrivacyRequest,
    Purpose,
    Stop,
    Suppression,
)
from candidates.signals import candidate_erased

WAITS_FOR = "Everything but their open applications is deleted. The rest goes once they have heard."


@transaction.atomic
def erase_profile(request: PrivacyRequest, *, by: User) -> dict[str, int]:
    """Delete the profile of the person who asked, but for the applications that are not decided.

    What stays: their name and how to answer them, the open applications with their stages and
    letters. It goes by itself as soon as they have heard (`erasure.go_on`). Returns how many rows
    of each table went.

    Raises ValidationError: it is no open request for deletion; nobody considers them, so that
    everything may go; or a law or a hold keeps the record, or an email is leaving.
    """
    candidate = request.candidate
    if candidate is None:
        raise ValidationError("They are erased already.", code="gone")
    ContactGate.objects.lock_mailboxes(record.pk for record in erasing.records_of(candidate))
    candidate = Candidate.objects.locked(candidate.pk)
    request = PrivacyRequest.objects.locked(request.pk)
    _refuse(request, candidate)

    now = timezone.now()
    records = erasing.records_of(candidate)
    people = [record.pk for record in records]
    candidate_erased.send(
        sender=Candidate,
        candidate=candidate,
        people=people,
        at=now,
        by=by,
        application_stays=True,
    )
    forget_addresses(people, Suppression.Reason.ERASED, by)
    removed = erasing.remove_but_open_applications(people)
    for record in records:
        if record.pk == candidate.pk:
            erasing.keep_identity(candidate)
        else:
            erasing.empty(record, now)
    _refuse_from_now_on(candidate, by)
    request.state, request.cooling_off_until = PrivacyRequest.State.WAITING, None
    request.waits_for, request.details = WAITS_FOR, ""
    request.save(update_fields=["state", "cooling_off_until", "waits_for", "details"])
    timeline.remember(
        candidate,
        "erasure.profile",
        "Their profile is deleted, as they wish. What their open applications need stays until"
        " they have heard.",
        by=by,
        group=Activity.Group.CONSENT,
    )
    audit.record(by, "candidate.profile_erased", candidate)
    transaction.on_commit(files.delete_next)
    return removed


def _refuse(request: PrivacyRequest, candidate: Candidate) -> None:
    if request.kind != PrivacyRequest.Kind.ERASURE or not request.is_open:
        raise ValidationError("This is no open request for deletion.", code="not_erasure")
    obstacles = erasing.obstacles_of(candidate)
    for obstacle in obstacles:
        if obstacle.code != THEIRS:
            raise ValidationError(obstacle.sentence, code=obstacle.code)
    if not obstacles:
        raise ValidationError(
            "Nobody considers them for a job, so everything may be deleted.", code="not_considered"
        )


def _refuse_from_now_on(candidate: Candidate, by: User) -> None:
    """Nothing but the application is a reason to keep them or to write to them any more."""
    now = timezone.now()
    GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.WITHDRAWN,
            jurisdiction=candidate.country,
            occurred_at=now,
            channel=GroundEvent.Channel.STAFF,
            evidence="Their request for deletion",
            actor=by.email,
        )
        for purpose in (Purpose.POOL, Purpose.NURTURE)
    )
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.UNSUBSCRIBED, at=now)

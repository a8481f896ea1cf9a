"""Coming back to a person on a day. No action here writes to anybody."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.models import Candidate, FollowUp

FURTHEST = timedelta(days=3 * 366)


@transaction.atomic
def plan_follow_up(candidate: Candidate, on: date, text: str = "", *, by: User) -> FollowUp:
    """Come back to a person on a day. It will stand on the Today page of `by`.

    Raises ValidationError: the day is past or years away, or the text is too long.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    _refuse_day(on, by)
    text = " ".join(text.split())
    if len(text) > 200:
        raise ValidationError("Say it in at most 200 letters.", code="too_long")
    follow_up = FollowUp.objects.create(candidate=candidate, owner=by, on=on, text=text)
    _remember(follow_up, "planned", f"Wants to come back to this person on {_said(on)}.", by)
    audit.record(by, "follow_up.planned", follow_up, on=["", on.isoformat()])
    return follow_up


@transaction.atomic
def leave_follow_up(candidate: Candidate, text: str, *, owner: User, by: str) -> FollowUp:
    """Put a person on a colleague's Today page, because of something that person did.

    by: who did it, in words. The timeline is the business of the action that calls.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    on = timezone.now().astimezone(ZoneInfo(owner.time_zone)).date()
    follow_up = FollowUp.objects.create(candidate=candidate, owner=owner, on=on, text=text[:200])
    audit.record(by, "follow_up.left", follow_up, on=["", on.isoformat()])
    return follow_up


@transaction.atomic
def move_follow_up(follow_up: FollowUp, on: date, *, by: User, was: date | None = None) -> FollowUp:
    """Put a follow-up off, or bring it forward, to another day. The same day does nothing.

    was: the day that the form was made from; None: whatever it is now.

    Raises ValidationError: it is done or gone, the day is past or years away, or somebody else
    moved it to yet another day meanwhile (`conflict`).
    """
    follow_up = _open(follow_up)
    _refuse_day(on, follow_up.owner)
    if follow_up.on == on:
        return follow_up
    if was not in (None, follow_up.on):
        who = audit.last_change(follow_up, "follow_up.moved")
        raise ValidationError(
            f"Moved to {_said(follow_up.on)} meanwhile, {who}. Press the button again to move it to"
            f" {_said(on)} all the same.",
            code="conflict",
        )
    before, follow_up.on = follow_up.on, on
    follow_up.save(update_fields=["on"])
    _remember(follow_up, "moved", f"Moved the follow-up to {_said(on)}.", by)
    audit.record(by, "follow_up.moved", follow_up, on=[before.isoformat(), on.isoformat()])
    return follow_up


@transaction.atomic
def finish_follow_up(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Say that it is done.

    Raises ValidationError: it is done or gone already.
    """
    follow_up = _open(follow_up)
    follow_up.done_at = timezone.now()
    follow_up.save(update_fields=["done_at"])
    _remember(
        follow_up, "done", f"Came back to this person, as planned for {_said(follow_up.on)}.", by
    )
    audit.record(by, "follow_up.done", follow_up)
    return follow_up


@transaction.atomic
def reopen_follow_up(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Take `finish_follow_up` back. One that is open stays as it is.

    Raises ValidationError: it is gone.
    """
    follow_up = FollowUp.objects.locked(follow_up.pk)
    if follow_up.done_at is None:
        return follow_up
    follow_up.done_at = None
    follow_up.save(update_fields=["done_at"])
    _remember(follow_up, "reopened", f"The follow-up of {_said(follow_up.on)} is still to do.", by)
    audit.record(by, "follow_up.reopened", follow_up)
    return follow_up


def _open(follow_up: FollowUp) -> FollowUp:
    Candidate.objects.locked(follow_up.candidate_id)
    follow_up = FollowUp.objects.locked(follow_up.pk)
    if follow_up.done_at:
        who = audit.last_change(follow_up, "follow_up.done")
        raise ValidationError(f"This follow-up is done already, {who}.", code="done")
    return follow_up


def _refuse_day(on: date, owner: User) -> None:
    today = timezone.now().astimezone(ZoneInfo(owner.time_zone)).date()
    if on < today:
        raise ValidationError("That day is past. Choose today or a later one.", code="past")
    if on > today + FURTHEST:
        raise ValidationError("Choose a day within three years.", code="too_far")


def _said(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _remember(follow_up: FollowUp, what: str, text: str, by: User) -> None:
    timeline.remember(
        follow_up.candidate, f"follow_up.{what}", text, by=by, follow_up=str(follow_up.public_id)
    )

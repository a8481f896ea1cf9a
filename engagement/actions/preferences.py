"""What a person does about their job emails, by a link and without an account.

A link can only reduce (level L0): `reduce` meets what they chose with what holds. More email comes
back by `undo`, which restores exactly what one change replaced, or by `choose`, for whoever proved
their mailbox (level L1). Each locks the person's gate first, so after its commit nothing can be
armed that they forbid.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation
from candidates import timeline
from candidates.actions.contact import touch
from candidates.models import (
    Activity,
    Candidate,
    ContactGate,
    GroundEvent,
    Preference,
    PreferenceChange,
    Purpose,
    Stop,
)
from engagement import notices
from engagement.actions import enrolments, messages
from engagement.choices import MONTHLY, WEEKLY, Choices, said_about_them
from engagement.recipients import Standing, speaking_to, standing_of

ACTOR = "The candidate"
STOP_WORDS = "Stop all job emails"
_GIVES = (GroundEvent.Kind.GRANTED, GroundEvent.Kind.RENEWED, GroundEvent.Kind.RESTORED)


@languages.recorded_in_english
@transaction.atomic
def reduce(
    candidate: Candidate,
    wanted: Choices,
    *,
    channel: str,
    action_id: UUID | None = None,
    version: int | None = None,
    is_confirmed: bool = True,
) -> PreferenceChange | None:
    """Let a person have fewer job emails, at once. Returns the change, or None if nothing changed.

    action_id: of the rendered form; the same form posted twice changes once (C-06). version: of
    the choices the form showed; None for a button that shows none. A stop is never refused.
    is_confirmed: by an email of its own; False for an action that says it in another one.

    Raises ValidationError: their choices were changed since the form was shown (C-08).
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    touch(candidate, timezone.now())  # P-09: a POST from a link of ours is contact, a GET never
    standing = standing_of(candidate)
    before = standing.choices
    after = before.reduced_by(wanted)
    first = PreferenceChange.objects.filter(action_id=action_id).first() if action_id else None
    if first and first.candidate_id == candidate.pk and not _asks_for_more(first, wanted):
        return first
    if version is not None and version != standing.version and not wanted.stopped:
        raise ValidationError(
            "Your choices were changed after this page was opened.", code="changed_meanwhile"
        )
    if after == before:
        return None

    change = _change(
        candidate,
        standing,
        after,
        channel=channel,
        action_id=uuid4() if first or action_id is None else action_id,
        is_confirmed=is_confirmed,
    )
    audit.record(ACTOR, "preference.reduced", candidate, **_audited(before, after))
    return change


@languages.recorded_in_english
@transaction.atomic
def choose(
    candidate: Candidate, wanted: Choices, *, version: int | None
) -> PreferenceChange | None:
    """Let a person who proved their mailbox choose exactly this, more or less than before.

    Returns the change, or None if nothing changed. A stop is never refused.

    Raises ValidationError: they stopped job emails, which only words that they agree to start
    again (`again`, `keep_for_similar_jobs`), or their choices changed since the form was shown.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    touch(candidate, timezone.now())
    standing = standing_of(candidate)
    before = standing.choices
    if wanted == before or (wanted.stopped and before.stopped):
        return None
    if before.stopped:
        raise ValidationError("Job emails are stopped. You can start them again.", code="stopped")
    if version != standing.version and not wanted.stopped:
        raise ValidationError(
            "Your choices were changed after this page was opened.", code="changed_meanwhile"
        )
    after = replace(before, stopped=True) if wanted.stopped else wanted
    form = GroundEvent.Channel.FORM
    change = _change(candidate, standing, after, channel=form, action_id=uuid4(), is_confirmed=True)
    audit.record(ACTOR, "preference.chosen", candidate, **_audited(before, after))
    return change


@languages.recorded_in_english
@transaction.atomic
def undo(candidate: Candidate, change_id: UUID) -> PreferenceChange:
    """Take one change back and restore exactly what it replaced (C-15). Twice does it once.

    Raises ValidationError: no such change, more than 28 days ago, or something changed since: then
    an old undo must not bring back mail that was stopped later.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    touch(candidate, timezone.now())
    change = (
        PreferenceChange.objects.select_for_update(of=("self",))
        .filter(public_id=change_id, candidate=candidate)
        .first()
    )
    if change is None:
        raise ValidationError("There is nothing to take back.", code="unknown_change")
    if change.undone_at:
        return change
    now = timezone.now()
    if now > change.at + timedelta(days=PreferenceChange.UNDO_DAYS):
        raise ValidationError(
            f"That was more than {PreferenceChange.UNDO_DAYS} days ago.", code="too_late"
        )
    standing = standing_of(candidate)
    if _snapshot(standing.choices, standing) != change.after:
        raise ValidationError("Your choices were changed again after that.", code="changed_since")

    before = Choices.from_json(change.before)
    store(candidate, before, standing)
    if standing.choices.stopped and not before.stopped:
        _restore_ground(candidate, change)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    _remember(
        candidate,
        "preference.undone",
        "Took back: " + " ".join(said_about_them(before, standing.choices)),
        GroundEvent.Channel.LINK,
        change,
    )
    audit.record(ACTOR, "preference.undone", candidate, **_audited(standing.choices, before))
    return change


@languages.recorded_in_english
@transaction.atomic
def say_why(candidate: Candidate, change_id: UUID, why: str) -> PreferenceChange | None:
    """Note why somebody stopped job emails, if they say so afterwards. The first word stands, and
    nothing else changes. Returns the change; None for one that is not theirs."""
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    changes = PreferenceChange.objects.select_for_update(of=("self",))
    change = changes.filter(public_id=change_id, candidate=candidate).first()
    if change is None or not why or not change.after["stopped"]:
        return change
    if change.why or change.undone_at:
        return change
    change.why = why
    change.save(update_fields=["why"])
    said = f"Said why they stopped job emails: {change.get_why_display().lower()}."
    _remember(candidate, "preference.why", said, GroundEvent.Channel.LINK, change)
    audit.record(ACTOR, "preference.why", candidate, why=["", change.get_why_display()])
    return change


def last_change(candidate: Candidate) -> PreferenceChange | None:
    """Return the latest change that can still be taken back, if there is one."""
    since = timezone.now() - timedelta(days=PreferenceChange.UNDO_DAYS)
    change = candidate.preference_changes.filter(undone_at=None, at__gte=since).first()
    standing = standing_of(candidate)
    return change if change and change.after == _snapshot(standing.choices, standing) else None


def _change(
    candidate: Candidate, standing: Standing, after: Choices, *, channel: str, action_id: UUID,
    is_confirmed: bool,
) -> PreferenceChange:  # fmt: skip
    """Store what holds from now on, end what waits and must not leave, and remember it."""
    before, now = standing.choices, timezone.now()
    store(candidate, after, standing)
    is_stop = after.stopped and not before.stopped
    if is_stop:
        _append_ground(candidate, GroundEvent.Kind.WITHDRAWN, channel, wording=STOP_WORDS)
        _end_pending(candidate, Stop.Reason.UNSUBSCRIBED, "unsubscribed")
    elif after.paused_until and after.paused_until != before.paused_until:
        _end_pending(candidate, Stop.Reason.PAUSED, "paused_until")
    change = PreferenceChange.objects.create(
        candidate=candidate,
        action_id=action_id,
        at=now,
        channel=channel,
        before=_snapshot(before, standing),
        after=_snapshot(after, standing_of(candidate)),
    )
    if is_confirmed:
        _confirm(change, candidate)
    _remember(candidate, "preference.stopped" if is_stop else "preference.changed",
              " ".join(said_about_them(before, after)), channel, change)  # fmt: skip
    return change


def _asks_for_more(first: PreferenceChange, wanted: Choices) -> bool:
    """The same form, but not the same answer: somebody went back and chose something stricter."""
    result = Choices.from_json(first.after)
    stricter = result.reduced_by(wanted) != result
    return stricter or (wanted.stopped and first.undone_at is not None)


def store(candidate: Candidate, choices: Choices, standing: Standing) -> None:
    """Write what a person chose. For actions that hold the gate and say the rest."""
    kinds = choices.as_json()["only"] or {}
    Preference.objects.update_or_create(
        candidate=candidate,
        defaults={
            "frequency": MONTHLY if choices.monthly else WEEKLY,
            "paused_until": choices.paused_until,
            "is_narrowed": choices.only is not None,
            "families": kinds.get("families", []),
            "places": kinds.get("places", []),
            "work_modes": kinds.get("work_modes", []),
            "levels": kinds.get("levels", []),
            "version": standing.version + 1,
            "updated_at": timezone.now(),
        },
    )


def _append_ground(
    candidate: Candidate, kind: str, channel: str, *, wording: str = "", basis: str = "",
    expires_at: Any = None,
) -> None:  # fmt: skip
    GroundEvent.objects.create(
        candidate=candidate,
        purpose=Purpose.NURTURE,
        kind=kind,
        basis=basis,
        jurisdiction=candidate.country,
        occurred_at=timezone.now(),
        expires_at=expires_at,
        channel=channel,
        notice_version="l0-1",
        language="en",
        wording=wording,
        actor=ACTOR,
    )


def _restore_ground(candidate: Candidate, change: PreferenceChange) -> None:
    """Bring back the ground that the stop took away; where there was none, there is none again."""
    replaced = GroundEvent.objects.filter(
        candidate=candidate, pk=change.before["ground"] or 0
    ).first()
    if replaced and replaced.kind in _GIVES:
        _append_ground(
            candidate,
            GroundEvent.Kind.RESTORED,
            GroundEvent.Channel.LINK,
            wording=replaced.wording,
            basis=replaced.basis,
            expires_at=replaced.expires_at,
        )
    else:
        _append_ground(candidate, GroundEvent.Kind.EXPIRED, GroundEvent.Channel.LINK)


def _end_pending(candidate: Candidate, stop: str, reason: str) -> None:
    now = timezone.now()
    Stop.objects.create(candidate=candidate, reason=stop, at=now, carried_at=now)
    enrolments.end_for([candidate.pk], reason)


def _confirm(change: PreferenceChange, candidate: Candidate) -> None:
    """Leave the mail that tells the owner of the address, as a row like every other mail."""
    if not candidate.emails.filter(is_primary=True, released_at=None).exists():
        return
    with speaking_to(candidate):
        subject = notices.subject_of(change, Organisation.current())
        text = notices.text_of(change, candidate)
    messages.notify(candidate, key=str(change.public_id), subject=subject, text=text)


def _snapshot(choices: Choices, standing: Standing) -> dict[str, Any]:
    return {**choices.as_json(), "ground": standing.ground.pk if standing.ground else None}


def _remember(
    candidate: Candidate, kind: str, text: str, channel: str, change: PreferenceChange
) -> None:
    where = f"By the {GroundEvent.Channel(channel).label.lower()}."
    if channel == GroundEvent.Channel.FORM:
        where = "On their own page."
    timeline.remember(
        candidate,
        kind,
        f"{text} {where}",
        by=ACTOR,
        group=Activity.Group.CONSENT,
        change=str(change.public_id),
    )


def _audited(before: Choices, after: Choices) -> dict[str, list[str]]:
    """Return the fields that differ, before and after, as the audit trail keeps them."""
    old, new = before.as_json(), after.as_json()
    return {key: [str(old[key]), str(new[key])] for key in old if old[key] != new[key]}

"""Promises, by hand: made, extended, handed over, kept by contact, released."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Application, Promise
from applications.promises import latest_end, today_of
from candidates import timeline
from candidates.actions.contact import log_contact
from candidates.models import Activity, Candidate, ContactGate

_GIVEN_BACK = {Promise.Why.ASKED, Promise.Why.GIVEN_UP}


@transaction.atomic
def make_promise(
    candidate: Candidate,
    *,
    families: list[str],
    until: date,
    by: User,
    owner: User | None = None,
    application: Application | None = None,
    note: str = "",
) -> Promise:
    """Record that we will keep somebody in mind.

    until: the last day, in the candidate's zone.

    Raises ValidationError: no kind of job is named, or the end is past or later than we may keep
    the profile.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    families = [name for name in dict.fromkeys(word.strip() for word in families) if name]
    if not families:
        raise ValidationError("Say for which kind of job.", code="no_family")
    _refuse_end(candidate, until)
    promise = Promise.objects.create(
        candidate=candidate,
        application=application,
        families=families,
        note=note,
        until=until,
        owner=owner or by,
    )
    kinds = ", ".join(families)
    timeline.remember(
        candidate,
        "promise.made",
        f"Promised to keep them in mind for {kinds} jobs until {until:%-d %B %Y}.",
        by=by,
        group=Activity.Group.APPLICATION,
        promise=str(promise.public_id),
    )
    audit.record(by, "promise.made", promise, until=["", str(until)])
    return promise


@transaction.atomic
def extend_promise(promise: Promise, until: date, *, by: User) -> Promise:
    """Promise it for longer, as far as we may keep the person. until: a day where they are.

    Raises ValidationError: it is settled, the day is no later than the one it has, or later than we
    may keep the profile.
    """
    promise = _running(promise)
    if until <= promise.until:
        raise ValidationError(
            f"The promise holds until {promise.until:%-d %B %Y}. Choose a later day.",
            code="not_longer",
        )
    _refuse_end(promise.candidate, until)
    before, promise.until = promise.until, until
    promise.save(update_fields=["until"])
    _remember(promise, "extended", f"was extended until {until:%-d %B %Y}.", by)
    audit.record(by, "promise.extended", promise, until=[str(before), str(until)])
    return promise


@transaction.atomic
def hand_over(promises: Iterable[Promise], owner: User, *, by: User) -> int:
    """Give running promises to a colleague who keeps them from now on. Returns how many changed.

    Those that were settled meanwhile, and those that are theirs already, stay as they are.

    Raises ValidationError: that colleague may not write to candidates.
    """
    if not may(owner, Permission.CLOSE_APPLICATION):
        raise ValidationError(
            f"{owner.name} may not answer candidates. Choose a recruiter.", code="not_theirs"
        )
    running = (
        Promise.objects.select_for_update(of=("self",))
        .running()
        .filter(pk__in=[promise.pk for promise in promises])
        .exclude(owner=owner)
        .select_related("owner")
        .order_by("pk")
    )
    changed = list(running)
    Promise.objects.filter(pk__in=[promise.pk for promise in changed]).update(owner=owner)
    for promise in changed:
        before = promise.owner.email if promise.owner else ""
        audit.record(by, "promise.handed_over", promise, owner=[before, owner.email])
    return len(changed)


@transaction.atomic
def keep_promise(
    promise: Promise, kind: str, summary: str = "", *, by: User, at: datetime | None = None
) -> Promise:
    """Keep a due promise by a call or a reply that happened outside Perennial, and log it.

    kind and at as `log_contact` takes them.

    Raises ValidationError: it is not due, the contact was before it fell due or after the 72 hours,
    or is none that can be logged.
    """
    promise = _locked(promise)
    if promise.state != Promise.State.DUE or promise.due_at is None or promise.keep_by is None:
        raise ValidationError(_is_settled(promise), code="not_due")
    at = at or timezone.now()
    if not promise.due_at <= at <= promise.keep_by:
        raise ValidationError(
            f"Contact keeps this promise between {_when(promise.due_at)} and"
            f" {_when(promise.keep_by)}. Log any other contact on the page of the person.",
            code="not_in_time",
        )
    log_contact(promise.candidate, kind, summary, by=by, at=at)
    return _settle(promise, Promise.State.KEPT, Promise.Why.CONTACT, "was kept.", by=by)


@transaction.atomic
def release_promise(promise: Promise, why: str, words: str = "", *, by: User) -> Promise:
    """Let a promise go: the person asked for it, or it makes no sense any more.

    why: of `Promise.Why`, asked or given_up. words: theirs, or the reason; the person may read it.

    Raises ValidationError: it is settled already, or nothing says what was said.
    """
    promise = _locked(promise)
    if not promise.is_running:
        raise ValidationError(_is_settled(promise), code="not_due")
    words = " ".join(words.split())
    if why not in _GIVEN_BACK or not words:
        raise ValidationError("Say what they said, or why we give it up.", code="no_words")
    if len(words) > 300:
        raise ValidationError("Say it in at most 300 letters.", code="too_long")
    promise.words = words
    text = f"was released: {Promise.Why(why).label}. {words}"
    return _settle(promise, Promise.State.RELEASED, why, text, by=by)


def _locked(promise: Promise) -> Promise:
    """Lock the person and the promise, in the order in which everybody locks them."""
    ContactGate.objects.locked(promise.candidate_id)
    candidate = Candidate.objects.locked(promise.candidate_id)
    promise = Promise.objects.locked(promise.pk)
    promise.candidate = candidate
    return promise


def _running(promise: Promise) -> Promise:
    promise = _locked(promise)
    if not promise.is_running:
        raise ValidationError(_is_settled(promise), code="not_due")
    return promise


def _refuse_end(candidate: Candidate, until: date) -> None:
    if until <= today_of(candidate, timezone.now()):
        raise ValidationError("A promise must end after today.", code="past")
    if until > (latest := latest_end(candidate)):
        raise ValidationError(
            f"We may keep this profile until {latest:%-d %B %Y}; a promise cannot outlast that.",
            code="too_long",
        )


def _settle(promise: Promise, state: str, why: str, said: str, *, by: User) -> Promise:
    before = promise.state
    promise.state, promise.why, promise.settled_at = state, why, timezone.now()
    promise.save(update_fields=["state", "why", "words", "settled_at"])
    _remember(promise, state, said, by)
    audit.record(by, f"promise.{state}", promise, state=[before, state], why=["", why])
    return promise


def _remember(promise: Promise, what: str, said: str, by: User) -> None:
    timeline.remember(
        promise.candidate,
        f"promise.{what}",
        f"The promise to keep them in mind {said}",
        by=by,
        group=Activity.Group.APPLICATION,
        promise=str(promise.public_id),
    )


def _is_settled(promise: Promise) -> str:
    return f"This promise is {promise.get_state_display().lower()}."


def _when(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B, %H:%M}"

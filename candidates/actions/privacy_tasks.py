"""What the privacy officer has to look at: said by what happened, settled by a person (C-32)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import ages, timeline
from candidates.models import Activity, Candidate, ContactGate, PrivacyTask, Stop

Kind, Outcome = PrivacyTask.Kind, PrivacyTask.Outcome


def note_writing(candidate: Candidate, *, by: str) -> PrivacyTask:
    """Tell the officer, and nobody else, that somebody in the restricted archive wrote to us.

    For actions that hold the lock of the person. While the task is open, further letters are part
    of it.
    """
    return _open(candidate, Kind.ARCHIVED_WROTE, "They wrote to us after they were archived.", by)


def note_words(candidate: Candidate, text: str, today: date, *, where: str, by: str) -> bool:
    """Stop job emails to a person whose own words say that they are a minor. Returns whether.

    The caller holds their gate. where: the beginning of the sentence that says where that stands.
    """
    words = ages.words_of_a_minor(text, today)
    if not words:
        return False
    _stop_for_minor(candidate, f"{where}: “{words}”.", by)
    return True


@transaction.atomic
def say_minor(candidate: Candidate, why: str, *, by: User) -> None:
    """Stop job emails because a colleague learned that a person may be a minor.

    Raises ValidationError: nothing says how they learned it.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    if not why.strip():
        raise ValidationError("Say how you learned it.", code="no_reason")
    _stop_for_minor(candidate, f"A colleague says so: {why.strip()}", by)


def outcomes_of(task: PrivacyTask) -> list[str]:
    """Return what may be said of a task now. Who was a minor comes of age one day."""
    if task.kind == Kind.MINOR and task.outcome == Outcome.MINOR:
        return [Outcome.OF_AGE]
    if not task.is_open:
        return []
    return [Outcome.MINOR, Outcome.OF_AGE] if task.kind == Kind.MINOR else [Outcome.DONE]


@transaction.atomic
def settle_task(task: PrivacyTask, outcome: str, text: str, *, by: User) -> PrivacyTask:
    """Say what became of it. Of whoever is of age, job emails are possible again.

    Raises ValidationError: no words, or it is none of `outcomes_of`, such as of a settled task.
    """
    ContactGate.objects.locked(task.candidate_id)
    task = PrivacyTask.objects.locked(task.pk)
    text = text.strip()
    if outcome not in (possible := outcomes_of(task)):
        said = "Choose what you found." if possible else "A colleague has looked at this already."
        raise ValidationError(said, code="unknown_outcome" if possible else "settled")
    if not text:
        raise ValidationError("Say in words what you found, or did.", code="no_words")
    before = task.outcome
    task.outcome, task.outcome_text = outcome, text
    task.done_at, task.done_by = timezone.now(), by
    task.save(update_fields=["outcome", "outcome_text", "done_at", "done_by"])
    if task.kind == Kind.MINOR:
        is_minor = outcome == Outcome.MINOR
        said = "No job email goes to them." if is_minor else "Job emails are possible again."
        _remember(task.candidate, f"{Outcome(outcome).label}. {said}", by)
    audit.record(by, "privacy_task.settled", task, outcome=[before, outcome])
    return task


def _stop_for_minor(candidate: Candidate, why: str, by: User | str) -> None:
    _open(candidate, Kind.MINOR, why, by)
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.MINOR)
    _remember(
        candidate,
        "They may be a minor. No job email goes to them until the privacy officer has looked.",
        by,
    )


def _open(candidate: Candidate, kind: str, why: str, by: User | str) -> PrivacyTask:
    task, is_new = PrivacyTask.objects.get_or_create(
        candidate=candidate, kind=kind, outcome="", defaults={"why": why[:300]}
    )
    if is_new:
        audit.record(by, "privacy_task.opened", task, kind=["", kind])
    return task


def _remember(candidate: Candidate, text: str, by: User | str) -> None:
    timeline.remember(candidate, "contact.minor", text, by=by, group=Activity.Group.CONSENT)

"""What colleagues write about a person. The timeline holds that they wrote, not what."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import hygiene, timeline
from candidates.models import Activity, Candidate, Note, NoteVersion


@transaction.atomic
def write_note(
    candidate: Candidate, text: str, *, by: User, visibility: str = Note.Visibility.TEAM
) -> Note:
    """Write a note. The candidate can ask to read it.

    Raises ValidationError: the text is empty or longer than 5,000 letters.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    text = _checked(text)
    note = Note.objects.create(candidate=candidate, author=by, text=text, visibility=visibility)
    _remember(note, "written", "Wrote a note.", by, at=note.created_at)
    audit.record(by, "candidate.note_written", candidate)
    _audit_hints(note, by)
    return note


@transaction.atomic
def change_note(note: Note, text: str, *, by: User, visibility: str, version: int) -> Note:
    """Change one's own note. What it said before stays readable beside it.

    version: the one that the form was made from.

    Raises ValidationError: somebody else wrote it, it is deleted, it was changed meanwhile
    (`conflict`), or the text is empty or too long.
    """
    note = _own(note, by)
    if note.deleted_at:
        raise ValidationError("This note is deleted. Bring it back first.", code="deleted")
    if note.version != version:
        raise ValidationError(
            "You saved this note elsewhere meanwhile. Compare, then save again.", code="conflict"
        )
    text = _checked(text)
    if (text, visibility) == (note.text, note.visibility):
        return note
    NoteVersion.objects.create(
        note=note, version=note.version, text=note.text, visibility=note.visibility
    )
    note.text, note.visibility = text, visibility
    note.version += 1
    note.save(update_fields=["text", "visibility", "version"])
    _remember(note, "changed", "Changed a note.", by)
    audit.record(by, "candidate.note_changed", note.candidate)
    _audit_hints(note, by)
    return note


@transaction.atomic
def delete_note(note: Note, *, by: User) -> None:
    """Delete one's own note. For thirty days it can be brought back; then it is gone for good.

    Raises ValidationError: somebody else wrote it.
    """
    note = _own(note, by)
    if note.deleted_at:
        return
    note.deleted_at = timezone.now()
    note.save(update_fields=["deleted_at"])
    _remember(note, "deleted", "Deleted a note.", by)
    audit.record(by, "candidate.note_deleted", note.candidate)


@transaction.atomic
def restore_note(note: Note, *, by: User) -> Note:
    """Bring one's own deleted note back, as it was. One that is there stays as it is.

    Raises ValidationError: somebody else wrote it, or its thirty days are over.
    """
    note = _own(note, by)
    if note.deleted_at is None:
        return note
    if not note.can_be_restored(timezone.now()):
        raise ValidationError("A note can be brought back for thirty days.", code="too_late")
    note.deleted_at = None
    note.save(update_fields=["deleted_at"])
    _remember(note, "restored", "Brought a note back.", by)
    audit.record(by, "candidate.note_restored", note.candidate)
    return note


@transaction.atomic
def forget_notes(now: datetime) -> int:
    """Remove for good what was deleted thirty days ago, with all it ever said. Returns how many."""
    over = Note.objects.regretted_before(now).select_for_update(skip_locked=True)
    notes = list(over.only("pk")[:1000])
    if notes:
        audit.record_many("note clean-up", "note.forgotten", list(notes))
        Note.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return len(notes)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError("Write something first.", code="empty")
    if len(text) > 5000:
        raise ValidationError("A note has at most 5,000 letters.", code="too_long")
    return text


def _own(note: Note, by: User) -> Note:
    """Lock the person, then the note."""
    Candidate.objects.locked(note.candidate_id)
    found = Note.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if found is None:
        raise ValidationError("This note is no longer here.", code="gone")
    if found.author_id != by.pk:
        raise ValidationError("Only its author can change or delete a note.", code="not_author")
    return found


def _remember(note: Note, what: str, text: str, by: User, **more: Any) -> None:
    timeline.remember(
        note.candidate, f"note.{what}", text, by=by, group=Activity.Group.NOTE, note=note.pk, **more
    )


def _audit_hints(note: Note, by: User) -> None:
    """Note of what kind the hints were that its author was given: no word of the text."""
    if found := hygiene.kinds(note.text):
        audit.record(by, "candidate.note_flagged", note.candidate, kinds=["", found])

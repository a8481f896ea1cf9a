"""What colleagues write about a person. The timeline holds that they wrote, not what."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.models import Activity, Candidate, Note


@transaction.atomic
def write_note(
    candidate: Candidate, text: str, *, by: User, visibility: str = Note.Visibility.TEAM
) -> Note:
    """Write a note. The candidate can ask to read it.

    Raises ValidationError: the text is empty or longer than 5,000 letters.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    text = text.strip()
    if not text:
        raise ValidationError("Write something first.", code="empty")
    if len(text) > 5000:
        raise ValidationError("A note has at most 5,000 letters.", code="too_long")
    note = Note.objects.create(candidate=candidate, author=by, text=text, visibility=visibility)
    timeline.remember(
        candidate,
        "note.written",
        "Wrote a note.",
        by=by,
        group=Activity.Group.NOTE,
        at=note.created_at,
        note=note.pk,
    )
    audit.record(by, "candidate.note_written", candidate)
    return note


@transaction.atomic
def delete_note(note: Note, *, by: User) -> None:
    """Delete one's own note. The timeline keeps that there was one.

    Raises ValidationError: somebody else wrote it.
    """
    note = Note.objects.select_for_update().get(pk=note.pk)
    if note.author_id != by.pk:
        raise ValidationError("Only its author can delete a note.", code="not_author")
    candidate = note.candidate
    note.delete()
    timeline.remember(
        candidate, "note.deleted", "Deleted a note.", by=by, group=Activity.Group.NOTE
    )
    audit.record(by, "candidate.note_deleted", candidate)

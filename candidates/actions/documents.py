"""Files about a person: added, removed, brought back, deleted for good.

The bytes are written before the row commits and deleted after it (`candidates.files`), so a row
never points at nothing. What a crash leaves behind in the storage, `sweep` finds.
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import erasing, files, timeline
from candidates.documents.kinds import MOST_FILES, clean_name, kind_of
from candidates.documents.storage import private_storage
from candidates.models import Candidate, Document
from candidates.models.documents import KEPT_AFTER_REMOVAL

logger = logging.getLogger(__name__)

ORPHAN_AFTER = timedelta(days=1)  # an upload that takes longer than this was lost


@transaction.atomic
def add_document(
    candidate: Candidate,
    file_name: str,
    content: bytes,
    *,
    by: User | str,
    most: int = MOST_FILES,
) -> tuple[Document, bool]:
    """Add a file to a person. Returns the document, and whether it is new to them.

    The same bytes twice are one document, whatever they are called; one that was removed comes
    back.

    most: files that one person may have.

    Raises ValidationError: it is no file that we take (`kinds.kind_of`), or they have `most`.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    return keep_document(candidate, file_name, content, by=by, most=most)


def keep_document(
    candidate: Candidate,
    file_name: str,
    content: bytes,
    *,
    by: User | str,
    most: int = MOST_FILES,
    is_new: bool = False,
) -> tuple[Document, bool]:
    """Add a file as `add_document` does. For actions that hold the lock of the person.

    What it refuses, it refuses before anything is written. is_new: the person was made in this
    transaction, and this is their first file.
    """
    file_name = clean_name(file_name)
    kind = kind_of(file_name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = None
    if not is_new:
        known = candidate.documents.select_for_update(of=("self",)).filter(sha256=sha256).first()
    if known and known.removed_at is None:
        return known, False
    if not is_new and candidate.documents.present().count() >= most:
        raise ValidationError(
            f"One person has at most {most} files. Remove one first.", code="too_many"
        )
    document = known or Document(candidate=candidate, sha256=sha256)
    document.file_name, document.kind, document.size = file_name, kind, len(content)
    document.uploaded_by = by if isinstance(by, User) else None
    document.uploaded_at, document.removed_at = timezone.now(), None
    if not document.file:
        document.state, document.attempts = Document.State.UPLOADED, 0
        document.scanned_at = document.scan_failed_at = None
        document.file.save("", ContentFile(content), save=False)
    document.save()
    _record(document, "added", f"Added the file “{file_name}”.", by)
    return document, True


@transaction.atomic
def remove_document(document: Document, *, by: User) -> Document:
    """Take a file off a person. It can be brought back for thirty days, then it is deleted."""
    document = _locked(document)
    if document.removed_at:
        return document
    document.removed_at = timezone.now()
    document.save(update_fields=["removed_at"])
    _record(document, "removed", f"Removed the file “{document}”.", by)
    return document


@transaction.atomic
def restore_document(document: Document, *, by: User) -> Document:
    """Bring a removed file back.

    Raises ValidationError: they have as many files as one person may have.
    """
    document = _locked(document)
    if document.removed_at is None:
        return document
    if document.candidate.documents.present().count() >= MOST_FILES:
        raise ValidationError(
            f"One person has at most {MOST_FILES} files. Remove one first.", code="too_many"
        )
    document.removed_at = None
    document.save(update_fields=["removed_at"])
    _record(document, "restored", f"Brought the file “{document}” back.", by)
    return document


@transaction.atomic
def hand_out(document: Document, *, by: User) -> Document:
    """Record that somebody takes the original, and return it.

    Raises ValidationError: it was removed, its bytes were deleted when it was refused, or the virus
    scanner did not let it through.
    """
    document = _locked(document)
    _refuse_unscanned(document)
    if document.removed_at or not document.file:
        raise ValidationError("This file is no longer here.", code="gone")
    audit.record(by, "document.downloaded", document)
    return document


@transaction.atomic
def hand_out_copy(document: Document, *, by: User) -> Document:
    """Record that somebody takes the safe copy, and return it.

    Raises ValidationError: the file was removed, there is no safe copy of it, or the virus scanner
    did not let it through.
    """
    document = _locked(document)
    _refuse_unscanned(document)
    if document.removed_at:
        raise ValidationError("This file is no longer here.", code="gone")
    if not document.safe_file:
        raise ValidationError("There is no safe copy of this file.", code="no_copy")
    audit.record(by, "document.copy_downloaded", document)
    return document


def forget_removed(now: datetime) -> int:
    """Delete for good what was removed thirty days ago, bytes and text. Returns how many."""
    due = Document.objects.filter(removed_at__lte=now - KEPT_AFTER_REMOVAL)
    forgotten = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            document = due.select_for_update(of=("self",)).filter(pk=pk).first()
            if document is None:
                continue
            audit.record("retention of files", "document.deleted", document)
            delete_bytes(document)
            document.delete()
            forgotten += 1
    return forgotten


def delete_bytes(document: Document) -> None:
    """Let the bytes of a file, and of its copy, go with the transaction."""
    if document.file.name:
        erasing.leave_files("candidates.Document.file", [document.file.name])
        if document.safe_file.name:
            erasing.leave_files("candidates.Document.safe_file", [document.safe_file.name])
        transaction.on_commit(lambda: bool(files.delete_next()))


def sweep(now: datetime) -> int:
    """Delete files that no row knows: what a crash between storage and database left behind."""
    storage, swept = private_storage(), 0
    if not storage.exists("documents"):
        return 0
    for folder in storage.listdir("documents")[0]:
        keys = [f"documents/{folder}/{name}" for name in storage.listdir(f"documents/{folder}")[1]]
        rows = Document.objects.filter(Q(file__in=keys) | Q(safe_file__in=keys))
        known = {key for pair in rows.values_list("file", "safe_file") for key in pair}
        for key in keys:
            if key not in known and storage.get_modified_time(key) < now - ORPHAN_AFTER:
                storage.delete(key)
                swept += 1
    if swept:
        logger.warning("deleted %s files that no row knew", swept)
    return swept


def _locked(document: Document) -> Document:
    """Lock the person, then the file: the order everywhere."""
    candidate = Candidate.objects.locked(document.candidate_id)
    document = Document.objects.locked(document.pk)
    document.candidate = candidate
    return document


def _refuse_unscanned(document: Document) -> None:
    if document.is_in_quarantine:
        raise ValidationError(
            "This file is in quarantine: the virus scanner found something in it. Nobody can"
            " download it.",
            code="quarantine",
        )
    if document.awaits_scan:
        raise ValidationError(
            "This file has not been scanned for viruses yet. Try again in a moment.",
            code="not_scanned",
        )


def _record(document: Document, what: str, text: str, by: User | str) -> None:
    timeline.remember(document.candidate, f"document.{what}", text, by=by)
    audit.record(by, f"document.{what}", document)

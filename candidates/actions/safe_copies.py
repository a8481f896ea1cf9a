"""Making the safe copy of a PDF once it was read: taken by one worker, settled once.

As with reading, a worker that dies is replaced after its lease, three times at most. A copy is a
derivative: it goes when its original goes.
"""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from candidates.documents import reader
from candidates.models import Document

LEASE = timedelta(seconds=reader.SECONDS * 3)
MOST_ATTEMPTS = 3


def uncopied(now: datetime) -> list[int]:
    """Return the PDFs of which nobody makes a copy, those of earlier versions too."""
    return list(_waiting(now).order_by("pk").values_list("pk", flat=True)[:100])


def make_safe_copy(document_id: int) -> bool:
    """Make the copy of one file, unless it has one. Returns whether this call did."""
    document = _take(document_id, timezone.now())
    if document is None:
        return False
    if document.copy_attempts > MOST_ATTEMPTS:
        _settle(document, reader.SafeCopy("stopped"))
        return True
    try:
        with document.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        _settle(document, reader.SafeCopy("broken"))
        return True
    _settle(document, reader.safe_copy(content))
    return True


def _waiting(now: datetime) -> QuerySet[Document]:
    free = Q(copying_since=None) | Q(copying_since__lt=now - LEASE)
    return Document.objects.to_be_copied().let_through().filter(free)


def _take(document_id: int, now: datetime) -> Document | None:
    """Take a file for this call, in one statement: of two workers one gets it."""
    taken = (
        _waiting(now)
        .filter(pk=document_id)
        .update(copying_since=now, copy_attempts=F("copy_attempts") + 1)
    )
    return Document.objects.filter(pk=document_id).first() if taken else None


@transaction.atomic
def _settle(taken: Document, made: reader.SafeCopy) -> None:
    """Keep the copy, or why there is none, unless the file changed hands or was removed."""
    document = (
        Document.objects.to_be_copied()
        .select_for_update(of=("self",))
        .filter(pk=taken.pk, copy_attempts=taken.copy_attempts)
        .first()
    )
    if document is None:
        return
    document.copying_since = None
    document.copy_problem = reader.NO_COPY.get(made.problem, "")
    if not made.problem:
        document.safe_file.save("", ContentFile(made.content), save=False)
    document.save(update_fields=["safe_file", "copy_problem", "copying_since"])

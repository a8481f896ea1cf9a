"""Reading a file: taken by one worker, read in a process apart, settled once.

A worker that dies leaves `reading` behind; after the lease another one takes it up, three times at
most. The bytes of a file that was refused are deleted; the sentence stays.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import audit
from candidates import timeline
from candidates.actions.documents import delete_bytes
from candidates.actions.privacy_tasks import note_words
from candidates.documents import findings, reader
from candidates.models import ContactGate, Document, Finding

LEASE = timedelta(seconds=reader.SECONDS * 3)
MOST_ATTEMPTS = 3
WHO = "file reader"


def unread(now: datetime) -> list[int]:
    """Return the files that nobody reads: new ones, and those whose worker was lost."""
    return list(_waiting(now).order_by("pk").values_list("pk", flat=True)[:100])


def read_document(document_id: int) -> bool:
    """Read one file, unless somebody does. Returns whether this call did."""
    document = _take(document_id, timezone.now())
    if document is None:
        return False
    if document.attempts > MOST_ATTEMPTS:
        _settle(document, reader.Reading("stopped"))
        return True
    try:
        with document.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        _settle(document, reader.Reading("broken"))
        return True
    _settle(document, reader.read(content, document.kind))
    return True


def _waiting(now: datetime) -> QuerySet[Document]:
    lost = Q(state=Document.State.READING, reading_since__lt=now - LEASE)
    there = Document.objects.present().let_through()
    return there.filter(Q(state=Document.State.UPLOADED) | lost)


def _take(document_id: int, now: datetime) -> Document | None:
    """Take a file for this call, in one statement: of two workers one gets it."""
    taken = (
        _waiting(now)
        .filter(pk=document_id)
        .update(state=Document.State.READING, reading_since=now, attempts=F("attempts") + 1)
    )
    return Document.objects.filter(pk=document_id).first() if taken else None


@transaction.atomic
def _settle(taken: Document, reading: reader.Reading) -> None:
    """Write down what was read, unless another worker took the file over meanwhile."""
    ContactGate.objects.locked(taken.candidate_id)  # what stands in it may stop job emails
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("candidate")
        .filter(pk=taken.pk, state=Document.State.READING, attempts=taken.attempts)
        .first()
    )
    if document is None:
        return
    problem = reading.problem
    document.reason = reader.REFUSALS.get(problem) or reader.UNREAD.get(problem, "")
    document.pages, document.holds = reading.pages, reading.holds
    document.text, document.hidden = reading.text, [list(passage) for passage in reading.hidden]
    document.reading_since = None
    if problem in reader.REFUSALS:
        document.state = Document.State.REFUSED
        delete_bytes(document)
        document.file = ""
        text = f"The file “{document}” was refused. {document.reason}"
        timeline.remember(document.candidate, "document.refused", text, by=WHO)
        audit.record(WHO, "document.refused", document, reason=["", problem])
    elif problem:
        document.state = Document.State.NO_TEXT
    else:
        document.state = Document.State.READY
    document.save()
    _suggest(document)
    today, where = timezone.localdate(), f"In the file “{document}” stands"
    note_words(document.candidate, document.text, today, where=where, by=WHO)


def _suggest(document: Document) -> None:
    """Keep what was found in the text and is not known of the person yet."""
    found = findings.find(document.text, document.candidate.country)
    Finding.objects.bulk_create(
        [
            Finding(
                document=document,
                kind=one.kind,
                value=one.value[:500],
                shown=one.shown[:500],
                skill_id=one.skill_id,
                start=one.start,
                end=one.end,
            )
            for one in found
        ],
        ignore_conflicts=True,
    )

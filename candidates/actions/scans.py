"""Letting a virus scanner look at files (X-20): before they are read, and before anybody gets one.

A file in which something is found is in quarantine: it is kept and nobody gets it, until it is
removed or scanned again. A scanner that does not answer is asked again after a minute, and the
file waits. Scanning twice does no harm, so nothing is leased.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.documents import scanner
from candidates.models import Candidate, Document, Finding

AGAIN = timedelta(minutes=1)  # after which a scanner that did not answer is asked again
WHO = "virus scanner"

logger = logging.getLogger(__name__)


def unscanned(now: datetime) -> list[int]:
    """Return files to be scanned, those of earlier times too; none while the scanner is away."""
    if not scanner.is_on():
        return []
    waiting = Document.objects.to_be_scanned()
    if waiting.filter(scan_failed_at__gt=now - AGAIN).exists():
        return []
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:100])


def scan_document(document_id: int) -> None:
    """Have one file scanned, if it waits for that."""
    if not scanner.is_on():
        return
    document = Document.objects.to_be_scanned().filter(pk=document_id).first()
    if document is None:
        return
    try:
        with document.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        content = b""  # its bytes are gone: there is nothing to find, and reading says so
    try:
        threat = scanner.scan(content)
    except scanner.NoAnswer as reason:
        logger.warning("file %s waits, the scanner does not answer: %s", document_id, reason)
        waiting = Document.objects.to_be_scanned().filter(pk=document_id)
        waiting.update(scan_failed_at=timezone.now())
        return
    _settle(document_id, threat)


@transaction.atomic
def scan_again(document: Document, *, by: User) -> Document:
    """Have a file in quarantine scanned once more: scanners err, and learn.

    Raises ValidationError: it is not in quarantine, it was removed, or there is no scanner.
    """
    candidate = Candidate.objects.locked(document.candidate_id)
    document = Document.objects.locked(document.pk)
    document.candidate = candidate
    if not document.is_in_quarantine or document.removed_at:
        raise ValidationError("This file is not in quarantine.", code="not_in_quarantine")
    if not scanner.is_on():
        raise ValidationError(
            "No virus scanner is set up. Ask whoever runs Perennial here.", code="no_scanner"
        )
    document.state, document.reason, document.threat = Document.State.UPLOADED, "", ""
    document.scanned_at = document.scan_failed_at = None
    document.attempts = 0
    document.save()
    audit.record(by, "document.scan_asked", document)
    return document


@transaction.atomic
def _settle(document_id: int, threat: str) -> None:
    """Write down what the scanner said, unless the file is gone or another worker was first."""
    document = (
        Document.objects.to_be_scanned()
        .select_for_update(of=("self",))
        .select_related("candidate")
        .filter(pk=document_id)
        .first()
    )
    if document is None:
        return
    document.scanned_at, document.scan_failed_at = timezone.now(), None
    document.threat = threat
    if threat:
        document.state = Document.State.QUARANTINE
        document.reason = (
            f"The virus scanner found something in it, which it calls “{threat}”. Nobody can open"
            " or download this file. Ask for another copy, and remove this one."
        )
        document.text, document.hidden, document.reading_since = "", [], None
        document.findings.filter(state=Finding.State.OPEN).delete()
        text = f"The file “{document}” is in quarantine. {document.reason}"
        timeline.remember(document.candidate, "document.quarantine", text, by=WHO)
        audit.record(WHO, "document.quarantine", document, threat=["", threat])
    document.save()

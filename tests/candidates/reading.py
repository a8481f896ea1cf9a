"""A file that is uploaded and read."""

from candidates.actions.documents import add_document
from candidates.models import Document
from candidates.tasks import read_document
from tests.factories.candidates import CandidateFactory

State = Document.State


def read(content: bytes, name: str, by) -> Document:
    """Add a file as a colleague does, and read it as the worker does."""
    document, _ = add_document(CandidateFactory(), name, content, by=by)
    read_document(document.pk)
    document.refresh_from_db()
    return document

"""What somebody who interviews may read of a person: the CV, without a way to write to them (4.2).

Addresses, numbers and profiles are taken out of the text itself: a CV is where they stand.
"""

import re
from collections.abc import Iterable

from applications.models import Application
from candidates.models import Candidate, Document

LEFT_OUT = "[contact details left out]"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_PROFILE = re.compile(r"(?:https?://|www\.)\S+|\b(?:linkedin|github|xing)\.com/\S+", re.IGNORECASE)
# A number that begins like one to call, or is grouped like one. Years and amounts do neither.
_NUMBER = re.compile(
    r"(?<![\w.,])(?:(?:\+|00)\d|\(?0\d)[\d\s().\-/]{5,}\d"
    r"|(?<![\w.,-])\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?![\w-])"
)


def cv_of(application: Application) -> tuple[Document | None, list[str]]:
    """Return the newest file that could be read, and its pages without contact details."""
    readable = Document.objects.searchable().filter(candidate=application.candidate_id)
    document = readable.first()
    if document is None:
        return None, []
    known = contacts_of(application.candidate)
    pages = ["".join(text for hidden, text in page if not hidden) for page in document.parts]
    return document, [without_contacts(page, known) for page in pages if page.strip()]


def contacts_of(candidate: Candidate) -> list[str]:
    """Return every address, number and link that we know of a person."""
    return [
        *candidate.emails.values_list("address", flat=True),
        *candidate.phones.values_list("number", flat=True),
        *candidate.links.values_list("url", flat=True),
    ]


def without_contacts(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without addresses, numbers and profiles: those known, and what looks so."""
    for one in known:
        text = _spelt(one).sub(LEFT_OUT, text)
    for pattern in (_ADDRESS, _PROFILE, _NUMBER):
        text = pattern.sub(LEFT_OUT, text)
    return text


def _spelt(contact: str) -> re.Pattern[str]:
    """Return a pattern for a contact as it may stand in a text: a number in any grouping."""
    digits = re.sub(r"\D", "", contact)
    if len(digits) >= 7 and "@" not in contact and "/" not in contact:
        return re.compile(r"\+?\(?" + r"[\s().\-/]*".join(digits))
    return re.compile(re.escape(contact), re.IGNORECASE)

"""What an invitation to an interview has besides its letter: a link to choose, a calendar file.

The letter is written a floor below, where no link can be signed; both are added as it leaves.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import Organisation
from applications import calendars
from applications.calendars import Entry
from applications.models import Interview, Letter
from candidates.models import Candidate
from engagement import links
from engagement.links import Purpose
from engagement.recipients import speaking_to


@dataclass(frozen=True)
class CalendarFile:
    """A file for a calendar. `method`: what the calendar is asked to do (RFC 5546)."""

    name: str
    method: str
    content: bytes


def text_of(letter: Letter, candidate: Candidate, organisation: Organisation) -> str:
    """Return what a letter says as it leaves: an invitation ends with the link to answer it."""
    interview = letter.interview
    if interview is None or letter.kind != Letter.Kind.INVITATION:
        return letter.text
    address = links.url(Purpose.INTERVIEW, candidate.public_id, interview.public_id)
    with speaking_to(candidate, organisation):
        if interview.state == Interview.State.PROPOSED:
            asked = gettext("Choose a time here, or tell us that none of them fits:")
        else:
            asked = gettext("If you cannot come, tell us here:")
    return f"{letter.text.rstrip()}\n\n{asked}\n{address}\n"


def calendars_of(letter: Letter | None, address: str, at: datetime) -> tuple[CalendarFile, ...]:
    """Return the files that leave with a letter, made out to the address that it goes to."""
    entries = [Entry.of_json(data) for data in letter.calendars] if letter else []
    found = [entry for entry in entries if entry is not None]
    return tuple(
        CalendarFile(
            name=_name(number, len(found)),
            method=entry.method,
            content=calendars.file_of(entry, attendee=address, at=at),
        )
        for number, entry in enumerate(found, start=1)
    )


def _name(number: int, of: int) -> str:
    return calendars.FILE_NAME if of == 1 else f"interview-{number}.ics"

"""An interview as calendars read it: one iCalendar object for each (RFC 5545, RFC 5546).

What a file says is frozen as an `Entry` when its letter is written, so that letter and file agree.
Times are UTC: a calendar shows them in its owner's zone, and no rule of a zone can be wrong. What
stands here is read by the candidate: no name of a stage, no note, no other person.
"""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self

from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import Organisation, User

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
FILE_NAME = "interview.ics"
_PRODUCT = "-//Perennial//Interviews//EN"


@dataclass(frozen=True)
class Entry:
    """One interview for a calendar. Texts, so that a letter can keep it; times in ISO, UTC."""

    method: str
    uid: str
    sequence: int
    starts_at: str
    ends_at: str
    summary: str
    description: str
    location: str
    link: str
    organizer: str
    organizer_name: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, data: Any) -> Self | None:
        """Return what a letter kept, or None for what is no entry."""
        names = {field.name for field in fields(cls)}
        if not isinstance(data, dict) or set(data) != names:
            return None
        return cls(**data)


def organizer_of(writer: User | None, organisation: Organisation) -> tuple[str, str]:
    """Return address and name of who answers when the candidate replies to an invitation."""
    if writer is None:
        return organisation.letters_from, organisation.name
    return writer.email, f"{writer.name}, {organisation.name}"


def file_of(entry: Entry, *, attendee: str = "", at: datetime) -> bytes:
    """Return the file. `attendee`: the address it goes to; `at`: when it is made, aware."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", datetime.fromisoformat(entry.starts_at).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(entry.ends_at).astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.method == CANCEL else "CONFIRMED")
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    if entry.link:
        event.add("url", entry.link)
    organizer = vCalAddress(f"mailto:{entry.organizer}")
    organizer.params["CN"] = vText(entry.organizer_name)
    event.add("organizer", organizer)
    if attendee:
        invited = vCalAddress(f"mailto:{attendee}")
        invited.params["ROLE"] = vText("REQ-PARTICIPANT")
        if entry.method == REQUEST:
            invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
            invited.params["RSVP"] = vText("TRUE")
        event.add("attendee", invited)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())

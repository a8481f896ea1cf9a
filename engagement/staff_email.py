"""The email that tells a colleague what is due: its words as given, and who sends it."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation, User
from engagement import emails
from engagement.emails import Email
from engagement.models import Message, StaffEmail


@dataclass(frozen=True)
class Words:
    """What it says, in both parts. The subject names nobody: it shows on a locked phone.

    html: every value in it is escaped.
    """

    subject: str
    text: str
    html: str


def compose(
    row: StaffEmail, user: User, words: Words, organisation: Organisation, at: datetime
) -> Email:
    """Return the whole email. Its Message-ID is of the row, so two tries share it."""
    carrier = Message(public_id=row.public_id, purpose=Message.Purpose.NOTICE)  # never saved
    return emails.put_together(
        carrier,
        user.email,
        organisation,
        at,
        subject=words.subject,
        text=words.text,
        body=words.html,
        language="en",
    )

"""Reading the mailbox: what is kept and how far it was read are one transaction."""

from datetime import datetime

from django.db import transaction

from engagement.actions.incoming import receive_message
from engagement.incoming import mailbox
from engagement.incoming.mailbox import Fetched, MailboxError, Place
from engagement.models import Incoming, Mailbox


def read_mailbox(now: datetime) -> int:
    """Keep what is new in the mailbox of the setting IMAP_URL. Returns how many messages.

    What goes wrong stands on the row, for the page about mail that comes back.
    """
    try:
        box = mailbox.configured()
    except MailboxError as why:
        row, _ = Mailbox.objects.get_or_create(name="IMAP_URL")
        return _note(row, now, str(why))
    if box is None:
        return 0
    row, _ = Mailbox.objects.get_or_create(name=box.name)
    kept = 0
    try:
        for one in mailbox.fetch(box, Place(row.validity, row.last_uid), row.read_at):
            kept += _keep(row, one)
    except MailboxError as why:
        return kept + _note(row, now, str(why))
    Mailbox.objects.filter(pk=row.pk).update(asked_at=now, read_at=now, problem="")
    return kept


@transaction.atomic
def _keep(row: Mailbox, one: Fetched | Place) -> int:
    place = one.place if isinstance(one, Fetched) else one
    is_new = isinstance(one, Fetched) and receive_message(one.raw, source=Incoming.Source.MAILBOX)
    Mailbox.objects.filter(pk=row.pk).update(validity=place.validity, last_uid=place.last_uid)
    return int(is_new)


def _note(row: Mailbox, now: datetime, problem: str) -> int:
    Mailbox.objects.filter(pk=row.pk).update(asked_at=now, problem=problem[:200])
    return 0

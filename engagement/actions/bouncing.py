"""What is remembered of an address that does not exist."""

from candidates.actions.addresses import mark_bounced
from candidates.actions.contact import suppress_address
from candidates.models import EmailAddress, Suppression
from engagement.models import Message

_ENGINE = "Perennial"


def remember_bounce(message: Message) -> None:
    """Remember that the address a message went to does not exist. The caller holds the gate."""
    address = EmailAddress.objects.filter(
        candidate_id=message.candidate_id, address=message.address, released_at=None
    ).first()
    if address:
        mark_bounced(address, by=_ENGINE)
    if message.address:
        suppress_address(
            message.address,
            scope=Suppression.Scope.ALL,
            reason=Suppression.Reason.BOUNCED,
            by=_ENGINE,
        )

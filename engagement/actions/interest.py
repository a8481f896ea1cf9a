"""A person says, by a button behind a link in a job email, that they would like to hear more.

Only the button counts: mail scanners open every link (C-01). It never brings more email; it puts
the person on the sender's Today page, and decides which later message of the campaign is for them.
"""

from django.db import transaction
from django.utils import timezone

from candidates import timeline
from candidates.actions.contact import touch
from candidates.actions.follow_ups import leave_follow_up
from candidates.models import Activity, Candidate, ContactGate
from engagement.models import DeliveryEvent, Message


@transaction.atomic
def say_interested(candidate: Candidate, message: Message) -> bool:
    """Write down that the reader of a message wants to hear more. Twice does it once.

    Returns whether it is new.
    """
    ContactGate.objects.locked(candidate.pk)
    _, is_new = DeliveryEvent.objects.get_or_create(
        provider_event_id=f"interested:{message.public_id}",
        defaults={
            "message": message,
            "kind": DeliveryEvent.Kind.INTERESTED,
            "at": timezone.now(),
        },
    )
    if not is_new:
        return False
    touch(candidate, timezone.now())  # P-09: a POST from a link of ours is contact, a GET never
    about = message.job.title if message.job else "what we wrote"
    if message.sender and message.sender.is_active:
        leave_follow_up(
            candidate,
            f"Would like to hear more about {about}: answer them.",
            owner=message.sender,
            by="candidate",
        )
    timeline.remember(
        candidate,
        "message.interested",
        f"Would like to hear more about {about}.",
        by="candidate",
        group=Activity.Group.MAIL,
        message=str(message.public_id),
    )
    return True


def has_said_so(message: Message) -> bool:
    return message.events.filter(kind=DeliveryEvent.Kind.INTERESTED).exists()

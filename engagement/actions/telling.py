"""Sending the letter that tells people we keep them. That they were told is noted when it left."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.models import Candidate, EmailAddress
from engagement import telling
from engagement.models import Message
from engagement.models.messages import MessageQuerySet

AT_ONCE = 500  # people whom one press of a button tells
_TRIES = timedelta(days=5)


def on_their_way() -> MessageQuerySet:
    """Return the letters of this kind that have not been settled yet, or may have arrived: of the
    uncertain a colleague says first what became of them, so that nobody is told twice."""
    waiting = (
        *(Message.State.DUE, Message.State.CLAIMED, Message.State.ARMED),
        Message.State.UNCERTAIN,
    )
    return Message.objects.filter(purpose=Message.Purpose.TOLD, state__in=waiting)


@transaction.atomic
def tell(people: Iterable[int], *, by: User, now: datetime | None = None) -> int:
    """Leave the letter for these people, to go at once. Returns for how many.

    Left out: who was told, who applied, who has no address, and to whom one is on its way. The
    restricted archive is no hindrance: somebody is locked there because nobody told them.
    """
    now = now or timezone.now()
    mine = OuterRef("pk")
    addresses = EmailAddress.objects.filter(candidate=mine, is_primary=True, released_at=None)
    found = list(
        Candidate.objects.kept()
        .filter(
            Exists(addresses.filter(bounced_at=None)),
            ~Exists(on_their_way().filter(candidate=mine)),
            pk__in=telling.untold_among(people),
        )
        .order_by("pk")
    )
    Message.objects.bulk_create(
        (
            Message(
                dedupe_key=f"told:{candidate.pk}:{now:%Y-%m-%d}",
                purpose=Message.Purpose.TOLD,
                candidate=candidate,
                sender=by,
                priority=3,
                due_at=now,
                not_after=now + _TRIES,
            )
            for candidate in found
        ),
        ignore_conflicts=True,  # pressed twice on one day
    )
    if found:
        audit.record_many(by, "candidate.telling", list(found))
    return len(found)

"""The only part of the house that speaks to a mail server.

A message is offered but for its last word, then armed in a transaction that asks the arbiter once
more under the person's gate, and only then finished. If a process dies at any point, the row says
how far it came: claimed messages are tried again, armed ones are shown to a person.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from engagement.actions import enrolments
from engagement.delivery import arming, outcomes
from engagement.delivery.batch import Batch
from engagement.delivery.lanes import Lanes
from engagement.delivery.rounds import Run
from engagement.models import Message

__all__ = ["Lanes", "deliver", "reap"]

logger = logging.getLogger(__name__)

_REAP_CHUNK = 200


def deliver(messages: list[Message], lanes: Lanes) -> int:
    """Send a batch of claimed messages. Returns how many were handed over."""
    if not messages:
        return 0
    arming.keep_plans()
    return Run(Batch.of(messages), lanes).send_all()


def reap(now: datetime | None = None) -> dict[str, int]:
    """Take back what a lost worker left: claimed → due, armed → uncertain; expire what is too late.

    Returns how many of each.
    """
    now = now or timezone.now()
    claimed = Message.objects.filter(state=Message.State.CLAIMED, lease_until__lt=now).update(
        state=Message.State.DUE, lease=None, lease_until=None
    )
    late = enrolments.keep_back(
        "m.state = 'due' AND m.not_after < %(now)s",
        {"now": now},
        "too_late",
        at=now,
        state=Message.State.EXPIRED,
        skip_busy=True,
    )
    uncertain = 0
    while True:
        with transaction.atomic():
            lost = list(
                Message.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("candidate", "job", "campaign", "letter")
                .filter(Q(lease_until__lt=now), state=Message.State.ARMED)
                .order_by("pk")[:_REAP_CHUNK]
            )
            for message in lost:
                outcomes.mark_uncertain(message, now)
        uncertain += len(lost)
        if len(lost) < _REAP_CHUNK:
            break
    if uncertain:
        logger.warning("messages are uncertain", extra={"count": uncertain})
    return {"claimed": claimed, "uncertain": uncertain, "expired": late}

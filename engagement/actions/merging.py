"""Two people in a campaign become one: one enrolment survives, the further one.

Called with both gates held, before the rows of the merged record move to the survivor.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from engagement.actions.enrolments import keep_back
from engagement.models import Enrolment, Message

MERGED = "merged"


def settle_for_merge(survivor: int, merged: int, at: datetime) -> int:
    """End one of two enrolments in the same campaign, and keep back what it still had to send.

    The further one goes on: of whom more emails left, then who is at a later step, then whose
    record survives. So nobody gets a step twice. What a worker holds for the merged record is given
    back, so that it is put together anew for the survivor. Returns enrolments ended.
    """
    ended = 0
    of_both: dict[int, list[Enrolment]] = {}
    enrolments = Enrolment.objects.filter(candidate__in=[survivor, merged])
    for enrolment in enrolments.exclude(end_reason=MERGED):
        of_both.setdefault(enrolment.campaign_id, []).append(enrolment)
    armed = Message.objects.filter(candidate__in=[survivor, merged], armed_at__isnull=False)
    left = Counter(armed.values_list("enrolment", flat=True))
    for pair in of_both.values():
        if len(pair) < 2:
            continue
        pair.sort(key=lambda one: (left[one.pk], one.next_step, one.candidate_id == survivor))
        loser = pair[0]
        keep_back("m.enrolment_id = %(enrolment)s", {"enrolment": loser.pk}, MERGED, at=at)
        loser.state, loser.end_reason, loser.ended_at = Enrolment.State.ENDED, MERGED, at
        loser.save(update_fields=["state", "end_reason", "ended_at"])
        ended += 1
    give_back_claimed([merged])
    return ended


def give_back_claimed(people: Iterable[int]) -> None:
    """Take what workers have in hand for these people back into the queue.

    A worker arms only under its lease. With the gates held nobody is arming now, and afterwards
    the lease is gone: what was written for another record cannot leave.
    """
    Message.objects.filter(candidate__in=people, state=Message.State.CLAIMED).update(
        state=Message.State.DUE, lease=None, lease_until=None
    )

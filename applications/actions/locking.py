"""Who was not told in time that we keep them is locked: into the restricted archive (P-05)."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from applications import untold
from candidates import timeline
from candidates.models import Activity, ArchiveReason, Candidate, ContactGate, Stop

CLOCK = "notice clock"
CHUNK = 1000


def lock_untold(now: datetime) -> int:
    """Lock everybody whose thirty days are over without a notice. Returns how many.

    A thousand people are a handful of statements. It may be killed and repeated at any point.
    """
    late = untold.late(now)
    return sum(_lock(late[at : at + CHUNK], now) for at in range(0, len(late), CHUNK))


@transaction.atomic
def _lock(people: list[int], now: datetime) -> int:
    """Lock a chunk, but for whoever was told, or applied, while we waited for their gates."""
    gates = ContactGate.objects.select_for_update().filter(candidate__in=people)
    list(gates.order_by("candidate").values_list("candidate_id", flat=True))
    found = list(
        Candidate.objects.select_for_update(of=("self",))
        .live()
        .filter(pk__in=people, match_profile__notice_due__isnull=False)
        .order_by("pk")
    )
    if not found:
        return 0
    ids = [candidate.pk for candidate in found]
    Candidate.objects.filter(pk__in=ids).update(
        archived_at=now, archive_reason=ArchiveReason.NO_NOTICE
    )
    Stop.objects.bulk_create(
        Stop(candidate_id=pk, reason=Stop.Reason.ARCHIVED, at=now) for pk in ids
    )
    timeline.remember_many(
        ids,
        "candidate.archived",
        f"Went into the restricted archive. {ArchiveReason.NO_NOTICE.label}.",
        by=CLOCK,
        group=Activity.Group.CONSENT,
    )
    reason = ["", str(ArchiveReason.NO_NOTICE)]
    audit.record_many(CLOCK, "candidate.archived", list(found), reason=reason)
    return len(found)

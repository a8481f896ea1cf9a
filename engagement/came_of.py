"""What came of one campaign, for its page: who answered, applied or stopped, also after its end.

The same rules as in the report on job emails (M-17), of one campaign, and counted as people: who
answered twice is one. Reads only.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.models import Application
from candidates.models import PreferenceChange, Stop
from engagement.measures.nurture import DAYS, STOP_DAYS
from engagement.models import Campaign, DeliveryEvent, Message, Reply

_STOPS = [Stop.Reason.UNSUBSCRIBED, Stop.Reason.OBJECTED]


@dataclass(frozen=True)
class CameOf:
    """How many people. applied: for its job, within 30 days of an email of it; stopped: all job
    emails, within 7 days of one."""

    interested: int = 0
    replied: int = 0
    applied: int = 0
    stopped: int = 0
    why: tuple[tuple[str, int], ...] = ()  # why they stopped, as far as they said so


def came_of(campaign: Campaign) -> CameOf:
    """Count it in six queries. Those who were erased since count as well (M-R2), but for `why`."""
    if campaign.approved_at is None:
        return CameOf()
    gone = campaign.erased_messages.aggregate(
        interested=Count("pk", filter=Q(interested=True)),
        replied=Count("pk", filter=Q(replied=True)),
        applied=Count("pk", filter=Q(applied=True)),
        stopped=Count("pk", filter=Q(stopped=True)),
    )
    # The beginning of the key is there for its index: most events only say that an email left.
    said_yes = DeliveryEvent.objects.filter(
        provider_event_id__startswith="interested:",
        kind=DeliveryEvent.Kind.INTERESTED,
        message__campaign=campaign,
    )
    replied = campaign.replies.filter(kind=Reply.Kind.REPLY, candidate__isnull=False)
    got = Message.objects.filter(
        campaign=campaign, candidate=OuterRef("candidate"), handed_at__isnull=False
    )
    stopped = Stop.objects.filter(
        Exists(
            got.filter(
                handed_at__lte=OuterRef("at"),
                handed_at__gt=OuterRef("at") - timedelta(days=STOP_DAYS),
            )
        ),
        reason__in=_STOPS,
        at__gte=campaign.approved_at,
    )
    said_why = PreferenceChange.objects.filter(
        Exists(
            got.filter(
                handed_at__lte=OuterRef("at"),
                handed_at__gt=OuterRef("at") - timedelta(days=STOP_DAYS),
            )
        ),
        at__gte=campaign.approved_at,
        undone_at=None,
    ).exclude(why="")
    why = said_why.order_by().values_list("why").annotate(n=Count("pk")).order_by("-n", "why")
    applied = Application.objects.none()
    if campaign.job_id:
        applied = Application.objects.filter(
            Exists(
                got.filter(
                    handed_at__lte=OuterRef("applied_at"),
                    handed_at__gt=OuterRef("applied_at") - timedelta(days=DAYS),
                )
            ),
            job=campaign.job_id,
            applied_at__gte=campaign.approved_at,
        )
    return CameOf(
        interested=gone["interested"] + _people(said_yes, "message__candidate"),
        replied=gone["replied"] + _people(replied, "candidate"),
        applied=gone["applied"] + _people(applied, "candidate"),
        stopped=gone["stopped"] + _people(stopped, "candidate"),
        why=tuple((PreferenceChange.Why(code).label, number) for code, number in why),
    )


def _people(rows: QuerySet[Any], of: str) -> int:
    counted: int = rows.order_by().aggregate(n=Count(of, distinct=True))["n"]
    return counted

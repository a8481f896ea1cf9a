"""What is due in this app today, for the home page. Reads only."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from candidates.models import FollowUp, Import

SETTLED = [Import.State.DONE, Import.State.UNDONE]
SHOWN_AFTER_END = timedelta(days=2)


def follow_ups(user: User, at: datetime) -> QuerySet[FollowUp]:
    """Return the people this user wanted to come back to by today."""
    return FollowUp.objects.due(user, at).select_related("candidate")


def imports(user: User, at: datetime) -> QuerySet[Import]:
    """Return imports that run, wait for somebody, failed, or left refused rows lately."""
    return (
        Import.objects.visible_to(user)
        .filter(
            ~Q(state__in=SETTLED)
            | Q(
                state=Import.State.DONE,
                rows_refused__gt=0,
                finished_at__gte=at - SHOWN_AFTER_END,
            )
        )
        .order_by("-created_at", "-pk")
    )

"""What is due in this app today, for the home page. Reads only."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Q, QuerySet

from accounts.models import AuditEvent, User
from accounts.permissions import Permission, may
from candidates import extensions, register
from candidates.extensions import Soon
from candidates.models import (
    DuplicateSuggestion,
    ExportFile,
    FollowUp,
    Import,
    PrivacyRequest,
    PrivacyTask,
)

SETTLED = [Import.State.DONE, Import.State.UNDONE]
SHOWN_AFTER_END = timedelta(days=2)
EXPORTS_SHOWN = timedelta(days=7)
ENDING_KEPT = 10 * 60  # seconds


def follow_ups(user: User, at: datetime) -> QuerySet[FollowUp]:
    """Return the people this user wanted to come back to by today."""
    return FollowUp.objects.due(user, at).select_related("candidate")


def privacy_requests(user: User, at: datetime) -> QuerySet[PrivacyRequest]:
    """Return what is to be answered within a week or late, the soonest first: for the officer."""
    soon = at.date() + timedelta(days=register.SOON)
    ticking = PrivacyRequest.objects.visible_to(user).ticking()
    return ticking.filter(due_on__lte=soon).select_related("candidate").by_urgency()


def privacy_tasks(user: User) -> QuerySet[PrivacyTask]:
    """Return what the officer has to look at, the oldest first."""
    tasks = PrivacyTask.objects.visible_to(user).open()
    return tasks.select_related("candidate").order_by("at", "pk")


def large_exports(user: User, at: datetime) -> QuerySet[AuditEvent]:
    """Return the exports of the last week that took many people away: for the officer (X-32)."""
    if not may(user, Permission.MANAGE_PRIVACY):
        return AuditEvent.objects.none()
    return AuditEvent.objects.filter(
        subject_type=ExportFile._meta.label_lower,
        verb="export.large",
        at__gt=at - EXPORTS_SHOWN,
    ).order_by("-at", "-pk")


def ending(user: User, at: datetime) -> Soon | None:
    """Return whose consent ends within thirty days: for the officer, else None.

    Of those whose yes may end by then the clocks are worked out, one person in ten in a steady
    year. So the number is kept for some minutes; the list behind it is always read anew.
    """
    if not may(user, Permission.MANAGE_PRIVACY):
        return None
    return cache.get_or_set(
        f"ending-soon:{at.date()}", lambda: extensions.ending_soon(at), ENDING_KEPT
    )


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


def duplicates(user: User) -> QuerySet[DuplicateSuggestion]:
    """Return pairs that are surely one person: job emails to both wait until they are settled."""
    if not may(user, Permission.EDIT_PEOPLE):
        return DuplicateSuggestion.objects.none()
    sure = DuplicateSuggestion.objects.visible_to(user).open().filter(is_sure=True)
    return sure.by_strength().select_related("one", "other")


def duplicates_count(user: User, most: int = 999) -> str:
    """Return how many pairs wait, sure or not, "" for none: exact up to `most`."""
    if not may(user, Permission.EDIT_PEOPLE):
        return ""
    waiting = DuplicateSuggestion.objects.visible_to(user).open().order_by()
    count = waiting.values("pk")[: most + 1].count()
    return f"{most}+" if count > most else str(count or "")

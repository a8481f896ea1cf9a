"""Who stands between a job and its end: people of it whom nobody has answered. Reads only."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from applications import duties
from applications.models import Application, Job, Letter
from applications.models.applications import ApplicationQuerySet

ROWS = 500  # people on one page of the gate


def unanswered_of(job: Job, user: User) -> ApplicationQuerySet:
    """Return the unanswered of a job, who came furthest first, with what a page of them shows.

    `has_cancelled` and `has_stuck` say what became of the letter that would have told them.
    """
    mine = Letter.objects.filter(application=OuterRef("pk"), kind=Letter.Kind.DECISION)
    people = Application.objects.visible_to(user).filter(job=job).unanswered()
    return (
        duties.with_clock(people, timezone.now())
        .select_related("candidate", "stage", "job")
        .annotate(
            has_cancelled=Exists(mine.exclude(cancelled_at=None)),
            has_stuck=Exists(mine.problems()),
        )
        .order_by("-stage__milestone", "hear_by", "applied_at", "pk")
    )

"""What is due in this app today, for the home page. Reads only."""

from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)

from accounts.models import User
from accounts.permissions import Permission, may
from applications import untold
from applications.models import Application, Job, Letter, Promise
from candidates.models import Candidate

JUST_OPENED = timedelta(days=14)
LETTERS_AHEAD = timedelta(days=3)


def untold_people(user: User, at: datetime) -> untold.Waiting:
    """Return how many people whom we found ourselves must be told within ten days."""
    if not may(user, Permission.VIEW_PEOPLE) or not may(user, Permission.RECORD_REQUESTS):
        return untold.Waiting(0, None)
    return untold.waiting(at)


def unanswered(user: User, at: datetime) -> QuerySet[Application]:
    """Return open applications whose hear-by date is here or past, the latest first.

    The date is one in the candidate's zone; `local_date` is today there.
    """
    today_there = Func(
        Value(at),
        F("candidate__time_zone"),
        function="candidates_local_date",
        output_field=DateField(),
    )
    return (
        Application.objects.visible_to(user)
        .open()
        .filter(hear_by__lte=at.date() + timedelta(days=1))  # narrows by the index
        .annotate(local_date=today_there)
        .filter(hear_by__lte=F("local_date"))
        .select_related("candidate", "job", "stage")
        .order_by("hear_by", "pk")
    )


def without_date(user: User) -> QuerySet[Application]:
    """Return open applications whose candidate was told no date at all."""
    return (
        Application.objects.visible_to(user)
        .open()
        .filter(hear_by=None)
        .select_related("candidate", "job", "stage")
        .order_by("applied_at", "pk")
    )


def promises(user: User) -> QuerySet[Promise]:
    """Return promises that fell due because a job of their kind opened."""
    return (
        Promise.objects.due()
        .filter(candidate__in=Candidate.objects.visible_to(user))
        .select_related("candidate", "due_job")
        .order_by(F("due_at").asc(nulls_last=True), "until", "pk")
    )


def letters(user: User, at: datetime) -> QuerySet[Letter]:
    """Return letters that leave in the next days, or could not; those first."""
    return (
        Letter.objects.waiting()
        .filter(application__in=Application.objects.visible_to(user))
        .filter(Q(send_after__lte=at + LETTERS_AHEAD) | ~Q(problem=""))
        .select_related("application__candidate", "application__job")
        .order_by(ExpressionWrapper(Q(problem=""), output_field=BooleanField()), "send_after", "pk")
    )


def jobs_just_opened(user: User, at: datetime) -> QuerySet[Job]:
    """Return open jobs that opened in the last two weeks, with the number of people who fit."""
    return (
        Job.objects.visible_to(user)
        .open()
        .filter(opened_at__gte=at - JUST_OPENED)
        .with_known_counts()
        .order_by("-opened_at", "-pk")
    )


def pipelines(user: User) -> QuerySet[Job]:
    """Return the open jobs of a hiring manager with how many people are considered for each."""
    still_open = Q(
        applications__closed_at=None,
        applications__candidate__erased_at=None,
        applications__candidate__archived_at=None,
    )
    return (
        Job.objects.visible_to(user)
        .open()
        .annotate(considered=Count("applications", filter=still_open, distinct=True))
        .order_by("-opened_at", "-pk")
    )

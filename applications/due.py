"""What is due in this app today, for the home page. Reads only."""

from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from accounts.models import User
from accounts.permissions import Permission, may
from applications import untold
from applications.models import (
    Application,
    Interview,
    Interviewer,
    Job,
    Letter,
    Promise,
    Review,
    Scorecard,
)
from applications.models.reviews import ReviewQuerySet
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


def feedback_asked(user: User) -> QuerySet[Application]:
    """Return applications whose candidate asked for feedback, and to whom nobody has written."""
    written = Letter.objects.filter(
        application=OuterRef("pk"), kind=Letter.Kind.FEEDBACK, cancelled_at=None
    )
    return (
        Application.objects.visible_to(user)
        .filter(feedback_asked_at__isnull=False)
        .exclude(Exists(written))
        .select_related("candidate", "job")
        .order_by("feedback_asked_at", "pk")
    )


def told_by_nobody(user: User) -> QuerySet[Application]:
    """Return people who were turned down and whom nobody has told, whose job it is first.

    A letter that could not leave stands among the letters.
    """
    return (
        Application.objects.visible_to(user)
        .filter(untold_since__isnull=False)
        .select_related("candidate", "job__owner")
        .order_by(Case(When(job__owner=user, then=0), default=1), "untold_since", "pk")
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


def interviews_today(user: User, at: datetime) -> QuerySet[Interview]:
    """Return what the user holds or arranged for this day. at: in their zone."""
    morning = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    mine = Exists(Interviewer.objects.filter(interview=OuterRef("pk"), user=user))
    return (
        Interview.objects.visible_to(user, at)
        .filter(mine | Q(by=user))
        .filter(
            starts_at__gte=morning,
            starts_at__lt=(morning + timedelta(days=1)).replace(fold=0),
            state__in=[Interview.State.SCHEDULED, Interview.State.HELD],
            application__candidate__merged_into=None,
        )
        .select_related("application__candidate", "application__job")
        .prefetch_related("application__job__offices")
        .order_by("starts_at", "pk")
    )


def feedback(user: User, at: datetime) -> QuerySet[Interview]:
    """Return what the user held and has not submitted a scorecard for, the oldest first."""
    given = Scorecard.objects.submitted().filter(interview=OuterRef("pk"), author=user)
    return (
        Interview.objects.of_interviewer(user, at)
        .took_place(at)
        .filter(~Exists(given))
        .select_related("application__candidate", "application__job")
        .order_by("ends_at", "pk")
    )


def interviews_to_arrange(user: User, at: datetime) -> QuerySet[Interview]:
    """Return what waits for whoever arranged it: another time, or a word on how it went."""
    asked = Q(asked_at__isnull=False) & (Q(state="proposed") | Q(state="scheduled"))
    unsettled = Q(state=Interview.State.SCHEDULED, ends_at__lte=at)
    return (
        Interview.objects.visible_to(user, at)
        .filter(asked | unsettled, by=user, application__closed_at=None)
        .select_related("application__candidate", "application__job")
        .order_by("asked_at", "ends_at", "pk")
    )


def views_asked(user: User, at: datetime) -> QuerySet[Review]:
    """Return what waits for the user's view, what is wanted soonest first. at: in their zone."""
    return Review.objects.asked_of(user).waiting().for_page().order_by("due_on", "asked_at", "pk")


def views_overdue(user: User, at: datetime) -> QuerySet[Review]:
    """Return what the user asked, or is for their job, and others did not answer in time."""
    return _views_of(user).overdue(at.date()).order_by("due_on", "pk")


def views_that_came(user: User) -> QuerySet[Review]:
    """Return the views that came in and after which nothing was done yet with the application."""
    return (
        _views_of(user)
        .sent()
        .filter(application__closed_at=None, sent_at__gte=F("application__stage_entered_at"))
        .order_by("sent_at", "pk")
    )


def _views_of(user: User) -> ReviewQuerySet:
    if not may(user, Permission.MOVE_APPLICATION):
        return Review.objects.none()
    mine = Q(asked_by=user) | Q(application__job__owner=user)
    found = Review.objects.visible_to(user).filter(mine).exclude(reviewer=user)
    return found.for_page().select_related("reviewer")

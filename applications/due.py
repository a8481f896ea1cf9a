"""What is due in this app today, for the home page. Reads only."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.permissions import Permission, may
from applications import duties, escalation, news, untold
from applications.models import (
    Application,
    HiringTeamMember,
    Interview,
    Interviewer,
    Job,
    Letter,
    Milestone,
    Promise,
    Review,
    Scorecard,
)
from applications.models.applications import ApplicationQuerySet
from applications.models.reviews import ReviewQuerySet
from candidates.models import Candidate

Whose = Literal["mine", "team", "all"]
JUST_OPENED = timedelta(days=14)
LETTERS_AHEAD = timedelta(days=3)


def earliest_day(at: datetime) -> date:
    """Return the day that it is where it comes last."""
    return (at.astimezone(UTC) - timedelta(hours=12)).date()


def latest_day(at: datetime) -> date:
    """Return the day that it is where it comes first."""
    return (at.astimezone(UTC) + timedelta(hours=14)).date()


def untold_people(user: User, at: datetime) -> QuerySet[Any, Any] | None:
    """Return by when people whom we found ourselves must be told, within ten days; None: not told
    to this user."""
    if not may(user, Permission.VIEW_PEOPLE) or not may(user, Permission.RECORD_REQUESTS):
        return None
    return untold.soon(at).values("notice_due")


def rows_of(keys: list[int], at: datetime) -> QuerySet[Application]:
    """Return applications by key with what a row of Today shows; `local_date`: today there."""
    some = escalation.with_names(Application.objects.filter(pk__in=keys))
    return (
        duties.with_clock(some, at)
        .annotate(local_date=duties.local_date(Value(at)))
        .select_related("candidate", "job__owner", "stage")
    )


def unanswered(
    user: User, at: datetime, whose: Whose = "all", *, late: bool = False
) -> QuerySet[Application]:
    """Return open applications whose hear-by date is here, or, `late`, past; the latest first.

    The date is one in the candidate's zone.
    """
    waiting = _waiting(user, at, whose)
    if late:
        return waiting.filter(_is_before_today(at))
    # As a CASE: PostgreSQL takes it for so rare else that it looks at each job for each of them.
    is_today = Case(When(hear_by=F("local_date"), then=True), default=False)
    today = waiting.filter(is_today, hear_by__range=(earliest_day(at), latest_day(at)))
    if whose == "mine":  # whoever is first has the day
        today = today.exclude(job__in=escalation.seconds(user).values("pk"))
    return today


def came_up(user: User, at: datetime) -> QuerySet[Application]:
    """Return who should have heard of a job that is this user's, where a colleague is first.

    Late, or not chosen and told by nobody. Which of them are the owner's by now, says
    `escalation.Seconds`.
    """
    found = Application.objects.visible_to(user).annotate(local_date=duties.local_date(Value(at)))
    late = Q(_is_before_today(at), closed_at=None)
    return found.filter(
        late | Q(untold_since__isnull=False), job__in=escalation.seconds(user).values("pk")
    ).order_by(Coalesce(F("untold_since__date"), F("hear_by")), "pk")


def interviewed(user: User, at: datetime, whose: Whose = "all") -> QuerySet[Application]:
    """Return who must soon hear whether there is a decision, though their hear-by date is later.

    Whoever stands among those who hear by today, are late, or have no date is there (P-42).
    """
    waiting = _waiting(user, at, whose).filter(hear_by__gt=F("local_date"))
    return duties.owed(waiting, at)


def interviewed_fast(user: User, at: datetime, whose: Whose = "all") -> QuerySet[Application]:
    """Return the same as `interviewed`, with `counts_late`, for Today."""
    somewhere = Q(hear_by__gte=earliest_day(at), hear_by__gt=F("local_date"))
    is_ahead = Q(hear_by__gt=latest_day(at)) | somewhere
    return news.owed(_waiting(user, at, whose).filter(is_ahead), at)


def hear_soon(
    user: User, at: datetime, days: tuple[int, int], whose: Whose = "all"
) -> QuerySet[Application]:
    """Return open applications that hear from us in so many days from today: first and last."""
    first, last = days
    return _waiting(user, at, whose).filter(
        hear_by__range=(earliest_day(at) + timedelta(first), latest_day(at) + timedelta(last)),
        hear_by__gte=F("local_date") + first,
        hear_by__lt=F("local_date") + last + 1,
    )


def _waiting(user: User, at: datetime, whose: Whose) -> ApplicationQuerySet:
    found = Application.objects.visible_to(user).open().filter(of_job(user, whose, "job__"))
    return found.annotate(local_date=duties.local_date(Value(at))).order_by("hear_by", "pk")


def _is_before_today(at: datetime) -> Q:
    """Is their day over where they are? Only of a day that is over in some zones alone is the date
    there asked for, which takes longer than all else about a row."""
    somewhere = Q(hear_by__gte=earliest_day(at), hear_by__lt=F("local_date"))
    return Q(Q(hear_by__lt=earliest_day(at)) | somewhere, hear_by__lt=latest_day(at))


def without_date(user: User, whose: Whose = "all") -> QuerySet[Application]:
    """Return open applications whose candidate was told no date at all."""
    return (
        Application.objects.visible_to(user)
        .open()
        .filter(of_job(user, whose, "job__"), hear_by=None)
        .order_by("applied_at", "pk")
    )


def feedback_asked(user: User, whose: Whose = "all") -> QuerySet[Application]:
    """Return applications whose candidate asked for feedback, and to whom nobody has written."""
    written = Letter.objects.filter(
        application=OuterRef("pk"), kind=Letter.Kind.FEEDBACK, cancelled_at=None
    )
    return (
        Application.objects.visible_to(user)
        .filter(of_job(user, whose, "job__"), feedback_asked_at__isnull=False)
        .exclude(Exists(written))
        .order_by("feedback_asked_at", "pk")
    )


def told_by_nobody(user: User, at: datetime, whose: Whose = "all") -> QuerySet[Application]:
    """Return people who were turned down and whom nobody has told, whose job it is first.

    A letter that could not leave stands among the letters.
    """
    found = Application.objects.visible_to(user).annotate(local_date=duties.local_date(Value(at)))
    return found.filter(of_job(user, whose, "job__"), untold_since__isnull=False).order_by(
        Case(When(job__owner=user, then=0), default=1), "untold_since", "pk"
    )


def new(user: User, whose: Whose = "all") -> QuerySet[Any, Any]:
    """Return, for each open job, how many stand in its first stage and since when the oldest does.

    In the order of the longest wait.
    """
    return (
        Application.objects.visible_to(user)
        .open()
        .filter(
            of_job(user, whose, "job__"),
            job__status=Job.Status.OPEN,
            stage__milestone=Milestone.APPLIED,
            stage__job=F("job"),  # always so; it lets the index of open ones be used
        )
        .order_by()
        .values("job__public_id", "job__title")
        .annotate(people=Count("pk", distinct=True), oldest=Min("stage_entered_at"))
        .order_by("oldest", "job__title")
    )


def of_job(user: User, whose: Whose, path: str = "") -> Q:
    """Whose work a job is: theirs who own it or are on its team. Nobody's is everybody's."""
    if whose == "all":
        return Q()
    people = Q(pk=user.pk) | (Q(team=user.team) if whose == "team" and user.team else Q(pk__in=[]))
    own = User.objects.filter(people).values("pk")
    on_team = HiringTeamMember.objects.filter(user__in=own, job=OuterRef(f"{path}pk"))
    return (
        Q(**{f"{path}owner__in": own})
        | Q(**{f"{path}owner": None})
        | Q(**{f"{path}owner__is_active": False})
        | Q(Exists(on_team))
    )


def promises(user: User, whose: Whose = "all") -> QuerySet[Promise]:
    """Return promises that fell due because a job of their kind opened.

    One whose owner left stands on everybody's day.
    """
    kept_by = Q() if whose == "all" else Q(owner=user) | Q(owner=None) | Q(owner__is_active=False)
    if whose == "team" and user.team:
        kept_by |= Q(owner__team=user.team)
    return (
        Promise.objects.due()
        .filter(kept_by)
        .filter(candidate__in=Candidate.objects.visible_to(user))
        .select_related("candidate", "due_job")
        .order_by(F("due_at").asc(nulls_last=True), "until", "pk")
    )


def letters(user: User, at: datetime, whose: Whose = "all") -> QuerySet[Letter]:
    """Return letters that leave in the next days, or could not; those first."""
    return (
        Letter.objects.waiting()
        .filter(application__in=Application.objects.visible_to(user))
        .filter(of_job(user, whose, "application__job__"))
        .filter(Q(send_after__lte=at + LETTERS_AHEAD) | ~Q(problem=""))
        .select_related("application__candidate", "application__job")
        .order_by(ExpressionWrapper(Q(problem=""), output_field=BooleanField()), "send_after", "pk")
    )


def jobs_just_opened(user: User, at: datetime, whose: Whose = "all") -> QuerySet[Job]:
    """Return open jobs that opened in the last two weeks."""
    return (
        Job.objects.visible_to(user)
        .open()
        .filter(of_job(user, whose), opened_at__gte=at - JUST_OPENED)
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

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.job_words import levels_in_words, pay_in_words
from candidates.models import Candidate, RemotePreference, Seniority, Skill


class SubqueryCount(Subquery):
    """How many rows a query has, counted beside each row of another."""

    template = "(SELECT count(*) FROM (%(subquery)s) _count)"
    output_field = models.IntegerField()


def last_place_on_earth(at: datetime) -> date:
    """Return the date where it is earliest: a last day is over when it is over everywhere."""
    return (at.astimezone(UTC) - timedelta(hours=12)).date()


class Department(models.Model):
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    name = models.CharField(max_length=120, unique=True)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    region = models.CharField(
        max_length=120,
        blank=True,
        help_text="State or province, where rules about records differ by it.",
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> Self:
        return self.filter(status=Job.Status.OPEN)

    def on_careers(self, at: datetime) -> Self:
        """The open jobs that are public and for which the last day to apply is not over."""
        public = self.open().filter(Q(public_at=None) | Q(public_at__lte=at))
        return public.filter(Q(apply_by=None) | Q(apply_by__gte=last_place_on_earth(at)))

    def opened_since(self, at: datetime) -> Self:
        return self.open().filter(opened_at__gte=at)

    def without(self, candidate: Candidate) -> Self:
        """The open jobs for which this person is not being considered."""
        from applications.models.applications import Application

        here = Application.objects.open().filter(job=OuterRef("pk"), candidate=candidate)
        return self.open().filter(~Exists(here))

    def locked(self, pk: int) -> "Job":
        """Return the row, a template too, locked for the rest of the transaction."""
        return Job.any_kind.select_for_update(of=("self",)).get(pk=pk)

    def templates(self) -> Self:
        """Of `any_kind`: the saved shapes that new jobs are made from."""
        return self.filter(status=Job.Status.TEMPLATE)

    def with_health(self, at: datetime) -> Self:
        """Annotate `waiting`, the people without an answer, and `late`, those we are late for."""
        from applications.models.applications import Application

        of_job = Application.objects.in_use().filter(job=OuterRef("pk"))
        return self.annotate(
            waiting=SubqueryCount(of_job.open()), late=SubqueryCount(of_job.late(at))
        )

    def with_next_interview(self, at: datetime) -> Self:
        """Annotate `next_interview_at`: when somebody is interviewed for the job next."""
        from applications.models.interviews import Interview

        coming = Interview.objects.of_people_in_use().filter(
            application__job=OuterRef("pk"),
            application__closed_at=None,
            state=Interview.State.SCHEDULED,
            starts_at__gte=at,
        )
        first = coming.order_by("starts_at").values("starts_at")[:1]
        return self.annotate(next_interview_at=Subquery(first, output_field=models.DateTimeField()))

    def with_known_counts(self) -> Self:
        """Add `known_people`: how many people we know fit, and 10,001 for any more than that."""
        if not settings.MATCHING_ENABLED:
            return self.annotate(known_people=Value(0))
        count = Func(
            F("pk"), function="applications_known_count", output_field=models.IntegerField()
        )
        return self.annotate(known_people=count)

    def visible_to(self, user: User) -> Self:
        """Every job for those who see people; for others those whose hiring team they are on."""
        if may(user, Permission.VIEW_PEOPLE):
            return self
        if may(user, Permission.VIEW_JOBS):
            return self.filter(team__user=user).distinct()
        return self.none()


class _Openings(models.Manager["Job"]):
    """Jobs proper. A template is no opening, so nothing that asks for jobs meets one."""

    def get_queryset(self) -> models.QuerySet["Job"]:
        return super().get_queryset().exclude(status=Job.Status.TEMPLATE)


JobManager = _Openings.from_queryset(JobQuerySet)


class Job(models.Model):
    """An opening people are considered for; or the saved shape of one, a template.

    `objects` knows no templates, `any_kind` knows both.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        ON_HOLD = "on_hold", "On hold"
        FILLED = "filled", "Filled"
        CLOSED = "closed", "Closed"
        TEMPLATE = "template", "Template"

    class Employment(models.TextChoices):
        FULL_TIME = "full_time", gettext_noop("Full time")
        PART_TIME = "part_time", gettext_noop("Part time")
        FIXED_TERM = "fixed_term", gettext_noop("Fixed term")
        CONTRACT = "contract", gettext_noop("Contract")
        INTERNSHIP = "internship", gettext_noop("Internship")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    requisition = models.CharField("requisition number", max_length=40, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    family = models.CharField(
        max_length=60, blank=True, help_text="The kind of work, such as Electrical."
    )
    offices = models.ManyToManyField(Office, blank=True, related_name="jobs")
    work_mode = models.CharField(
        max_length=10,
        choices=[c for c in RemotePreference.choices if c[0] != "any"],
        default=RemotePreference.ON_SITE,
    )
    seniority_from = models.SmallIntegerField(choices=Seniority.choices, null=True, blank=True)
    seniority_to = models.SmallIntegerField(choices=Seniority.choices, null=True, blank=True)
    salary_from = models.BigIntegerField(null=True, blank=True, help_text="A year, minor units.")
    salary_to = models.BigIntegerField(null=True, blank=True)
    salary_currency = models.CharField(max_length=3, blank=True)
    description = models.TextField(blank=True)
    employment = models.CharField(
        max_length=10, choices=Employment.choices, default=Employment.FULL_TIME
    )
    apply_by = models.DateField(
        "last day to apply",
        null=True,
        blank=True,
        help_text="Empty: as long as the job is open. The day ends when it is over everywhere.",
    )
    automation_notice = models.TextField(
        "what software does here",
        blank=True,
        help_text="Stands above the form. Empty: the standard words.",
    )
    blind_review = models.BooleanField(
        "blind review",
        default=False,
        help_text="Names are hidden in review mode, and from the hiring team until each of them has"
        " given a view.",
    )
    first_look_hours = models.PositiveSmallIntegerField(
        "first look",
        default=0,
        db_default=0,
        help_text="Hours after its opening in which only those hear of it to whom we promised to"
        " write, and who were close to such a job before.",
    )
    public_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since or from when the world sees it."
    )
    last_number = models.PositiveIntegerField(
        default=0, editable=False, help_text="The last number that an application was given."
    )
    must_needed = models.PositiveSmallIntegerField(
        "must-have skills needed",
        null=True,
        blank=True,
        help_text="How many of the must-have skills a known person needs. Empty: all of them.",
    )
    skills = models.ManyToManyField(Skill, through="JobSkill", related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_jobs"
    )
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        help_text="The job this one continues: whoever was told of that one was told of this.",
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = JobManager()
    any_kind = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "template"]) | Q(opened_at__isnull=False),
                name="job_out_of_draft_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(salary_from=None) | ~Q(salary_currency=""),
                name="job_salary_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(salary_from=None)
                | Q(salary_to=None)
                | Q(salary_to__gte=F("salary_from")),
                name="job_salary_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(seniority_from=None)
                | Q(seniority_to=None)
                | Q(seniority_to__gte=F("seniority_from")),
                name="job_seniority_range_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    def takes_applications(self, at: datetime) -> bool:
        """Whether people can apply on the careers site now."""
        return self.is_open and (self.apply_by is None or self.apply_by >= last_place_on_earth(at))

    def is_public(self, at: datetime) -> bool:
        """Whether the world may know of it, as far as the first look goes. Computed, so no task
        has to run at the hour."""
        return self.public_at is None or self.public_at <= at

    @property
    def has_first_look(self) -> bool:
        """Whether it is open now and only those with its link see it."""
        return self.is_open and not self.is_public(timezone.now())

    @property
    def is_template(self) -> bool:
        return self.status == self.Status.TEMPLATE

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.FILLED, self.Status.CLOSED}

    @property
    def days_open(self) -> int:
        return (timezone.now() - self.opened_at).days if self.opened_at else 0

    def line(self) -> JobQuerySet:
        """The job itself, the one it continues, and whatever else continues that one."""
        root = self.copied_from_id or self.pk
        return Job.any_kind.filter(Q(pk=root) | Q(copied_from=root))

    def hired_count(self) -> int:
        """Return how many were hired for it, those who were erased since included (M-R2)."""
        there = self.applications.filter(outcome="hired").count()
        return there + self.erased_applications.filter(outcome="hired").count()

    @property
    def pay_text(self) -> str:
        return pay_in_words(self.salary_currency, self.salary_from, self.salary_to)

    @property
    def levels_text(self) -> str:
        return levels_in_words(self.seniority_from, self.seniority_to)


class JobSkill(models.Model):
    class Need(models.TextChoices):
        MUST = "must", "Must have"
        NICE = "nice", "Nice to have"

    job = models.ForeignKey(Job, models.CASCADE, related_name="job_skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    need = models.CharField(max_length=4, choices=Need.choices)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["need", "-weight", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "skill"], name="job_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill} ({self.need})"


class HiringTeamMember(models.Model):
    class Part(models.TextChoices):
        RECRUITER = "recruiter", "Recruiter"
        HIRING_MANAGER = "hiring_manager", "Hiring manager"
        INTERVIEWER = "interviewer", "Interviewer"

    job = models.ForeignKey(Job, models.CASCADE, related_name="team")
    user = models.ForeignKey(User, models.CASCADE, related_name="hiring_teams")
    part = models.CharField(max_length=14, choices=Part.choices)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.part})"

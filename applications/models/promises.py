import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, DateField, F, Func, Value
from django.utils import timezone

from accounts.models import User
from applications.models.applications import Application
from applications.models.jobs import Job
from candidates.models import Candidate


class PromiseQuerySet(models.QuerySet["Promise"]):
    def due(self) -> Self:
        return self.filter(state=Promise.State.DUE)

    def running(self) -> Self:
        return self.filter(state__in=[Promise.State.OPEN, Promise.State.DUE])

    def for_list(self) -> Self:
        """Due ones first, then by their end, with all that a list of them shows."""
        return self.select_related("candidate", "owner", "due_job", "application__job").order_by(
            F("due_at").asc(nulls_last=True), "until", "pk"
        )

    def counts(self) -> dict[str, int]:
        """Return how many there are in each state, none left out."""
        found = dict(self.order_by().values_list("state").annotate(Count("pk")))
        return {state: found.get(state, 0) for state in Promise.State.values}

    def with_today(self, at: datetime) -> Self:
        """Annotate `today_there`: a promise ends with a day at the candidate (A-21)."""
        today = Func(
            Value(at),
            F("candidate__time_zone"),
            function="candidates_local_date",
            output_field=DateField(),
        )
        return self.annotate(today_there=today)

    def visible_to(self, user: User) -> Self:
        """Promises are the business of those who may see people."""
        return self.filter(candidate__in=Candidate.objects.visible_to(user))


class Promise(models.Model):
    """A recorded “we will keep you in mind”: for what kind of job, and until when.

    It falls due when a job of its scope opens. `until` is a date in the candidate's zone.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DUE = "due", "Due"
        KEPT = "kept", "Kept"
        BROKEN = "broken", "Broken"
        LAPSED = "lapsed", "Lapsed"
        RELEASED = "released", "Released"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="promises")
    application = models.ForeignKey(
        Application, models.SET_NULL, null=True, blank=True, related_name="promises"
    )
    families = ArrayField(models.CharField(max_length=60), help_text="Kinds of job it covers.")
    note = models.CharField(max_length=300, blank=True)
    until = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="promises")
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    due_job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="promises_due"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        indexes = [models.Index(fields=["state", "until"], name="promise_by_state")]

    def __str__(self) -> str:
        return f"Promise {self.pk}"

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, DateField, F, Func, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from accounts.models import User
from applications.models.applications import Application
from applications.models.jobs import Job
from candidates.models import Candidate

KEPT_WITHIN = timedelta(hours=72)


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

    def of_kind(self, family: str) -> Self:
        """Those that cover a kind of job, in whatever case it was typed."""
        mark = "\x1f"
        names = Func(
            F("families"), Value(mark), function="array_to_string", output_field=TextField()
        )
        folded = Lower(Concat(Value(mark), names, Value(mark), output_field=TextField()))
        return self.annotate(kinds=folded).filter(kinds__contains=f"{mark}{family.lower()}{mark}")

    def without_owner(self) -> Self:
        """Those that nobody keeps: their owner left, or never was."""
        return self.filter(Q(owner=None) | Q(owner__is_active=False))

    def locked(self, pk: int) -> "Promise":
        """Lock one. Raises ValidationError: it is gone."""
        found = self.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            raise ValidationError("This promise is no longer here.", code="gone")
        return found

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

    class Why(models.TextChoices):
        """Why it came to its end, as a sentence that follows “Kept:” and its like."""

        CONTACT = "contact", "we were in contact"
        HIRED = "hired", "they were hired"
        SILENCE = "silence", "no contact within 72 hours"
        NO_JOB = "no_job", "no such job opened"
        GROUND = "ground", "we may not keep their details for other jobs any more"
        ASKED = "asked", "they asked for it"
        GIVEN_UP = "given_up", "we gave it up"
        UNDONE = "undone", "the answer that it came with was undone"

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
    why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="What was said at its end.")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        indexes = [
            models.Index(fields=["state", "until"], name="promise_by_state"),
            models.Index(fields=["state", "-settled_at", "-id"], name="promise_by_end"),
        ]

    def __str__(self) -> str:
        return f"Promise {self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in {self.State.OPEN, self.State.DUE}

    @property
    def keep_by(self) -> datetime | None:
        """The moment until which contact keeps it, once it fell due."""
        return self.due_at + KEPT_WITHIN if self.due_at else None

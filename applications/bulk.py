"""Putting many people forward for a job: what this floor adds to the bulk actions."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import Permission
from applications.actions.applications import add_applications
from applications.models import Application, Job
from candidates.bulk import BulkKind, Effect, persons
from candidates.bulk.kinds import BulkForm
from candidates.models import Candidate, Work
from candidates.models.people import CandidateQuerySet
from candidates.work import Outcome, done, left


class JobForm(BulkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = Job.objects.visible_to(self.by).filter(
            status__in=[Job.Status.OPEN, Job.Status.ON_HOLD]
        )
        self.fields["job"] = forms.ModelChoiceField(
            running.order_by("title", "pk"),
            to_field_name="public_id",
            empty_label="Choose a job",
            help_text="Jobs that are open or on hold.",
        )


class AddToJob(BulkKind):
    key = "job"
    label = "Add to a job"
    icon = "briefcase"
    explains = "Each is put forward for it, in its first stage. Nothing is sent to them."
    warns = (
        "Job emails to them wait meanwhile, and each must hear from us by a date. It is not undone"
        " as a whole: withdraw or reject them one by one."
    )
    doing = "Adding them to the job"
    permission = Permission.MOVE_APPLICATION
    chunk = 200  # each holds a gate until the chunk commits: a fraction of a second
    form_class = JobForm

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Add {persons(total)} to {cleaned['job'].title}"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        here = Application.objects.open().filter(job=cleaned["job"])
        elsewhere = Application.objects.open().exclude(job=cleaned["job"])
        total = people.count()
        already = people.filter(pk__in=here.values("candidate")).count()
        fresh = people.exclude(pk__in=here.values("candidate"))
        busy = fresh.filter(pk__in=elsewhere.values("candidate")).count()
        return [
            Effect(total - already - busy, "will be put forward", is_change=True),
            Effect(busy, "will be put forward, and are considered for another job", is_change=True),
            Effect(already, "cannot be added: they have an open application for this job"),
        ]

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        return {"job": cleaned["job"].pk}

    def apply_many(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        job = Job.objects.get(pk=work.values["job"])
        ids = [person.pk for person in people]
        found = add_applications(ids, job, by=work.by, source="own database")
        return {
            pk: done(application=one.pk)
            if isinstance(one, Application)
            else left(" ".join(one.messages))
            for pk, one in found.items()
        }

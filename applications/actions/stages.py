"""The stages of a job: added, changed, put in order, removed while nobody was ever in them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts import audit
from accounts.models import User
from applications.models import Job, Milestone, Stage, StageChange


@transaction.atomic
def add_stage(
    job: Job, *, name: str, milestone: int, candidate_state: str, hear_by_days: int, by: User
) -> Stage:
    """Add a stage after the others; before “Hired”, which stays the last.

    Raises ValidationError: the job has a stage of that name.
    """
    job = Job.objects.locked(job.pk)
    name = _free_name(job, name)
    stages = list(job.stages.all())
    position = stages[-1].position + 1 if stages else 1
    if stages and stages[-1].milestone == Milestone.HIRED != milestone:
        last = stages[-1]
        position, last.position = last.position, last.position + 1
        last.save(update_fields=["position"])
    stage = Stage.objects.create(
        job=job,
        name=name,
        position=position,
        milestone=milestone,
        candidate_state=candidate_state,
        hear_by_days=hear_by_days,
    )
    audit.record(by, "stage.added", job, stage=["", name])
    return stage


@transaction.atomic
def change_stage(
    stage: Stage,
    *,
    name: str,
    milestone: int,
    candidate_state: str,
    hear_by_days: int,
    by: User,
    was: Mapping[str, Any] | None = None,
) -> Stage:
    """Change what a stage is called and means. Dates that people were told stay as they are.

    was: what the form was made from, as far as it says.

    Raises ValidationError: the job has another stage of that name, people wait in it and it would
    mean that they are hired, or somebody else removed it meanwhile (`gone`) or changed what is to
    be something else now (`conflict`).
    """
    job = Job.objects.locked(stage.job_id)
    stage = _locked(stage)
    name = _free_name(job, name, apart_from=stage)
    values = {
        "name": name,
        "milestone": milestone,
        "candidate_state": candidate_state,
        "hear_by_days": hear_by_days,
    }
    for key, before_both in (was or {}).items():
        if getattr(stage, key) not in (before_both, values[key]):
            raise ValidationError("Somebody else changed this stage meanwhile.", code="conflict")
    if milestone == Milestone.HIRED and stage.applications.open().exists():
        raise ValidationError(
            "People wait in this stage, so it cannot mean “hired”.", code="people_in_it"
        )
    before = _described(stage)
    stage.name, stage.milestone = name, milestone
    stage.candidate_state, stage.hear_by_days = candidate_state, hear_by_days
    after = _described(stage)
    if before != after:
        stage.save(update_fields=["name", "milestone", "candidate_state", "hear_by_days"])
        audit.record(by, "stage.changed", job, stage=[before, after])
    return stage


@transaction.atomic
def move_stage(stage: Stage, *, earlier: bool, by: User, seen_at: int | None = None) -> None:
    """Swap a stage with its neighbour. At the end of the row nothing happens.

    seen_at: at which position it stood on the page; None: the page does not say.

    Raises ValidationError: somebody else removed it meanwhile (`gone`) or it stands elsewhere by
    now (`conflict`).
    """
    job = Job.objects.locked(stage.job_id)
    stage = _locked(stage)
    if seen_at not in (None, stage.position):
        raise ValidationError(
            "Somebody else changed the order of the stages meanwhile. Look, then press again.",
            code="conflict",
        )
    stages = list(job.stages.all())
    here = next(index for index, each in enumerate(stages) if each.pk == stage.pk)
    there = here - 1 if earlier else here + 1
    if not 0 <= there < len(stages):
        return
    one, other = stages[here], stages[there]
    one.position, other.position = other.position, one.position
    Stage.objects.bulk_update([one, other], ["position"])
    audit.record(by, "stage.reordered", job, stage=[one.name, "earlier" if earlier else "later"])


@transaction.atomic
def remove_stage(stage: Stage, *, by: User, was: str = "") -> None:
    """Remove a stage in which nobody ever was: history keeps its names.

    was: what it was called on the page; empty: the page does not say.

    Raises ValidationError: somebody is or was in it, people would have nowhere to wait, or somebody
    else removed it meanwhile (`gone`) or called it something else (`conflict`).
    """
    job = Job.objects.locked(stage.job_id)
    stage = _locked(stage)
    if was not in ("", stage.name):
        raise ValidationError(
            f"Somebody else renamed “{was}” to “{stage.name}” meanwhile. Press again to remove it.",
            code="conflict",
        )
    was_in_it = StageChange.objects.filter(Q(from_stage=stage) | Q(to_stage=stage)).exists()
    if was_in_it or stage.applications.exists():
        raise ValidationError(
            f"Somebody is or was in “{stage.name}”, so it stays. You can rename it.", code="used"
        )
    if not job.stages.of_board().exclude(pk=stage.pk).exists():
        raise ValidationError("A job needs one stage where people can wait.", code="last")
    name, position = stage.name, stage.position
    stage.delete()
    job.stages.filter(position__gt=position).update(position=F("position") - 1)
    audit.record(by, "stage.removed", job, stage=[name, ""])


def _locked(stage: Stage) -> Stage:
    """Return the stage as it is now. The job is locked already."""
    found = Stage.objects.select_for_update(of=("self",)).filter(pk=stage.pk).first()
    if found is None:
        raise ValidationError("Somebody else removed this stage meanwhile.", code="gone")
    return found


def _free_name(job: Job, name: str, *, apart_from: Stage | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError("A stage needs a name.", code="no_name")
    others = job.stages.filter(name__iexact=name)
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    if others.exists():
        raise ValidationError("This job already has a stage with that name.", code="known_name")
    return name


def _described(stage: Stage) -> str:
    return (
        f"{stage.name}, {Milestone(stage.milestone).label}, {stage.candidate_state},"
        f" {stage.hear_by_days} days"
    )

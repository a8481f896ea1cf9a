"""The stages of a job: added, changed, put in order, removed while nobody was ever in them."""

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
    stage: Stage, *, name: str, milestone: int, candidate_state: str, hear_by_days: int, by: User
) -> Stage:
    """Change what a stage is called and means. Dates that people were told stay as they are.

    Raises ValidationError: the job has another stage of that name, or people wait in it and it
    would mean that they are hired.
    """
    job = Job.objects.locked(stage.job_id)
    stage = Stage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
    name = _free_name(job, name, apart_from=stage)
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
def move_stage(stage: Stage, *, earlier: bool, by: User) -> None:
    """Swap a stage with its neighbour. At the end of the row nothing happens."""
    job = Job.objects.locked(stage.job_id)
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
def remove_stage(stage: Stage, *, by: User) -> None:
    """Remove a stage in which nobody ever was: history keeps its names.

    Raises ValidationError: somebody is or was in it, or people would have nowhere to wait.
    """
    job = Job.objects.locked(stage.job_id)
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

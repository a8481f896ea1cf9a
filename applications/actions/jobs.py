"""Jobs: made, described, staffed, opened, held, filled and closed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.actions.lock_order import lock_people
from applications.actions.promise_ledger import fall_due, kept_in_mind_for
from applications.models import (
    Application,
    Department,
    HiringTeamMember,
    Job,
    JobSkill,
    Milestone,
    Office,
    Stage,
)
from candidates.models import Skill

# name, milestone, what the candidate sees, hear-by days
STANDARD_PIPELINE: list[tuple[str, Milestone, Stage.CandidateState, int]] = [
    ("Received", Milestone.APPLIED, Stage.CandidateState.RECEIVED, 5),
    ("Review", Milestone.SCREENED, Stage.CandidateState.REVIEWED, 7),
    ("Interview", Milestone.INTERVIEWED, Stage.CandidateState.INTERVIEWING, 7),
    ("Decision", Milestone.FINAL, Stage.CandidateState.DECIDING, 5),
    ("Offer", Milestone.OFFERED, Stage.CandidateState.OFFER, 7),
    ("Hired", Milestone.HIRED, Stage.CandidateState.OFFER, 7),
]
LONG = {"description", "automation_notice"}  # the audit trail says that they changed, not how
FIELDS = [
    "title", "requisition", "department", "family", "work_mode", "seniority_from", "seniority_to",
    "salary_from", "salary_to", "salary_currency", "description", "employment", "apply_by",
    "automation_notice", "blind_review", "first_look_hours",
]  # fmt: skip


@transaction.atomic
def create_job(*, by: User, offices: Iterable[Office] = (), **fields: Any) -> Job:
    """Make a draft with the standard pipeline. Its maker owns it and is on its team."""
    job = Job(owner=by, **_known(fields))
    job.full_clean(exclude=["owner"])
    job.save()
    job.offices.set(offices)
    add_standard_stages(job)
    HiringTeamMember.objects.create(job=job, user=by, part=HiringTeamMember.Part.RECRUITER)
    audit.record(by, "job.created", job, status=["", Job.Status.DRAFT])
    return job


def add_standard_stages(job: Job) -> list[Stage]:
    """Give a new job the standard pipeline. Runs in the caller's transaction."""
    return Stage.objects.bulk_create(
        Stage(
            job=job,
            name=name,
            position=position,
            milestone=milestone,
            candidate_state=state,
            hear_by_days=days,
        )
        for position, (name, milestone, state, days) in enumerate(STANDARD_PIPELINE, start=1)
    )


@transaction.atomic
def change_job(
    job: Job, *, by: User, version: int, offices: Iterable[Office] | None = None, **fields: Any
) -> Job:
    """Change what a job says.

    version: of the job as the form showed it.

    Raises ValidationError: somebody else saved it meanwhile, a value does not fit, or a first look
    is asked for when the job is public already.
    """
    job = Job.objects.locked(job.pk)
    if job.version != version:
        raise ValidationError(
            "Somebody else saved this job meanwhile. Compare, then save again.", code="conflict"
        )
    before = {name: str(getattr(job, name) or "") for name in FIELDS}
    hours_before = job.first_look_hours
    for name, value in _known(fields).items():
        setattr(job, name, value)
    if job.first_look_hours != hours_before:
        _move_public_moment(job)
    job.full_clean(exclude=["owner"])
    job.version += 1
    job.save()
    number_applications(job)
    if offices is not None:
        job.offices.set(offices)
    after = {name: str(getattr(job, name) or "") for name in FIELDS}
    changes = {
        name: [before[name], after[name]]
        for name in FIELDS
        if name not in LONG and before[name] != after[name]
    }
    audit.record(by, "job.changed", job, **changes)
    return job


def number_applications(job: Job) -> None:
    """Give everybody considered for a job in blind review a number that stays.

    Runs in the caller's transaction, with the job locked.
    """
    if not job.blind_review:
        return
    waiting = Application.objects.filter(job=job, number=None).order_by("applied_at", "pk")
    numbered = list(waiting.only("pk"))
    for number, application in enumerate(numbered, start=job.last_number + 1):
        application.number = number
    Application.objects.bulk_update(numbered, ["number"], batch_size=1000)
    job.last_number += len(numbered)
    job.save(update_fields=["last_number"])


@transaction.atomic
def set_skills(
    job: Job,
    *,
    must: list[Skill],
    nice: list[Skill],
    must_needed: int | None,
    by: User,
    was: Mapping[str, Any] | None = None,
) -> None:
    """Say which skills the job needs. The order is the weight: the first counts most.

    must_needed: how many of the must-have skills a person needs; None: all. was: what the form was
    made from, as far as it says, the skills by their names.

    Raises ValidationError: a skill is in both lists, more are needed than are named, or somebody
    else changed meanwhile what is to be something else now (`conflict`).
    """
    job = Job.objects.locked(job.pk)
    if both := {skill.pk for skill in must} & {skill.pk for skill in nice}:
        names = ", ".join(sorted(skill.name for skill in must if skill.pk in both))
        raise ValidationError(
            f"Name each skill once. In both lists: {names}.", code="skill_in_both"
        )
    if must_needed is not None and not 1 <= must_needed <= len(must):
        raise ValidationError(
            f"You named {len(must)} must-have skills, so {must_needed} of them cannot be needed.",
            code="more_than_named",
        )
    needed = must_needed if must_needed and must_needed < len(must) else None
    rows = list(job.job_skills.select_related("skill"))
    stored: dict[str, Any] = {"must_needed": job.must_needed}
    typed: dict[str, Any] = {"must_needed": needed}
    for need, skills in ((JobSkill.Need.MUST, must), (JobSkill.Need.NICE, nice)):
        stored[need.value] = [row.skill.name for row in rows if row.need == need]
        typed[need.value] = [skill.name for skill in skills]
    for key, before_both in (was or {}).items():
        if stored[key] not in (before_both, typed[key]):
            raise ValidationError(
                "Somebody else changed the skills of this job meanwhile.", code="conflict"
            )
    before = ", ".join(str(skill) for skill in rows)
    job.job_skills.all().delete()
    JobSkill.objects.bulk_create(
        JobSkill(job=job, skill=skill, need=need, weight=weight)
        for need, skills in ((JobSkill.Need.MUST, must), (JobSkill.Need.NICE, nice))
        for weight, skill in zip(range(len(skills), 0, -1), skills, strict=True)
    )
    job.must_needed = needed
    job.version += 1
    job.save(update_fields=["must_needed", "version"])
    after = ", ".join(str(skill) for skill in job.job_skills.select_related("skill"))
    audit.record(by, "job.skills_changed", job, skills=[before, after])


@transaction.atomic
def add_to_team(job: Job, user: User, part: str, *, by: User, was: str | None = None) -> None:
    """Put a colleague on the hiring team, or change their part in it.

    was: their part on the page, empty for none; None: the page does not say.

    Raises ValidationError: somebody else gave them another part meanwhile, or took them off
    (`conflict`).
    """
    job = Job.objects.locked(job.pk)
    _check_part(job, user, was, part)
    HiringTeamMember.objects.update_or_create(job=job, user=user, defaults={"part": part})
    audit.record(by, "job.team_changed", job, member=["", f"{user.email} {part}"])


@transaction.atomic
def remove_from_team(job: Job, user: User, *, by: User, was: str | None = None) -> None:
    """Take a colleague off the team. They no longer see the job, at once.

    was: their part on the page; None: the page does not say.

    Raises ValidationError: somebody else gave them another part meanwhile (`conflict`).
    """
    job = Job.objects.locked(job.pk)
    _check_part(job, user, was, "")
    gone, _ = HiringTeamMember.objects.filter(job=job, user=user).delete()
    if gone:
        audit.record(by, "job.team_changed", job, member=[user.email, ""])


def _check_part(job: Job, user: User, was: str | None, wanted: str) -> None:
    """Refuse to change a part that somebody else changed since it was seen."""
    member = job.team.filter(user=user).first()
    part = member.part if member else ""
    if was is None or part in (was, wanted):
        return
    what = f"made {user} {member.get_part_display().lower()} in" if member else f"took {user} off"
    raise ValidationError(
        f"Somebody else {what} this team meanwhile. Press again to have it as you chose.",
        code="conflict",
    )


@transaction.atomic
def open_job(job: Job, *, by: User) -> Job:
    """Open a draft, go on with a job on hold, or reopen one that was over.

    Promises of its kind fall due in the same moment, but not to people who were told of this job
    before. A job on hold keeps its first day; one that is reopened starts to count anew. A first
    look begins when it opens for the first time: what was public cannot be seen first by anybody.

    Raises ValidationError: it is open, a template, has no stage or no place to work from, or was
    made another kind of job meanwhile.
    """
    family = job.family
    lock_people(kept_in_mind_for(job))
    job = Job.objects.locked(job.pk)
    if job.family != family:  # the promises of its kind are others now
        raise ValidationError(
            "Somebody else saved this job meanwhile. Look at it, then open it.", code="conflict"
        )
    if job.is_open or job.is_template:
        raise ValidationError(
            "This job is open already." if job.is_open else "A template cannot be opened.",
            code="not_openable",
        )
    if not job.stages.exists():
        raise ValidationError("Give the job at least one stage first.", code="no_stage")
    if job.work_mode != "remote" and not job.offices.exists():
        raise ValidationError(
            "Say where the work is: name an office, or make the job remote.", code="no_place"
        )
    before, now, is_over = job.status, timezone.now(), job.is_over
    if job.opened_at is None and job.first_look_hours:
        job.public_at = now + timedelta(hours=job.first_look_hours)
    if is_over or job.opened_at is None:
        job.opened_at = now
    job.status, job.closed_at = Job.Status.OPEN, None
    job.version += 1
    job.save(update_fields=["status", "opened_at", "closed_at", "public_at", "version"])
    if before != Job.Status.ON_HOLD:
        fall_due(job, now)
    audit.record(by, "job.reopened" if is_over else "job.opened", job, status=[before, job.status])
    return job


def _move_public_moment(job: Job) -> None:
    """Count the hours of the first look anew, from the opening of a job that is not public yet."""
    if job.opened_at is None:
        return
    if job.is_public(timezone.now()):
        raise ValidationError(
            {"first_look_hours": "This job is public already, so nobody can see it first."},
            code="public_already",
        )
    job.public_at = job.opened_at + timedelta(hours=job.first_look_hours)


@transaction.atomic
def make_public(job: Job, *, by: User) -> Job:
    """End the first look before its hour.

    Raises ValidationError: the job is not open, or public already.
    """
    job = Job.objects.locked(job.pk)
    now = timezone.now()
    if not job.is_open:
        raise ValidationError("Only an open job can be made public.", code="not_open")
    if job.is_public(now):
        raise ValidationError("This job is public already.", code="public_already")
    job.public_at = now
    job.version += 1
    job.save(update_fields=["public_at", "version"])
    audit.record(by, "job.made_public", job)
    return job


@transaction.atomic
def hold_job(job: Job, *, by: User) -> Job:
    """Put an open job on hold. Its campaigns send nothing meanwhile.

    Raises ValidationError: it is not open.
    """
    job = Job.objects.locked(job.pk)
    if not job.is_open:
        raise ValidationError("Only an open job can be put on hold.", code="not_open")
    job.status = Job.Status.ON_HOLD
    job.version += 1
    job.save(update_fields=["status", "version"])
    audit.record(by, "job.held", job, status=[Job.Status.OPEN, job.status])
    return job


@transaction.atomic
def end_job(job: Job, status: str, *, by: User) -> Job:
    """Fill or close a job. Nobody may be left unanswered.

    status: filled or closed. Whoever adds somebody, reopens an application or cancels a letter
    locks the job too, so that what is counted here is so when this commits.

    Raises ValidationError: it is a draft or over, or somebody has no answer.
    """
    job = Job.objects.locked(job.pk)
    if status not in {Job.Status.FILLED, Job.Status.CLOSED}:
        raise ValidationError("A job ends filled or closed.", code="unknown_status")
    if job.status not in {Job.Status.OPEN, Job.Status.ON_HOLD}:
        raise ValidationError("This job is not running.", code="not_running")
    if waiting := job.applications.unanswered().count():
        people = "1 person is" if waiting == 1 else f"{waiting} people are"
        raise ValidationError(
            f"{people} still waiting for an answer. Answer everybody first.", code="unanswered"
        )
    before = job.status
    job.status, job.closed_at = status, timezone.now()
    job.version += 1
    job.save(update_fields=["status", "closed_at", "version"])
    audit.record(by, "job.ended", job, status=[before, status])
    return job


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"Not a field of a job: {', '.join(sorted(unknown))}")
    return fields


def department_named(name: str) -> Department | None:
    """Return the department of that name, made if it is new; empty: none."""
    name = name.strip()
    return Department.objects.get_or_create(name=name)[0] if name else None

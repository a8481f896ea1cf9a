"""Jobs made like other jobs: copied, made from a template, kept as one."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from applications.models import HiringTeamMember, Job, JobCriterion, JobSkill, Stage

# What a copy says like the original. Not the requisition number: that was granted once.
COPIED = [
    "department", "family", "work_mode", "seniority_from", "seniority_to", "salary_from",
    "salary_to", "salary_currency", "description", "employment", "automation_notice", "must_needed",
]  # fmt: skip


@transaction.atomic
def copy_job(job: Job, *, title: str, by: User) -> Job:
    """Make a draft that continues a job: its stages, skills, criteria, offices, team and words, but
    no people.

    Whoever was told of the job was told of the copy: neither a promise nor a campaign comes to
    them again.

    Raises ValidationError: it has no title, or the original is a template.
    """
    job = Job.objects.locked(job.pk)
    if job.is_template:
        raise ValidationError("Make a job from this template instead.", code="is_template")
    root = job.copied_from or job
    copy = _copy(job, Job(title=title, status=Job.Status.DRAFT, owner=by, copied_from=root), by)
    audit.record(by, "job.copied", copy, status=["", copy.status], original=["", str(job.pk)])
    return copy


@transaction.atomic
def job_from_template(template: Job, *, title: str, by: User) -> Job:
    """Make a draft in the shape of a template. Raises ValidationError: it has no title."""
    job = _copy(template, Job(title=title, status=Job.Status.DRAFT, owner=by), by)
    audit.record(by, "job.created", job, status=["", job.status], template=["", str(template.pk)])
    return job


@transaction.atomic
def keep_as_template(job: Job, *, title: str, by: User) -> Job:
    """Keep the shape of a job under a name. Later changes of the job do not reach it.

    Raises ValidationError: it has no name, or there is a template of that name.
    """
    title = " ".join(title.split())
    if Job.any_kind.templates().filter(title__iexact=title).exists():
        raise ValidationError("There is a template of that name already.", code="known_name")
    job = Job.objects.locked(job.pk)
    template = _copy(job, Job(title=title, status=Job.Status.TEMPLATE, owner=by), by)
    audit.record(by, "job_template.created", template, title=["", title])
    return template


@transaction.atomic
def remove_template(template: Job, *, by: User) -> None:
    """Remove a template. Jobs that were made from it stay as they are.

    Raises ValidationError: this is a job, not a template.
    """
    template = Job.objects.locked(template.pk)
    if not template.is_template:
        raise ValidationError("This is a job, not a template.", code="not_a_template")
    audit.record(by, "job_template.removed", template, title=[template.title, ""])
    template.delete()


def _copy(source: Job, copy: Job, by: User) -> Job:
    copy.title = " ".join(copy.title.split())
    for name in COPIED:
        setattr(copy, name, getattr(source, name))
    copy.full_clean(exclude=["owner"])
    copy.save()
    copy.offices.set(source.offices.all())
    Stage.objects.bulk_create(
        Stage(
            job=copy,
            name=stage.name,
            position=stage.position,
            milestone=stage.milestone,
            candidate_state=stage.candidate_state,
            hear_by_days=stage.hear_by_days,
        )
        for stage in source.stages.all()
    )
    JobSkill.objects.bulk_create(
        JobSkill(job=copy, skill_id=row.skill_id, need=row.need, weight=row.weight)
        for row in source.job_skills.all()
    )
    for question in source.questions.all():
        question.pk, question.public_id, question.job = None, uuid.uuid4(), copy
        question.save(force_insert=True)
    JobCriterion.objects.bulk_create(
        JobCriterion(job=copy, name=row.name, position=row.position)
        for row in source.criteria.all()
    )
    team = {
        member.user_id: member.part
        for member in source.team.filter(user__in=User.objects.active()).order_by("pk")
    }
    if not copy.is_template:
        team.setdefault(by.pk, HiringTeamMember.Part.RECRUITER)
    HiringTeamMember.objects.bulk_create(
        HiringTeamMember(job=copy, user_id=user, part=part) for user, part in team.items()
    )
    return copy

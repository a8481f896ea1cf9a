"""The questions of a job's form: added, changed, put in order, removed. Answers outlive them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from applications import pay_history
from applications.models import Job, Question

MOST = 20
FIELDS = frozenset(
    {"text", "help", "kind", "choices", "is_required", "marked_answers", "mark", "reason"}
)


@transaction.atomic
def add_question(job: Job, *, by: User, **fields: Any) -> Question:
    """Ask one more thing on the form of a job.

    Raises ValidationError: there are many already, or it is no question as it stands (see
    `_checked`).
    """
    job = Job.objects.locked(job.pk)
    last = job.questions.order_by("-position").first()
    if job.questions.count() >= MOST:
        raise ValidationError(
            f"A form asks at most {MOST} questions. Remove one first.", code="many"
        )
    question = _checked(Question(job=job, position=last.position + 1 if last else 1), fields)
    question.save()
    audit.record(by, "question.added", job, question=["", _described(question)])
    return question


@transaction.atomic
def change_question(question: Question, *, by: User, **fields: Any) -> Question:
    """Change a question. Answers given so far keep the words that were asked.

    Raises ValidationError: see `_checked`.
    """
    Job.objects.locked(question.job_id)
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    before = _described(question)
    question = _checked(question, fields)
    question.save()
    if before != (after := _described(question)):
        audit.record(by, "question.changed", question.job, question=[before, after])
    return question


@transaction.atomic
def move_question(question: Question, *, earlier: bool, by: User) -> None:
    """Swap a question with its neighbour. At the end of the row nothing happens."""
    job = Job.objects.locked(question.job_id)
    rows = list(job.questions.all())
    here = next(index for index, each in enumerate(rows) if each.pk == question.pk)
    there = here - 1 if earlier else here + 1
    if not 0 <= there < len(rows):
        return
    one, other = rows[here], rows[there]
    one.position, other.position = other.position, one.position
    Question.objects.bulk_update([one, other], ["position"])
    audit.record(
        by, "question.reordered", job, question=[one.text, "earlier" if earlier else "later"]
    )


@transaction.atomic
def remove_question(question: Question, *, by: User) -> None:
    """Ask it no more. Answers given so far stay."""
    job = Job.objects.locked(question.job_id)
    described, position = _described(question), question.position
    question.delete()
    job.questions.filter(position__gt=position).update(position=F("position") - 1)
    audit.record(by, "question.removed", job, question=[described, ""])


def is_in_the_eu(job: Job) -> bool:
    """Say whether the job has a place in the European Union, where pay history may not be asked."""
    return any(office.country in pay_history.EU for office in job.offices.all())


def _checked(question: Question, fields: dict[str, Any]) -> Question:
    """Set the fields, and refuse what nobody could answer or nobody may ask.

    Raises ValidationError: no words, too few choices, a marked answer that is not offered, a mark
    without an answer or the other way round; or it asks for pay history, without a reason
    (`pay_history`) or in the European Union (`pay_history_eu`).
    """
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"Not a field of a question: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(question, name, value)
    question.text = " ".join(question.text.split())
    if not question.text:
        raise ValidationError("Write the question.", code="no_text")
    if question.kind != Question.Kind.CHOICE:
        question.choices = []
    elif len(set(question.choices)) < 2:
        raise ValidationError("Give at least two answers to choose from.", code="few_choices")
    if strange := [one for one in question.marked_answers if one not in question.offered]:
        raise ValidationError(
            f"“{strange[0]}” is not among the answers, so it cannot be marked.", code="not_offered"
        )
    if bool(question.marked_answers) != bool(question.mark.strip()):
        raise ValidationError(
            "Name both: which answers are marked, and what colleagues read there.", code="half_mark"
        )
    asks = pay_history.is_asked_in(question.text, question.help, *question.choices)
    question.asks_pay_history, question.reason = asks, question.reason.strip() if asks else ""
    if asks and is_in_the_eu(question.job):
        raise ValidationError(
            "This seems to ask what somebody earned before. In the European Union that may not be"
            " asked. Ask what they hope to earn instead.",
            code="pay_history_eu",
        )
    if asks and not question.reason:
        raise ValidationError(
            "This seems to ask what somebody earned before. Ask what they hope to earn instead, or"
            " say why it is needed.",
            code="pay_history",
        )
    question.clean_fields(exclude=["job"])
    return question


def _described(question: Question) -> str:
    need = "required" if question.is_required else "optional"
    reason = f", reason: {question.reason}" if question.reason else ""
    return f"{question.text} ({question.get_kind_display()}, {need}{reason})"

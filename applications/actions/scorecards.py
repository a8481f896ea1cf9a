"""Scorecards: kept as a draft, submitted once, corrected with what they said before."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.actions.interview_rows import lock
from applications.actions.interviews import settle_interview
from applications.actions.moving import remember
from applications.models import (
    Interview,
    Job,
    JobCriterion,
    Rating,
    Scorecard,
    ScorecardVersion,
)
from candidates import hygiene


@dataclass(frozen=True)
class Said:
    """What somebody says of a candidate. ratings: criterion, level or None, evidence."""

    recommendation: str = ""
    summary: str = ""
    ratings: list[tuple[str, int | None, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join([self.summary, *(evidence for _, _, evidence in self.ratings)])


@transaction.atomic
def save_scorecard(
    interview: Interview, said: Said, *, by: User, version: int | None, submit: bool
) -> Scorecard:
    """Keep what an interviewer says as a draft, or submit it; once submitted, correct it.

    version: the one that the form was made from, None for a first one. Whoever submits says that
    the interview was held.

    Raises ValidationError: they did not hold it, it has not begun, another window saved meanwhile,
    or what is submitted recommends nothing, rates nothing, or rates without evidence.
    """
    interview = lock(interview)
    now = timezone.now()
    _refuse_without_interview(interview, now, by=by)
    scorecard = Scorecard.objects.select_for_update().filter(interview=interview, author=by).first()
    if scorecard is None:
        scorecard = Scorecard(interview=interview, author=by, version=0)
    elif version != scorecard.version:
        raise ValidationError(
            "You saved this scorecard in another window. Copy what you typed, reload, and go on"
            " from there.",
            code="conflict",
        )
    was_submitted = scorecard.is_submitted
    if submit or was_submitted:
        _refuse_incomplete(said)
    if was_submitted:
        if _says(scorecard) == said:
            return scorecard
        _keep_version(scorecard)
    scorecard.recommendation, scorecard.summary = said.recommendation, said.summary
    scorecard.version += 1
    scorecard.changed_at = now
    if submit and not was_submitted:
        scorecard.submitted_at = now
    scorecard.save()
    _rate(scorecard, said)
    if scorecard.is_submitted:
        _submitted(interview, scorecard, said, by=by, again=was_submitted)
    return scorecard


@transaction.atomic
def set_criteria(job: Job, names: list[str], *, by: User) -> None:
    """Say what interviewers of a job look at besides its skills, in this order."""
    job = Job.objects.locked(job.pk)
    before = [criterion.name for criterion in job.criteria.all()]
    if before == names:
        return
    job.criteria.all().delete()
    JobCriterion.objects.bulk_create(
        JobCriterion(job=job, name=name, position=position)
        for position, name in enumerate(names, start=1)
    )
    audit.record(by, "job.criteria", job, criteria=["; ".join(before), "; ".join(names)])


_NOT_HELD = (Interview.State.CANCELLED, Interview.State.NO_SHOW, Interview.State.MISSED)


def _refuse_without_interview(interview: Interview, now: datetime, *, by: User) -> None:
    if not interview.panel.filter(user=by).exists():
        raise ValidationError("Only whoever holds the interview rates it.", code="not_yours")
    if interview.starts_at is None or interview.starts_at > now:
        raise ValidationError("The interview has not begun.", code="not_begun")
    if interview.state in _NOT_HELD:
        raise ValidationError(
            f"It did not take place: {interview.get_state_display().lower()}.", code="not_held"
        )


def _refuse_incomplete(said: Said) -> None:
    if said.recommendation not in Scorecard.Recommendation.values:
        raise ValidationError("Say whether you would hire this person.", code="no_recommendation")
    if not any(level for _, level, _ in said.ratings):
        raise ValidationError(
            "Rate at least one criterion; those you did not ask about may stay open.",
            code="nothing_rated",
        )
    bare = [criterion for criterion, level, evidence in said.ratings if level and not evidence]
    if bare:
        raise ValidationError(
            [
                ValidationError(f"Say what you saw or heard: {criterion}.", code="no_evidence")
                for criterion in bare
            ]
        )


def _says(scorecard: Scorecard) -> Said:
    return Said(
        scorecard.recommendation,
        scorecard.summary,
        [(one.criterion, one.level, one.evidence) for one in scorecard.ratings.all()],
    )


def _keep_version(scorecard: Scorecard) -> None:
    ScorecardVersion.objects.create(
        scorecard=scorecard,
        version=scorecard.version,
        recommendation=scorecard.recommendation,
        summary=scorecard.summary,
        ratings=[
            {
                "criterion": rating.criterion,
                "level": rating.get_level_display() if rating.level else "",
                "evidence": rating.evidence,
            }
            for rating in scorecard.ratings.all()
        ],
    )


def _rate(scorecard: Scorecard, said: Said) -> None:
    scorecard.ratings.all().delete()
    Rating.objects.bulk_create(
        Rating(
            scorecard=scorecard,
            position=position,
            criterion=criterion[:120],
            level=level,
            evidence=evidence,
        )
        for position, (criterion, level, evidence) in enumerate(said.ratings)
    )


def _submitted(
    interview: Interview, scorecard: Scorecard, said: Said, *, by: User, again: bool
) -> None:
    if interview.state == Interview.State.SCHEDULED:
        settle_interview(interview, Interview.State.HELD, by=by)
    title = interview.application.job.title
    verb = "scorecard.corrected" if again else "scorecard.submitted"
    words = "Corrected the scorecard" if again else "Submitted a scorecard"
    remember(interview.application, verb, f"{words} for {title}.", by=by)
    audit.record(by, verb, scorecard, hints=["", hygiene.kinds(said.text)])

"""Interviews: planned, chosen, changed, called off, and how they went.

What the candidate is told leaves as a letter after `HOLD`, so that a slip can be taken back before
anybody reads of it. Each change of what a calendar shows raises `sequence`.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import User
from applications import interviews as thinking
from applications.actions import inviting
from applications.actions.interview_rows import (
    HOLD,
    Plan,
    facts_of,
    fingerprint,
    iso,
    lock,
    promise_an_answer,
    remember_interview,
    restore,
    set_time,
    snapshot,
    times_of,
    write_plan,
)
from applications.actions.lock_order import lock_application
from applications.actions.moving import enter, remember
from applications.models import (
    Application,
    Interview,
    ProposedTime,
    Reschedule,
    Side,
    Stage,
)
from candidates.actions.contact import touch

CANDIDATE = "the candidate"


@transaction.atomic
def plan_interview(
    application: Application, plan: Plan, *, by: User, stage: Stage | None = None
) -> Interview:
    """Invite a candidate to an interview at one time, or let them choose among several.

    stage: where the application moves with it, so that the candidate is told where they stand.

    Raises ValidationError: the application is closed, the plan cannot be, the stage is of another
    job, or an interviewer would be in two places and nobody accepted that.
    """
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    if stage is not None and stage.job_id != application.job_id:
        raise ValidationError("That stage belongs to another job.", code="foreign_stage")
    now = timezone.now()
    times = _checked(plan, now)
    if stage is not None and stage.pk != application.stage_id:
        previous = application.stage
        enter(application, stage, by=by, now=now)
        words = f"Moved for {application.job.title}: {previous.name} → {stage.name}."
        remember(application, "application.moved", words, by=by)
        audit.record(by, "application.moved", application, stage=[previous.name, stage.name])
    interview = Interview(application=application, by=by, created_at=now)
    write_plan(interview, plan, times)
    promise_an_answer(application, times[-1])
    inviting.invite(interview, times, by=by, send_after=now + HOLD)
    kind = interview.get_kind_display()
    what = "Scheduled" if len(times) == 1 else "Proposed times for"
    remember_interview(
        interview, "interview.planned", f"{what} an interview ({kind.lower()})", by=by
    )
    audit.record(by, "interview.planned", interview, state=["", interview.state])
    return interview


@languages.recorded_in_english
@transaction.atomic
def choose_time(interview: Interview, time: ProposedTime) -> Interview:
    """Settle the time which the candidate chose. Choosing the same again changes nothing.

    Raises ValidationError: another time was settled meanwhile, none can be chosen any more, or the
    time has passed. No refusal tells more than a letter has told.
    """
    interview = lock(interview)
    if interview.state == Interview.State.SCHEDULED and interview.starts_at == time.starts_at:
        return interview
    now = timezone.now()
    _refuse_stale(interview, now)
    if interview.state != Interview.State.PROPOSED:
        raise ValidationError("Another time is settled already.", code="settled")
    if not interview.times.filter(pk=time.pk).exists():
        raise ValidationError("This time is no longer offered. Choose another.", code="gone")
    if time.starts_at <= now:
        raise ValidationError("This time has passed. Choose another.", code="past")
    interview.state, interview.before = Interview.State.SCHEDULED, None
    interview.asked_at, interview.asked_words = None, ""
    set_time(interview, time.starts_at)
    interview.save()
    promise_an_answer(interview.application, time.starts_at)
    touch(interview.application.candidate, now)
    inviting.confirm(interview, send_after=now)
    remember_interview(
        interview, "interview.chosen", "Chose a time for the interview", by=CANDIDATE
    )
    audit.record(
        CANDIDATE,
        "interview.chosen",
        interview,
        state=["proposed", "scheduled"],
        starts_at=["", iso(interview.starts_at)],
    )
    return interview


@languages.recorded_in_english
@transaction.atomic
def ask_for_another(interview: Interview, words: str) -> Interview:
    """Write down that no time fits the candidate, or that they cannot come. A colleague answers.

    Raises ValidationError: it is over, settled otherwise, or cannot be changed here any more.
    """
    interview = lock(interview)
    now = timezone.now()
    _refuse_stale(interview, now)
    interview.asked_at, interview.asked_words = now, words.strip()[:1000]
    interview.save(update_fields=["asked_at", "asked_words"])
    touch(interview.application.candidate, now)
    remember_interview(
        interview, "interview.asked", "Asked for another time for the interview", by=CANDIDATE
    )
    audit.record(CANDIDATE, "interview.asked", interview)
    return interview


@transaction.atomic
def change_interview(interview: Interview, plan: Plan, *, side: str, by: User) -> Interview:
    """Give an interview other times, people or place, and tell the candidate.

    side: whose wish another time is; it is counted (M-22). Nothing changed: nobody is told.

    Raises ValidationError: it is over or cancelled, somebody changed it since the form was made or
    the candidate answered, the plan cannot be, nobody said whose wish it is, or an interviewer
    would be in two places and nobody accepted that.
    """
    interview = lock(interview)
    now = timezone.now()
    if not interview.application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    if not interview.is_ahead:
        raise ValidationError(
            "This interview is not ahead any more. Plan another one.", code="not_ahead"
        )
    times = _checked(plan, now, but=interview)
    was = times_of(interview)
    if was == times and facts_of(interview) == _facts_of_plan(plan):
        return interview
    if plan.made_from and plan.made_from != fingerprint(interview):
        raise ValidationError(
            "This interview was changed meanwhile. Compare, then save again.", code="conflict"
        )
    moved = was != times
    if moved and side not in Side.values:
        raise ValidationError("Say whose wish the other time is.", code="no_side")
    before = interview.before if inviting.is_waiting(interview, now) else snapshot(interview)
    was_at = interview.starts_at
    write_plan(interview, plan, times)
    interview.sequence += 1
    interview.before = before
    interview.asked_at, interview.asked_words = None, ""
    interview.save()
    if moved:
        Reschedule.objects.create(interview=interview, side=side, was_at=was_at, at=now, by=by)
    promise_an_answer(interview.application, times[-1])
    inviting.invite(interview, times, by=by, send_after=now + HOLD, changed=True)
    whose = "at our wish" if side == Side.US else "at the candidate’s wish"
    text = f"Moved the interview {whose}" if moved else "Changed the interview"
    remember_interview(interview, "interview.moved" if moved else "interview.changed", text, by=by)
    audit.record(
        by,
        "interview.moved" if moved else "interview.changed",
        interview,
        starts_at=[iso(was_at), iso(interview.starts_at)],
        side=["", side if moved else ""],
    )
    return interview


@transaction.atomic
def cancel_interview(interview: Interview, *, side: str, by: User) -> Interview:
    """Call an interview off and tell the candidate, unless nobody told them of it yet.

    Raises ValidationError: it is not ahead, or nobody said whose wish it is. Of a closed
    application: the decision letter carries the cancellation, so that no calendar is quicker.
    """
    interview = lock(interview)
    if side not in Side.values:
        raise ValidationError("Say whose wish it is.", code="no_side")
    if not interview.application.is_open:
        raise ValidationError(
            "The application is closed: its letter takes the interview along.", code="closed"
        )
    if not interview.is_ahead and not interview.is_unsettled:
        raise ValidationError("This interview is not ahead any more.", code="not_ahead")
    now = timezone.now()
    before = snapshot(interview)
    if inviting.is_waiting(interview, now) and interview.before is not None:
        before = interview.before  # what the candidate was told last
    was = interview.state
    interview.state, interview.cancelled_side = Interview.State.CANCELLED, side
    interview.settled_at = now
    interview.sequence += 1
    interview.before = before
    interview.save()
    inviting.call_off(interview, by=by, send_after=now + HOLD)
    whose = "us" if side == Side.US else "the candidate"
    remember_interview(
        interview, "interview.cancelled", f"Cancelled the interview, wished by {whose},", by=by
    )
    audit.record(by, "interview.cancelled", interview, state=[was, "cancelled"], side=["", side])
    return interview


@transaction.atomic
def settle_interview(interview: Interview, state: str, *, by: User) -> Interview:
    """Say how an interview went: held, or who did not come. Saying the same again does nothing.

    Raises ValidationError: it has not begun, or it has no time, or it was cancelled.
    """
    interview = lock(interview)
    if state not in {Interview.State.HELD, Interview.State.NO_SHOW, Interview.State.MISSED}:
        raise ValidationError("Say whether it was held, or who did not come.", code="no_outcome")
    if interview.state == state:
        return interview
    now = timezone.now()
    if interview.starts_at is None or interview.state == Interview.State.CANCELLED:
        raise ValidationError("This interview has no time.", code="no_time")
    if interview.starts_at > now:
        raise ValidationError("It has not begun. Move it or cancel it instead.", code="not_begun")
    if state != Interview.State.HELD and interview.scorecards.submitted().exists():
        raise ValidationError(
            "Somebody submitted a scorecard, so it was held.", code="has_scorecard"
        )
    before, was = snapshot(interview), interview.state
    interview.state, interview.settled_at, interview.before = state, now, before
    interview.save(update_fields=["state", "settled_at", "before"])
    if state == Interview.State.HELD:
        if interview.application.is_open:
            promise_an_answer(interview.application, interview.starts_at)
        touch(interview.application.candidate, interview.starts_at)
    words = {
        Interview.State.HELD: "Held the interview",
        Interview.State.NO_SHOW: "Did not come to the interview",
        Interview.State.MISSED: "We did not come to the interview",
    }
    remember_interview(interview, f"interview.{state}", words[Interview.State(state)], by=by)
    audit.record(by, f"interview.{state}", interview, state=[was, state])
    return interview


@transaction.atomic
def undo_interview(interview: Interview, *, by: User) -> Interview:
    """Take the last change of an interview back, as long as nobody outside was told of it.

    Raises ValidationError: there is nothing to take back, the letter has left or is leaving, or
    the application was closed meanwhile.
    """
    interview = lock(interview)
    before = interview.before
    if before is None:
        raise ValidationError("There is nothing to undo.", code="nothing_to_undo")
    if not interview.application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    now = timezone.now()
    if inviting.was_told_after(interview, before["letter"], now):
        raise ValidationError(
            "The letter about it has left. Change the interview instead.", code="told"
        )
    if interview.state == Interview.State.HELD and interview.scorecards.submitted().exists():
        raise ValidationError(
            "Somebody submitted a scorecard, so it was held.", code="has_scorecard"
        )
    was = interview.state
    inviting.withdraw_letters(interview, now)
    restore(interview, before)
    interview.save()
    if interview.is_ahead and not inviting.letters_told(interview, now).exists():
        inviting.invite(interview, times_of(interview), by=by, send_after=now + HOLD)
    remember_interview(
        interview, "interview.undone", "Undid the last change of the interview", by=by
    )
    audit.record(by, "interview.undone", interview, state=[was, interview.state])
    return interview


def _refuse_stale(interview: Interview, now: datetime) -> None:
    """Refuse what a candidate can no longer change by the page, in words that give nothing away."""
    if interview.state == Interview.State.CANCELLED or not interview.application.is_open:
        raise ValidationError(
            "This can no longer be changed here. Reply to our email instead.", code="not_here"
        )
    if not interview.is_ahead:
        raise ValidationError("The time of this interview has passed.", code="over")


def _checked(plan: Plan, now: datetime, but: Interview | None = None) -> list[datetime]:
    """Return the times in order. Raises ValidationError: the plan cannot be."""
    times = sorted(set(plan.times))
    if not times:
        raise ValidationError("Propose at least one time.", code="no_time")
    if len(times) > thinking.MOST_TIMES:
        raise ValidationError(
            f"Propose at most {thinking.MOST_TIMES} times.", code="too_many_times"
        )
    if times[0] <= now:
        raise ValidationError("Propose times that are still to come.", code="past")
    if not 5 <= plan.minutes <= 600:
        raise ValidationError("An interview takes between 5 minutes and 10 hours.", code="length")
    if not plan.interviewers:
        raise ValidationError("Choose who holds the interview.", code="nobody")
    if plan.kind == Interview.Kind.ON_SITE and not plan.place.strip():
        raise ValidationError("Say where you meet.", code="no_place")
    if plan.kind == Interview.Kind.VIDEO and not plan.link:
        raise ValidationError("Add the link where you meet.", code="no_link")
    found = thinking.overlapping(plan.interviewers, times, plan.minutes, but=but)
    if found and not plan.overlaps_accepted:
        raise ValidationError([ValidationError(said, code="overlap") for said in found])
    return times


def _facts_of_plan(plan: Plan) -> tuple[Any, ...]:
    people = {user.pk for user in plan.interviewers}
    place = plan.place.strip() if plan.kind == Interview.Kind.ON_SITE else ""
    link = plan.link if plan.kind == Interview.Kind.VIDEO else ""
    return plan.kind, plan.minutes, people, place, link, plan.words.strip()

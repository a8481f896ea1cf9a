"""How each thing that is due stands in its row."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timesince import timesince

from accounts.models import AuditEvent
from accounts.permissions import Permission
from applications.matching import count_words
from applications.models import Application, Job, Letter, Promise
from applications.untold import Waiting
from candidates import pairs, register
from candidates.extensions import Soon
from candidates.models import DuplicateSuggestion, FollowUp, Import, PrivacyRequest, PrivacyTask
from config.today.answers import with_interview, with_owner
from config.today.words import Action, Row
from engagement.models import Message

LONG_WAIT = timedelta(days=3)  # of somebody new, before their first answer


def unanswered_row(application: Application) -> Row:
    there: date = application.local_date  # type: ignore[attr-defined]  # annotated by `due`
    late = (there - application.hear_by).days if application.hear_by else 0
    mark = "due today" if late == 0 else f"{late} day{'' if late == 1 else 's'} late"
    page = _page("applications:application", application.public_id)
    where = f"{application.job.title} · {application.stage.name}"
    detail = with_interview(where, application)
    return Row(
        title=application.shown_name,
        href=page,
        detail=with_owner(detail, application) if late else detail,
        tone="bad" if late else "warn",
        mark=mark,
        actions=(Action("Answer", page, needs=Permission.CLOSE_APPLICATION),),
    )


def promise_row(promise: Promise) -> Row:
    job = promise.due_job
    about = f"{job.title} opened" if job else ", ".join(promise.families)
    page = _page("applications:promise", promise.public_id)
    end = promise.keep_by
    mark = f"keep by {date_format(timezone.localtime(end), 'D j M, H:i')}" if end else ""
    return Row(
        title=promise.candidate.name,
        href=page,
        detail=f"{about} · promised until {date_format(promise.until, 'j M Y')}",
        tone="warn",
        mark=mark,
        actions=(
            *(
                (Action("Write", _write_to(promise), needs=Permission.EDIT_CAMPAIGNS),)
                if job
                else ()
            ),
            Action("Log contact", f"{page}#contact", needs=Permission.CLOSE_APPLICATION),
        ),
    )


def privacy_request_row(request: PrivacyRequest, now: datetime) -> Row:
    line = register.line_of(request, now.date())
    page = _page("candidates:request", request.public_id)
    return Row(
        icon="shield",
        title=f"{request.get_kind_display()}: {request.person}",
        href=page,
        detail=request.get_state_display(),
        tone=line.tone,
        mark=line.clock,
        actions=(Action("Answer", page),),
    )


def privacy_task_row(task: PrivacyTask, now: datetime) -> Row:
    page = _page("candidates:privacy_task", task.public_id)
    return Row(
        icon="shield",
        title=f"{task.get_kind_display()}: {task.person}",
        href=page,
        detail=task.why,
        tone="warn",
        mark=_ago(task.at, now),
        actions=(Action("Look at it", page),),
    )


def untold_row(waiting: Waiting, now: datetime) -> Row:
    people = "1 person" if waiting.people == 1 else f"{waiting.people} people"
    verb = "has" if waiting.people == 1 else "have"
    page = reverse("engagement:untold_people")
    days = (waiting.first - now.date()).days if waiting.first else 0
    mark = "last day" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"
    return Row(
        icon="shield",
        title=f"{people} we found ourselves {verb} not been told",
        href=page,
        detail="Thirty days after we took them in, a record nobody told is locked.",
        tone="bad" if days <= 0 else "warn",
        mark="being locked" if days < 0 else mark,
        actions=(Action("Tell them", page),),
    )


def large_export_row(event: AuditEvent, now: datetime) -> Row:
    people: str = event.changes["people"][1]
    return Row(
        icon="file-down",
        title=f"{event.actor} took {people} people away in a file",
        href=reverse("accounts:audit"),
        detail="More than 500 people in one export. Ask what it is for.",
        tone="warn",
        mark=_ago(event.at, now),
    )


def ending_row(soon: Soon) -> Row:
    """Say of how many the consent ends, and how many of them were asked whether they stay."""
    people = "1 person" if soon.people == 1 else f"{soon.people} people"
    not_asked = soon.people - soon.asked
    asked = f"{soon.asked} {'was' if soon.asked == 1 else 'were'} asked"
    why = "they stopped emails, cannot be reached, or their day is still to come"
    detail = f"{asked}, {not_asked} not: {why}." if not_asked else "All of them were asked."
    return Row(
        icon="hourglass",
        title=f"Consent of {people} ends",
        href=reverse("candidates:retention"),
        detail=detail,
        tone="info",
        mark=f"first on {date_format(soon.first, 'j M')}" if soon.first else "",
    )


def follow_up_row(follow_up: FollowUp, now: datetime) -> Row:
    late = follow_up.days_late(now.date())
    done = _page("candidates:follow_up_done", follow_up.public_id)
    move = _page("candidates:follow_up_move", follow_up.public_id)
    back = ("back", "today")
    was = ("was", follow_up.on.isoformat())
    return Row(
        title=follow_up.candidate.name,
        href=_page("candidates:profile", follow_up.candidate.public_id),
        detail=follow_up.text or follow_up.candidate.work_line,
        tone="warn" if late else "info",
        mark=f"{late} day{'' if late == 1 else 's'} late" if late else "today",
        actions=(
            Action("Done", done, post=True, sends=(back,)),
            Action("Tomorrow", move, post=True, sends=(("when", "tomorrow"), was, back)),
            Action("In a week", move, post=True, sends=(("when", "next_week"), was, back)),
        ),
    )


def uncertain_row(message: Message) -> Row:
    return Row(
        title=message.candidate.name,
        href=_page("engagement:message", message.public_id),
        detail=message.subject or message.get_purpose_display(),
        tone="warn",
        mark=f"sent {date_format(timezone.localtime(message.armed_at), 'j M, H:i')}"
        if message.armed_at
        else "",
        actions=(
            Action(
                "Decide",
                _page("engagement:message", message.public_id),
                needs=Permission.APPROVE_CAMPAIGNS,
            ),
        ),
    )


def letter_row(letter: Letter, now: datetime) -> Row:
    application = letter.application
    title = f"{letter.get_kind_display()} to {application.shown_name}"
    page = _page("applications:letter", letter.public_id)
    if letter.problem:
        again = Action(
            "Try again",
            _page("applications:letter_try_again", letter.public_id),
            post=True,
            needs=Permission.CLOSE_APPLICATION,
        )
        return Row(
            icon="mail-warning",
            title=title,
            href=page,
            detail=letter.problem,
            tone="bad",
            mark="did not reach them",
            actions=(again,),
        )
    leaves = "is leaving now"
    if letter.send_after > now:
        leaves = f"leaves {date_format(timezone.localtime(letter.send_after), 'D j M, H:i')}"
    return Row(
        icon="mail",
        title=title,
        href=page,
        detail=application.job.title,
        tone="info",
        mark=leaves,
        actions=(
            Action("Change", page, needs=Permission.CLOSE_APPLICATION),
            Action(
                "Cancel",
                _page("applications:letter_cancel", letter.public_id),
                post=True,
                needs=Permission.CLOSE_APPLICATION,
            ),
        ),
    )


def opened_row(job: Job, now: datetime) -> Row:
    known: int = job.known_people  # type: ignore[attr-defined]  # annotated by `due`
    people = "1 person" if known == 1 else f"{count_words(known)} people"
    return Row(
        icon="briefcase",
        title=job.title,
        href=_page("applications:job", job.public_id),
        detail=f"You already know {people} who may fit" if known else "Nobody known fits yet",
        tone="accent",
        mark=f"opened {_ago(job.opened_at, now)}" if job.opened_at else "",
        actions=(Action("See them", _known_people(job)),) if known else (),
    )


def new_row(found: dict[str, Any], now: datetime) -> Row:
    """Say how many are new for a job, of the values of `due.new`."""
    people: int = found["people"]
    since = parse_datetime(found["oldest"])
    public_id = UUID(found["job__public_id"])
    wait = timesince(since, now, depth=1) if since and since < now else ""
    is_long = since is not None and now - since >= LONG_WAIT
    page = _page("applications:pipeline", public_id)
    return Row(
        icon="inbox",
        title=found["job__title"],
        href=page,
        detail="1 person" if people == 1 else f"{people} people",
        tone="warn" if is_long else "info",
        mark=f"oldest {wait}" if wait else "",
        actions=(Action("Review", page),),
    )


def untold_of(found: list[dict[str, Any]]) -> Waiting:
    """Return how many are to be told soon, of the values that were found."""
    first = parse_date(found[0]["notice_due"]) if found else None
    return Waiting(len(found), first)


def pipeline_row(job: Job, now: datetime) -> Row:
    considered: int = job.considered  # type: ignore[attr-defined]  # annotated by `due`
    people = "1 person" if considered == 1 else f"{considered} people"
    return Row(
        icon="briefcase",
        title=job.title,
        href=_page("applications:job", job.public_id),
        detail=f"{people} being considered",
        tone="accent",
        mark=f"open for {timesince(job.opened_at, now, depth=1)}" if job.opened_at else "",
    )


def duplicate_row(pair: DuplicateSuggestion) -> Row:
    address = reverse("candidates:duplicate", args=[pair.public_id])
    return Row(
        f"{pair.one} and {pair.other}",
        address,
        icon="copy-check",
        detail="; ".join(one.words for one in pairs.reasons_of(pair)[:3]),
        actions=(Action("Compare", address),),
    )


def import_row(run: Import) -> Row:
    refused = f"{run.rows_refused} row{'' if run.rows_refused == 1 else 's'} refused"
    rows = f"{run.rows_total} row{'' if run.rows_total == 1 else 's'}"
    busy = run.state in {Import.State.CHECKING, Import.State.RUNNING, Import.State.UNDOING}
    failed = run.state == Import.State.FAILED
    return Row(
        icon="file-up",
        title=run.file_name,
        href=_page("applications:import", run.public_id),
        detail=run.problem or (refused if run.rows_refused else rows),
        tone="bad" if failed else ("info" if busy else "warn"),
        mark=run.get_state_display().lower(),
        progress=(run.rows_done, run.rows_total) if busy else None,
    )


def without_date_row(application: Application, now: datetime) -> Row:
    return Row(
        title=application.shown_name,
        href=_page("applications:application", application.public_id),
        detail=with_interview(f"{application.job.title} · {application.stage.name}", application),
        tone="warn",
        mark=f"applied {_ago(application.applied_at, now)}",
    )


def feedback_row(application: Application, now: datetime) -> Row:
    write = _page("applications:application_feedback", application.public_id)
    return Row(
        title=application.candidate.name,
        href=_page("applications:application", application.public_id),
        detail=application.job.title,
        mark=f"asked {_ago(application.feedback_asked_at or now, now)}",
        actions=(Action("Write it", write, needs=Permission.CLOSE_APPLICATION),),
    )


def _page(url_name: str, public_id: UUID) -> str:
    return reverse(url_name, args=[public_id])


def _ago(moment: datetime, now: datetime) -> str:
    if now - moment < timedelta(hours=1):
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago"


def _write_to(promise: Promise) -> str:
    job = promise.due_job
    new = reverse("engagement:campaign_new")
    about = f"job={job.public_id}&" if job else ""
    return f"{new}?{about}person={promise.candidate.public_id}"


def _known_people(job: Job) -> str:
    return _page("applications:known_people", job.public_id)

"""The letters about interviews: who is told what, and which calendar hears of it.

A calendar hears of an ending only by a letter that tells of it. When an application closes, the
decision letter itself carries the cancellations, so none can be quicker than the decision.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import languages
from accounts.models import Organisation, User
from applications import calendars, letters
from applications import interviews as thinking
from applications.calendars import CANCEL, REQUEST, Entry
from applications.models import Application, Interview, Letter, Side


def invite(
    interview: Interview,
    times: list[datetime],
    *,
    by: User | None,
    send_after: datetime,
    changed: bool = False,
) -> Letter:
    """Leave the letter that invites to these times, in place of one that still waits."""
    organisation, now = Organisation.current(), timezone.now()
    withdraw_letters(interview, now)
    told = told_entry(interview, now)
    was_told = changed and letters_told(interview, now).exists()
    house = organisation.name
    with _their_language(interview, organisation):
        if len(times) == 1:
            entries = [thinking.entry_of(interview, REQUEST, organisation)]
        else:  # what stands in their calendar holds no longer, and what comes is not settled
            entries = [_ending(told, interview)] if told else []
        if was_told and len(times) == 1:
            text = thinking.change_text(interview, by=by, organisation=house)
        else:
            text = thinking.invitation_text(interview, times, by=by, organisation=house)
        subject = thinking.invitation_subject(interview)
    return _leave(
        interview, Letter.Kind.INVITATION, subject, text, entries, by=by, send_after=send_after
    )


def confirm(interview: Interview, *, send_after: datetime) -> Letter:
    """Leave the letter that confirms what the candidate chose, in the name of who invited."""
    organisation = Organisation.current()
    withdraw_letters(interview, timezone.now())
    with _their_language(interview, organisation):
        return _leave(
            interview,
            Letter.Kind.INVITATION,
            thinking.confirmation_subject(interview),
            thinking.confirmation_text(interview, by=interview.by, organisation=organisation.name),
            [thinking.entry_of(interview, REQUEST, organisation)],
            by=interview.by,
            send_after=send_after,
        )


def call_off(interview: Interview, *, by: User | None, send_after: datetime) -> Letter | None:
    """Leave the letter that calls an interview off; none where nobody was told of it."""
    now = timezone.now()
    withdraw_letters(interview, now)
    if not letters_told(interview, now).exists():
        return None
    told = told_entry(interview, now)
    organisation = Organisation.current()
    with _their_language(interview, organisation):
        return _leave(
            interview,
            Letter.Kind.CALLED_OFF,
            thinking.called_off_subject(interview),
            thinking.called_off_text(interview, by=by, organisation=organisation.name),
            [_ending(told, interview)] if told else [],
            by=by,
            send_after=send_after,
        )


def endings_of(application: Application, now: datetime) -> list[Entry]:
    """Return what must end in the candidate's calendar when their application closes.

    Whatever they were told of and that lies ahead, also what was cancelled without their knowing.
    """
    found = []
    for interview in application.interviews.select_for_update(of=("self",)):
        told = told_entry(interview, now)
        if told and datetime.fromisoformat(told.starts_at) > now:
            found.append(_ending(told, interview))
    return found


def letters_told(interview: Interview, now: datetime) -> QuerySet[Letter]:
    """Return the letters that the candidate has, or may have: those that broke on their way too."""
    return Letter.objects.filter(interview=interview, cancelled_at=None).filter(
        Q(sent_at__isnull=False) | Q(send_after__lte=now) | ~Q(problem="")
    )


def told_entry(interview: Interview, now: datetime) -> Entry | None:
    """Return what stands in the candidate's calendar, if anything does."""
    for letter in letters_told(interview, now).order_by("-created_at", "-pk"):
        for data in letter.calendars:
            if entry := Entry.of_json(data):
                return entry if entry.method == REQUEST else None
    return None


def is_waiting(interview: Interview, now: datetime) -> bool:
    """Is there a letter about it that can still be taken back?"""
    return interview.letters.waiting().filter(send_after__gt=now, problem="").exists()


def was_told_after(interview: Interview, letter: int, now: datetime) -> bool:
    """Were they told of it by a letter that was written after the one with this key?"""
    return letters_told(interview, now).filter(pk__gt=letter).exists()


def withdraw_letters(interview: Interview, now: datetime) -> None:
    """Take back what waits. A letter that is leaving goes: the next has the higher sequence."""
    for letter in interview.letters.waiting().select_for_update(of=("self",)):
        if not letter.is_leaving:
            letter.cancelled_at = now
            letter.save(update_fields=["cancelled_at"])


def end_with_decision(letter: Letter, at: datetime) -> None:
    """Cancel what lay ahead, now that the letter with the decision has left with it."""
    closed = Interview.objects.filter(
        application=letter.application_id, application__closed_at__isnull=False
    )
    closed.ahead(at).update(
        state=Interview.State.CANCELLED, cancelled_side=Side.US, settled_at=at, before=None
    )


def _their_language(
    interview: Interview, organisation: Organisation
) -> AbstractContextManager[None]:
    return languages.speaking(letters.language_of(interview.application, organisation))


def _ending(told: Entry, interview: Interview) -> Entry:
    return replace(told, method=CANCEL, sequence=max(told.sequence + 1, interview.sequence))


def _leave(
    interview: Interview,
    kind: Letter.Kind,
    subject: str,
    text: str,
    entries: list[calendars.Entry],
    *,
    by: User | None,
    send_after: datetime,
) -> Letter:
    return Letter.objects.create(
        application=interview.application,
        interview=interview,
        kind=kind,
        subject=subject[:200],
        text=text,
        calendars=[entry.as_json() for entry in entries],
        send_after=send_after,
        by=by,
    )

"""What counts as an answer to a person, beside a letter: shared by the actions.

A call or a talk and an answer from another system count, with a note that proves them. So does an
application that nobody made, as long as we never wrote about it. Having no address tells nobody
anything: it counts only while there is none, and once somebody says what was tried.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.actions.moving import remember
from applications.models import Application, Letter, Silence, Told
from candidates.actions.contact import log_contact
from candidates.models import Stop


def note_told(
    application: Application,
    how: str,
    note: str,
    *,
    by: User,
    at: datetime | None = None,
    about: str = Told.About.DECISION,
) -> Told:
    """Write what was told of an application that the caller has locked; with it, it is answered.

    Raises ValidationError: no such way, no note, a time to come, or they can be written to.
    """
    now, note = timezone.now(), note.strip()
    at = at or now
    if how not in Silence.values:
        raise ValidationError("Say how they know.", code="unknown_way")
    if not note:
        raise ValidationError(
            "Say in a few words what they were told, or what was tried.", code="no_note"
        )
    if at > now:
        raise ValidationError("That time is still to come.", code="in_future")
    if about == Told.About.DECISION and application.closed_at and at < application.applied_at:
        raise ValidationError("That was before they applied.", code="too_early")
    if refusal := _refusal(application, how):
        raise refusal
    told = Told.objects.create(
        application=application, about=about, how=how, note=note, at=at, by=by
    )
    if how == Silence.TOLD:
        log_contact(application.candidate, Stop.Reason.CALLED, note, by=by, at=at)
    if about == Told.About.DECISION:
        stuck = application.letters.problems().filter(kind=Letter.Kind.DECISION)
        stuck.update(cancelled_at=now)  # they know: nobody has to get it to them any more
        application.untold_since = None
        application.save(update_fields=["untold_since"])
        label = Silence(how).label
        remember(
            application,
            "application.told",
            f"About {application.job.title}: {label[0].lower()}{label[1:]}.",
            by=by,
        )
    audit.record(by, "application.told", application, how=["", how], about=["", about])
    return told


def _refusal(application: Application, how: str) -> ValidationError | None:
    if how == Silence.NO_ADDRESS and can_be_written_to(application):
        return ValidationError(
            "There is an address to write to. Write to them, or say how they were told.",
            code="has_address",
        )
    if how == Silence.MISTAKE and application.letters.exclude(sent_at=None).exists():
        return ValidationError(
            "We wrote to them about this application, so they expect an answer.",
            code="was_written_to",
        )
    return None


def can_be_written_to(application: Application) -> bool:
    """Is there an address of theirs that did not bounce?"""
    emails = application.candidate.emails.filter(released_at=None, bounced_at=None)
    return emails.exclude(suppressed="all").exists()

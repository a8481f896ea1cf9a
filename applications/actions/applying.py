"""Somebody applies on the careers site. Whoever they are, the answer to them is the same.

A person we know is recognised by the address and keeps every fact we hold; what they typed stays
beside the application as an `Arrival`. Who has an open application for the job adds to it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts import audit, languages
from accounts.together import written_together
from applications import consent, letters
from applications.actions.applications import add_applicant, leave_receipt
from applications.actions.moving import remember
from applications.models import Answer, Application, Arrival, Job, Question, Stage
from candidates import ages
from candidates.actions.arriving import ACTOR, SOURCE, note_privacy_notice, take_in
from candidates.actions.contact import touch
from candidates.actions.documents import keep_document
from candidates.actions.opting_in import ask_by_form
from candidates.actions.privacy_tasks import note_words
from candidates.models import Candidate, ContactGate, Document
from candidates.resolving import Said
from candidates.working_days import working_day_from

_ENGINE = "Perennial"
MOST_FILES = 60  # of one person, those of colleagues included: strangers may add to the usual 20


@dataclass(frozen=True)
class Sent:
    """A form as it was sent, after its checks. wants_job_emails: the words they ticked, or None."""

    form_id: uuid.UUID
    name: str
    email: str
    phone: str = ""
    link: str = ""
    note: str = ""
    file_name: str = ""
    content: bytes = b""
    answers: Sequence[tuple[Question, str]] = ()
    wants_job_emails: consent.Offer | None = None


@transaction.atomic
@written_together()
def apply(job: Job, sent: Sent) -> Arrival:
    """Take an application in. The same form twice arrives once.

    Raises ValidationError: nobody can apply for the job any more (`closed`).
    """
    if first := Arrival.objects.filter(form_id=sent.form_id).first():
        return first
    phones = (sent.phone,) if sent.phone else ()
    links = (sent.link,) if sent.link else ()
    candidate, is_new = take_in(Said(sent.name, (sent.email,), phones, links))
    if not is_new:  # until we are done nobody else knows of somebody new
        ContactGate.objects.locked(candidate.pk)
        candidate = Candidate.objects.locked(candidate.pk)
    job = _job_of(job)
    now = timezone.now()
    stage = job.stages.of_board().first()
    if stage is None or not job.takes_applications(now):
        raise ValidationError("Nobody can apply for this job any more.", code="closed")
    theirs = job.applications.open().filter(candidate=candidate)
    application = None if is_new else theirs.first()
    is_again = application is not None
    hear_by = _hear_by(job, stage, now)
    if application is None:
        application = add_applicant(candidate, job, stage, by=ACTOR, source=SOURCE, hear_by=hear_by)
    else:
        _applied_again(application, hear_by, now)
    document, file_lost = _keep_file(candidate, sent, is_new=is_new)
    arrival = Arrival.objects.create(
        application=application,
        form_id=sent.form_id,
        at=now,
        is_again=is_again,
        name=sent.name,
        email=sent.email,
        phone=sent.phone,
        link=sent.link,
        note=sent.note,
        document=document,
        file_lost=file_lost,
        job_emails=_job_emails(candidate, sent, is_new=is_new),
    )
    _keep_answers(arrival, sent)
    _look_for_a_minor(candidate, job, sent, now)
    if is_new:
        note_privacy_notice(candidate, version=consent.NOTICE_VERSION, language=languages.current())
    return arrival


def mark_asked(arrival: Arrival) -> None:
    """Record that the owner of the address was asked about job emails. Called by engagement."""
    Arrival.objects.filter(pk=arrival.pk).update(job_emails=Arrival.JobEmails.ASKED)


def hear_by_said(job: Job, now: datetime) -> date:
    """Return the day by which whoever applies now hears from us, where the job is.

    The same for everybody: it stands on the page that thanks them.
    """
    return _hear_by(job, job.stages.of_board().first(), now)


def _hear_by(job: Job, stage: Stage | None, now: datetime) -> date:
    days = stage.hear_by_days if stage else 7
    day = now.astimezone(letters.zone_of_job(job)).date() + timedelta(days=days)
    return working_day_from(day, letters.place_of_job(job))


def _job_of(job: Job) -> Job:
    """Return the job as it stays until we are done, with its offices.

    Whoever changes the job waits for all who apply for it, and they for them. They wait for each
    other only where each takes the next number: to lock it after all, two who share it would wait
    for ever. Raises ValidationError: since they sent it, the job got such numbers (`moved`).
    """
    kept = Job.objects.locked(job.pk) if job.blind_review else _shared(job.pk)
    if kept.blind_review and not job.blind_review:
        raise ValidationError("Please send the form once more.", code="moved")
    if kept.owner_id == job.owner_id:
        kept.owner = job.owner
    prefetch_related_objects([kept], "offices")
    return kept


def _shared(pk: int) -> Job:
    return Job.any_kind.raw("SELECT * FROM applications_job WHERE id = %s FOR SHARE", [pk])[0]


def _applied_again(application: Application, hear_by: date, now: datetime) -> None:
    """Say so on the timeline, and keep the day that the page just named."""
    if application.hear_by is None or application.hear_by > hear_by:
        application.hear_by = hear_by
        application.save(update_fields=["hear_by"])
    touch(application.candidate, now)
    title = application.job.title
    remember(application, "application.again", f"Applied again for {title}.", by=ACTOR)
    audit.record(ACTOR, "application.applied_again", application)
    leave_receipt(application, by=ACTOR, now=now, is_again=True)


def _keep_file(candidate: Candidate, sent: Sent, *, is_new: bool) -> tuple[Document | None, str]:
    """Keep the file, or say to colleagues why not: the sender must not learn how many we have."""
    if not sent.content:
        return None, ""
    try:
        document, _ = keep_document(
            candidate, sent.file_name, sent.content, by=ACTOR, most=MOST_FILES, is_new=is_new
        )
    except ValidationError as refusal:
        if refusal.code != "too_many":
            raise
        return (
            None,
            f"Their file was not kept: we hold {MOST_FILES} of theirs. Remove some and ask.",
        )
    return document, ""


def _job_emails(candidate: Candidate, sent: Sent, *, is_new: bool) -> str:
    offer = sent.wants_job_emails
    if offer is None:
        return Arrival.JobEmails.NO
    granted = ask_by_form(
        candidate,
        wording=offer.wording,
        version=consent.VERSION,
        language=languages.current(),
        expires_at=offer.expires_at,
        is_new=is_new,
    )
    return Arrival.JobEmails.GRANTED if granted else Arrival.JobEmails.TO_PROVE


def _look_for_a_minor(candidate: Candidate, job: Job, sent: Sent, now: datetime) -> None:
    """Stop job emails to whoever says in their own words that they are a minor (C-32).

    Looked through are what they wrote to us and answers in words; a date also together with its
    question, which may be the one that says that it is of birth. Whoever answers a person we know
    by their address can only stop emails by it, and a colleague looks.
    """
    today = timezone.localdate(now)
    where = f"When they applied for {job.title} they wrote"
    written = [(sent.note, "")]
    written += [(text, question.text) for question, text in sent.answers if not question.offered]
    for text, asked in written:
        if note_words(candidate, text, today, where=where, by=_ENGINE):
            return
        is_asked = asked and not ages.words_of_a_minor(asked, today)
        both = f"{asked.rstrip(' ?:')}: {text}"
        if is_asked and note_words(candidate, both, today, where=where, by=_ENGINE):
            return


def _keep_answers(arrival: Arrival, sent: Sent) -> None:
    Answer.objects.bulk_create(
        Answer(
            arrival=arrival,
            question=question,
            position=position,
            asked=question.text,
            text=text,
            mark=question.mark if text in question.marked_answers else "",
        )
        for position, (question, text) in enumerate(sent.answers, start=1)
        if text
    )

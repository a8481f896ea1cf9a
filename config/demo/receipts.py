"""The receipts of the demo: whoever applied by the form of its own site had one within minutes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts import languages
from accounts.models import Organisation
from applications import letters
from applications.models import Application, Letter
from candidates.models import Activity
from candidates.working_days import Place, working_day_from
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

OWN_SITE = "own site"


def write(streams: Streams, company: Company, anchor: datetime) -> None:
    """They left long ago: a worker has nothing to send."""
    house = Organisation.current()
    first_days = {
        job.pk: company.stages[key][0].hear_by_days
        for key, job in company.jobs.items()
        if company.stages[key]
    }
    by_form = Application.objects.filter(Q(source=OWN_SITE) | Q(arrivals__isnull=False)).distinct()
    receipts, lines = [], []
    for application in by_form.select_related("candidate", "job__owner").order_by("pk"):
        sent_at = application.applied_at + _later(streams, application)
        if sent_at >= anchor:
            continue
        application.hear_by = _said_then(application, first_days[application.job_id])  # not kept
        receipts.append(_receipt(streams, application, sent_at, house))
        lines.append(_line(application, sent_at))
    insert(Letter, receipts)
    insert(Activity, lines)


def _later(streams: Streams, application: Application) -> timedelta:
    """A minute or two; of one in thirty the mail server was slow."""
    random = streams.of("receipt", application.public_id)
    is_slow = random.random() < 0.03
    return timedelta(seconds=random.randrange(400, 2_400) if is_slow else random.randrange(5, 150))


def _said_then(application: Application, days: int) -> date:
    """Return the day that they were named when they applied, not that of today."""
    person = application.candidate
    day = application.applied_at.astimezone(ZoneInfo(person.time_zone)).date()
    return working_day_from(day + timedelta(days=days), Place(person.country, person.region))


def _receipt(
    streams: Streams, application: Application, sent_at: datetime, house: Organisation
) -> Letter:
    sender = application.job.owner
    with languages.speaking(letters.language_of(application, house)):
        subject = letters.receipt_subject(application.job)
        text = letters.receipt_text(application, by=sender, organisation=house.name)
    return Letter(
        public_id=streams.uid("letter", f"receipt:{application.public_id}"),
        application=application,
        kind=Letter.Kind.RECEIPT,
        subject=subject,
        text=text,
        send_after=application.applied_at,
        by=sender,
        created_at=application.applied_at,
        sent_at=sent_at,
    )


def _line(application: Application, sent_at: datetime) -> Activity:
    job = application.job
    return Activity(
        candidate=application.candidate,
        group=Activity.Group.MAIL,
        kind="letter.sent",
        at=sent_at,
        actor=job.owner.name if job.owner else "Perennial",
        text=f"Letter sent: {job.title}, receipt.",
        data={"application": str(application.public_id), "job": str(job.public_id)},
    )

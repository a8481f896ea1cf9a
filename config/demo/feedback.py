"""Who asked the demo company why they were not chosen: one waits for the answer, one has it."""

from datetime import datetime, timedelta

from accounts.models import User
from applications.models import Application, Letter, Milestone, Outcome
from candidates.models import Activity, Candidate
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

WAITS, ANSWERED = 2, 9  # days since they asked
_SUBJECT = "What we would like you to know about our decision on {title}"
_TEXT = """Hello {name},

you asked why we did not go on with your application for {title}.

In the interview you described the result of your work clearly. What we missed was how you got \
there: which steps were yours, and what you checked before you went on. The person we chose took \
us through one job step by step.

If you apply again, bring one example and tell it from the first call to the handover.

{sender}
{organisation}
"""


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    """Take the two latest who were interviewed, turned down and told. No letter waits."""
    found = (
        Application.objects.filter(
            outcome=Outcome.REJECTED,
            furthest__gte=Milestone.INTERVIEWED,
            untold_since=None,
            closed_at__lte=anchor - timedelta(days=ANSWERED + 2),
            letters__kind=Letter.Kind.DECISION,
            letters__sent_at__isnull=False,
            candidate__in=[one.pk for one in rows.values() if one.archived_at is None],
        )
        .select_related("candidate", "job")
        .order_by("-closed_at", "pk")[:2]
    )
    for application, days in zip(found, (WAITS, ANSWERED), strict=True):
        asked = anchor - timedelta(days=days, hours=2)
        Application.objects.filter(pk=application.pk).update(feedback_asked_at=asked)
        title = application.job.title
        lines = [line_of(application, asked, "feedback.asked", f"Asked for feedback on {title}.")]
        if days == ANSWERED:
            written = asked + timedelta(days=1)
            left = written + timedelta(hours=16)
            mina = company.users["mina"]
            insert(Letter, [letter_of(streams, mina, application, written, left)])
            said = f"Wrote the feedback on {title}."
            lines.append(line_of(application, written, "feedback.written", said, "Mina Aldaco"))
        insert(Activity, lines)


def letter_of(
    streams: Streams, by: User, application: Application, written: datetime, left: datetime
) -> Letter:
    """Return the letter, as it was written and as it left."""
    title = application.job.title
    return Letter(
        public_id=streams.uid("letter", f"feedback:{application.public_id}"),
        application=application,
        kind=Letter.Kind.FEEDBACK,
        subject=_SUBJECT.format(title=title),
        text=_TEXT.format(
            name=application.candidate.call_name or application.candidate.name,
            title=title,
            sender=by.name,
            organisation="Larkspur Tidal Works",
        ),
        send_after=left,
        sent_at=left,
        created_at=written,
        by=by,
    )


def line_of(
    application: Application,
    at: datetime,
    kind: str,
    text: str,
    actor: str = "The candidate",
) -> Activity:
    return Activity(
        candidate=application.candidate,
        group=Activity.Group.APPLICATION,
        kind=kind,
        at=at,
        actor=actor,
        text=text,
        data={
            "application": str(application.public_id),
            "job": str(application.job.public_id),
        },
    )

"""What went wrong with answers in the demo company: a letter that was cancelled, and a call."""

from datetime import datetime, timedelta

from applications import letter_wording
from applications.models import Application, Letter, Outcome, Told
from candidates.models import Candidate
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    """Take two people who were turned down lately: one was told by nobody, one on the phone.

    Neither has a letter that waits, so that workers have nothing to do.
    """
    lately = Application.objects.filter(
        outcome=Outcome.REJECTED, candidate__in=[one.pk for one in rows.values()]
    ).exclude(letters__kind=Letter.Kind.DECISION, letters__sent_at=None)
    found = list(
        lately.filter(letters__kind=Letter.Kind.DECISION)
        .select_related("candidate", "job")
        .order_by("-closed_at", "pk")[:2]
    )
    mina = company.users["mina"]
    for application, is_told in zip(found, (False, True), strict=False):
        application.letters.filter(kind=Letter.Kind.DECISION).delete()
        closed = application.closed_at or anchor
        if is_told:
            insert(
                Told,
                [
                    Told(
                        application=application,
                        about=Told.About.DECISION,
                        how="told",
                        note="Rang in the afternoon and said why. They asked to stay in touch.",
                        at=min(closed + timedelta(hours=3), anchor),
                        by=mina,
                    )
                ],
            )
            continue
        subject, text = letter_wording.decision(application, application.rejection_reason, by=mina)
        cancelled = min(closed + timedelta(hours=4), anchor)
        insert(
            Letter,
            [
                Letter(
                    public_id=streams.uid("letter", f"cancelled:{application.public_id}"),
                    application=application,
                    kind=Letter.Kind.DECISION,
                    subject=subject,
                    text=text,
                    send_after=closed + timedelta(hours=18),
                    created_at=closed,
                    cancelled_at=cancelled,
                    by=mina,
                )
            ],
        )
        Application.objects.filter(pk=application.pk).update(untold_since=cancelled)

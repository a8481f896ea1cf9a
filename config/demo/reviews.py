"""Views that the hiring manager of the demo company was asked for: five wait, one is overdue."""

from datetime import datetime, timedelta

from accounts.models import User
from applications.models import Application, Milestone, Review
from candidates.models import Candidate
from config.demo.company import RECRUITER_OF, Company
from config.demo.rows import insert
from config.demo.streams import Streams

JOB = "marine-electrician"
BLIND_NUMBER = 7  # of A. Demir
# Days ago asked, and days from now until it is wanted: the first is overdue.
ASKED = [(6, -2), (3, 1), (2, 2), (1, 3), (1, 3)]
WORDS = "Is the switching experience enough for the night rota?"


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    """Put one job into blind review, and ask the head of the team about five people."""
    job = company.jobs[JOB]
    demir = rows["cast:a_demir"].pk
    considered = list(Application.objects.filter(job=job).order_by("applied_at", "pk"))
    _number(considered, demir)
    job.blind_review, job.last_number = True, len(considered)
    job.save(update_fields=["blind_review", "last_number"])
    waiting = [
        one
        for one in considered
        if one.closed_at is None and one.furthest < Milestone.FINAL and one.hear_by is not None
    ]
    # Hers first, which is the overdue one; then whoever came least far.
    waiting.sort(key=lambda one: (one.candidate_id != demir, one.furthest))
    plan = company.plans[JOB]
    recruiter: User = company.users[RECRUITER_OF[plan.office]]
    insert(
        Review,
        [
            Review(
                public_id=streams.uid("review", application.public_id),
                application=application,
                reviewer=company.users["tomas"],
                asked_by=recruiter,
                asked_at=anchor - timedelta(days=asked, hours=1),
                due_on=anchor.date() + timedelta(days=due),
                words=WORDS if number == 0 else "",
            )
            for number, (application, (asked, due)) in enumerate(zip(waiting, ASKED, strict=False))
        ],
    )


def _number(considered: list[Application], demir: int) -> None:
    """Number everybody in the order in which they applied, but for one whose number is known."""
    free = iter(number for number in range(1, len(considered) + 1) if number != BLIND_NUMBER)
    for application in considered:
        application.number = (
            BLIND_NUMBER if application.candidate_id == demir else next(free, len(considered))
        )
    Application.objects.bulk_update(considered, ["number"])

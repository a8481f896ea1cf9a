"""How good the feedback of the demo company is: who asked for it, and what was thought of it.

A third of those who were interviewed and turned down asked why. Letters of each month were drawn
and rated by a colleague who did not write them; those of last month are half done.
"""

from datetime import date, datetime, timedelta
from random import Random

from accounts.models import Organisation, User
from applications.models import Application, FeedbackRating, Letter, Milestone, Outcome
from applications.models.feedback_ratings import RUBRIC
from candidates.models import Activity
from config.demo import feedback
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

BACK = timedelta(days=400)
ASKED_AFTER, WRITTEN_AFTER, LEFT_AFTER = (timedelta(days=5), timedelta(days=7), timedelta(days=8))
ASKS = 0.34
SAYS = 0.55  # of the readers how useful it was
WRITERS = ("jonas", "mina")


def write(streams: Streams, company: Company, anchor: datetime) -> None:
    """No letter waits, and the sample of last month is drawn: a worker has nothing to do."""
    asked, written, ratings, lines = [], [], [], []
    this_month = anchor.astimezone(Organisation.current().zone).date().replace(day=1)
    for application in _turned_down(anchor):
        random = streams.of("feedback", application.public_id)
        if random.random() > ASKS or application.closed_at is None:
            continue
        at = application.closed_at + ASKED_AFTER
        application.feedback_asked_at = at
        asked.append(application)
        mine = random.randrange(2)
        by, other = company.users[WRITERS[mine]], company.users[WRITERS[1 - mine]]
        letter = feedback.letter_of(
            streams, by, application, at + (WRITTEN_AFTER - ASKED_AFTER),
            at + (LEFT_AFTER - ASKED_AFTER),
        )  # fmt: skip
        written.append(letter)
        title = application.job.title
        lines += [
            feedback.line_of(application, at, "feedback.asked", f"Asked for feedback on {title}."),
            feedback.line_of(
                application, letter.created_at, "feedback.written",
                f"Wrote the feedback on {title}.", by.name,
            ),
        ]  # fmt: skip
        if rating := _rating(random, letter, other, this_month):
            ratings.append(rating)
    Application.objects.bulk_update(asked, ["feedback_asked_at"], batch_size=500)
    insert(Letter, written)
    insert(FeedbackRating, ratings)
    insert(Activity, lines)


def _turned_down(anchor: datetime) -> list[Application]:
    """Those who were told after an interview, early enough to have had the feedback by now."""
    found = Application.objects.filter(
        outcome=Outcome.REJECTED,
        furthest__gte=Milestone.INTERVIEWED,
        untold_since=None,
        feedback_asked_at=None,
        closed_at__gt=anchor - BACK,
        closed_at__lt=anchor - LEFT_AFTER - timedelta(days=1),
        letters__kind=Letter.Kind.DECISION,
        letters__sent_at__lt=anchor - LEFT_AFTER,
    )
    return list(found.select_related("candidate", "job").order_by("pk"))


def _rating(random: Random, letter: Letter, by: User, this_month: date) -> FeedbackRating | None:
    """What a colleague thought, and what the reader said. Of this month nothing was drawn yet."""
    assert letter.sent_at is not None  # noqa: S101  (each has left)
    month = letter.sent_at.astimezone(Organisation.current().zone).date().replace(day=1)
    is_last = (this_month - timedelta(days=1)).replace(day=1) == month
    rating = FeedbackRating(
        letter=letter,
        job=letter.application.job,
        sent_month=month,
        is_sampled=month < this_month,
        useful=random.choice((3, 4, 4, 5, 5, 2)) if random.random() < SAYS else None,
    )
    if rating.is_sampled and not (is_last and random.random() < 0.5):
        for part, share in zip(RUBRIC, (0.97, 0.74, 0.68, 0.99), strict=True):
            setattr(rating, part, random.random() < share)
        rating.rated_by = by
        rating.rated_at = datetime.combine(month + timedelta(days=33), letter.sent_at.timetz())
        if rating.rated_at.date() >= this_month + timedelta(days=1):
            rating.rated_at = letter.sent_at + timedelta(hours=2)
    return rating if rating.is_sampled or rating.useful else None

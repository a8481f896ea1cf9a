"""How it was to apply at Larkspur: whom they asked once they knew the end, and what came back.

More people come to be content over the two years, as the answers come sooner. Nobody is asked twice
within half a year, and nine in ten of those who could be were asked.
"""

from datetime import datetime, timedelta
from random import Random

from django.db.models import Q

from accounts.models import Organisation
from applications.models import Application, Letter, Outcome
from config.demo.rows import insert
from config.demo.streams import Streams
from engagement.actions.surveys import DAYS_AFTER, DAYS_AFTER_HIRE, OURS, THEIRS, outcome_of
from engagement.models import Survey

HALF_A_YEAR = timedelta(days=183)
SWITCHED_ON = timedelta(days=700)  # before the anchor
# The share that answers; of the answers those of 9 to 10 and of 0 to 6. By how it ended.
ANSWER = {
    Survey.Outcome.REJECTED_EARLY: 0.18,
    Survey.Outcome.REJECTED_LATE: 0.33,
    Survey.Outcome.WITHDRAWN: 0.5,
    Survey.Outcome.HIRED: 0.95,
}
PLEASED = {
    Survey.Outcome.REJECTED_EARLY: (0.23, 0.44),
    Survey.Outcome.REJECTED_LATE: (0.36, 0.3),
    Survey.Outcome.WITHDRAWN: (0.5, 0.22),
    Survey.Outcome.HIRED: (0.85, 0.04),
}
RELATIONSHIPS = {
    Survey.Outcome.REJECTED_EARLY: (20, 29, 39, 12),
    Survey.Outcome.REJECTED_LATE: (31, 32, 29, 8),
    Survey.Outcome.WITHDRAWN: (27, 38, 28, 7),
    Survey.Outcome.HIRED: (78, 19, 3, 0),
}
WORDS = """\
Say how many steps there are before the first one.
I knew within a week, which I liked, even though it was a no.
The letter said why. Nobody else has done that for me.
Please ask for the certificates once, not in the form and in the talk again.
The page that shows where I stand is good. I looked at it often.
I waited three weeks for an answer after the second talk.
The interviewers were prepared and told me what comes next.
It would help to know the pay before applying.
The exercise took an evening. Say so at the start.
A call would have been kinder than a letter after the last round.""".split("\n")


def write(streams: Streams, anchor: datetime) -> None:
    Organisation.objects.update(asks_how_it_was=True)
    asked: dict[int, datetime] = {}
    rows = []
    letters = Letter.objects.filter(
        Q(kind=Letter.Kind.DECISION, application__outcome__in=OURS)
        | Q(kind=Letter.Kind.CLOSING, application__outcome__in=THEIRS),
        sent_at__gt=anchor - SWITCHED_ON,
        sent_at__lt=anchor - timedelta(days=DAYS_AFTER_HIRE + 1),
    ).select_related("application")
    for letter in letters.order_by("sent_at", "pk"):
        application = letter.application
        at = _asked_at(letter, asked.get(application.candidate_id))
        random = streams.of("survey", str(application.public_id))
        if at is None or random.random() > 0.9:
            continue
        asked[application.candidate_id] = at
        rows.append(_survey(streams, random, application, at, anchor))
    insert(Survey, rows)


def _asked_at(letter: Letter, before: datetime | None) -> datetime | None:
    """Return when they were asked, or None: they were asked in the half year before."""
    assert letter.sent_at is not None  # noqa: S101  (the filter)
    is_hired = letter.application.outcome == Outcome.HIRED
    at = letter.sent_at + timedelta(days=DAYS_AFTER_HIRE if is_hired else DAYS_AFTER)
    return at if before is None or at - before > HALF_A_YEAR else None


def _survey(
    streams: Streams, random: Random, application: Application, at: datetime, anchor: datetime
) -> Survey:
    outcome = Survey.Outcome(outcome_of(application))
    survey = Survey(
        public_id=streams.uid("survey", str(application.public_id)),
        candidate_id=application.candidate_id,
        application=application,
        outcome=outcome,
        planned_at=at,
        sent_at=at + timedelta(minutes=random.randrange(1, 20)),
    )
    answered_at = at + timedelta(hours=1 + 300 * random.random() ** 3)
    if random.random() < ANSWER[outcome] and answered_at < anchor:
        # Half a year ago a little better than a year before, today better again.
        progress = 1 - (anchor - at) / SWITCHED_ON
        survey.answered_at = answered_at
        survey.recommend = _score(random, outcome, progress)
        survey.relationship = random.choices(
            Survey.Relationship.values, weights=RELATIONSHIPS[outcome]
        )[0]
        survey.knew = random.choices([1, 2, 3, 4, 5], weights=[4, 8, 20, 38, 30])[0]
        survey.text = random.choice(WORDS) if random.random() < 0.3 else ""
    return survey


def _score(random: Random, outcome: Survey.Outcome, progress: float) -> int:
    pleased, displeased = PLEASED[outcome]
    shift = 0.16 * (progress - 0.5)
    chance = random.random()
    if chance < pleased + shift:
        return random.choice((9, 10))
    if chance < pleased + displeased:
        return random.randrange(1, 7)
    return random.choice((7, 8))

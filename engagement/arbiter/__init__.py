# ruff: noqa: S608  (SQL is put together from the rules alone; every value is bound)
"""May this email go to this person now? The one place that answers, and says why not.

Each rule is one line of SQL over the same few rows, so a hundred thousand people are asked in one
statement at planning, and one person is asked again, by the same rules, in the transaction that
arms their message. The order of the rules is their precedence: the first that speaks is the reason
that tables show; all that speak are stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organisation, User
from candidates.models import Candidate
from candidates.working_days import Place
from engagement import rendering, schedule
from engagement.arbiter.contact import CAP_WINDOWS
from engagement.arbiter.rules import RULES, Kind, Rule, verdict_sql
from engagement.arbiter.words import CODE_OF_STOP, PASSES, REASONS, SHORT, WAITS
from engagement.models import Campaign, Message

__all__ = [
    "CAP_WINDOWS",
    "CODE_OF_STOP",
    "PASSES",
    "REASONS",
    "RULES",
    "SHORT",
    "Decision",
    "Kind",
    "Question",
    "Rule",
    "decide",
    "decide_extensions",
    "decide_many",
    "decide_personal",
    "decide_surveys",
    "fallback_zone",
    "is_first_word",
    "is_job_email",
    "keeps_hours",
    "kind_of",
    "place_of",
    "question",
    "sending_facts",
    "sending_sql",
]


@dataclass(frozen=True)
class Decision:
    """The answer for one person. `reasons` in order of precedence; empty when allowed."""

    reasons: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def reason(self) -> str:
        """The first reason, or an empty text."""
        return self.reasons[0] if self.reasons else ""

    @property
    def can_wait(self) -> bool:
        """Every reason passes by itself: the message stays in the queue."""
        return bool(self.reasons) and WAITS.issuperset(self.reasons)

    @property
    def passes(self) -> bool:
        """Every reason passes one day: a campaign that takes people in later asks again."""
        return bool(self.reasons) and PASSES.issuperset(self.reasons)


@dataclass(frozen=True)
class Question:
    """What the rows do not say about a message at the moment of sending.

    zone: the person's, or that of the job's office. digests: hashes of the address under every key.
    """

    message_id: int
    zone: str
    is_quiet: bool
    digests: tuple[str, ...] = ()


# The questions as rows. An array of arrays must be even, so the hashes of one address are one text.
QUESTIONS_SQL: Final = """
unnest(%(messages)s::bigint[], %(zones)s::text[], %(quiet)s::boolean[], %(digests)s::text[])
    AS q(message_id, zone, is_quiet, digests)
"""


class _Beside(NamedTuple):
    """What the question about a message reads beside the message itself."""

    columns: str
    join: str


_OF_ENROLMENT: Final = _Beside(
    "n.enrolled_at AS since", "LEFT JOIN engagement_enrolment n ON n.id = m.enrolment_id"
)
_OF_EXTENSION: Final = _Beside(
    "x.asked_at AS since, x.step, x.moves_with_contact",
    "JOIN candidates_extensionrequest x ON x.id = m.extension_id",
)
_OF_SURVEY: Final = _Beside(
    "v.planned_at AS since, v.application_id, v.id AS survey_id",
    "JOIN engagement_survey v ON v.id = m.survey_id",
)
_OF_ITSELF: Final = _Beside("m.created_at AS since", "")
_BESIDE: Final = {
    Kind.EXTENSION: _OF_EXTENSION,
    Kind.SURVEY: _OF_SURVEY,
    Kind.PERSONAL: _OF_ITSELF,
}


def sending_sql(kind: Kind) -> str:
    """Return the question about messages at the moment of sending: rows of message_id, reasons.

    Parameters: `sending_facts`. Gives no row for a message that is gone. Each is answered as if it
    were alone: two messages to one person must not be asked about together.
    """
    beside = _BESIDE.get(kind, _OF_ENROLMENT)
    return f"""
WITH a AS (
    SELECT m.id AS message_id, m.candidate_id, m.campaign_id, m.job_id, m.sender_id,
           m.to_address,
           {beside.columns}, %(at)s::timestamptz AS at, q.zone,
           %(is_ready)s::boolean AS is_ready, q.is_quiet,
           string_to_array(q.digests, ' ') AS digests,
           EXISTS (SELECT 1 FROM applications_letter l
                    WHERE l.id = m.letter_id AND l.cancelled_at IS NOT NULL) AS is_cancelled
      FROM {QUESTIONS_SQL}
      JOIN engagement_message m ON m.id = q.message_id
      {beside.join}
)
{verdict_sql("sending", kind)}
"""


def decide(message: Message, at: datetime) -> Decision:
    """Say whether the message may go at `at`.

    True only as long as nothing changes: sending asks this under the person's gate, in the
    transaction that arms the message (`engagement.delivery`).
    """
    organisation = Organisation.current()
    zone_names = message.candidate.time_zone, fallback_zone(message.job, organisation)
    facts = sending_facts([question(message, at, zone_names)], at, organisation)
    with connection.cursor() as cursor:
        cursor.execute(sending_sql(kind_of(message)), facts)
        row = cursor.fetchone()
    return Decision(tuple(row[1])) if row else Decision(("erased",))


def is_job_email(message: Message) -> bool:
    return message.purpose == Message.Purpose.NURTURE


def is_first_word(message: Message) -> bool:
    """Say whether a colleague wrote it to one person, and not as an answer."""
    return message.purpose == Message.Purpose.PERSONAL and message.answers_id is None


def keeps_hours(message: Message) -> bool:
    """Say whether it waits for the working hours of its person: not what a colleague wrote."""
    return kind_of(message) not in {Kind.LETTER, Kind.PERSONAL}


def kind_of(message: Message) -> Kind:
    """Return by which rules a message is judged."""
    if is_job_email(message):
        return Kind.JOB_EMAIL
    if message.survey_id:
        return Kind.SURVEY
    if is_first_word(message):
        return Kind.PERSONAL
    return Kind.EXTENSION if message.extension_id else Kind.LETTER


def question(
    message: Message, at: datetime, zone_names: tuple[str, ...], digests: Iterable[str] = ()
) -> Question:
    zone = schedule.zone_of(*zone_names)
    is_quiet = schedule.is_quiet(at, zone, place_of(message))
    return Question(message.pk, zone.key, is_quiet, tuple(digests))


def place_of(message: Message) -> Place:
    """Return where its person is, whose public holidays are quiet days."""
    return Place(message.candidate.country, message.candidate.region)


def sending_facts(
    questions: list[Question], at: datetime, organisation: Organisation
) -> dict[str, Any]:
    """Return the parameters of `sending_sql`."""
    return {
        "messages": [asked.message_id for asked in questions],
        "zones": [asked.zone for asked in questions],
        "quiet": [asked.is_quiet for asked in questions],
        "digests": [" ".join(asked.digests) for asked in questions],
        "at": at,
        "is_ready": organisation.is_ready_to_write,
    }


def fallback_zone(job: Any, organisation: Organisation) -> str:
    """Return the zone of people who never told us theirs: the job's office, else our own."""
    office = job.offices.order_by("pk").first() if job else None
    return office.time_zone if office else organisation.time_zone


def decide_many(
    campaign: Campaign, people: QuerySet[Candidate], at: datetime
) -> list[tuple[int, Decision]]:
    """Ask about everybody of `people` for a campaign that is being planned, in one statement.

    Returns (candidate id, decision) ordered by id. Hours and the state of the campaign are not
    asked: planning chooses the hour, and the campaign has not started.
    """
    organisation = Organisation.current()
    missing = rendering.missing_sql(rendering.fields_of_campaign(campaign), campaign)
    try:
        people_sql, people_params = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # nobody was picked
        return []
    asked = f"""
WITH a AS (
    SELECT c.id AS candidate_id, %s::bigint AS campaign_id, %s::bigint AS job_id,
           %s::bigint AS sender_id, NULL::timestamptz AS since, %s::timestamptz AS at,
           %s::text AS zone, %s::boolean AS is_ready, '{{}}'::text[] AS digests,
           ({missing}) AS is_field_missing
      FROM ({people_sql}) AS asked(id) JOIN candidates_candidate c USING (id)
)
{verdict_sql("planning", Kind.JOB_EMAIL)}
 ORDER BY 1
"""
    params = [
        campaign.pk,
        campaign.job_id,
        campaign.sender_id,
        at,
        fallback_zone(campaign.job, organisation),
        organisation.is_ready_to_write,
        *people_params,
    ]
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        return [(candidate, Decision(tuple(reasons))) for candidate, reasons in cursor.fetchall()]


def decide_extensions(
    steps: dict[int, int], at: datetime, organisation: Organisation
) -> dict[int, Decision]:
    """Ask whether people may be asked to extend. One statement.

    steps: candidate id to the step that is due. Hours are not asked: planning chooses the hour.
    """
    sql = f"""
WITH a AS (
    SELECT q.candidate_id, q.step, NULL::bigint AS campaign_id, NULL::bigint AS job_id,
           NULL::bigint AS sender_id, %(at)s::timestamptz AS since, %(at)s::timestamptz AS at,
           %(zone)s::text AS zone, %(is_ready)s::boolean AS is_ready, '{{}}'::text[] AS digests
      FROM unnest(%(people)s::bigint[], %(steps)s::int[]) AS q(candidate_id, step)
)
{verdict_sql("planning", Kind.EXTENSION)}
"""
    return _of_each(sql, at, organisation, people=list(steps), steps=list(steps.values()))


def decide_surveys(
    applications: dict[int, int],
    at: datetime,
    organisation: Organisation,
    reminded: dict[int, int] | None = None,
) -> dict[int, Decision]:
    """Ask whether people may be asked how it was to apply. One statement.

    applications: candidate id to the application that it is about. Hours are not asked.
    reminded: candidate id to the survey that they would be reminded of.
    """
    surveys = [(reminded or {}).get(candidate) for candidate in applications]
    sql = f"""
WITH a AS (
    SELECT q.candidate_id, q.application_id, q.survey_id, NULL::bigint AS message_id,
           NULL::bigint AS campaign_id, NULL::bigint AS job_id, NULL::bigint AS sender_id,
           %(at)s::timestamptz AS since, %(at)s::timestamptz AS at, %(zone)s::text AS zone,
           %(is_ready)s::boolean AS is_ready, '{{}}'::text[] AS digests
      FROM unnest(%(people)s::bigint[], %(applications)s::bigint[], %(surveys)s::bigint[])
           AS q(candidate_id, application_id, survey_id)
)
{verdict_sql("planning", Kind.SURVEY)}
"""
    return _of_each(
        sql,
        at,
        organisation,
        people=list(applications),
        applications=list(applications.values()),
        surveys=surveys,
    )


def decide_personal(candidate: Candidate, sender: User, at: datetime) -> Decision:
    """Ask whether a colleague may write to this person now, who did not write first."""
    sql = f"""
WITH a AS (
    SELECT q.candidate_id, NULL::bigint AS message_id, NULL::bigint AS campaign_id,
           NULL::bigint AS job_id, %(sender)s::bigint AS sender_id,
           %(at)s::timestamptz AS since, %(at)s::timestamptz AS at, %(zone)s::text AS zone,
           %(is_ready)s::boolean AS is_ready, '{{}}'::text[] AS digests
      FROM unnest(%(people)s::bigint[]) AS q(candidate_id)
)
{verdict_sql("planning", Kind.PERSONAL)}
"""
    found = _of_each(sql, at, Organisation.current(), people=[candidate.pk], sender=sender.pk)
    return found.get(candidate.pk, Decision(("erased",)))


def _of_each(
    sql: str, at: datetime, organisation: Organisation, **facts: Sequence[int | None] | int
) -> dict[int, Decision]:
    """Ask about several people at once. Returns candidate id to decision."""
    asked: dict[str, Any] = {
        "at": at,
        "zone": organisation.time_zone,
        "is_ready": organisation.is_ready_to_write,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | facts)
        return {candidate: Decision(tuple(reasons)) for candidate, reasons in cursor.fetchall()}

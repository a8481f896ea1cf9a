"""The last question and the mark that follows it, in one transaction under the people's gates.

Two statements, never one: the first waits for the gates, the second is asked on a snapshot taken
after that. Counting and locking in one statement lets two messages through a cap of one, and
overlooks a stop that committed while it waited.

As many messages as there are open connections are armed together, each to another person, and what
became of those before is written in the same transaction: one round trip and one commit for all of
them. Statements are prepared once and sent together (psycopg's pipeline).
"""

# ruff: noqa: S608  (the rules of the arbiter are put in; every value is bound)

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import TransactionStatus

from accounts.models import Organisation
from engagement import arbiter, telling
from engagement.emails import Email
from engagement.models import Message

# How long the answer to the dot may take before nobody waits for it any more.
ARMED_FOR = timedelta(minutes=5)

_VALUE = re.compile(r"%\((\w+)\)s")

# In the order of ids: whoever locks several gates does, so that nobody waits in a circle.
_LOCK = """
SELECT 1 FROM candidates_contactgate
 WHERE candidate_id = ANY(%(candidates)s::bigint[]) ORDER BY candidate_id FOR UPDATE
"""

# Whoever cancels a letter locks the letter, not the gate.
_LOCK_LETTERS = """
SELECT 1 FROM applications_letter WHERE id = ANY(%(letters)s::bigint[]) ORDER BY id FOR UPDATE
"""


@lru_cache
def _arm_sql(kind: arbiter.Kind) -> str:
    # Others are not counted against the caps, and nobody asks why a letter went.
    counted = """
, counted AS (
    UPDATE candidates_contactgate g
       SET job_emails_at = array_append(
               ARRAY(SELECT t FROM unnest(g.job_emails_at) t
                      WHERE t > %(at)s::timestamptz - interval '90 days'), %(at)s::timestamptz)
      FROM armed WHERE g.candidate_id = armed.candidate_id
)"""
    return f"""
WITH verdict AS ({arbiter.sending_sql(kind)})
, email AS (
    SELECT * FROM json_to_recordset(%(emails)s::json)
                  AS email(message_id bigint, lease uuid, address text, subject text, text text,
                           notice text, notice_language text)
)
, armed AS (
    UPDATE engagement_message m
       SET state = 'armed', armed_at = %(at)s::timestamptz,
           lease_until = %(armed_until)s::timestamptz,
           address = email.address, subject = email.subject, text = email.text,
           notice = email.notice, notice_language = email.notice_language
      FROM verdict JOIN email USING (message_id)
     WHERE m.id = verdict.message_id AND m.lease = email.lease AND m.state = 'claimed'
       AND verdict.reasons = '{{}}'
       AND (m.to_address = email.address
            OR EXISTS (SELECT 1 FROM candidates_emailaddress e
                        WHERE e.candidate_id = m.candidate_id AND e.is_primary
                          AND e.address = email.address AND m.to_address = ''))
    RETURNING m.id, m.candidate_id, m.campaign_id
){counted if kind == arbiter.Kind.JOB_EMAIL else ""}
, remembered AS (
    INSERT INTO engagement_decision
           (candidate_id, campaign_id, message_id, phase, at, allowed, reasons)
    SELECT candidate_id, campaign_id, id, 'sending', %(at)s::timestamptz, true, '{{}}'
      FROM armed
)
SELECT verdict.message_id, verdict.reasons, armed.id IS NOT NULL
  FROM verdict LEFT JOIN armed ON armed.id = verdict.message_id
"""


# What only some messages do when they have gone: each is asked of a round that has one of them.
_TELL = """
, told AS (
    INSERT INTO candidates_groundevent
           (candidate_id, purpose, kind, basis, jurisdiction, occurred_at, channel, notice_version,
            language, wording, evidence, actor, recorded_at)
    SELECT c.id, 'pool', 'notice_given', '', c.country, real.at, 'mail', %(notice_version)s,
           real.notice_language, real.notice, 'Message ' || real.public_id, 'Perennial', real.at
      FROM real JOIN candidates_candidate c ON c.id = real.candidate_id
     WHERE real.notice <> ''
       AND NOT EXISTS (SELECT 1 FROM candidates_groundevent g
                        WHERE g.candidate_id = c.id AND g.kind = 'notice_given')
)"""
_ASK = """
, asked AS (
    UPDATE candidates_extensionrequest x SET sent_at = real.at
      FROM real WHERE x.id = real.extension_id
)"""
_SURVEY = """
, surveyed AS (
    UPDATE engagement_survey v SET sent_at = coalesce(v.sent_at, real.at)
      FROM real WHERE v.id = real.survey_id
)"""


@lru_cache
def _record_sql(*, tells: bool, asks: bool, surveys: bool) -> str:
    return f"""
WITH took AS (
    SELECT * FROM json_to_recordset(%(handed)s::json)
                  AS took(message_id bigint, lease uuid, at timestamptz, code smallint, reply text,
                          sentence text, data jsonb, diverted boolean)
), handed AS (
    UPDATE engagement_message m
       SET state = CASE WHEN took.diverted THEN 'diverted' ELSE 'handed' END,
           armed_at = CASE WHEN took.diverted THEN NULL ELSE m.armed_at END,
           handed_at = CASE WHEN took.diverted THEN NULL ELSE took.at END, settled_at = took.at,
           provider_reply = took.reply, lease = NULL, lease_until = NULL,
           reason = CASE WHEN took.diverted THEN 'diverted' ELSE '' END
      FROM took
     WHERE m.id = took.message_id AND m.lease = took.lease AND m.state IN ('armed', 'uncertain')
    RETURNING m.id, m.candidate_id, m.public_id, m.notice, m.notice_language, m.extension_id,
              m.survey_id
), real AS (  -- the sandbox is nobody: it was told nothing and asked nothing
    SELECT handed.*, took.at FROM handed JOIN took ON took.message_id = handed.id
     WHERE NOT took.diverted
){_TELL if tells else ""}{_ASK if asks else ""}{_SURVEY if surveys else ""}
, event AS (
    INSERT INTO engagement_deliveryevent
           (message_id, kind, at, provider_event_id, reply_code, detail)
    SELECT handed.id, CASE WHEN took.diverted THEN 'diverted' ELSE 'handed' END, took.at,
           'handed:' || handed.public_id, took.code, took.reply
      FROM handed JOIN took ON took.message_id = id
)
INSERT INTO candidates_activity (candidate_id, "group", kind, at, actor, text, data)
SELECT candidate_id, 'mail',
       CASE WHEN took.diverted THEN 'message.diverted' ELSE 'message.sent' END, took.at,
       'Perennial', took.sentence, took.data
  FROM handed JOIN took ON took.message_id = id
"""


@dataclass(frozen=True)
class Ready:
    """A message whose text the mail server has, but for the dot."""

    message: Message
    email: Email
    question: arbiter.Question


@dataclass(frozen=True)
class Handed:
    """A message that the server took, still to be written down."""

    message: Message
    at: datetime
    code: int
    reply: str
    sentence: str
    data: dict[str, str]
    is_diverted: bool = False


@dataclass(frozen=True)
class Armed:
    """Whether the message may go now. Not armed and no reason: somebody else has it, or its
    address changed a moment ago."""

    armed: bool
    decision: arbiter.Decision = field(default_factory=arbiter.Decision)


def keep_plans() -> None:
    """Let this connection plan each prepared statement once: planning the arbiter's question takes
    many times as long as answering it, and the plan for one person is the plan for the next."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
    connection.connection.prepare_threshold = 5  # Django turns it off; only `prepare=True` uses it


def arm(
    ready: list[Ready],
    at: datetime,
    organisation: Organisation,
    before: list[Handed],
    *,
    meanwhile: Callable[[], None],
) -> list[Armed]:
    """Ask about messages under their people's gates; mark those armed for which the answer is yes.

    ready: each to another person, and all of one kind. before: what to write down
    in the same transaction. meanwhile: what to do while the database is at work; it must not ask it
    anything. Returns an answer for each, in order.
    Raises psycopg.Error: nothing was changed, `before` neither.
    """
    messages = [one.message for one in ready]
    kind = arbiter.kind_of(messages[0])
    values = {
        **arbiter.sending_facts([one.question for one in ready], at, organisation),
        "armed_until": at + ARMED_FOR,
        "emails": _rows(
            {
                "message_id": one.message.pk,
                "lease": str(one.message.lease),
                "address": one.message.address,
                "subject": one.email.subject[:300],
                "text": one.email.kept or one.email.text,
                "notice": one.message.notice,
                "notice_language": one.message.notice_language,
            }
            for one in ready
        ),
    }
    statements: list[tuple[str, dict[str, Any]]] = [
        (_LOCK, {"candidates": [message.candidate_id for message in messages]})
    ]
    if letters := [message.letter_id for message in messages if message.letter_id]:
        statements.append((_LOCK_LETTERS, {"letters": letters}))
    if before:
        statements.append(_recorded(before))
    statements.append((_arm_sql(kind), values))
    rows = _together(statements, meanwhile)
    answers = {
        message_id: Armed(armed=armed, decision=arbiter.Decision(tuple(reasons)))
        for message_id, reasons, armed in rows
    }
    gone = Armed(armed=False, decision=arbiter.Decision(("erased",)))
    return [answers.get(message.pk, gone) for message in messages]


def record(handed: list[Handed]) -> None:
    """Write down that the server took these messages. Raises psycopg.Error."""
    _together([_recorded(handed)])


def _recorded(handed: list[Handed]) -> tuple[str, dict[str, Any]]:
    handed = sorted(handed, key=lambda one: one.message.pk)  # the order in which a merge locks them
    sql = _record_sql(
        tells=any(one.message.notice for one in handed),
        asks=any(one.message.extension_id for one in handed),
        surveys=any(one.message.survey_id for one in handed),
    )
    rows = (
        {
            "message_id": one.message.pk,
            "lease": str(one.message.lease),
            "at": one.at.isoformat(),
            "code": one.code,
            "reply": one.reply[:300],
            "sentence": one.sentence,
            "data": one.data,
            "diverted": one.is_diverted,
        }
        for one in handed
    )
    return sql, {"handed": _rows(rows), "notice_version": telling.VERSION}


def _rows(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as one value for `json_to_recordset`: an array for each column takes psycopg
    several times as long to write."""
    return json.dumps(list(rows), ensure_ascii=False)


def _together(
    statements: list[tuple[str, dict[str, Any]]], meanwhile: Callable[[], None] | None = None
) -> list[tuple[Any, ...]]:
    """Run the statements in one transaction and one round trip; return the last one's rows.

    BEGIN and COMMIT are sent as statements of their own: psycopg's transaction block would wait
    for the answer to each.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    is_outermost = raw.info.transaction_status == TransactionStatus.IDLE
    # These bind at the server, so that the plan is kept. Only the last one has rows to read.
    others, last = psycopg.RawCursor(raw), psycopg.RawCursor(raw)
    try:
        with raw.pipeline():
            if is_outermost:
                others.execute(b"BEGIN", prepare=True)
            for cursor, (sql, values) in zip(
                [*repeat(others, len(statements) - 1), last], statements, strict=True
            ):
                text, names = _numbered(sql)
                cursor.execute(text, [values[name] for name in names], prepare=True)
            if is_outermost:
                others.execute(b"COMMIT", prepare=True)
            if meanwhile:
                meanwhile()
    except psycopg.Error:
        if is_outermost and not raw.closed:
            raw.rollback()
        raise
    return last.fetchall() if last.description else []


@lru_cache
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement with $1, $2 and so on for its named values, and the names in that order.

    psycopg does the same, but takes a statement as long as the arbiter's apart each time anew.
    """
    names = tuple(dict.fromkeys(_VALUE.findall(sql)))
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    return _VALUE.sub(lambda found: numbers[found[1]], sql).encode(), names

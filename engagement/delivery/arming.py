"""The last question and the mark that follows it, in one transaction under the person's gate.

Two statements, never one: the first waits for the gate, the second is asked on a snapshot taken
after that. Counting and locking in one statement lets two messages through a cap of one, and
overlooks a stop that committed while it waited.

What became of the message before is written in the same transaction: one round trip and one commit
for each message. Statements are prepared once and sent together (psycopg's pipeline).
"""

# ruff: noqa: S608  (the rules of the arbiter are put in; every value is bound)

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import TransactionStatus

from engagement import arbiter
from engagement.emails import Email
from engagement.models import Message

# How long the answer to the dot may take before nobody waits for it any more.
ARMED_FOR = timedelta(minutes=5)

_LOCK = "SELECT 1 FROM candidates_contactgate WHERE candidate_id = %(candidate)s FOR UPDATE"

# Whoever cancels a letter locks the letter, not the gate.
_LOCK_LETTER = "SELECT 1 FROM applications_letter WHERE id = %(letter)s FOR UPDATE"


@lru_cache
def _arm_sql(*, is_letter: bool) -> str:
    # Letters are not counted against the caps, and nobody asks why a letter went.
    counted = """
, counted AS (
    UPDATE candidates_contactgate g
       SET job_emails_at = array_append(
               ARRAY(SELECT t FROM unnest(g.job_emails_at) t
                      WHERE t > %(at)s::timestamptz - interval '90 days'), %(at)s::timestamptz)
      FROM armed WHERE g.candidate_id = armed.candidate_id
)"""
    return f"""
WITH verdict AS ({arbiter.sending_sql(is_letter=is_letter)})
, armed AS (
    UPDATE engagement_message m
       SET state = 'armed', armed_at = %(at)s::timestamptz,
           lease_until = %(armed_until)s::timestamptz,
           address = %(address)s, subject = %(subject)s, text = %(text)s
      FROM verdict
     WHERE m.id = %(message)s::bigint AND m.lease = %(lease)s::uuid AND m.state = 'claimed'
       AND verdict.reasons = '{{}}'
       AND EXISTS (SELECT 1 FROM candidates_emailaddress e
                    WHERE e.candidate_id = m.candidate_id AND e.is_primary
                      AND e.address = %(address)s)
    RETURNING m.id, m.candidate_id, m.campaign_id
){"" if is_letter else counted}
, remembered AS (
    INSERT INTO engagement_decision
           (candidate_id, campaign_id, message_id, phase, at, allowed, reasons)
    SELECT candidate_id, campaign_id, id, 'sending', %(at)s::timestamptz, true, '{{}}'
      FROM armed
)
SELECT verdict.reasons, EXISTS (SELECT 1 FROM armed) FROM verdict
"""


_RECORD = """
WITH handed AS (
    UPDATE engagement_message m
       SET state = 'handed', handed_at = %(at)s::timestamptz, settled_at = %(at)s::timestamptz,
           provider_reply = %(reply)s, lease = NULL, lease_until = NULL, reason = ''
     WHERE m.id = %(message)s::bigint AND m.lease = %(lease)s::uuid
       AND m.state IN ('armed', 'uncertain')
    RETURNING m.id, m.candidate_id
), event AS (
    INSERT INTO engagement_deliveryevent
           (message_id, kind, at, provider_event_id, reply_code, detail)
    SELECT id, 'handed', %(at)s::timestamptz, %(event)s, %(code)s::smallint, %(reply)s FROM handed
)
INSERT INTO candidates_activity (candidate_id, "group", kind, at, actor, text, data)
SELECT candidate_id, 'mail', 'message.sent', %(at)s::timestamptz, 'Perennial', %(said)s,
       %(data)s::jsonb
  FROM handed
"""


@dataclass(frozen=True)
class Handed:
    """A message that the server took, still to be written down."""

    message: Message
    at: datetime
    code: int
    reply: str
    said: str
    data: str

    def parameters(self) -> dict[str, Any]:
        return {
            "message": self.message.pk,
            "lease": self.message.lease,
            "at": self.at,
            "reply": self.reply[:300],
            "code": self.code,
            "event": f"handed:{self.message.public_id}",
            "said": self.said,
            "data": self.data,
        }


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
    message: Message, email: Email, facts: dict[str, Any], before: Handed | None = None
) -> Armed:
    """Ask about the message under its person's gate and mark it armed if the answer is yes.

    facts: of `arbiter.sending_facts`. before: what to write down in the same transaction.
    Raises psycopg.Error: nothing was changed, `before` neither.
    """
    is_letter = not arbiter.is_job_email(message)
    values = {
        **facts,
        "lease": message.lease,
        "armed_until": facts["at"] + ARMED_FOR,
        "address": message.address,
        "subject": email.subject[:300],
        "text": email.text,
    }
    statements = [(_LOCK, {"candidate": message.candidate_id})]
    if message.letter_id:
        statements.append((_LOCK_LETTER, {"letter": message.letter_id}))
    if before:
        statements.append((_RECORD, before.parameters()))
    statements.append((_arm_sql(is_letter=is_letter), values))
    row = _together(statements)
    if row is None:
        return Armed(armed=False, decision=arbiter.Decision(("erased",)))
    return Armed(armed=bool(row[1]), decision=arbiter.Decision(tuple(row[0])))


def record(handed: Handed) -> None:
    """Write down that the server took a message. Raises psycopg.Error."""
    _together([(_RECORD, handed.parameters())])


def _together(statements: list[tuple[str, dict[str, Any]]]) -> tuple[Any, ...] | None:
    """Run the statements in one transaction and one round trip; return the last one's row.

    BEGIN and COMMIT are sent as statements of their own: psycopg's transaction block would wait
    for the answer to each.
    """
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    is_outermost = raw.info.transaction_status == TransactionStatus.IDLE
    cursor = None
    try:
        with raw.pipeline():
            if is_outermost:
                psycopg.Cursor(raw).execute("BEGIN", prepare=True)
            for sql, values in statements:
                cursor = psycopg.Cursor(raw)  # binds at the server, so that the plan is kept
                cursor.execute(sql, values, prepare=True)
            if is_outermost:
                psycopg.Cursor(raw).execute("COMMIT", prepare=True)
    except psycopg.Error:
        if is_outermost and not raw.closed:
            raw.rollback()
        raise
    return cursor.fetchone() if cursor and cursor.description else None

"""What people answered Larkspur: some wait, one may have asked to stop, one is away, one unknown.

Nothing here stops or starts an email: what follows from an answer stands in the story of each.
"""

from datetime import datetime, timedelta
from typing import Any

from candidates.models import Activity, Candidate
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams
from engagement.models import Message, Reply

Kind, Intent = Reply.Kind, Reply.Intent

LONG = (
    "Thank you for writing to me. I have thought about it for some days, because the place and the "
    "work both sound right, and there are a few things that I would like to understand before I "
    "say yes or no.\n\nHow many weeks offshore are there in a season, and can they be exchanged "
    "with a colleague? Is the training on the new switchgear done before the first trip, or on it? "
    "And would it be possible to begin in March? My notice is three months.\n\nI can talk on any "
    "evening after six, or in the lunch break at 12:30."
)
# person, colleague, hours ago, text, what it looks like, and what was done
ANSWERED: list[tuple[str, str, float, str, dict[str, Any]]] = [
    (
        "ana_ruiz", "mina", 5, LONG,
        {"suggestion": Intent.QUESTION, "reasons": ["They wrote “How many weeks offshore are there "
         "in a season, and can they be exchanged with a colleague?”."]},
    ),
    (
        "p_costa", "mina", 20, "Please unsubscribe me, I have found something else. Thanks!",
        {"suggestion": Intent.STOP, "reasons": ["They wrote “unsubscribe”."],
         "holds": Reply.Holds.STOP},
    ),
    (
        "rosa_osei", "mina", 50, "Yes, I am interested! I have just applied.",
        {"suggestion": Intent.INTERESTED, "intent": Intent.INTERESTED, "is_open": False,
         "reasons": ["They wrote “interested”."]},
    ),
    (
        "ewa_nowak", "jonas", 70, "I am out of the office and will be back on 1 February.",
        {"kind": Kind.AWAY, "is_open": False, "reasons": [
            "The header “Auto-Submitted: auto-replied” says that a program answered."]},
    ),
]  # fmt: skip
STRANGE = "A friend sent me your email about the jobs in Bristol. May I apply as well?"


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    made: list[Reply] = []
    lines: list[Activity] = []
    for key, who, hours, text, values in ANSWERED:
        person, at = rows[f"cast:{key}"], anchor - timedelta(hours=hours)
        reply = _reply(streams, key, text, at, company, who, person, values)
        made.append(reply)
        lines.append(_line(reply, person))
    stranger = _reply(
        streams, "stranger", STRANGE, anchor - timedelta(hours=30), company, "mina", None, {}
    )
    stranger.name, stranger.address, stranger.owner = "Toni", "toni@mail.example", None
    insert(Reply, [*made, stranger])
    insert(Activity, lines)


def _reply(
    streams: Streams,
    key: str,
    text: str,
    at: datetime,
    company: Company,
    who: str,
    person: Candidate | None,
    values: dict[str, Any],
) -> Reply:
    sent = Message.objects.filter(candidate=person, armed_at__lt=at, purpose="nurture")
    message = sent.select_related("campaign").first() if person else None
    address = person.emails.filter(is_primary=True).first() if person else None
    reply = Reply(
        public_id=streams.uid("reply", key),
        candidate=person,
        message=message,
        campaign=message.campaign if message else None,
        owner=company.users[who],
        matched_by=Reply.Match.MESSAGE if message else Reply.Match.ADDRESS if person else "",
        is_known_address=person is not None,
        their_id=f"{key}@mail.example",
        name=person.name if person else "",
        address=address.address if address else "",
        subject="Re: A job that may fit you",
        text=text,
        at=at,
        kind=Kind.REPLY,
        is_open=True,
    )
    for name, value in values.items():
        setattr(reply, name, value)
    if not reply.is_open and reply.kind == Kind.REPLY:
        reply.done_at, reply.done_by = at + timedelta(hours=2), reply.owner
    return reply


def _line(reply: Reply, person: Candidate) -> Activity:
    is_away = reply.kind == Kind.AWAY
    return Activity(
        candidate=person,
        group="mail",
        kind="reply.away" if is_away else "reply.received",
        at=reply.at,
        actor="Perennial" if is_away else "The candidate",
        text="Their mail program says that they are away."
        if is_away
        else f"Replied to us: “{' '.join(reply.text.split())[:200]}”",
        data={"reply": str(reply.public_id)},
    )

"""What the recruiters of the demo company want to come back to: some due, some later, some done."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from candidates.models import Activity, Candidate, FollowUp
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

# person, colleague, days from now, what for, whether it is done
PLANNED = [
    ("rosa_osei", "mina", 0, "Tell her when the decision is made", False),
    ("ines_duarte", "mina", -2, "Ask whether the BOSIET was renewed", False),
    ("li_wen", "mina", 5, "Share the new team's way of working", False),
    ("ana_ruiz", "claire", 0, "She is back from the conference", False),
    ("karim_haddad", "samira", 3, "Ask about relocation again", False),
    ("s_brandt", "jonas", 0, "Confirm the room for the interview", False),
    ("ewa_nowak", "jonas", 70, "Her pause ends on 1 February", False),
    ("g_petit", "claire", -9, "Ask how the season went", True),
]


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    """Nothing here mails anybody: beat has nothing to do with it."""
    planned: list[FollowUp] = []
    lines: list[Activity] = []
    for key, who, days, text, is_done in PLANNED:
        candidate, owner = rows[f"cast:{key}"], company.users[who]
        made = anchor - timedelta(days=12, minutes=len(planned) * 7)
        on = (anchor + timedelta(days=days)).astimezone(ZoneInfo(owner.time_zone)).date()
        follow_up = FollowUp(
            public_id=streams.uid("follow-up", key),
            candidate=candidate,
            owner=owner,
            on=on,
            text=text,
            created_at=made,
            done_at=anchor + timedelta(days=days) if is_done else None,
        )
        planned.append(follow_up)
        said = f"Wants to come back to this person on {on:%-d %B %Y}."
        lines.append(_line(follow_up, "planned", made, said))
        if follow_up.done_at:
            done = f"Came back to this person, as planned for {on:%-d %B %Y}."
            lines.append(_line(follow_up, "done", follow_up.done_at, done))
    insert(FollowUp, planned)
    insert(Activity, lines)


def _line(follow_up: FollowUp, what: str, at: datetime, text: str) -> Activity:
    return Activity(
        candidate=follow_up.candidate,
        group="record",
        kind=f"follow_up.{what}",
        at=at,
        actor=follow_up.owner.name,
        text=text,
        data={"follow_up": str(follow_up.public_id)},
    )

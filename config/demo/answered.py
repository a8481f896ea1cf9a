"""What people wrote back to the past campaigns. Each was answered by the colleague it went to."""

from datetime import datetime, timedelta

from config.demo.people import Person
from config.demo.streams import Streams
from engagement.models import Message, Reply

Intent = Reply.Intent
WORDS: list[tuple[str, Intent]] = [
    ("Thank you for thinking of me. Can we talk on Thursday after four?", Intent.INTERESTED),
    ("Yes, that sounds like me. What happens next?", Intent.INTERESTED),
    ("I would like to hear more. My telephone number is still the same.", Intent.INTERESTED),
    ("How many weeks away from home are there in a year?", Intent.QUESTION),
    ("Is the work in Bristol only, or on the test site as well?", Intent.QUESTION),
    ("Do I need the sea survival certificate before I start?", Intent.QUESTION),
    ("Not this year, I have just begun somewhere else. Ask me again next summer.", Intent.NOT_NOW),
    ("We have a small child at home now. Please write again in spring.", Intent.NOT_NOW),
]


def reply_to(streams: Streams, person: Person, message: Message, at: datetime) -> Reply:
    """Return what somebody wrote, not saved yet. at: when it came in."""
    random = streams.of("answered", message.dedupe_key)
    text, intent = random.choice(WORDS)
    return Reply(
        public_id=streams.uid("reply", message.dedupe_key),
        candidate=message.candidate,
        message=message,
        campaign=message.campaign,
        owner=message.sender,
        matched_by=Reply.Match.MESSAGE,
        is_known_address=True,
        their_id=f"{message.public_id}@mail.example",
        name=person.name,
        address=message.address,
        subject=f"Re: {message.subject}"[:300],
        text=text,
        at=at,
        kind=Reply.Kind.REPLY,
        intent=intent,
        is_open=False,
        done_at=at + timedelta(hours=random.randrange(1, 7)),
        done_by=message.sender,
    )

"""Whom the demo company asked whether it may keep them longer: all whose consent ends soon.

Each was asked when their day came, so that nobody is asked on the day of the seed; G. Petit, whose
consent ends in three days, twice. The emails left long ago: a worker has nothing to send.
"""

from datetime import datetime, time, timedelta

from accounts.models import Organisation
from candidates import clocks, policies
from candidates.clocks import Clock
from candidates.models import Activity, Candidate, ExtensionRequest
from candidates.models.extensions import FIRST, LAST
from config.demo.rows import insert
from config.demo.streams import Streams
from engagement import arbiter, extension_email, schedule
from engagement.choices import months_later
from engagement.extension_email import Ending
from engagement.extension_words import language_for
from engagement.models import Message


def write(streams: Streams, anchor: datetime) -> None:
    organisation = Organisation.current()
    ending = clocks.ending(Candidate.objects.live(), FIRST, anchor)
    steps = {clock.candidate_id: LAST for clock in ending}
    decisions = arbiter.decide_extensions(steps, anchor, organisation) if steps else {}
    asked = [clock for clock in ending if decisions[clock.candidate_id].allowed]
    people = Candidate.objects.in_bulk([clock.candidate_id for clock in asked])
    requests, of_clock = [], {}
    for clock in asked:
        for request in _requests(clock, people[clock.candidate_id], streams, anchor):
            requests.append(request)
            of_clock[request.public_id] = clock
    ExtensionRequest.objects.bulk_create(requests)
    addresses = dict(
        Candidate.objects.filter(pk__in=people, emails__is_primary=True).values_list(
            "pk", "emails__address"
        )
    )
    messages = [
        _message(streams, request, of_clock[request.public_id], organisation)
        for request in requests
    ]
    for message in messages:
        message.address = addresses[message.candidate_id]
    insert(Message, messages)
    insert(
        Activity,
        (
            Activity(
                candidate=message.candidate,
                group=Activity.Group.MAIL,
                kind="message.sent",
                at=message.due_at + timedelta(minutes=2),
                actor="Perennial",
                text="Sent the question whether we may keep them longer.",
                data={"message": str(message.public_id)},
            )
            for message in messages
        ),
    )


def _requests(
    clock: Clock, person: Candidate, streams: Streams, anchor: datetime
) -> list[ExtensionRequest]:
    ends, law = clock.pool_ends, policies.in_force()[clock.pool_law]
    assert ends is not None  # noqa: S101  (they were chosen by it)
    left = (ends - clock.today).days
    found = []
    for step in (FIRST, LAST) if left <= LAST else (FIRST,):
        zone = schedule.zone_of(person.time_zone)
        morning = datetime.combine(ends - timedelta(days=step), time(9), tzinfo=zone)
        at = min(schedule.next_send_time(morning, zone), anchor - timedelta(minutes=20))
        found.append(
            ExtensionRequest(
                public_id=streams.uid("extension", f"{person.public_id}:{step}"),
                candidate=person,
                ends_on=ends,
                step=step,
                extends_to=months_later(ends, law.pool.months),
                months=law.pool.months,
                moves_with_contact=False,
                language=language_for(person.language, Organisation.current().language),
                asked_at=at,
                sent_at=at + timedelta(minutes=2),
            )
        )
    return found


def _message(
    streams: Streams, request: ExtensionRequest, clock: Clock, organisation: Organisation
) -> Message:
    at = request.sent_at
    assert at is not None  # noqa: S101  (`_requests` says when)
    message = Message(
        public_id=streams.uid("message", f"extension:{request.public_id}"),
        dedupe_key=f"demo:extension:{request.public_id}",
        purpose=Message.Purpose.NOTICE,
        candidate=request.candidate,
        extension=request,
        state=Message.State.HANDED,
        priority=3,
        due_at=request.asked_at,
        attempts=1,
        armed_at=at,
        handed_at=at,
        settled_at=at,
        provider_reply="250 2.0.0 accepted",
        created_at=request.asked_at,
    )
    email = extension_email.compose(message, Ending(clock, None), organisation, at)
    message.subject, message.text = email.subject, email.text
    return message

"""What the officer of the demo company and two colleagues have to look at: perhaps minors, somebody
in the archive who wrote, people who cannot read their mailbox any more."""

from datetime import datetime, timedelta

from candidates.models import Activity, Candidate, PrivacyTask, Stop
from config.demo.company import Company
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert
from config.demo.streams import Streams
from engagement.models import AddressClaim

Kind, Outcome, State = PrivacyTask.Kind, PrivacyTask.Outcome, AddressClaim.State
_WROTE = "They wrote to us after they were archived."
# kind, days since, why, outcome, in words
TASKS = [
    (Kind.MINOR, 2, "They wrote in an answer: “I am 17”.", "", ""),
    (
        Kind.MINOR, 150, "In the file “cv.pdf” stands: “date of birth”.", Outcome.MINOR,
        "The school wrote that they leave it in two years.",
    ),
    (
        Kind.MINOR, 95, "They wrote in an answer: “I am under age”.", Outcome.OF_AGE,
        "They meant their sister. We asked, and they laughed.",
    ),
    (Kind.ARCHIVED_WROTE, 1, _WROTE, "", ""),
    (Kind.ARCHIVED_WROTE, 12, _WROTE, Outcome.DONE, "They asked for their certificates back."),
]  # fmt: skip
# state, days since, what only they know
CLAIMS = [
    (State.OPEN, 1, "In spring I talked with Jonas about the shift plan, on the phone."),
    (State.CHECKED, 3, "I applied twice; the second time you asked for my welding certificate."),
    (State.REFUSED, 19, ""),
]


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    """Nothing of it sends anything: who may be a minor is in no campaign, and no claim is agreed
    to."""
    plain = [
        person
        for person in people
        if not person.is_open
        and not person.is_hired
        and not person.bounced
        and HELD_BACK not in person.skills
        and not person.key.startswith("cast:")
    ]
    by_lot = sorted(plain, key=lambda person: streams.of("officer", person.key).random())
    in_use = [rows[person.key] for person in by_lot if rows[person.key].archived_at is None]
    asked = set(Candidate.objects.filter(privacy_requests__isnull=False).values_list("pk"))
    in_use = [row for row in in_use if (row.pk,) not in asked]
    resting = [rows[person.key] for person in by_lot if rows[person.key].archived_at]
    _tasks(streams, company, in_use[:3], resting, anchor)
    emails = {rows[person.key].pk: person.emails[0] for person in by_lot}
    _claims(streams, company, [(row, emails[row.pk]) for row in in_use[3:6]], anchor)


def _tasks(
    streams: Streams,
    company: Company,
    in_use: list[Candidate],
    resting: list[Candidate],
    anchor: datetime,
) -> None:
    young, old = iter(in_use), iter(resting)
    tasks, stops, lines = [], [], []
    for number, (kind, days, why, outcome, words) in enumerate(TASKS):
        who = next(young if kind == Kind.MINOR else old, None)
        if who is None:
            continue  # a small company has few in its archive
        at = anchor - timedelta(days=days, hours=3)
        done = {"done_at": at + timedelta(hours=5), "done_by": company.users["olive"]}
        tasks.append(
            PrivacyTask(
                public_id=streams.uid("privacy task", number),
                candidate=who,
                kind=kind,
                why=why,
                at=at,
                outcome=outcome,
                outcome_text=words,
                **(done if outcome else {}),
            )
        )
        if kind == Kind.MINOR:
            stops.append(Stop(candidate=who, reason=Stop.Reason.MINOR, at=at, carried_at=at))
            lines.append(
                Activity(
                    candidate=who,
                    group=Activity.Group.CONSENT,
                    kind="contact.minor",
                    at=at,
                    actor="Perennial",
                    text="They may be a minor. No job email goes to them until the privacy officer"
                    " has looked.",
                )
            )
    insert(PrivacyTask, tasks)
    insert(Stop, stops)
    insert(Activity, lines)


def _claims(
    streams: Streams,
    company: Company,
    whom: list[tuple[Candidate, str]],
    anchor: datetime,
) -> None:
    claims = []
    for number, ((who, former), (state, days, facts)) in enumerate(zip(whom, CLAIMS, strict=True)):
        at = anchor - timedelta(days=days, hours=2)
        checked = {
            "checked_by": company.users["jonas"],
            "checked_at": at + timedelta(hours=3),
            "checked_text": "What they say of both applications is so, and nobody else knows it.",
        }
        settled = {
            "settled_by": company.users["jonas"],
            "settled_at": at + timedelta(hours=4),
            "settled_text": "They named an office that we never had.",
        }
        claims.append(
            AddressClaim(
                public_id=streams.uid("address claim", number),
                candidate=who,
                former="" if state == State.REFUSED else former,
                address="" if state == State.REFUSED else f"new.mailbox.{number}@post.example",
                name="" if state == State.REFUSED else who.name,
                facts=facts,
                asked_at=at,
                looked_up_at=at,
                state=state,
                **(checked if state == State.CHECKED else {}),
                **(settled if state == State.REFUSED else {}),
            )
        )
    insert(AddressClaim, claims)

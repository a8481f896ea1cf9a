"""People who are here twice: one pair that was merged, and some that wait to be looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from candidates.actions.merging import merge_people
from candidates.duplicates import finding
from candidates.identity import canonical_email, canonical_phone
from candidates.models import Activity, Candidate, EmailAddress, Phone
from config.demo.company import Company
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert
from config.demo.streams import Streams

TWINS = 4
RECORDS = TWINS + 2  # Wen Li and Robert Voss, too


@dataclass(frozen=True)
class Second:
    """A further record: whose it is like, and how it is written this time."""

    like: Candidate
    name: str
    address: str
    phone: str = ""
    employer: str = ""
    city: str = ""


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    li_wen, voss = rows["cast:li_wen"], rows["cast:r_voss"]
    li_wen.emails.filter(address="wen.li@inbox.example").delete()
    seconds = [
        Second(li_wen, "Wen Li", "wen.li@inbox.example", li_wen.phones.get().number),
        Second(voss, "Robert Voss", "workshop+robert@voss-family.example", city=voss.city),
        *_twins(people, rows),
    ]
    made = [
        Candidate(
            public_id=streams.uid("candidate", f"second {second.address}"),
            name=second.name,
            call_name=second.name.split()[0],
            current_employer=second.employer,
            city=second.city,
            country=second.like.country,
            time_zone=second.like.time_zone,
            source="own site",
            created_at=anchor - timedelta(days=30 + number),
        )
        for number, second in enumerate(seconds)
    ]
    Candidate.objects.bulk_create(made)
    pairs = list(zip(made, seconds, strict=True))
    insert(
        EmailAddress,
        (
            EmailAddress(
                candidate=person,
                address=second.address,
                canonical=canonical_email(second.address),
                is_primary=True,
            )
            for person, second in pairs
        ),
    )
    insert(
        Phone,
        (
            Phone(candidate=person, number=second.phone, canonical=canonical_phone(second.phone))
            for made_one, second in pairs
            for person in (made_one, second.like)
            if second.phone and person != li_wen
        ),
    )
    insert(
        Activity,
        (
            Activity(
                candidate=person,
                group=Activity.Group.RECORD,
                kind="candidate.created",
                at=person.created_at,
                actor="Own site",
                text="Left their details on our own site.",
            )
            for person, _ in pairs
        ),
    )
    merge_people(li_wen, made[0], by=company.users["mina"], at=anchor - timedelta(days=20, hours=3))
    finding.search_everybody(anchor)


def _twins(people: list[Person], rows: dict[str, Candidate]) -> list[Second]:
    """Return second records of some of the crowd who get no job emails anyway."""
    plain = [
        person
        for person in people
        if person.pool == "never"
        and not person.is_open
        and HELD_BACK not in person.skills
        and len(person.name.split()) == 2
        and len(person.name.split()[1]) > 5
        and rows[person.key].archived_at is None
    ][:TWINS]
    found = []
    for number, person in enumerate(plain):
        given, family = person.name.split()
        slip = f"{family[:3]}{family[4]}{family[3]}{family[5:]}"  # two letters changed places
        name = [
            f"{given} {family}",
            f"{family} {given}",
            f"{given} {slip}",
            f"{given[0]}. {family}",
        ]
        row = rows[person.key]
        found.append(
            Second(
                like=row,
                name=name[number % 4],
                address=f"second.record.{number}@post.example",
                phone=f"+4477009008{number:02}" if number != 2 else "",
                employer=row.current_employer,
                city=row.city,
            )
        )
    return found

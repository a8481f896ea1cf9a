"""The tags of the demo company: a few words, on about one person in six."""

from datetime import datetime, timedelta

from candidates.models import Activity, Candidate, CandidateTag, Tag
from config.demo.company import RECRUITER_OF, Company
from config.demo.people import Person
from config.demo.rows import insert
from config.demo.streams import Streams

# tag: how many of a thousand people have it. Nobody gets one for how their application went.
TAGS = {
    "Careers fair Bristol": 55,
    "Former apprentice": 20,
    "Meet at the open day": 25,
    "Offshore medical valid": 30,
    "Referred by a colleague": 45,
    "Would relocate": 40,
}
OF_THE_CAST = {
    "cast:rosa_osei": ["Would relocate", "Night shifts welcome"],
    "cast:ines_duarte": ["Careers fair Bristol", "Offshore medical valid"],
    "cast:karim_haddad": ["Would relocate"],
    "cast:li_wen": ["Referred by a colleague"],
    "cast:ana_ruiz": ["Speaks at conferences", "Would relocate", "Referred by a colleague"],
}


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    given = [(person, name) for person in people for name in _names(streams, person)]
    tags = {
        name: Tag(public_id=streams.uid("tag", name), name=name, created_at=anchor)
        for name in sorted({name for _, name in given})
    }
    Tag.objects.bulk_create(tags.values())
    held: list[CandidateTag] = []
    lines: list[Activity] = []
    for person, name in given:
        at = _when(streams, person, name, anchor)
        held.append(CandidateTag(candidate=rows[person.key], tag=tags[name], tagged_at=at))
        lines.append(
            Activity(
                candidate=rows[person.key],
                group="record",
                kind="candidate.tagged",
                at=at,
                actor=company.users[RECRUITER_OF[person.office]].name,
                text=f"Tagged “{name}”.",
            )
        )
    insert(CandidateTag, held)
    insert(Activity, lines)


def _names(streams: Streams, person: Person) -> list[str]:
    if person.key in OF_THE_CAST:
        return OF_THE_CAST[person.key]
    return [
        name
        for name, often in TAGS.items()
        if streams.of("tag", f"{person.key}:{name}").randrange(1000) < often
    ]


def _when(streams: Streams, person: Person, name: str, anchor: datetime) -> datetime:
    """Some time between the day we met them and now."""
    known = (anchor - person.known_since) / timedelta(minutes=1)
    minutes = streams.of("tagged", f"{person.key}:{name}").uniform(0, known * 0.9)
    return person.known_since + timedelta(minutes=minutes)

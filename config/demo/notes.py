"""Notes beside those of interviews: private ones, a changed one, and three that were said badly.

The three are there to show what the hint under a note looks like; no other note gets one.
"""

from datetime import datetime, timedelta

from candidates.models import Activity, Candidate, Note, NoteVersion
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

# person, colleague, days ago, who reads it, text, and what it said before if it was changed
WRITTEN = [
    ("m_iqbal", "mina", 1.1, "team", "Asked for early shifts because of Ramadan.", ""),
    ("g_petit", "claire", 20, "team", "Célibataire et mobile, cherche une place à bord.", ""),
    ("karim_haddad", "samira", 40, "team", "متزوج، يفضل العمل عن بعد.", ""),
    (
        "ines_duarte",
        "mina",
        30,
        "team",
        "Prefers day shifts until September, in her own words.",
        "No night shifts before September, I think.",
    ),
    (
        "rosa_osei",
        "mina",
        0.15,
        "private",
        "Expects an offer elsewhere on Friday; please do not let this decision wait.",
        "",
    ),
    ("li_wen", "jonas", 6, "private", "Compared our range with two offers; ours is lower.", ""),
]  # fmt: skip


def write(streams: Streams, company: Company, rows: dict[str, Candidate], anchor: datetime) -> None:
    notes: list[Note] = []
    versions: list[NoteVersion] = []
    for key, who, days, visibility, text, before in WRITTEN:
        at = anchor - timedelta(days=days)
        note = Note(
            public_id=streams.uid("note", f"said:{key}"),
            candidate=rows[f"cast:{key}"],
            author=company.users[who],
            text=text,
            visibility=visibility,
            created_at=at,
            version=2 if before else 1,
        )
        notes.append(note)
        if before:
            versions.append(
                NoteVersion(
                    note=note,
                    version=1,
                    text=before,
                    visibility=visibility,
                    replaced_at=at + timedelta(minutes=12),
                )
            )
    insert(Note, notes)
    insert(NoteVersion, versions)
    lines = [_line(note, "written", note.created_at, "Wrote a note.") for note in notes]
    lines += [
        _line(version.note, "changed", version.replaced_at, "Changed a note.")
        for version in versions
    ]
    insert(Activity, lines)


def _line(note: Note, what: str, at: datetime, text: str) -> Activity:
    return Activity(
        candidate=note.candidate,
        group="note",
        kind=f"note.{what}",
        at=at,
        actor=note.author.name,
        text=text,
        data={"note": note.pk},
    )

"""Who may no longer be used: the restricted archive of the demo company."""

from datetime import datetime, timedelta

from candidates.models import Activity, ArchiveReason, Candidate
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert

AFTER = timedelta(days=3)  # what the retention run lets pass before it acts


def write(people: list[Person], rows: dict[str, Candidate], anchor: datetime) -> None:
    """Archive everybody whose consent ended and who is not being considered for a job."""
    archived, told = [], []
    for person in people:
        ended = person.expires_at
        if person.pool != "expired" or ended is None or person.is_open or person.is_hired:
            continue
        if HELD_BACK in person.skills:
            continue
        row = rows[person.key]
        row.archived_at = min(ended + AFTER, anchor - timedelta(hours=9))
        row.archive_reason = ArchiveReason.EXPIRED
        archived.append(row)
        told.append(
            Activity(
                candidate=row,
                group=Activity.Group.CONSENT,
                kind="candidate.archived",
                at=row.archived_at,
                actor="retention",
                text=f"Went into the restricted archive. {ArchiveReason.EXPIRED.label}.",
            )
        )
    Candidate.objects.bulk_update(archived, ["archived_at", "archive_reason"], batch_size=500)
    insert(Activity, told)

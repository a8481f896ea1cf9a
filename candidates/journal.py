"""The journal of erasures: what a restored backup must be told (P-18).

One line for each erasure, in a folder that is *not* part of the database backup: the day, the
version of the key, and keyed hashes of the person's public ids and addresses. It tells nobody who
was erased, and it is never rewritten. `manage.py replay_erasures` reads it after a restore.
"""

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from candidates.models import Erasure

logger = logging.getLogger(__name__)

FILE = "erasures.jsonl"
CHUNK = 100


@dataclass(frozen=True)
class Entry:
    """One erasure, as the journal knows it."""

    erasure: str
    subject_id: str
    at: datetime
    key_version: int
    people: frozenset[str]
    addresses: tuple[str, ...]


def person_hash(public_id: UUID, key_version: int) -> str:
    """Return the keyed hash of a person's public id; another one than an address could have."""
    key = list(reversed(settings.SUPPRESSION_KEYS))[key_version - 1]
    return hmac.new(key.encode(), f"person:{public_id}".encode(), hashlib.sha256).hexdigest()


def write_next() -> bool:
    """Write the erasures that the journal does not have yet. Returns whether there may be more.

    The lines are on the disk before the rows say so: after a crash in between a line stands there
    twice, which a replay does not mind.
    """
    with transaction.atomic():
        waiting = list(Erasure.objects.select_for_update(skip_locked=True).to_journal()[:CHUNK])
        if not waiting:
            return False
        _append(
            json.dumps(
                {
                    "erasure": str(one.public_id),
                    "subject": one.subject_id,
                    "at": one.at.isoformat(),
                    "key": one.key_version,
                    "people": one.people,
                    "addresses": one.addresses,
                }
            )
            for one in waiting
        )
        Erasure.objects.filter(pk__in=[one.pk for one in waiting]).update(
            journaled_at=timezone.now()
        )
    return len(waiting) == CHUNK


def entries() -> Iterator[Entry]:
    """Return what the journal holds, oldest first.

    A last line that was cut by a crash is left out: its erasure was written again behind it.
    """
    path = _path()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                said = json.loads(line)
            except json.JSONDecodeError:
                continue
            yield Entry(
                erasure=said["erasure"],
                subject_id=said["subject"],
                at=datetime.fromisoformat(said["at"]),
                key_version=said["key"],
                people=frozenset(said["people"]),
                addresses=tuple(said["addresses"]),
            )


def _append(lines: Iterator[str]) -> None:
    """Append whole lines and wait until they are on the disk, the folder's entry included."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    with path.open("ab") as journal:
        if journal.tell() and not _ends_well(path):
            journal.write(b"\n")
        journal.write(text.encode())
        journal.flush()
        os.fsync(journal.fileno())
    path.chmod(0o600)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _ends_well(path: Path) -> bool:
    with path.open("rb") as journal:
        journal.seek(-1, os.SEEK_END)
        return journal.read(1) == b"\n"


def _path() -> Path:
    return Path(settings.ERASURE_JOURNAL_DIR) / FILE

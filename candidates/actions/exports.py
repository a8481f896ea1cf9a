"""Files with people in them: made for one colleague, and gone after a day."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts import audit
from accounts.models import User
from candidates.models import ExportFile, Work, WorkItem
from candidates.models.exports import LASTS

FOLDER = "exports"


def keep_file(
    content: File,  # type: ignore[type-arg]  # not subscriptable at run time
    *,
    name: str,
    by: User,
    people: int = 0,
    work: Work | None = None,
    content_type: str = "text/csv; charset=utf-8",
) -> ExportFile:
    """Keep a file for `by` to take within a day. Call it inside the transaction that asks for it.

    If that does not commit, the stored file belongs to nobody and `remove_over` takes it away.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A file must be recorded together with what asked for it.")
    digest, size = hashlib.sha256(), 0
    for chunk in content.chunks():
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    kept = ExportFile(
        made_for=by,
        work=work,
        name=name,
        content_type=content_type,
        sha256=digest.hexdigest(),
        size=size,
        people=people,
    )
    kept.file.name = default_storage.save(f"{FOLDER}/{uuid.uuid4()}", content)
    kept.save()
    audit.record(by, "export.made", kept, people=["", str(people)], sha256=["", kept.sha256])
    return kept


def remove_over(now: datetime) -> int:
    """Remove files that expired, and those that nobody's record names. Returns how many."""
    over = list(ExportFile.objects.over(now))
    remove(over)
    return len(over) + _remove_strays(now)


@transaction.atomic
def remove(files: Iterable[ExportFile]) -> None:
    """Remove files now: they expired, or somebody in them was erased."""
    for kept in files:
        name, _ = kept.file.name, kept.delete()
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]


def forget_people(people: list[int]) -> int:
    """Take people out of the results of work, and remove the files that were made with them."""
    items = WorkItem.objects.filter(candidate__in=people)
    remove(ExportFile.objects.filter(work__in=items.values("work")))
    return items.delete()[0]


def _remove_strays(now: datetime) -> int:
    """Remove what a transaction stored that never committed, once it is old enough to be sure."""
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    stored = {f"{FOLDER}/{name}" for name in names}
    known = ExportFile.objects.filter(file__in=stored).values_list("file", flat=True)
    strays = [
        path
        for path in sorted(stored.difference(known))
        if default_storage.get_modified_time(path) <= now - LASTS
    ]
    for path in strays:
        default_storage.delete(path)
    return len(strays)

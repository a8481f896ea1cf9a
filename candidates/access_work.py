"""Making the copy of one person's data in the background: one file, for the colleague who asked."""

import tempfile
import zipfile
from typing import Any, ClassVar

from django.core.files.base import File
from django.utils import timezone

from accounts import audit
from accounts.permissions import Permission
from candidates import access
from candidates.actions.exports import keep_file
from candidates.models import Candidate, Work, WorkItem
from candidates.work import Kind

IN_MEMORY = 5_000_000  # bytes; what is larger goes through a temporary file
CHUNK = 64 * 1024


class CopyOfData(Kind):
    """One person, one zip: a page to read, the same for machines, and their files."""

    key: ClassVar[str] = "copy_of_data"
    doing: ClassVar[str] = "Gathering everything about one person"
    permission: ClassVar[Permission] = Permission.MANAGE_PRIVACY

    def step(self, work: Work) -> bool:
        item = work.items.waiting().select_related("candidate").first()
        if item is None:
            return False
        candidate = Candidate.objects.kept().filter(pk=item.candidate_id).first()
        if candidate is None:
            item.result, item.reason = WorkItem.Result.SKIPPED, "They are no longer here."
            work.skipped += 1
        else:
            self._make(work, candidate)
            item.result = WorkItem.Result.OK
            work.ok += 1
        item.save(update_fields=["result", "reason"])
        return False

    def undo_step(self, work: Work) -> bool:
        return False

    def _make(self, work: Work, candidate: Candidate) -> None:
        copy = access.copy_of(candidate, timezone.now())
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as made:
            _write(made, copy)
            made.seek(0)
            content: File[Any] = File(made, name="copy.zip")
            content.size = _size(made)
            keep_file(
                content,
                name="copy-of-data.zip",
                by=work.by,
                people=1,
                work=work,
                content_type="application/zip",
            )
        audit.record(work.by, "read.copy", candidate)


def _write(made: Any, copy: access.Copy) -> None:
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(access.TO_READ, copy.to_read())
        archive.writestr(access.MACHINE, copy.for_machines())
        for file in copy.files:
            if not file.storage.exists(file.name):
                continue  # its row outlived it; the text that was read in it stands in the data
            with file.storage.open(file.name) as source, archive.open(file.path, "w") as target:
                while part := source.read(CHUNK):
                    target.write(part)


def _size(made: Any) -> int:
    made.seek(0, 2)
    size = int(made.tell())
    made.seek(0)
    return size

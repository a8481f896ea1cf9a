"""What becomes of files when two records of one person are merged."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from candidates.models import Document, Finding


def move_documents(survivor: int, merged: int, at: datetime) -> None:
    """Move the files. One that both have stays one: present if either record shows it.

    What a colleague decided about something found in the copy that stays behind, holds for the
    copy that is kept.
    """
    theirs = Document.objects.filter(candidate=merged)
    same = Document.objects.filter(candidate=survivor, sha256=OuterRef("sha256"))
    shared = theirs.filter(Exists(same))
    present = shared.present().values("sha256")
    Document.objects.filter(candidate=survivor, sha256__in=present).update(removed_at=None)
    decided = Finding.objects.filter(document__in=shared).exclude(state=Finding.State.OPEN)
    for finding in decided.select_related("document"):
        Finding.objects.filter(
            document__candidate=survivor,
            document__sha256=finding.document.sha256,
            kind=finding.kind,
            value=finding.value,
            state=Finding.State.OPEN,
        ).update(
            state=finding.state, decided_by=finding.decided_by_id, decided_at=finding.decided_at
        )
    theirs.exclude(pk__in=shared.values("pk")).update(candidate=survivor)

"""Carrying out the journal of erasures on a database that came from a backup (P-18)."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from candidates import journal
from candidates.actions.erasure import erase_candidate
from candidates.models import Candidate, Erasure, Suppression

WHO = "restore"


@dataclass(frozen=True)
class Result:
    """entries: lines of the journal. erased: people who were back. remembered: refusals that the
    backup did not have yet."""

    entries: int
    erased: int
    remembered: int


def replay() -> Result:
    """Erase again everybody in the journal whom the restored database still has.

    Somebody who was erased and came back by themselves afterwards has another public id, and stays.
    Safe to run twice: the second time finds nobody.
    """
    entries = {entry.erasure: entry for entry in journal.entries()}.values()
    remembered = _remember_addresses(list(entries))
    back = _who_is_back(list(entries))
    erased = 0
    for candidate, entry in back:
        if not Candidate.objects.filter(pk=candidate.pk, erased_at=None).exists():
            continue  # went with the record that they were merged into
        _erase(candidate, entry)
        erased += 1
    return Result(len(entries), erased, remembered)


def _who_is_back(entries: list[journal.Entry]) -> list[tuple[Candidate, journal.Entry]]:
    """Find the people of the journal: one pass over the public ids, whose hashes it has."""
    by_hash = {digest: entry for entry in entries for digest in entry.people}
    versions = {entry.key_version for entry in entries}
    if not versions:
        return []
    found = []
    rows = Candidate.objects.filter(erased_at=None).order_by("pk").only("public_id", "merged_into")
    for candidate in rows.iterator(chunk_size=10_000):
        for version in versions:
            entry = by_hash.get(journal.person_hash(candidate.public_id, version))
            if entry is not None:
                found.append((candidate, entry))
    # Those who were not merged away first: the others go with them.
    return sorted(found, key=lambda pair: (pair[0].merged_into_id is not None, pair[0].pk))


@transaction.atomic
def _erase(candidate: Candidate, entry: journal.Entry) -> None:
    if candidate.merged_into_id:  # merged since the backup, or before it, into somebody who stays
        Candidate.objects.filter(pk=candidate.pk).update(merged_into=None)
    done = erase_candidate(candidate, by=WHO, withdraw=True, replayed=True)
    # The journal has this erasure already, under the name of its first line.
    Erasure.objects.filter(pk=done.pk).update(
        public_id=entry.erasure, journaled_at=done.at, subject_id=entry.subject_id
    )


@transaction.atomic
def _remember_addresses(entries: list[journal.Entry]) -> int:
    """Put the hashes of the journal back into the suppression memory; return how many were new.

    An erasure that this database knows of was remembered with it. If its hash is gone since, the
    person themself asked for job emails again, and that stands.
    """
    known_here = set(
        Erasure.objects.filter(public_id__in=[entry.erasure for entry in entries]).values_list(
            "public_id", flat=True
        )
    )
    wanted = defaultdict(list)
    for entry in entries:
        if UUID(str(entry.erasure)) not in known_here:
            for digest in entry.addresses:
                wanted[digest].append(entry)
    known = set(
        Suppression.objects.filter(
            digest__in=list(wanted), scope=Suppression.Scope.NURTURE
        ).values_list("digest", flat=True)
    )
    rows = [
        Suppression(
            digest=digest,
            key_version=found[0].key_version,
            scope=Suppression.Scope.NURTURE,
            reason=Suppression.Reason.ERASED,
            at=found[0].at,
        )
        for digest, found in wanted.items()
        if digest not in known
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)

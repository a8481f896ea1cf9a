"""The run of an import: staged, checked, committed and undone, a chunk at a time.

It stands on this floor because a row also carries a past application, and a chunk commits people
and applications in one transaction. Each function here does one chunk and says whether there is
more; a task repeats it. A killed worker leaves whole chunks behind, and the next one goes on.
"""

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts import audit
from applications.history import PastApplications
from candidates.imports import columns, expecting, people, reading
from candidates.imports.rows import RowForm
from candidates.models import (
    Activity,
    Candidate,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Import,
    ImportRow,
    Link,
    Phone,
)

logger = logging.getLogger(__name__)

CHUNK = 1000
MOST_REFUSALS = 3  # of one chunk by the database, before the import fails
_TOO_WIDE = (
    "This line has {} cells, the header has {}. Perhaps a delimiter stands inside a cell without"
    " quotation marks."
)


def stage(run: Import, file: BinaryIO) -> int:
    """Copy every record of the file into the staging table. Runs in the caller's transaction.

    Raises ValidationError: the file cannot be read to its end. Nothing is staged then.
    """
    count = 0
    columns_there = len(run.columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY candidates_importrow (run_id, number, cells, errors, state, fingerprint, did)"
            " FROM STDIN"
        ) as copy,
    ):
        for record in reading.records(file, run.encoding, run.delimiter):
            errors = []
            if len(record.cells) > columns_there:
                errors = [_TOO_WIDE.format(len(record.cells), columns_there)]
            state = ImportRow.State.REFUSED if errors else ImportRow.State.STAGED
            copy.write_row(
                (
                    run.pk,
                    record.number,
                    json.dumps(record.cells),
                    json.dumps(errors),
                    state,
                    "",
                    "{}",
                )
            )
            count += 1
    return count


def check_next(run_id: int) -> bool:
    """Put the next rows through their form. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.CHECKING)
        if run is None:
            return False
        unchecked = run.rows.filter(state=ImportRow.State.STAGED, cleaned__isnull=True)
        rows = list(unchecked.order_by("number")[:CHUNK])
        if not rows:
            _checked(run)
            return False
        form = RowForm(set(run.mapping.values()), day_first=run.day_first)
        for row in rows:
            cleaned, row.errors = form.check(columns.values_of(row.cells, run.mapping))
            if not row.errors:
                row.errors = PastApplications.problems(cleaned)
            if row.errors:
                row.state = ImportRow.State.REFUSED
            row.cleaned = {key: value for key, value in cleaned.items() if value not in ("", None)}
            row.cleaned |= {key: cleaned.get(key) or [] for key in ("emails", "phones", "links")}
            row.fingerprint = people.fingerprint(row.cleaned)
        expecting.expect(rows)
        _save(rows)
        refused = sum(row.state == ImportRow.State.REFUSED for row in rows)
        Import.objects.filter(pk=run.pk).update(
            rows_done=F("rows_done") + len(rows), rows_refused=F("rows_refused") + refused
        )
        return True


def commit_next(run_id: int) -> bool:
    """Write the next rows as people and past applications. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.RUNNING)
        if run is None:
            return False
        rows = list(run.rows.filter(state=ImportRow.State.STAGED).order_by("number")[:CHUNK])
        if not rows:
            _finish(run)
            return False
        now = timezone.now()
        _profiles_at_the_end()
        people.commit_chunk(run, rows, now)
        PastApplications(run, rows, now).write()
        _save(rows)
        states = [row.state for row in rows]
        run.rows_done += len(rows)
        run.people_created += states.count(ImportRow.State.CREATED)
        run.people_joined += states.count(ImportRow.State.JOINED)
        run.rows_unchanged += states.count(ImportRow.State.UNCHANGED)
        run.rows_refused += states.count(ImportRow.State.REFUSED)
        run.save()
        return True


def undo_next(run_id: int) -> bool:
    """Take back what the next rows did, last first. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.UNDOING)
        if run is None:
            return False
        done = [ImportRow.State.CREATED, ImportRow.State.JOINED]
        rows = list(
            run.rows.filter(state__in=done, undo_checked_at=None)
            .select_related("candidate")
            .order_by("-number")[:CHUNK]
        )
        if not rows:
            _undone(run)
            return False
        now = timezone.now()
        _profiles_at_the_end()
        untouched = _untouched(run, rows)
        taken_back = [row for row in rows if row.candidate_id in untouched]
        kept = [row for row in rows if row.candidate_id not in untouched]
        PastApplications.take_back(taken_back)
        _take_back(taken_back)
        for row in taken_back:
            row.state = ImportRow.State.UNDONE
        for row in kept:
            row.errors = ["Kept: somebody has worked on this person since the import."]
        run.rows_done += len(rows)
        run.save(update_fields=["rows_done"])
        _save(rows, undo_checked_at=now)
        return True


def preview(run: Import) -> dict[str, Any]:
    """Return what committing a checked import would do: counts, and who could be written to.

    People are counted once, however many lines are about them.
    """
    refused = run.rows.filter(state=ImportRow.State.REFUSED)
    staged = run.rows.filter(state=ImportRow.State.STAGED)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH lines AS (
              SELECT did->'expected' AS e,
                     cleaned ? 'consent_on' AND cleaned ? 'consent_source'
                       AND (cleaned ? 'consent_wording' OR %s) AS proven,
                     coalesce((cleaned->>'consent_on')::date > %s, false) AS alive
                FROM candidates_importrow
               WHERE run_id = %s AND state = %s
            ), people AS (
              SELECT e->>'person' AS person,
                     bool_or(e ? 'known') AS known,
                     bool_and(e ? 'no_address') AS unreachable,
                     bool_and(e ? 'suppressed') AS suppressed,
                     bool_or(proven) AS proven,
                     bool_or(proven AND alive) AS alive
                FROM lines GROUP BY 1
            )
            SELECT count(*),
                   count(*) FILTER (WHERE known),
                   count(*) FILTER (WHERE alive AND NOT suppressed AND NOT unreachable),
                   count(*) FILTER (WHERE unreachable),
                   count(*) FILTER (WHERE suppressed),
                   count(*) FILTER (WHERE NOT proven),
                   count(*) FILTER (WHERE proven AND NOT alive),
                   (SELECT array_agg(DISTINCT s ORDER BY s)
                      FROM lines, jsonb_array_elements_text(e->'new_skills') AS s)
              FROM people
            """,
            [
                bool(run.consent_wording),
                (timezone.now() - people.CONSENT_LASTS).date(),
                run.pk,
                ImportRow.State.STAGED,
            ],
        )
        total, known, mailable, unreachable, suppressed, unproven, ran_out, skills = (
            cursor.fetchone()
        )
    return {
        "people": total,
        "known": known,
        "new": total - known,
        "refused": refused.count(),
        "mailable": mailable,
        "unreachable": unreachable,
        "suppressed": suppressed,
        "ran_out": ran_out,
        "unproven": unproven,
        "new_skills": skills or [],
        "historic_jobs": PastApplications.jobs_to_make(staged),
        "before": _same_file_before(run),
        "first_refused": list(refused.order_by("number")[:20]),
        "first_new": list(staged.exclude(did__expected__has_key="known").order_by("number")[:10]),
        "first_known": list(staged.filter(did__expected__has_key="known").order_by("number")[:10]),
    }


def _same_file_before(run: Import) -> Import | None:
    """Return the last finished import of exactly this file."""
    return (
        Import.objects.filter(sha256=run.sha256, state=Import.State.DONE)
        .exclude(pk=run.pk)
        .select_related("by")
        .first()
    )


def _locked(run_id: int, state: str) -> Import | None:
    """Lock the run, if it is in `state` and no other worker is at it."""
    return (
        Import.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("by")
        .filter(pk=run_id, state=state)
        .first()
    )


def _profiles_at_the_end() -> None:
    """Have the database refresh each match profile once at the commit, not after each statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL perennial.profiles = 'deferred'")


def _checked(run: Import) -> None:
    run.state, run.rows_done = Import.State.READY, 0
    run.rows_refused = run.rows.filter(state=ImportRow.State.REFUSED).count()
    run.save(update_fields=["state", "rows_done", "rows_refused"])


def _finish(run: Import) -> None:
    run.state, run.finished_at = Import.State.DONE, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    audit.record(
        run.by,
        "import.finished",
        run,
        created=["", str(run.people_created)],
        joined=["", str(run.people_joined)],
        refused=["", str(run.rows_refused)],
    )


def _undone(run: Import) -> None:
    PastApplications.remove_unused(run.made.get("jobs", []), run.made.get("skills", []))
    kept = run.rows.filter(state__in=[ImportRow.State.CREATED, ImportRow.State.JOINED]).count()
    run.state, run.undone_at = Import.State.UNDONE, timezone.now()
    run.save(update_fields=["state", "undone_at"])
    audit.record(run.by, "import.undone", run, kept=["", str(kept)])


def _untouched(run: Import, rows: list[ImportRow]) -> set[int]:
    """Return the people of these rows whom nobody has worked on since this import."""
    own = {"import": str(run.public_id)}
    ids = {row.candidate_id for row in rows if row.candidate_id}
    first_own = (
        Activity.objects.filter(candidate=OuterRef("candidate"), data__contains=own)
        .order_by("pk")
        .values("pk")[:1]
    )
    touched = (
        Activity.objects.filter(candidate__in=ids, pk__gt=Subquery(first_own))
        .exclude(data__contains=own)
        .values_list("candidate_id", flat=True)
    )
    return ids - set(touched)


def _take_back(rows: list[ImportRow]) -> None:
    """Delete what the rows added and empty what they filled, where it still stands so."""
    parts: list[tuple[str, Any]] = [
        ("emails", EmailAddress),
        ("phones", Phone),
        ("links", Link),
        ("skills", CandidateSkill),
        ("grounds", GroundEvent),
        ("activities", Activity),
    ]
    for key, model in parts:
        ids = [pk for row in rows for pk in row.did.get(key, [])]
        model.objects.filter(pk__in=ids).delete()
    for row in rows:
        if (filled := row.did.get("filled")) and row.candidate:
            for field, value in filled.items():
                if getattr(row.candidate, field) == value:
                    empty = None if isinstance(value, int) else ""
                    setattr(row.candidate, field, empty)
            # Two lines may have filled the same person, each in an instance of its own.
            row.candidate.version = F("version") - 1
            row.candidate.save(update_fields=[*filled, "version"])
    created = [row.candidate_id for row in rows if row.did.get("created")]
    Candidate.objects.filter(pk__in=[pk for pk in created if pk]).delete()
    for row in rows:
        if row.did.get("created"):
            row.candidate = None


def _save(rows: list[ImportRow], undo_checked_at: datetime | None = None) -> None:
    """Write what became of the rows in one statement."""
    new = [
        {
            "id": row.pk,
            "cleaned": row.cleaned,
            "errors": row.errors,
            "state": str(row.state),
            "fingerprint": row.fingerprint,
            "candidate_id": row.candidate_id,
            "did": row.did,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE candidates_importrow AS row
               SET cleaned = new.cleaned, errors = new.errors, state = new.state,
                   fingerprint = new.fingerprint, candidate_id = new.candidate_id,
                   did = new.did, undo_checked_at = %s
              FROM jsonb_to_recordset(%s::jsonb)
                   AS new (id bigint, cleaned jsonb, errors jsonb, state text, fingerprint text,
                           candidate_id bigint, did jsonb)
             WHERE row.id = new.id
            """,
            [undo_checked_at, json.dumps(new)],
        )


def work_on(run_id: int, *, seconds: float | None = None) -> bool:
    """Move an import to the end of its present phase. Safe at any time, by any number of workers.

    seconds: leave off after about this long, so that a long file does not keep a worker from
    delivering mail. Returns whether it left off with work to do.

    A chunk that loses a race for an address is tried again; one that the database refuses fails the
    import with a sentence, and what was committed before stays and can be undone.
    """
    refusals, start = 0, time.monotonic()
    while seconds is None or time.monotonic() - start < seconds:
        state = Import.objects.filter(pk=run_id).values_list("state", flat=True).first()
        step = _STEPS.get(state or "")
        if step is None:
            return False
        try:
            if not step(run_id):
                return False
        except DatabaseError as error:
            refusals += 1
            if refusals < MOST_REFUSALS:
                continue
            logger.warning("import %s failed in %s: %s", run_id, state, type(error).__name__)
            _fail(run_id)
            return False
        refusals = 0
    return True


def unfinished() -> list[int]:
    """Return the imports that a worker should be at."""
    return list(Import.objects.filter(state__in=list(_STEPS)).values_list("pk", flat=True))


@transaction.atomic
def _fail(run_id: int) -> None:
    run = Import.objects.select_for_update(of=("self",)).get(pk=run_id)
    run.state = Import.State.FAILED
    run.problem = (
        f"The database refused the rows after line {run.rows_done + 1}. What was imported before"
        " them is there. Undo the import, or ask whoever runs this installation."
    )
    run.save(update_fields=["state", "problem"])


_STEPS: dict[str, Callable[[int], bool]] = {
    Import.State.CHECKING: check_next,
    Import.State.RUNNING: commit_next,
    Import.State.UNDOING: undo_next,
}


def counts(run: Import) -> dict[str, int]:
    """Return how many rows are in each state, in one query."""
    return run.rows.aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in ImportRow.State.values}
    )

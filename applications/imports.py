"""The run of an import: staged, checked, committed and undone, a chunk at a time.

It stands on this floor because a row also carries a past application, and a chunk commits people
and applications in one transaction. Each function here does one chunk and says whether there is
more; a task repeats it. A killed worker leaves whole chunks behind, and the next one goes on.
"""

import gc
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from applications import import_hands, import_undo
from applications.history import PastApplications
from candidates.imports import columns, expecting, people, staging
from candidates.imports.rows import RowForm
from candidates.imports.staging import Line, State
from candidates.models import Import

logger = logging.getLogger(__name__)

CHUNK = 2000
MOST_REFUSALS = 3  # of one chunk by the database, before the import fails


def check_next(run_id: int) -> bool:
    """Put the next rows through their form. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.CHECKING)
        if run is None:
            return False
        rows = staging.unchecked(run, CHUNK)
        if not rows:
            _checked(run)
            return False
        form = RowForm(set(run.mapping.values()), day_first=run.day_first)
        lines = [
            _check(form, pk, number, columns.values_of(cells, run.mapping))
            for pk, number, cells in rows
        ]
        good = [line for line in lines if not line.errors]
        expecting.expect(good)
        staging.save_checked(lines)
        Import.objects.filter(pk=run.pk).update(
            rows_done=F("rows_done") + len(lines),
            rows_refused=F("rows_refused") + len(lines) - len(good),
        )
        return True


def commit_next(run_id: int) -> bool:
    """Write the next rows as people and past applications. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.RUNNING)
        if run is None:
            return False
        lines = staging.waiting(run.pk, CHUNK)
        if not lines:
            _finish(run)
            return False
        _write(run, lines)
        return True


def commit_lines(run_id: int, lines: list[Line]) -> bool:
    """Write these lines, as one of two hands. Returns whether they still waited for it."""
    with _no_collector(), transaction.atomic():
        run = _shared(run_id, Import.State.RUNNING)
        if run is None or not staging.still_wait(lines):
            return False
        _write(run, lines)
        return True


def undo_next(run_id: int) -> bool:
    """Take back what the next rows did, last first. Returns whether there may be more."""
    with transaction.atomic():
        run = _locked(run_id, Import.State.UNDOING)
        if run is None:
            return False
        _profiles_at_the_end()
        count = import_undo.take_back(run, CHUNK)
        if not count:
            _undone(run)
            return False
        run.rows_done += count
        run.save(update_fields=["rows_done"])
        return True


def _check(form: RowForm, pk: int, number: int, values: dict[str, str]) -> Line:
    said, errors = form.check(values)
    errors = errors or PastApplications.problems(said)
    if errors:
        return Line(pk, number, {}, State.REFUSED, errors)
    said = {key: value for key, value in said.items() if value not in ("", None)}
    return Line(pk, number, said, fingerprint=people.fingerprint(said))


def _locked(run_id: int, state: str) -> Import | None:
    """Lock the run, if it is in `state` and no other worker is at it."""
    return (
        Import.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("by")
        .filter(pk=run_id, state=state)
        .first()
    )


def _shared(run_id: int, state: str) -> Import | None:
    """Keep the run from everybody but the other hand, if it is in `state`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM candidates_import WHERE id = %s AND state = %s"
            " FOR KEY SHARE SKIP LOCKED",
            [run_id, state],
        )
        is_ours = cursor.fetchone() is not None
    return Import.objects.select_related("by").get(pk=run_id) if is_ours else None


def _write(run: Import, lines: list[Line]) -> None:
    """Write lines as people and past applications, and count them. `run` itself gets old by it."""
    now = timezone.now()
    _profiles_at_the_end()
    people.commit_chunk(run, lines, now, PastApplications.days(lines))
    PastApplications(run, lines, now).write()
    staging.save_written(lines)
    states = [line.state for line in lines]
    counted = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    counted.rows_done += len(lines)
    counted.people_created += states.count(State.CREATED)
    counted.people_joined += states.count(State.JOINED)
    counted.rows_unchanged += states.count(State.UNCHANGED)
    counted.rows_refused += states.count(State.REFUSED)
    for what, made in run.made.items():  # the other hand may have added some as well
        counted.made[what] = list(dict.fromkeys([*counted.made.get(what, []), *made]))
    counted.save()


def _profiles_at_the_end() -> None:
    """Have the database refresh each match profile once at the commit, not after each statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL perennial.profiles = 'deferred'")


def _checked(run: Import) -> None:
    run.state, run.rows_done = Import.State.READY, 0
    run.rows_refused = run.rows.filter(state=State.REFUSED).count()
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
    run.state, run.undone_at = Import.State.UNDONE, timezone.now()
    run.save(update_fields=["state", "undone_at"])
    audit.record(run.by, "import.undone", run, kept=["", str(import_undo.kept(run).count())])


def work_on(run_id: int, *, seconds: float | None = None) -> bool:
    """Move an import to the end of its present phase. Safe at any time, by any number of workers.

    seconds: leave off after about this long, so that a long file does not keep a worker from
    delivering mail. Returns whether it left off with work to do.

    A chunk that loses a race for an address is tried again; one that the database refuses fails the
    import with a sentence, and what was committed before stays and can be undone.
    """
    refusals, until = 0, math.inf if seconds is None else time.monotonic() + seconds
    import_hands.work_together(run_id, partial(commit_lines, run_id), chunk=CHUNK, until=until)
    while time.monotonic() < until:
        state = Import.objects.filter(pk=run_id).values_list("state", flat=True).first()
        step = _STEPS.get(state or "")
        if step is None:
            return False
        try:
            with _no_collector():
                more = step(run_id)
            if not more:
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


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the collector of cycles away for one chunk. It would go through its hundred thousand
    records again and again, and they hold no cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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

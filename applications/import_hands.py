"""Two hands at one import: while the database takes in one chunk, the next is put together.

Lines are given out in the order of the file. A chunk that names somebody whom a chunk in hand names
too, or a job or skill that has yet to be made, waits until that one is committed: so the result is
that of one hand. Each chunk is a transaction of its own. At the first refusal of the database both
hands leave off, and the one hand that comes after them tries again and says what is wrong.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.db.models.functions import Lower

from applications.models import Job
from candidates.identity import broad_email
from candidates.imports import staging
from candidates.imports.staging import Line
from candidates.models import Import
from candidates.skills import normalise, resolve

logger = logging.getLogger(__name__)

WORTH_IT = 4  # chunks that must be left, so that a second connection pays
_LOCK = 1_740_612_503  # a number of our own, beside the key of the import

Write = Callable[[list[Line]], bool]


def work_together(run_id: int, write: Write, *, chunk: int, until: float) -> None:
    """Write the lines that wait, two chunks at a time, until none is left or `until` has come.

    write: commits some lines; whether they still waited. until: as of `time.monotonic`. Does
    nothing for a short file, inside a transaction, or where another worker is at it.
    """
    if connection.in_atomic_block or not _is_long(run_id, WORTH_IT * chunk):
        return
    with _alone_at(run_id) as is_ours:
        if not is_ours:
            return
        lines = _GivenOut(run_id, chunk)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import") as other:
            second = other.submit(_second_hand, lines, write, until)
            _hand(lines, write, until)
            second.result()


class _GivenOut:
    """The lines of an import that are given out, and what those in hand name."""

    def __init__(self, run_id: int, chunk: int) -> None:
        self.is_over = False
        self._run_id, self._chunk = run_id, chunk
        self._changed = threading.Condition()
        self._taken, self._last = 0, 0  # chunks, and the number of the last line
        self._in_hand: dict[int, set[str]] = {}

    @contextmanager
    def next(self) -> Iterator[list[Line]]:
        """Give the next lines, once no chunk before them names what they name. Empty: no more."""
        with self._changed:
            lines = [] if self.is_over else self._read()
            self._taken += 1
            mine = self._taken
            self._in_hand[mine] = names = _names_in(lines)
            self._changed.wait_for(
                lambda: not any(names & self._in_hand[one] for one in self._in_hand if one < mine)
            )
        try:
            yield [] if self.is_over else lines
        finally:
            with self._changed:
                del self._in_hand[mine]
                self._changed.notify_all()

    def _read(self) -> list[Line]:
        lines = staging.waiting(self._run_id, self._chunk, after=self._last)
        if lines:
            self._last = lines[-1].number
        return lines


def _is_long(run_id: int, rows: int) -> bool:
    is_running = Import.objects.filter(pk=run_id, state=Import.State.RUNNING).exists()
    return is_running and staging.has_waiting(run_id, rows)


def _hand(lines: _GivenOut, write: Write, until: float) -> None:
    """Write one chunk after another. Whatever ends this hand ends the other as well."""
    try:
        while time.monotonic() < until and _writes_next(lines, write):
            pass
    except DatabaseError as error:
        logger.info("a chunk of an import is left to one hand: %s", type(error).__name__)
    finally:
        lines.is_over = True


def _writes_next(lines: _GivenOut, write: Write) -> bool:
    with lines.next() as chunk:
        return bool(chunk) and write(chunk)


def _second_hand(lines: _GivenOut, write: Write, until: float) -> None:
    try:
        _hand(lines, write, until)
    finally:
        connection.close()  # of this thread alone


def _names_in(lines: Iterable[Line]) -> set[str]:
    """Return what makes another chunk wait: who is named, and the jobs and skills to be made.

    Addresses are compared broadly: of two people who share a mailbox each profile says so.
    """
    names = {broad_email(address) for line in lines for address in line.said["emails"]}
    names |= {line.fingerprint for line in lines if line.fingerprint}
    titles = {line.said["application_job"].lower() for line in lines if _applied(line)}
    over = Job.objects.filter(status__in=[Job.Status.FILLED, Job.Status.CLOSED])
    known = over.annotate(folded=Lower("title")).filter(folded__in=titles)
    names |= {f"job: {title}" for title in titles - set(known.values_list("folded", flat=True))}
    spellings = {skill for line in lines for skill in line.said.get("skills", [])}
    return names | {f"skill: {normalise(one)}" for one in spellings - set(resolve(spellings))}


def _applied(line: Line) -> bool:
    return bool(line.said.get("application_job"))


@contextmanager
def _alone_at(run_id: int) -> Iterator[bool]:
    """Keep other pairs of hands away. Whoever dies lets go: the lock ends with its connection."""
    key = [_LOCK, run_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        ((is_ours,),) = cursor.fetchall()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)

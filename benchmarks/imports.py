"""How many rows a second an import takes among very many people, from the file to the last commit.

The file holds a past application and a provable consent on each row; one row in five joins to a
known person. Beside it stands the limit: the same lines by COPY into one plain table.
"""

import io
import time

from django.core.management import call_command
from django.db import connection

from accounts.models import Role, User
from applications import imports
from applications.actions import imports as actions
from benchmarks import people_data
from benchmarks.report import Report
from candidates.models import Candidate, EmailAddress

SIZE = 100_000  # people who are there already
ROWS = 10_000
LIMIT = 2_000  # rows a second, at least
HEADER = (
    "Name;Email;Phone;City;Country;Current title;Skills;Level;Consent date;Consent wording;"
    "Consent source;Applied for;Stage;Outcome;Applied on"
)


def run(size: int, report: Report) -> None:
    """Fill an empty database with `size` people, then import, import again, and take back."""
    call_command("migrate", verbosity=0)
    if (missing := size - Candidate.objects.count()) > 0:
        people_data.fill(missing)
        people_data.analyse()
    by = User.objects.create_user(
        "importer@larkspur-tidal.example", None, name="Importer", roles=[Role.RECRUITER]
    )
    content = _file(ROWS)
    ceiling = _copy_rate(content)
    report.line(bench="import: COPY into a plain table", size=size, value=ceiling, unit="rows/s")
    start = time.perf_counter()
    done = actions.upload(io.BytesIO(content), "bench.csv", by=by)
    uploaded = time.perf_counter()
    actions.map_columns(done, done.mapping, by=by)
    imports.work_on(done.pk)
    checked = time.perf_counter()
    done.refresh_from_db()
    actions.commit(done, by=by)
    imports.work_on(done.pk)
    committed = time.perf_counter()
    for name, seconds in [
        ("read and stage", uploaded - start),
        ("check, one form a row", checked - uploaded),
        ("commit, with joins and triggers", committed - checked),
    ]:
        report.line(bench=f"import: {name}", size=size, value=ROWS / seconds, unit="rows/s")
    report.line(
        bench="import: whole",
        size=size,
        value=ROWS / (committed - start),
        unit="rows/s",
        limit=LIMIT,
    )
    start = time.perf_counter()
    done.refresh_from_db()
    actions.undo(done, by=by)
    imports.work_on(done.pk)
    seconds = time.perf_counter() - start
    report.line(bench="import: undo", size=size, value=ROWS / seconds, unit="rows/s")


def _file(rows: int) -> bytes:
    known = list(EmailAddress.objects.order_by("pk").values_list("address", flat=True)[: rows // 5])
    lines = [HEADER]
    for number in range(rows):
        fresh = f"imported.{number}@import.example"
        email = known[number // 5] if number % 5 == 0 and number // 5 < len(known) else fresh
        lines.append(
            f"Imported Person {number};{email};07700 9{number % 100_000:05};Bristol;United Kingdom;"
            f"Electrician;Skill {number % 40}, Skill {number % 37}, Skill {number % 31};senior;"
            f"2026-0{1 + number % 9}-15;Keep my details for 12 months.;careers form;"
            f"Electrician {number % 20};interview;rejected;2025-0{1 + number % 9}-03"
        )
    return "\n".join(lines).encode()


def _copy_rate(content: bytes) -> float:
    """Return rows/s of COPY of the same lines: what the database could take at the most."""
    lines = content.decode().split("\n")[1:]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (cells text)")
        start = time.perf_counter()
        with cursor.copy("COPY plain FROM STDIN") as copy:
            for line in lines:
                copy.write_row((line,))
        return len(lines) / (time.perf_counter() - start)

"""How many rows a second an import takes among very many people, from the file to the last commit.

Two files. *Past applicants*: each row has a phone, three skills, a provable consent and a past
application, a dozen database rows; one row in five is about a known person, spread over all of
them. *Contacts*: name, address, phone, town and title alone, with as many known people. Beside them
stands the limit: the same lines by COPY into one plain table.
"""

import io
import time
from collections.abc import Iterator
from random import Random

from django.db import connection

from accounts.models import Role, User
from applications import imports, profiles
from applications.actions import imports as actions
from applications.models import MatchProfile
from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.models import EmailAddress, Import

SIZE = 100_000  # people who are there already
PEOPLE = "copy"
ROWS = 20_000
LIMIT = 2_000  # rows a second, at least
HEADER = (
    "Name;Email;Phone;City;Country;Current title;Skills;Level;Consent date;Consent wording;"
    "Consent source;Applied for;Stage;Outcome;Applied on"
)
CONTACT_HEADER = "Name;Email;Phone;City;Current title"
TITLES = ("Electrician", "Cable Jointer", "Rigger", "Technician", "Planner", "HSE Adviser")
LEVELS = ("junior", "experienced", "senior", "lead")
STAGES = ("applied", "phone screen", "interview", "final interview")
OUTCOMES = ("rejected", "rejected: pay", "withdrawn", "offer declined", "rejected: place")


def run(size: int, report: Report) -> None:
    """Fill an empty database with `size` people, then import two files and take one back."""
    people_set.ensure(size)
    by = User.objects.create_user(
        "importer@larkspur-tidal.example", None, name="Importer", roles=[Role.RECRUITER]
    )
    applicants, contacts = _applicants(ROWS, size), _contacts(ROWS, size)
    ceiling = _copy_rate(applicants)
    report.line(bench="import: COPY into a plain table", size=size, value=ceiling, unit="rows/s")
    done = _import("past applicants", applicants, by, size, report)
    start = time.perf_counter()
    actions.undo(done, by=by)
    imports.work_on(done.pk)
    rate = ROWS / (time.perf_counter() - start)
    report.line(bench="past applicants: undo", size=size, value=rate, unit="rows/s")
    _import("contacts", contacts, by, size, report)
    # What statements and their triggers have written is what the definition says of everybody.
    wrong = len(profiles.differing())
    bench = f"match profiles that differ, of {MatchProfile.objects.count():,}"
    report.line(bench=bench, size=size, value=wrong, unit="rows")


def _import(name: str, content: bytes, by: User, size: int, report: Report) -> Import:
    """Import one file and report each phase, and the whole of them."""
    start = time.perf_counter()
    done = actions.upload(io.BytesIO(content), f"{name}.csv", by=by)
    uploaded = time.perf_counter()
    actions.map_columns(done, done.mapping, by=by)
    imports.work_on(done.pk)
    checked = time.perf_counter()
    done.refresh_from_db()
    actions.commit(done, by=by)
    imports.work_on(done.pk)
    committed = time.perf_counter()
    done.refresh_from_db()
    if (done.people_created, done.people_joined) != (ROWS - ROWS // 5, ROWS // 5):
        raise RuntimeError(f"{name}: {done.people_created} created, {done.people_joined} joined")
    for phase, seconds in [
        ("read and stage", uploaded - start),
        ("check, one form a row", checked - uploaded),
        ("commit, with joins and triggers", committed - checked),
    ]:
        report.line(bench=f"{name}: {phase}", size=size, value=ROWS / seconds, unit="rows/s")
    rate = ROWS / (committed - start)
    report.line(bench=f"{name}: whole", size=size, value=rate, unit="rows/s", limit=LIMIT)
    return done


def _applicants(rows: int, size: int) -> bytes:
    lines, draw = [HEADER], Random(42)
    for number, contact in enumerate(_people("applicant", rows, size, draw)):
        name, email, phone, city = contact
        title = draw.choice(TITLES)
        skills = ", ".join(f"Skill {rank}" for rank in draw.sample(range(1, 60), 3))
        lines.append(
            f"{name};{email};{phone};{city};United Kingdom;{title};{skills};{draw.choice(LEVELS)};"
            f"2026-0{1 + number % 9}-{1 + number % 28:02};Keep my details for 12 months.;"
            f"careers form;{title} {number % 7};{draw.choice(STAGES)};{draw.choice(OUTCOMES)};"
            f"2025-0{1 + number % 9}-{1 + number % 28:02}"
        )
    return "\n".join(lines).encode()


def _contacts(rows: int, size: int) -> bytes:
    lines, draw = [CONTACT_HEADER], Random(43)
    people = _people("contact", rows, size, draw)
    lines += [";".join([*contact, draw.choice(TITLES)]) for contact in people]
    return "\n".join(lines).encode()


def _people(kind: str, rows: int, size: int, draw: Random) -> Iterator[tuple[str, ...]]:
    """Yield name, address, phone and town; every fifth address is that of a known person."""
    addresses = EmailAddress.objects.order_by("pk").values_list("address", flat=True)
    known = list(addresses[: size : max(1, size // (rows // 5))])
    cities = [place[0] for place in people_data.PLACES if place[1] == "GB"]
    for number in range(rows):
        email = f"{kind}.{number}@import.example"
        if number % 5 == 0:
            email = known[number // 5 % len(known)]
        name = f"{draw.choice(people_data.FIRST)} {draw.choice(people_data.LAST)}"
        yield name, email, f"07700 {900_000 + number}", draw.choice(cities)


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

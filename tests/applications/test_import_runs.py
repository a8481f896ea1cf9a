"""An import tells beforehand what it will do, survives its worker, and leaves no trace undone."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applications import imports, tasks
from applications.actions import imports as actions
from applications.import_preview import preview
from applications.models import Application, Job
from candidates.actions.contact import suppress_address
from candidates.imports import reading
from candidates.models import Candidate, EmailAddress, Import, Skill
from tests.applications.importing import database_url
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    SkillAliasFactory,
    SkillFactory,
)

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "past-applicants.csv"
WORDS = "Keep my details for 12 months and email me about similar jobs."
HISTORY = "Name,Email,Skills,Applied for,Outcome,Date applied\n"


def _ready(content: bytes | str, by, *, wording: str = "") -> Import:
    """Upload, keep the guessed columns, check."""
    data = content if isinstance(content, bytes) else content.encode()
    run = actions.upload(io.BytesIO(data), "people.csv", by=by)
    actions.map_columns(run, run.mapping, by=by, consent_wording=wording)
    imports.work_on(run.pk)
    run.refresh_from_db()
    return run


def _done(content: bytes | str, by, *, wording: str = "") -> Import:
    run = _ready(content, by, wording=wording)
    actions.commit(run, by=by)
    imports.work_on(run.pk)
    run.refresh_from_db()
    return run


def _dump() -> dict[str, list[str]]:
    """Every row of every table of people and applications, except those of imports themselves."""
    own = {"candidates_import", "candidates_importrow", "candidates_columnmapping"}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("candidates_", "applications_")) and table not in own:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.mark.django_db
def test_preview_counts_people_and_why_not_mailable(recruiter):
    suppress_address("gone@x.example", scope="all", reason="objected", by="test")
    EmailAddressFactory(candidate=CandidateFactory(without_email=True), address="known@x.example")
    SkillAliasFactory(skill=SkillFactory(name="BOSIET"), spelling="bosiet")
    recent = (timezone.now() - timedelta(days=30)).date()
    old = (timezone.now() - timedelta(days=400)).date()

    run = _ready(
        "Name,Email,Skills,Consent date,Consent source\n"
        f"Ann,ann@x.example,bosiet;Rope access,{recent},form\n"
        f"Ann,ANN@x.example,,{recent},form\n"
        f"Gone,Gone+jobs@x.example,,{recent},form\n"
        f"Known,KNOWN@x.example,,,\n"
        f"Old,old@x.example,,{old},form\n"
        f"Nobody,,,{recent},form\n"
        f",refused@x.example,,,\n",
        recruiter,
        wording=WORDS,
    )

    told = preview(run)
    assert {key: told[key] for key in told if not key.startswith("first_")} == {
        "people": 5,
        "known": 1,
        "new": 4,
        "refused": 1,
        "mailable": 1,
        "unreachable": 1,
        "suppressed": 1,
        "ran_out": 1,
        "unproven": 1,
        "new_skills": ["Rope access"],
        "historic_jobs": [],
        "before": None,
    }
    assert Skill.objects.count() == 1
    actions.commit(run, by=recruiter)
    imports.work_on(run.pk)
    run.refresh_from_db()
    assert (run.people_created, run.rows_refused) == (4, 1)
    assert [c.name for c in Candidate.objects.contactable().filter(name="Ann")] == ["Ann"]
    assert not Candidate.objects.contactable().filter(name__in=["Gone", "Old", "Nobody"]).exists()


@pytest.mark.django_db
def test_preview_says_that_the_very_file_was_imported_before(recruiter, staff_client):
    first = _done("Name,Email\nAnn,ann@x.example\n", recruiter)

    second = _ready("Name,Email\nAnn,ann@x.example\n", recruiter)

    assert preview(second)["before"] == first
    page = staff_client.get(reverse("applications:import", args=[second.public_id]))
    assert "This very file was imported before" in page.content.decode()


@pytest.mark.django_db
def test_example_file_twice_changes_nothing_the_second_time(recruiter):
    first = _done(EXAMPLE.read_bytes(), recruiter, wording=WORDS)
    before = _dump()

    second = _done(EXAMPLE.read_bytes(), recruiter, wording=WORDS)

    assert (first.people_created, first.rows_refused) == (40, 0)
    assert (second.people_created, second.people_joined, second.rows_unchanged) == (0, 0, 40)
    assert _dump() == before


@pytest.mark.django_db
def test_undo_of_the_example_file_leaves_every_table_as_it_was(recruiter):
    ann = CandidateFactory(name="Ann", headline="")
    EmailAddressFactory(candidate=ann, address="alun.penrose@post.example")
    before = _dump()
    run = _done(EXAMPLE.read_bytes(), recruiter, wording=WORDS)
    assert (run.people_joined, _dump() == before) == (1, False)

    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)

    assert _dump() == before


@pytest.mark.django_db
def test_undo_takes_back_two_lines_about_one_known_person(recruiter):
    ann = CandidateFactory(name="Ann", headline="", current_title="")
    EmailAddressFactory(candidate=ann, address="ann@x.example")
    before = _dump()
    run = _done(
        "Name,Email,Headline,Current title\n"
        "Ann,ann@x.example,Jointer,\n"
        "Ann,ann@x.example,,Fitter\n",
        recruiter,
    )
    ann.refresh_from_db()
    assert (ann.headline, ann.current_title) == ("Jointer", "Fitter")

    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)

    assert _dump() == before


@pytest.mark.django_db
def test_file_of_a_hundred_megabytes_is_refused(recruiter, tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as large:
        large.write(b"Name,Email\n")
        for _ in range(100):
            large.write(b"Ann,ann@x.example\n" * 58_000)

    with file.open("rb") as large, pytest.raises(ValidationError) as refusal:
        actions.upload(large, "large.csv", by=recruiter)

    assert refusal.value.code == "too_large"
    assert Import.objects.count() == 0


@pytest.mark.django_db
def test_file_is_never_in_memory_as_a_whole(recruiter, tmp_path):
    """A staged file costs memory for a block or two, not for its forty megabytes."""
    import tracemalloc

    file = tmp_path / "long.csv"
    with file.open("wb") as long:
        long.write(b"Name,Remarks\n")
        long.write((b"Ann," + b"x" * 9_000 + b"\n") * 4_500)

    with file.open("rb") as long:
        shape = reading.shape_of(long)
        tracemalloc.start()
        count = sum(1 for _ in reading.records(long, shape.encoding, shape.delimiter))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == 4_500
    assert most < 16 * 1024 * 1024


@pytest.mark.django_db
def test_task_leaves_off_after_its_turn_and_goes_on_later(recruiter, monkeypatch):
    run = _ready("Name\n" + "".join(f"P{n}\n" for n in range(5)), recruiter)
    actions.commit(run, by=recruiter)

    assert imports.work_on(run.pk, seconds=0) is True
    assert Candidate.objects.count() == 0

    tasks.go_on_with_imports()
    tasks.go_on_with_imports()
    assert Candidate.objects.count() == 5


def test_beat_takes_up_imports_whose_worker_was_lost():
    entry = settings.CELERY_BEAT_SCHEDULE["go_on_with_imports"]

    assert entry["task"] == tasks.go_on_with_imports.name


# A worker that dies by SIGKILL in its second chunk, when people and their history are written.
DYING = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from applications import imports
imports.CHUNK = 10
seen = 0
def die(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    seen += "UPDATE candidates_importrow" in sql
    if seen == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
with connection.execute_wrapper(die):
    imports.work_on(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_killed_worker_is_followed_by_another_without_double_effect(recruiter):
    lines = [f"P{n},p{n}@x.example,BOSIET,Jointer,rejected,2025-03-01\n" for n in range(35)]
    run = _ready(HISTORY + "".join(lines), recruiter)
    actions.commit(run, by=recruiter)

    dead = subprocess.run(
        [sys.executable, "-c", DYING, str(run.pk)],
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert dead.returncode == -signal.SIGKILL, dead.stderr
    run.refresh_from_db()
    assert (run.state, run.rows_done) == (Import.State.RUNNING, 10)
    assert (Candidate.objects.count(), Application.objects.count()) == (10, 10)

    for import_id in imports.unfinished():
        imports.work_on(import_id)

    run.refresh_from_db()
    assert (run.state, run.rows_done, run.people_created) == (Import.State.DONE, 35, 35)
    assert (Candidate.objects.count(), EmailAddress.objects.count()) == (35, 35)
    assert (Application.objects.count(), Job.objects.count()) == (35, 1)

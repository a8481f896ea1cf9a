"""Two hands at one import: at work at once, with the result of one, whatever dies or is refused."""

import math
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, transaction

from applications import import_hands, imports, profiles
from applications.actions import imports as actions
from applications.models import Application, Job
from candidates.models import Candidate, EmailAddress, Import, ImportRow, Skill
from tests.applications.importing import database_url, run_of
from tests.factories.candidates import CandidateFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db(transaction=True)
CHUNK = 5
PATIENCE = 60  # seconds for another thread, on a busy machine


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", CHUNK)


def line(number, *, email=None, skills="", job=""):
    email = f"p{number}@x.example" if email is None else email
    applied = f"{job};interview;rejected;2025-03-04" if job else ";;;"
    return f"P{number % 1000};{email};{skills};Bath;;;;{applied}"


def ready(lines, by):
    run = run_of(*lines, by=by, upto="ready")
    actions.commit(run, by=by)
    return run


def together(run, write=None):
    own = write or (lambda lines: imports.commit_lines(run.pk, lines))
    import_hands.work_together(run.pk, own, chunk=CHUNK, until=math.inf)


def in_a_thread(act, *args):
    """Do something as another worker would, on a connection of its own."""
    found = []

    def run():
        try:
            found.append(act(*args))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE)
    return found


def told(run):
    """Everything that an import did, in words that do not depend on keys."""
    run.refresh_from_db()
    people = sorted(
        (
            one.name,
            sorted(one.emails.values_list("address", "is_primary")),
            sorted(one.skills.values_list("skill__name", flat=True)),
            sorted(one.applications.values_list("job__title", "applied_at", "outcome")),
            sorted(one.activities.values_list("text", flat=True)),
            sorted(one.ground_events.values_list("purpose", "kind")),
        )
        for one in Candidate.objects.all()
    )
    rows = list(run.rows.order_by("number").values_list("number", "state", "errors"))
    counts = (run.rows_done, run.people_created, run.people_joined, run.rows_unchanged)
    made = {what: len(ids) for what, ids in run.made.items()}
    jobs = sorted(Job.objects.values_list("title", "opened_at"))
    return people, rows, counts, run.rows_refused, made, jobs, sorted(skill_names())


def skill_names():
    return Skill.objects.values_list("name", flat=True)


def test_two_chunks_are_at_work_at_once(recruiter):
    run = ready([line(n) for n in range(30)], recruiter)
    both, hands = threading.Barrier(2), set()

    def write(lines):
        hands.add(threading.get_ident())
        if lines[0].number <= CHUNK + 2:  # the first chunk and the second
            both.wait(PATIENCE)
        return imports.commit_lines(run.pk, lines)

    together(run, write)

    assert len(hands) == 2
    imports.work_on(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.people_created) == (Import.State.DONE, 30, 30)


def test_two_hands_do_what_one_does(recruiter):
    """People, jobs and skills that stand in neighbouring chunks are one, as with one hand."""
    known = CandidateFactory(name="Known", country="GB")
    for address in ("one@known.example", "two@known.example"):
        EmailAddressFactory(candidate=known, address=address, is_primary=False)
    lines = [line(n, skills="BOSIET", job="Jointer") for n in range(50)]
    for number in (3, 5, 8, 11):
        lines[number] = line(700, email="same@x.example", skills=f"Own {number}", job="Rigger")
    for number in (14, 16):
        lines[number] = line(800, email="", job="Diver")  # nobody's address: the same line
    lines[19] = line(19, email="one@known.example", skills="Welding")
    lines[21] = line(21, email="two@known.example", skills="Welding, Rope access")
    lines[24] = line(24, email="one@known.example, p3@x.example")  # two people: refused
    lines[22] = line(22, email="p3@x.example")
    lines[29] = line(29, email="box+one@x.example")
    lines[31] = line(31, email="box+two@x.example")
    with transaction.atomic():  # one hand: nobody else sees what is not committed
        one = ready(lines, recruiter)
        imports.work_on(one.pk)
    expected = told(one)
    actions.undo(one, by=recruiter)
    imports.work_on(one.pk)
    assert Candidate.objects.get() == known

    two = ready(lines, recruiter)
    imports.work_on(two.pk)

    assert told(two) == expected
    assert two.state == Import.State.DONE
    assert list(profiles.differing()) == []
    assert EmailAddress.objects.filter(canonical="same@x.example").count() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (line(900, email="same@x.example"), line(901, email="Same@x.example")),
        (line(900, email="box+one@x.example"), line(901, email="box+two@x.example")),
        (line(900, email=""), line(900, email="")),
        (line(900, skills="Rope access"), line(901, skills="rope-access")),
        (line(900, job="Diver"), line(901, job="diver")),
    ],
    ids=["address", "mailbox", "line without address", "skill to make", "job to make"],
)
def test_a_chunk_that_names_what_is_in_hand_waits(recruiter, one, other):
    lines = [line(n) for n in range(30)]
    lines[2], lines[7] = one, other
    run, seen = ready(lines, recruiter), []

    def write(chunk):
        seen.append(("begins", chunk[0].number))
        done = imports.commit_lines(run.pk, chunk)
        seen.append(("ends", chunk[0].number))
        return done

    together(run, write)

    first, second = sorted({number for _, number in seen})[:2]
    assert seen.index(("ends", first)) < seen.index(("begins", second))
    assert list(profiles.differing()) == []


@pytest.mark.parametrize("lines", [4 * CHUNK, 0])
def test_a_short_file_is_left_to_one_hand(recruiter, lines):
    run = ready([line(n) for n in range(lines or CHUNK)], recruiter)

    together(run, lambda _: pytest.fail("a second connection for so little"))

    assert Candidate.objects.count() == 0


def test_a_phase_before_the_commit_is_left_to_one_hand(recruiter):
    run = run_of(*[line(n) for n in range(30)], by=recruiter, upto="ready")

    together(run, lambda _: pytest.fail("nobody pressed the button"))

    assert Candidate.objects.count() == 0


def test_another_worker_does_nothing_twice(recruiter):
    """A pair is kept away; one hand that was quicker has its lines, and the pair leaves off."""
    run = ready([line(n) for n in range(30)], recruiter)
    strangers, first = [], threading.Lock()

    def write(lines):
        if first.acquire(blocking=False):
            in_a_thread(together, run, strangers.append)
            strangers.append(in_a_thread(imports.commit_next, run.pk))
        return imports.commit_lines(run.pk, lines)

    together(run, write)
    imports.work_on(run.pk)

    assert strangers in ([[True]], [[False]])
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.people_created) == (Import.State.DONE, 30, 30)
    assert (Candidate.objects.count(), EmailAddress.objects.count()) == (30, 30)


def test_lines_that_somebody_else_wrote_are_left_alone(recruiter):
    run = ready([line(n) for n in range(30)], recruiter)

    def write(lines):
        in_a_thread(imports.commit_next, run.pk)
        return imports.commit_lines(run.pk, lines)

    import_hands._hand(import_hands._GivenOut(run.pk, CHUNK), write, math.inf)

    run.refresh_from_db()
    assert (run.rows_done, Candidate.objects.count()) == (CHUNK, CHUNK)


@contextmanager
def nobody_called(name):
    """Let the database refuse somebody, as a rule of its own would."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE candidates_candidate ADD CONSTRAINT no_name CHECK (name <> '{name}')"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE candidates_candidate DROP CONSTRAINT no_name")


def test_what_the_database_refuses_fails_the_import_with_a_sentence(recruiter):
    run = ready([line(n) for n in range(30)], recruiter)

    with nobody_called("P12"):
        imports.work_on(run.pk)

    run.refresh_from_db()
    assert run.state == Import.State.FAILED
    assert run.problem.startswith("The database refused the rows after line ")
    assert Candidate.objects.count() == run.rows_done == run.people_created
    assert not ImportRow.objects.filter(run=run, number=14).exclude(state="staged").exists()
    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)
    assert Candidate.objects.count() == 0


def test_a_mistake_of_ours_is_not_hidden_and_ends_both_hands(recruiter):
    run = ready([line(n) for n in range(60)], recruiter)

    def write(lines):
        if lines[0].number > 3 * CHUNK:
            raise ZeroDivisionError
        return imports.commit_lines(run.pk, lines)

    with pytest.raises(ZeroDivisionError):
        together(run, write)

    assert 2 * CHUNK <= Candidate.objects.count() <= 4 * CHUNK
    imports.work_on(run.pk)  # nothing is locked
    assert Candidate.objects.count() == 60


DYING = """
import math, os, signal, sys, threading
import django
django.setup()
from django.db import connection
from applications import import_hands, imports, profiles
run, after, seen, counting = int(sys.argv[1]), int(sys.argv[2]), 0, threading.Lock()
def die(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    if "UPDATE candidates_importrow" in sql:
        with counting:
            seen += 1
            if seen > after:
                os.kill(os.getpid(), signal.SIGKILL)
    return result
def write(lines):
    with connection.execute_wrapper(die):
        return imports.commit_lines(run, lines)
import_hands.work_together(run, write, chunk=5, until=math.inf)
"""


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_a_worker_with_two_hands_that_is_killed_is_followed_by_another(recruiter, after):
    run = ready([line(n, skills="BOSIET", job="Jointer") for n in range(60)], recruiter)

    dead = subprocess.run(
        [sys.executable, "-c", DYING, str(run.pk), str(after)],
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
    assert run.state == Import.State.RUNNING
    assert run.rows_done in {CHUNK * n for n in range(after + 1)}  # whole chunks
    assert Candidate.objects.count() == Application.objects.count() == run.rows_done

    for import_id in imports.unfinished():
        imports.work_on(import_id)

    run.refresh_from_db()
    assert (run.state, run.rows_done, run.people_created) == (Import.State.DONE, 60, 60)
    assert (Candidate.objects.count(), EmailAddress.objects.count()) == (60, 60)
    assert (Application.objects.count(), Job.objects.count()) == (60, 1)

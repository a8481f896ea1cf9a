"""A whole set of invented people, built fast in an empty database and kept for many benchmarks.

    python -m benchmarks.people_set 1000000

The rows are those of `people_data`, and besides: a past application of 60 in 100, a job email of
half, a note about a quarter, and a text of 300 words for everybody. Triggers are off and indexes
are made at the end, by two connections at a time; profiles and search text are then derived once,
from the views that define them.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from django.db import connection

TEXTS = 2_000
WORDS_OF_A_TEXT = 300
VOCABULARY = 20_000
HANDS = 2  # connections at a time
PARTS = 20  # of what is derived
DERIVED = ("applications_matchprofile", "candidates_searchtext")

APPLICATIONS = """
INSERT INTO applications_application (public_id, candidate_id, job_id, stage_id, stage_entered_at,
    furthest, source, applied_at, hear_by, closed_at, outcome, rejection_reason, would_hire)
SELECT gen_random_uuid(), c.id, %(job)s, %(stage)s, now() - interval '300 days',
       1 + floor(random() ^ 3 * 5)::int, '', now() - interval '400 days', NULL,
       now() - interval '300 days', 'rejected', 'stronger_applicant', random() < 0.05
  FROM candidates_candidate c WHERE random() < 0.6 ORDER BY c.id
"""
MESSAGES = """
INSERT INTO engagement_message (public_id, dedupe_key, purpose, candidate_id, job_id, sender_id,
    state, reason, due_at, address, subject, text, armed_at, handed_at, settled_at, created_at)
SELECT gen_random_uuid(), 'set-' || c.id, 'nurture', c.id, %(job)s, %(owner)s, 'delivered', '',
       sent, 'person-' || c.id || '@mail.example', 'A job that may suit you',
       repeat('We have a job that may suit you. ', 12), sent, sent, sent, sent
  FROM (SELECT id, now() - (100 + id %% 900) * interval '1 day' AS sent
          FROM candidates_candidate WHERE id %% 2 = 0) c ORDER BY c.id
"""
NOTES = """
INSERT INTO candidates_note (candidate_id, author_id, text, visibility, created_at)
SELECT id, %(owner)s, 'We spoke on the phone. Likes the sea, dislikes night shifts; ring again.',
       'team', now() - id %% 900 * interval '1 day'
  FROM candidates_candidate WHERE id %% 4 = 1 ORDER BY id
"""
GATES = """
INSERT INTO candidates_contactgate (candidate_id, job_emails_at)
SELECT id, '{}' FROM candidates_candidate ORDER BY id
"""
MEANINGS = """
INSERT INTO applications_skillmeaning (skill_id, means_id, is_implied)
SELECT skill_id, means_id, is_implied FROM applications_skillmeaning_source
"""
POOL = """
CREATE UNLOGGED TABLE bench_texts AS
SELECT n - 1 AS n, setweight(to_tsvector('english', t), 'D') AS words
  FROM unnest(%s::text[]) WITH ORDINALITY AS x(t, n)
"""
PROFILES = """
INSERT INTO applications_matchprofile ({columns}) SELECT {columns}
  FROM applications_matchprofile_source WHERE candidate_id BETWEEN %s AND %s ORDER BY candidate_id
"""
SEARCH = """
INSERT INTO candidates_searchtext (candidate_id, folded_name, config, short, long)
SELECT s.candidate_id, s.folded_name, s.config, s.short, s.long || p.words
  FROM candidates_searchtext_source s JOIN bench_texts p ON p.n = s.candidate_id %% %s
 WHERE s.candidate_id BETWEEN %s AND %s ORDER BY s.candidate_id
"""
# Indexes that hold no rule: they can wait until their table is full.
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
"""


def ensure(size: int) -> None:
    """Build the set where nobody is in the database yet; else leave it as it is."""
    from candidates.models import Candidate, SearchText

    if not Candidate.objects.exists():
        build(size)
    if not SearchText.objects.filter(long__matches="'w1':D").exists():
        raise RuntimeError("The texts of this set are gone; remove its database to have it built.")


def build(size: int) -> None:
    """Fill an empty, migrated database with `size` people."""
    from benchmarks import people_data

    job, stage = _history()
    values = people_data.values_for(size, above=0) | {"job": job, "stage": stage}
    with connection.cursor() as cursor:
        people_data.default_in_the_database(cursor)
        cursor.execute(people_data.CATALOGUE, values)
    tables = [
        "candidates_candidate", "candidates_contactgate", "candidates_emailaddress",
        "candidates_groundevent", "candidates_preference", "candidates_candidateskill",
        "candidates_activity", "candidates_note", "applications_application",
        "engagement_message", *DERIVED,
    ]  # fmt: skip
    indexes = _drop_indexes(tables)
    _say("people")
    _run([people_data.PEOPLE], values)
    _say("what hangs on them")
    _together(
        lambda statements: _run(statements, values),
        [
            [people_data.PERSON_SKILLS],
            [people_data.EMAILS, people_data.GROUNDS, people_data.STOPS, people_data.PAUSES, GATES],
            [APPLICATIONS, MESSAGES, NOTES],
            [people_data.ACTIVITIES],
        ],
    )
    of_derived = [one for name, one in indexes if any(f".{t} " in one for t in DERIVED)]
    others = [one for _, one in indexes if one not in of_derived]
    _say("indexes")
    _together(lambda one: _run([one]), others)
    _analyse()
    _say("profiles and search text")
    _derive(size)
    _say("their indexes")
    _together(lambda one: _run([one]), of_derived)
    _analyse("VACUUM (ANALYZE)")
    _say("done")


def _history() -> tuple[int, int]:
    """Return the job of everybody's past application, and its stage."""
    from django.utils import timezone

    from applications.models import Job

    now = timezone.now()
    job = Job.objects.create(title="Bench history", status="closed", opened_at=now, closed_at=now)
    stage = job.stages.create(name="Review", position=1, milestone=2, candidate_state="reviewed")
    return job.pk, stage.pk


def _drop_indexes(tables: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        found: list[tuple[str, str]] = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return found


def _derive(size: int) -> None:
    from applications.models import MatchProfile

    columns = ", ".join(str(field.column) for field in MatchProfile._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(POOL, [texts()])
    _run(["DELETE FROM applications_skillmeaning", MEANINGS])
    _analyse("ANALYZE applications_skillmeaning")
    width = -(-size // PARTS)
    work = []
    for start in range(1, size + 1, width):
        work.append((PROFILES.format(columns=columns), [start, start + width - 1]))
        work.append((SEARCH, [TEXTS, start, start + width - 1]))
    _together(lambda one: _run([one[0]], one[1]), work)
    _run(["DROP TABLE bench_texts"])


def texts() -> list[str]:
    """Return two thousand texts. Their words are invented, and drawn by Zipf's law: the first of
    them stands in most texts."""
    draw = random.Random(42)  # the same texts on every machine
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    return [
        " ".join(
            f"w{rank}"
            for rank in draw.choices(range(1, VOCABULARY + 1), weights, k=WORDS_OF_A_TEXT)
        )
        for _ in range(TEXTS)
    ]


def _run(statements: Iterable[str], values: object = None) -> None:
    """Run statements without triggers and keys to other tables, with memory to sort in."""
    with connection.cursor() as cursor:
        for setting in (
            "session_replication_role = replica", "work_mem = '512MB'",
            "maintenance_work_mem = '1GB'", "synchronous_commit = off", "jit = off",
        ):  # fmt: skip
            cursor.execute(f"SET {setting}")
        for statement in statements:
            cursor.execute("SELECT setseed(0.42)")
            cursor.execute(statement, values)
    connection.close()  # and with it the settings


def _analyse(how: str = "ANALYZE") -> None:
    with connection.cursor() as cursor:
        cursor.execute(how)


def _together(do: Callable[[Any], None], work: Iterable[Any]) -> None:
    """Do each piece, two at a time, each over a connection of its own."""
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(do, work))


_began = time.monotonic()


def _say(what: str) -> None:
    print(f"  {time.monotonic() - _began:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    build(int(sys.argv[1]))

"""How long Today takes among very many people, applications and promises: through all of Django."""

import statistics
import time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import people_data, people_set
from benchmarks.people import measure
from benchmarks.report import Report
from candidates import extensions

SIZE = 100_000
PEOPLE = "copy"
LIMIT_MS = 150.0
ENDING_MS = 300.0  # once in ten minutes, for the officer

# Half as many again as there are people in all: the set has a past one of 60 in 100, so 90 more of
# a hundred. Of these some are open, as in a company that hires a thousand at a time.
OPEN = """
INSERT INTO applications_application (public_id, candidate_id, job_id, stage_id, stage_entered_at,
    furthest, source, applied_at, hear_by, closed_at, outcome, rejection_reason, would_hire)
SELECT gen_random_uuid(), c.id, a.job_id, a.stage_id, now() - interval '2 days', 1, '',
       now() - interval '9 days', CASE WHEN is_open THEN current_date + (c.id %% 20)::int - 2 END,
       CASE WHEN NOT is_open THEN now() - interval '200 days' END,
       CASE WHEN is_open THEN '' ELSE 'rejected' END,
       CASE WHEN is_open THEN '' ELSE 'stronger_applicant' END, false
  FROM candidates_candidate c
 CROSS JOIN (SELECT job_id, stage_id FROM applications_application LIMIT 1) a
 CROSS JOIN LATERAL (SELECT c.id %% 50 = 0 AS is_open) o
 WHERE c.id %% 10 <> 9 AND c.id <= %s + (SELECT min(id) FROM candidates_candidate)
"""
# One in four was interviewed in the last two months; the job is in Ontario, where a law counts.
INTERVIEWS = """
INSERT INTO applications_interview (public_id, application_id, kind, state, minutes, starts_at,
    ends_at, place, link, words, sequence, created_at, asked_words, cancelled_side)
SELECT gen_random_uuid(), a.id, 'video', 'held', 60, held_at, held_at + interval '1 hour', '', '',
       '', 0, held_at, '', ''
  FROM applications_application a
 CROSS JOIN LATERAL (SELECT now() - a.id %% 60 * interval '1 day' AS held_at) h
 WHERE a.id %% 4 = 0
"""
OFFICE = """
WITH office AS (
    INSERT INTO applications_office (name, city, country, region, time_zone)
    VALUES ('Kingston', 'Kingston', 'CA', 'Ontario', 'America/Toronto') RETURNING id
)
INSERT INTO applications_job_offices (job_id, office_id)
SELECT a.job_id, office.id
  FROM office CROSS JOIN (SELECT job_id FROM applications_application LIMIT 1) a
"""
PROMISES = """
INSERT INTO applications_promise (public_id, candidate_id, families, note, until, state, owner_id,
    made_at, due_at, due_job_id, settled_at, why, words)
SELECT gen_random_uuid(), c.id, ARRAY['Electrical'], '', current_date + 200,
       CASE WHEN c.id %% 1000 = 0 THEN 'due' WHEN c.id %% 3 = 0 THEN 'open' ELSE 'kept' END,
       %s, now() - interval '90 days', CASE WHEN c.id %% 3 = 0 AND c.id %% 1000 <> 0 THEN NULL
       ELSE now() - interval '1 day' END, NULL,
       CASE WHEN c.id %% 3 <> 0 AND c.id %% 1000 <> 0 THEN now() END,
       CASE WHEN c.id %% 3 <> 0 AND c.id %% 1000 <> 0 THEN 'contact' ELSE '' END, ''
  FROM candidates_candidate c WHERE c.id %% 5 = 0
"""


def run(size: int, report: Report) -> None:
    """Fill the set of people with open applications and promises, then ask for the page."""
    people_set.ensure(size)
    owner = people_data.owner()
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [size])
        cursor.execute(INTERVIEWS, [])
        cursor.execute(OFFICE, [])
        cursor.execute(PROMISES, [owner.pk])
        cursor.execute("ANALYZE applications_application, applications_interview")
        cursor.execute("ANALYZE applications_promise")
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(owner)
    today = reverse("today")
    for name, query in [("my day", ""), ("all", "?view=all")]:
        measure(client, f"today: {name}", [today + query], size, report, limit=LIMIT_MS)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        extensions.ending_soon(timezone.now())
        times.append((time.perf_counter() - start) * 1000)
    report.line(
        bench="today: consent that ends, not yet kept",
        size=size,
        value=statistics.median(times),
        unit="ms, median",
        limit=ENDING_MS,
    )
    ledger = reverse("applications:promises")
    measure(client, "promises: open", [f"{ledger}?state=open"], size, report, limit=LIMIT_MS)

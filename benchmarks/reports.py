"""How long the pages of measures take among very many people: through all of Django.

Two years of applications: most are turned down by letter after days that differ, some withdraw, one
in twenty is hired, one in eight was interviewed; half of the people got a job email, one in fifty
of those answered or stopped them, and a third of all choices is a pause.
"""

import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications import tasks as applications_tasks
from applications.models import Application
from benchmarks import board, people_data, people_set
from benchmarks.people import measure
from benchmarks.report import Report
from engagement import tasks as engagement_tasks

SIZE = 100_000
PEOPLE = "copy"
LIMIT_MS = 200.0

# Of what happened only the times matter here; the triggers keep what other pages read.
STORY = (
    "SET session_replication_role = replica",
    """
UPDATE applications_application
   SET applied_at = now() - (id %% 730) * interval '1 day' - interval '2 days',
       closed_at = CASE WHEN id %% 6 = 0 THEN NULL
                        ELSE now() - (id %% 730) * interval '0.9 day' END,
       outcome = CASE WHEN id %% 6 = 0 THEN '' WHEN id %% 20 = 1 THEN 'hired'
                      WHEN id %% 10 = 2 THEN 'withdrawn' ELSE 'rejected' END,
       rejection_reason = CASE WHEN id %% 6 <> 0 AND id %% 20 <> 1 AND id %% 10 <> 2
                               THEN 'stronger_applicant' ELSE '' END
""",
    """
INSERT INTO applications_letter (public_id, application_id, kind, calendars, subject, text,
    send_after, created_at, sent_at, problem)
SELECT gen_random_uuid(), id, 'decision', '[]', 'Your application', 'We chose somebody else.',
       closed_at, closed_at, closed_at + interval '1 day', ''
  FROM applications_application WHERE outcome = 'rejected' AND id %% 9 > 0
""",
    """
INSERT INTO applications_interview (public_id, application_id, kind, state, minutes, starts_at,
    ends_at, place, link, words, sequence, created_at, asked_words, cancelled_side)
SELECT gen_random_uuid(), id, 'video', 'held', 60, held_at, held_at + interval '1 hour', '', '',
       '', 0, held_at, '', ''
  FROM (SELECT id, applied_at + interval '9 days' AS held_at
          FROM applications_application WHERE id %% 8 = 0) a
""",
    """
UPDATE engagement_message
   SET handed_at = now() - (id %% 730) * interval '1 day', armed_at = now()
""",
    """
INSERT INTO engagement_reply (public_id, candidate_id, message_id, matched_by, is_known_address,
    their_id, thread, name, address, "to", subject, text, quoted, files, is_cut, at, kind, reasons,
    suggestion, intent, holds, is_open)
SELECT gen_random_uuid(), candidate_id, id, 'message', true, '', '{}', '', '', '', 'Re', 'Yes', '',
       '[]', false, handed_at, 'reply', '{}', '', '', '', false
  FROM engagement_message WHERE id %% 50 = 0
""",
    """
INSERT INTO candidates_stop (candidate_id, reason, at)
SELECT candidate_id, 'unsubscribed', handed_at + interval '1 day'
  FROM engagement_message WHERE id %% 50 = 1
""",
    """
INSERT INTO candidates_preferencechange (public_id, candidate_id, action_id, at, channel, before,
    after)
SELECT gen_random_uuid(), candidate_id, gen_random_uuid(), handed_at + interval '1 day', 'link',
       '{"stopped": false, "monthly": false, "paused_until": null, "only": null}',
       jsonb_build_object('stopped', id %% 3 > 0, 'monthly', false, 'only', null, 'paused_until',
                          CASE WHEN id %% 3 = 0 THEN '2030-01-01' END)
  FROM engagement_message WHERE id %% 25 = 0
""",
    "SET session_replication_role = DEFAULT",
    "VACUUM (ANALYZE)",
)


def run(size: int, report: Report) -> None:
    """Fill a copy of the set of people up to half as many applications again, then ask."""
    people_set.ensure(size)
    board.fill_jobs(size * 3 // 2 - Application.objects.count())
    with connection.cursor() as cursor:
        for statement in STORY:
            cursor.execute(statement, [])
    cache.clear()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(people_data.owner())
    pages = {
        "experience": "applications:report_experience",
        "offers": "applications:report_pipeline",
        "what people say": "engagement:report_survey",
        "job emails": "engagement:report_nurture",
        "oversight": "engagement:report_oversight",
    }
    for name, task in (("applications", applications_tasks), ("engagement", engagement_tasks)):
        start = time.perf_counter()
        task.count_measures()
        value = (time.perf_counter() - start) * 1000
        report.line(bench=f"reports: counting, {name}", size=size, value=value, unit="ms, once")
    for name, route in pages.items():
        measure(client, f"reports: {name}", [reverse(route)], size, report, limit=LIMIT_MS)

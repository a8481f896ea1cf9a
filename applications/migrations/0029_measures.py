"""The measures of what candidates go through: a view each, and what erased people leave."""

from django.db import migrations, models

FIRST_ANSWER = """
CREATE VIEW applications_measure_first_answer AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.applied_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.applied_at + interval '30 days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '30 days'
           AND coalesce(answer.at > a.closed_at, true) AS set_aside,
       CASE WHEN answer.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           answer.at - a.applied_at) / 86400.0, 0)::float8 END AS value
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind <> 'receipt' GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE taken_back_at IS NULL AND how IN ('told', 'elsewhere') GROUP BY 1) told
    ON told.application_id = a.id
  LEFT JOIN (SELECT application_id, min(starts_at) AS at FROM applications_interview
              WHERE state = 'held' GROUP BY 1) talk
    ON talk.application_id = a.id
 CROSS JOIN LATERAL (SELECT least(letter.at, told.at, talk.at,
              CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at)
           answer
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month 30 days',
       e.outcome = 'withdrawn' AND e.answered_within IS NULL AND e.closed_within <= 30,
       coalesce(e.answered_within::float8, 'Infinity'::float8)
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""
CLOSURE = """
CREATE VIEW applications_measure_closure AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.applied_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.applied_at + interval '90 days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '90 days'
           AS set_aside,
       CASE WHEN ending.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           ending.at - a.applied_at) / 86400.0, 0)::float8 END AS value,
       a.furthest >= 3 AS was_interviewed
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'decision' GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE taken_back_at IS NULL AND how IN ('told', 'elsewhere') AND about = 'decision'
           GROUP BY 1) told
    ON told.application_id = a.id
 CROSS JOIN LATERAL (SELECT CASE
              WHEN a.outcome = 'rejected' THEN least(letter.at, told.at)
              WHEN a.outcome <> '' THEN a.closed_at END AS at) ending
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month 90 days',
       e.outcome = 'withdrawn' AND e.closed_within <= 90,
       coalesce(e.told_within::float8, 'Infinity'::float8), e.furthest >= 3
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""
AFTER_INTERVIEW = """
CREATE VIEW applications_measure_after_interview AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', talk.at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       talk.at + interval '14 days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= talk.at + interval '14 days'
           AND coalesce(news.at > a.closed_at, true) AS set_aside,
       CASE WHEN news.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM news.at
           - talk.at) / 86400.0, 0)::float8 END AS value,
       talk.at AS interviewed_at
  FROM (SELECT application_id, max(starts_at) AS at FROM applications_interview
         WHERE state IN ('held', 'scheduled') GROUP BY 1) talk
  JOIN applications_application a ON a.id = talk.application_id
 CROSS JOIN LATERAL (SELECT least(
           (SELECT min(l.sent_at) FROM applications_letter l
             WHERE l.application_id = a.id AND l.kind IN ('decision', 'later')
               AND l.sent_at >= talk.at),
           (SELECT min(t.at) FROM applications_told t
             WHERE t.application_id = a.id AND t.at >= talk.at AND taken_back_at IS NULL AND how
           IN ('told', 'elsewhere')),
           CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at) news
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.interviewed_month)::date,
       e.interviewed_month + interval '1 month 14 days',
       e.outcome = 'withdrawn' AND e.told_after_interview IS NULL,
       coalesce(e.told_after_interview::float8, 'Infinity'::float8), NULL
  FROM applications_erasedapplication e
 WHERE e.is_measured AND e.interviewed_month IS NOT NULL
"""
HEAR_BY = """
CREATE VIEW applications_measure_hear_by AS
SELECT a.id AS application_id, a.job_id, NULL::date AS quarter,
       a.applied_at AS ripe_at, false AS set_aside,
       CASE WHEN a.hear_by IS NULL OR a.hear_by < utc.today - 1 THEN 0
            WHEN a.hear_by > utc.today THEN 1
            ELSE (a.hear_by >= candidates_local_date(now(), c.time_zone))::int
        END::float8 AS value,
       a.hear_by IS NULL AS has_none
  FROM applications_application a
  JOIN candidates_candidate c ON c.id = a.candidate_id
 CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date AS today) utc
 WHERE a.closed_at IS NULL AND c.erased_at IS NULL AND c.archived_at IS NULL
"""
PROMISES_KEPT = """
CREATE VIEW applications_measure_promises_kept AS
SELECT p.id AS promise_id, p.due_job_id AS job_id, date_trunc('quarter', p.due_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       p.due_at AS ripe_at, false AS set_aside, (p.state = 'kept')::int::float8 AS value
  FROM applications_promise p
 WHERE p.due_at IS NOT NULL AND p.state IN ('kept', 'broken')
 UNION ALL
SELECT NULL, NULL, date_trunc('quarter', e.due_month)::date, e.due_month, false,
       (e.state = 'kept')::int::float8
  FROM applications_erasedpromise e
 WHERE e.due_month IS NOT NULL AND e.state IN ('kept', 'broken')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_asks_how_it_was"),
        ("applications", "0028_statistics_of_cautions"),
        ("candidates", "0039_files_are_scanned"),
    ]

    operations = [
        migrations.AddField(
            "erasedapplication",
            "interviewed_month",
            models.DateField(help_text="Of the last interview.", null=True),
        ),
        migrations.AddField(
            "erasedapplication",
            "is_measured",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="The measures counted it when it was erased.",
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "told_after_interview",
            models.PositiveSmallIntegerField(
                help_text="Days from then until news, as a bucket; empty: never.", null=True
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "told_within",
            models.PositiveSmallIntegerField(
                help_text="Days until they knew how it ended, as a bucket; empty: never.",
                null=True,
            ),
        ),
        migrations.AlterField(
            "erasedapplication",
            "answered_within",
            models.PositiveSmallIntegerField(
                help_text="Days until the first answer, as a bucket; empty: never.", null=True
            ),
        ),
        migrations.AddField(
            "erasedpromise",
            "due_month",
            models.DateField(help_text="When it fell due, if it did.", null=True),
        ),
        migrations.RunSQL(FIRST_ANSWER, "DROP VIEW applications_measure_first_answer"),
        migrations.RunSQL(CLOSURE, "DROP VIEW applications_measure_closure"),
        migrations.RunSQL(AFTER_INTERVIEW, "DROP VIEW applications_measure_after_interview"),
        migrations.RunSQL(HEAR_BY, "DROP VIEW applications_measure_hear_by"),
        migrations.RunSQL(PROMISES_KEPT, "DROP VIEW applications_measure_promises_kept"),
    ]

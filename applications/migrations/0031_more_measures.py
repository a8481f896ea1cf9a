"""Receipts, decisions not told, feedback, offers and effort: a view each; working hours."""

from importlib import import_module

from django.db import migrations, models

before = import_module("applications.migrations.0029_measures")
WORKED = """
CREATE FUNCTION applications_worked(moment timestamptz, zone text) RETURNS float8
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT floor(d / 7.0) * 40 + least(d - floor(d / 7.0) * 7, 5) * 8
         + CASE WHEN d - floor(d / 7.0) * 7 < 5
                THEN least(greatest(extract(epoch FROM here::time) / 3600.0 - 9, 0), 8)
                ELSE 0 END
    FROM (SELECT here, here::date - date '2000-01-03' AS d
            FROM (SELECT moment AT TIME ZONE zone AS here) at_the_office) monday_based
$$;
COMMENT ON FUNCTION applications_worked(timestamptz, text) IS
'Hours from Monday to Friday, nine to five, that had passed there since 3 January 2000.';
"""
FIRST_ANSWER = """
CREATE VIEW applications_measure_first_answer AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.applied_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.applied_at + interval '30 days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '30 days'
           AND coalesce(answer.at > a.closed_at, true) AS set_aside,
       CASE WHEN answer.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           answer.at - a.applied_at) / 86400.0, 0)::float8 END AS value,
       CASE WHEN answer.at <= a.applied_at + interval '30 days'
            THEN greatest(applications_worked(answer.at, office.time_zone)
                          - applications_worked(a.applied_at, office.time_zone), 0)
            ELSE 'Infinity'::float8 END AS worked
  FROM applications_application a
  JOIN (SELECT j.id, coalesce((SELECT nullif(o.time_zone, '') FROM applications_job_offices x
                                 JOIN applications_office o ON o.id = x.office_id
                                WHERE x.job_id = j.id ORDER BY o.name, o.id LIMIT 1), 'UTC')
                     AS time_zone
          FROM applications_job j) office
    ON office.id = a.job_id
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
              CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at) answer
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month 30 days',
       e.outcome = 'withdrawn' AND e.answered_within IS NULL AND e.closed_within <= 30,
       coalesce(e.answered_within::float8, 'Infinity'::float8), CASE WHEN e.worked_hours = 32000
           THEN 'Infinity'::float8 ELSE e.worked_hours::float8 END
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""
AFTER_INTERVIEW = """
CREATE VIEW applications_measure_after_interview AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', talk.at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
       talk.at + interval '14 days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= talk.at + interval '14 days'
           AND coalesce(news.at > a.closed_at, true) AS set_aside,
       CASE WHEN news.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           news.at - talk.at) / 86400.0, 0)::float8 END AS value,
       talk.at AS interviewed_at,
       CASE WHEN a.outcome = 'withdrawn'
            THEN CASE WHEN a.closed_at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch
           FROM a.closed_at - talk.at) / 86400.0, 0)::float8 END END AS left_after
  FROM (SELECT application_id, max(starts_at) AS at FROM applications_interview
         WHERE state IN ('held', 'scheduled') GROUP BY 1) talk
  JOIN applications_application a ON a.id = talk.application_id
 CROSS JOIN LATERAL (SELECT least(
           (SELECT min(l.sent_at) FROM applications_letter l
             WHERE l.application_id = a.id AND l.kind IN ('decision', 'later')
               AND l.sent_at >= talk.at),
           (SELECT min(t.at) FROM applications_told t
             WHERE t.application_id = a.id AND t.at >= talk.at AND taken_back_at IS NULL AND how IN
           ('told', 'elsewhere')),
           CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at) news
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.interviewed_month)::date,
       e.interviewed_month + interval '1 month 14 days',
       e.outcome = 'withdrawn' AND e.told_after_interview IS NULL
           AND coalesce(e.left_after_interview, 0) <= 14,
       coalesce(e.told_after_interview::float8, 'Infinity'::float8), NULL,
           e.left_after_interview::float8
  FROM applications_erasedapplication e
 WHERE e.is_measured AND e.interviewed_month IS NOT NULL
"""
DECISION_TOLD = """
CREATE VIEW applications_measure_decision_told AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.closed_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.closed_at + interval '7 days' AS ripe_at, false AS set_aside,
       CASE WHEN told.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           told.at - a.closed_at) / 3600.0, 0)::float8 END AS value
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'decision' GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE taken_back_at IS NULL AND how IN ('told', 'elsewhere') AND about = 'decision'
           GROUP BY 1) spoken
    ON spoken.application_id = a.id
 CROSS JOIN LATERAL (SELECT least(letter.at, spoken.at) AS at) told
 WHERE a.outcome = 'rejected' AND a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date,
       e.closed_month + interval '1 month 7 days', false,
       CASE WHEN e.decision_hours = 32000 THEN 'Infinity'::float8 ELSE e.decision_hours::float8 END
  FROM applications_erasedapplication e
 WHERE e.decision_hours IS NOT NULL
"""
RECEIPT = """
CREATE VIEW applications_measure_receipt AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.applied_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.applied_at + interval '60 minutes' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '60 minutes'
           AND coalesce(receipt.at > a.closed_at, true) AS set_aside,
       CASE WHEN receipt.at IS NULL THEN 'Infinity'::float8 ELSE greatest(extract(epoch FROM
           receipt.at - a.applied_at) / 60.0, 0)::float8 END AS value
  FROM applications_application a
  JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
         WHERE kind = 'receipt' GROUP BY 1) receipt
    ON receipt.application_id = a.id
 WHERE a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month', false, CASE WHEN e.receipt_minutes = 32000 THEN
           'Infinity'::float8 ELSE e.receipt_minutes::float8 END
  FROM applications_erasedapplication e
 WHERE e.receipt_minutes IS NOT NULL
"""
FEEDBACK = """
CREATE VIEW applications_measure_feedback AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.closed_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.closed_at + interval '30 days' AS ripe_at, false AS set_aside,
       coalesce(letter.at <= a.closed_at + interval '30 days', false) AS is_sent,
       coalesce(a.feedback_asked_at <= a.closed_at + interval '30 days', false) AS is_asked
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'feedback' GROUP BY 1) letter
    ON letter.application_id = a.id
 WHERE a.outcome = 'rejected' AND a.furthest >= 3 AND a.imported_by_id IS NULL AND
           a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date,
       e.closed_month + interval '1 month 30 days', false, e.feedback_sent, e.feedback_asked
  FROM applications_erasedapplication e
 WHERE e.feedback_sent IS NOT NULL
"""
EFFORT = """
CREATE VIEW applications_measure_effort AS
SELECT a.id AS application_id, a.job_id, date_trunc('quarter', a.closed_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       a.closed_at AS ripe_at, false AS set_aside, a.outcome = 'hired' AS is_hire,
       a.outcome IN ('hired', 'offer_declined') OR a.outcome = 'withdrawn' AND a.furthest >= 5
           AS was_offered,
       coalesce(talk.number, 0) AS interviews, coalesce(talk.minutes, 0) / 60.0 AS hours,
       coalesce(moved.us, 0) AS by_us, coalesce(moved.candidate, 0) AS by_candidate
  FROM applications_application a
  LEFT JOIN (SELECT application_id, count(*) AS number, sum(minutes) AS minutes
               FROM applications_interview
              WHERE state = 'held' OR state = 'scheduled' AND ends_at <= now() GROUP BY 1) talk
    ON talk.application_id = a.id
  LEFT JOIN (SELECT i.application_id, count(*) FILTER (WHERE r.side = 'us') AS us,
                    count(*) FILTER (WHERE r.side = 'candidate') AS candidate
               FROM applications_reschedule r
               JOIN applications_interview i ON i.id = r.interview_id GROUP BY 1) moved
    ON moved.application_id = a.id
 WHERE a.closed_at IS NOT NULL AND a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date, e.closed_month, false,
       e.outcome = 'hired',
       e.outcome IN ('hired', 'offer_declined') OR e.outcome = 'withdrawn' AND e.furthest >= 5,
       e.interviews_held, e.interview_minutes / 60.0, e.rescheduled_by_us,
       e.rescheduled_by_candidate
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0030_first_look"),
    ]

    operations = [
        migrations.AddField(
            "erasedapplication",
            "left_after_interview",
            models.PositiveSmallIntegerField(
                help_text="Days from then until they withdrew, as a bucket; empty: they did not.",
                null=True,
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "worked_hours",
            models.PositiveSmallIntegerField(
                help_text="Working hours until the first answer; empty: not measured.",
                null=True,
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "receipt_minutes",
            models.PositiveSmallIntegerField(
                help_text="Until they had a receipt, as a bucket; empty: none was due.",
                null=True,
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "decision_hours",
            models.PositiveSmallIntegerField(
                help_text="Hours from the rejection until it was told; empty: not measured.",
                null=True,
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "feedback_asked",
            models.BooleanField(
                help_text="Empty: not measured.",
                null=True,
            ),
        ),
        migrations.AddField(
            "erasedapplication",
            "feedback_sent",
            models.BooleanField(
                help_text="Empty: not measured.",
                null=True,
            ),
        ),
        migrations.RunSQL(WORKED, "DROP FUNCTION applications_worked(timestamptz, text)"),
        migrations.RunSQL(
            "DROP VIEW applications_measure_first_answer;" + FIRST_ANSWER,
            "DROP VIEW applications_measure_first_answer;" + before.FIRST_ANSWER,
        ),
        migrations.RunSQL(
            "DROP VIEW applications_measure_after_interview;" + AFTER_INTERVIEW,
            "DROP VIEW applications_measure_after_interview;" + before.AFTER_INTERVIEW,
        ),
        migrations.RunSQL(DECISION_TOLD, "DROP VIEW applications_measure_decision_told"),
        migrations.RunSQL(RECEIPT, "DROP VIEW applications_measure_receipt"),
        migrations.RunSQL(FEEDBACK, "DROP VIEW applications_measure_feedback"),
        migrations.RunSQL(EFFORT, "DROP VIEW applications_measure_effort"),
    ]

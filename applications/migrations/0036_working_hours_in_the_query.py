"""Working hours as one expression, which the database puts into the query: four times as fast."""

from importlib import import_module

from django.db import migrations

before = import_module("applications.migrations.0031_more_measures")
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
            THEN greatest(applications_worked(answer.at, coalesce(nullif(office.time_zone, ''),
           'UTC'))
                          - applications_worked(a.applied_at, coalesce(nullif(office.time_zone, ''),
           'UTC')), 0)
            ELSE 'Infinity'::float8 END AS worked
  FROM applications_application a
  LEFT JOIN (SELECT DISTINCT ON (x.job_id) x.job_id, o.time_zone
               FROM applications_job_offices x
               JOIN applications_office o ON o.id = x.office_id
              ORDER BY x.job_id, o.name, o.id) office
    ON office.job_id = a.job_id
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind NOT IN ('receipt', 'closing') GROUP BY 1) letter
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
# Not strict, though nothing comes of nothing: a strict one is called, not put in.
WORKED = """
CREATE OR REPLACE FUNCTION applications_worked(moment timestamptz, zone text) RETURNS float8
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE AS $$
  SELECT (floor(((moment AT TIME ZONE zone)::date - date '2000-01-03') / 7.0) * 40
          + least(extract(isodow FROM moment AT TIME ZONE zone) - 1, 5) * 8
          + CASE WHEN extract(isodow FROM moment AT TIME ZONE zone) < 6
                 THEN least(greatest(extract(epoch FROM (moment AT TIME ZONE zone)::time)
                                     / 3600.0 - 9, 0), 8)
                 ELSE 0 END)::float8
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0035_feedback_ratings"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP VIEW applications_measure_first_answer;" + WORKED + FIRST_ANSWER,
            "DROP VIEW applications_measure_first_answer;"
            + before.WORKED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
            + before.FIRST_ANSWER,
        ),
    ]

"""Who applies again, and who had come close and is hired: a view each, and what erased people leave."""

from importlib import import_module

from django.db import migrations, models

before = import_module("engagement.migrations.0024_measures")
REAPPLIED = """
CREATE VIEW engagement_measure_reapplied AS
SELECT c.candidate_id, c.quarter, c.at AS began_at, c.at + interval '365 days' AS ripe_at,
       false AS set_aside,
       EXISTS (SELECT 1 FROM applications_application b
                WHERE b.candidate_id = c.candidate_id AND b.applied_at > c.at
                  AND b.applied_at <= c.at + interval '365 days'
                  AND b.outcome <> 'duplicate' AND b.imported_by_id IS NULL) AS is_met,
       EXISTS (SELECT 1 FROM applications_application b
                WHERE b.candidate_id = c.candidate_id AND b.applied_at > c.at
                  AND b.applied_at <= c.at + interval '365 days'
                  AND b.outcome <> 'duplicate' AND b.imported_by_id IS NULL
                  AND (EXISTS (SELECT 1 FROM engagement_message m
                                WHERE m.candidate_id = b.candidate_id AND m.job_id = b.job_id
                                  AND m.purpose = 'nurture' AND m.handed_at <= b.applied_at
                                  AND m.handed_at
                                      > b.applied_at - interval '30 days')
                       OR EXISTS (SELECT 1 FROM engagement_reply r
                                    JOIN engagement_message m ON m.id = r.message_id
                                   WHERE r.candidate_id = b.candidate_id AND r.kind = 'reply'
                                     AND m.purpose = 'nurture' AND r.at <= b.applied_at
                                     AND r.at > b.applied_at - interval '30 days')))
           AS is_met_by_email
  FROM (SELECT DISTINCT ON (a.candidate_id, date_trunc('quarter', a.closed_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date)
           a.candidate_id,
               date_trunc('quarter', a.closed_at AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter, a.closed_at AS at
          FROM applications_application a
         WHERE a.outcome IN ('rejected', 'withdrawn', 'offer_declined') AND a.imported_by_id IS
           NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)
         ORDER BY a.candidate_id, date_trunc('quarter', a.closed_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date, a.closed_at) c
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, NULL,
       e.month + interval '1 month 365 days', e.is_set_aside, e.is_met, e.is_met_narrowly
  FROM engagement_erasedcase e
 WHERE e.kind = 'return'
"""
SILVER_YIELD = """
CREATE VIEW engagement_measure_silver_yield AS
SELECT c.candidate_id, c.quarter, c.at AS began_at, c.at + interval '365 days' AS ripe_at,
       false AS set_aside,
       EXISTS (SELECT 1 FROM applications_application h
                WHERE h.candidate_id = c.candidate_id AND h.outcome = 'hired'
                  AND h.closed_at > c.at AND h.closed_at <= c.at + interval '365 days') AS is_met
  FROM (SELECT DISTINCT ON (t.candidate_id, date_trunc('quarter', t.at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date)
           t.candidate_id,
               date_trunc('quarter', t.at AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter, t.at
          FROM (SELECT m.candidate_id, m.handed_at AS at FROM engagement_message m
                 WHERE m.purpose = 'nurture' AND m.state IN ('handed', 'delivered', 'complained')
                 UNION ALL
                SELECT f.candidate_id, f.verdict_at FROM applications_match f
                 WHERE f.verdict = 'invited') t
         WHERE EXISTS (SELECT 1 FROM applications_application s
                        WHERE s.candidate_id = t.candidate_id AND s.closed_at <= t.at
                          AND s.outcome NOT IN ('hired', 'duplicate')
                          AND (s.furthest >= 4 OR s.would_hire OR s.outcome = 'offer_declined'))
         ORDER BY t.candidate_id, date_trunc('quarter', t.at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date, t.at) c
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, NULL,
       e.month + interval '1 month 365 days', e.is_set_aside, e.is_met
  FROM engagement_erasedcase e
 WHERE e.kind = 'silver'
"""
REDISCOVERY = """
CREATE VIEW engagement_measure_rediscovery AS
SELECT a.id AS application_id, date_trunc('quarter', a.closed_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter, a.closed_at
           AS ripe_at,
       false AS set_aside,
       a.source ILIKE '%database%'
       OR EXISTS (SELECT 1 FROM engagement_message m
                   WHERE m.candidate_id = a.candidate_id AND m.job_id = a.job_id
                     AND m.purpose = 'nurture' AND m.handed_at <= a.applied_at)
       OR EXISTS (SELECT 1 FROM applications_match f
                   WHERE f.candidate_id = a.candidate_id AND f.job_id = a.job_id
                     AND f.verdict = 'invited' AND f.verdict_at <= a.applied_at) AS is_ours,
       EXISTS (SELECT 1 FROM applications_application b
                WHERE b.candidate_id = a.candidate_id AND b.id <> a.id
                  AND b.applied_at < a.applied_at AND b.closed_at <= a.closed_at
                  AND (b.furthest >= 4 OR b.would_hire OR b.outcome = 'offer_declined'))
           AS is_silver
  FROM applications_application a
 WHERE a.outcome = 'hired' AND a.imported_by_id IS NULL
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, e.month, false, e.is_met, e.is_met_narrowly
  FROM engagement_erasedcase e
 WHERE e.kind = 'hire'
"""
# Of hires that were erased until now the source alone is known.
HIRES = """
INSERT INTO engagement_erasedcase (kind, month, is_set_aside, is_met)
SELECT 'hire', e.closed_month, false, e.source_group = 'own_database'
  FROM applications_erasedapplication e
 WHERE e.outcome = 'hired' AND e.is_measured
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0031_more_measures"),
        ("engagement", "0028_notice_in_their_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hire", "Hired: known before; came close before"),
                            ("return", "Not hired: applied again; after a job email"),
                            ("silver", "Came close and was written to: hired"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "month",
                    models.DateField(help_text="The first of the month in which it began."),
                ),
                (
                    "is_set_aside",
                    models.BooleanField(
                        default=False, help_text="Erased before its year was over."
                    ),
                ),
                ("is_met", models.BooleanField()),
                ("is_met_narrowly", models.BooleanField(null=True)),
            ],
            options={"ordering": ["month", "pk"]},
        ),
        migrations.RunSQL(HIRES, migrations.RunSQL.noop),
        migrations.RunSQL(REAPPLIED, "DROP VIEW engagement_measure_reapplied"),
        migrations.RunSQL(SILVER_YIELD, "DROP VIEW engagement_measure_silver_yield"),
        migrations.RunSQL(
            "DROP VIEW engagement_measure_rediscovery;" + REDISCOVERY,
            "DROP VIEW engagement_measure_rediscovery;" + before.REDISCOVERY,
        ),
    ]

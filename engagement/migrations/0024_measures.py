"""The measures of surveys, job emails and approvals: a view each, and what erased people leave."""

from django.db import migrations, models

CNPS = """
CREATE VIEW engagement_measure_cnps AS
SELECT s.id AS survey_id, date_trunc('quarter', s.sent_at AT TIME ZONE coalesce((SELECT time_zone
           FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
       (date_trunc('quarter', s.sent_at AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date + interval '3 months 21
           days')::timestamptz AS ripe_at,
       false AS set_aside, s.outcome,
       CASE WHEN s.recommend >= 9 THEN 1 WHEN s.recommend >= 7 THEN 0
            WHEN s.recommend >= 0 THEN -1 END::float8 AS value
  FROM engagement_survey s
 WHERE s.sent_at IS NOT NULL
"""
RELATIONSHIP = """
CREATE VIEW engagement_measure_relationship AS
SELECT s.id AS survey_id, date_trunc('quarter', s.sent_at AT TIME ZONE coalesce((SELECT time_zone
           FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
       (date_trunc('quarter', s.sent_at AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date + interval '3 months 21
           days')::timestamptz AS ripe_at,
       false AS set_aside, s.outcome,
       nullif(s.relationship, '') AS relationship, s.knew
  FROM engagement_survey s
 WHERE s.answered_at IS NOT NULL
"""
NURTURE = """
CREATE VIEW engagement_measure_nurture AS
SELECT m.id AS message_id, m.candidate_id, date_trunc('quarter', m.handed_at AT TIME ZONE
           coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS
           quarter,
       m.handed_at + interval '30 days' AS ripe_at, false AS set_aside,
       EXISTS (SELECT 1 FROM engagement_deliveryevent d
                WHERE d.message_id = m.id AND d.kind = 'interested') AS interested,
       EXISTS (SELECT 1 FROM engagement_reply r
                WHERE r.message_id = m.id AND r.kind = 'reply') AS replied,
       applied.message_id IS NOT NULL AS applied, stop.message_id IS NOT NULL AS stopped,
       m.state = 'complained' AS complained
  FROM engagement_message m
  LEFT JOIN (SELECT DISTINCT candidate_id, message_id
               FROM (SELECT DISTINCT ON (a.candidate_id, a.id) a.candidate_id, t.id AS message_id
                       FROM applications_application a
                       JOIN engagement_message t
                         ON t.job_id = a.job_id AND t.candidate_id = a.candidate_id
                      WHERE t.purpose = 'nurture' AND t.handed_at <= a.applied_at
                        AND t.handed_at > a.applied_at - interval '30 days'
                      ORDER BY a.candidate_id, a.id, t.handed_at DESC) last) applied
    ON applied.message_id = m.id AND applied.candidate_id = m.candidate_id
  LEFT JOIN (SELECT DISTINCT candidate_id, message_id
               FROM (SELECT DISTINCT ON (s.candidate_id, s.id) s.candidate_id, t.id AS message_id
                       FROM candidates_stop s
                       JOIN engagement_message t ON t.candidate_id = s.candidate_id
                      WHERE s.reason IN ('unsubscribed', 'objected') AND t.purpose = 'nurture'
                        AND t.handed_at <= s.at
                        AND t.handed_at > s.at - interval '7 days'
                      ORDER BY s.candidate_id, s.id, t.handed_at DESC) last) stop
    ON stop.message_id = m.id AND stop.candidate_id = m.candidate_id
 WHERE m.purpose = 'nurture' AND m.state IN ('handed', 'delivered', 'complained')
 UNION ALL
SELECT NULL, NULL, date_trunc('quarter', e.handed_month)::date,
       e.handed_month + interval '1 month 30 days', false,
       e.interested, e.replied, e.applied, e.stopped, e.state = 'complained'
  FROM engagement_erasedmessage e
 WHERE e.handed_month IS NOT NULL AND e.purpose = 'nurture'
   AND e.state IN ('handed', 'delivered', 'complained')
"""
OPT_DOWN = """
CREATE VIEW engagement_measure_opt_down AS
SELECT c.id AS change_id, date_trunc('quarter', c.at AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter, c.at AS ripe_at, false
           AS set_aside,
       told.is_stop, told.is_pause, told.is_rarer, told.is_narrower
  FROM candidates_preferencechange c
 CROSS JOIN LATERAL (SELECT
       coalesce((c.after -> 'stopped')::bool AND NOT (c.before -> 'stopped')::bool, false)
           AS is_stop,
       coalesce(c.after ->> 'paused_until' > coalesce(c.before ->> 'paused_until', ''), false)
           AS is_pause,
       coalesce((c.after -> 'monthly')::bool AND NOT (c.before -> 'monthly')::bool, false)
           AS is_rarer,
       coalesce(c.after -> 'only' <> 'null' AND c.after -> 'only' <> c.before -> 'only', false)
           AS is_narrower) told
 WHERE c.undone_at IS NULL
   AND (told.is_stop OR told.is_pause OR told.is_rarer OR told.is_narrower)
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, e.month, false,
       e.is_stop, e.is_pause, e.is_rarer, e.is_narrower
  FROM engagement_erasedchoice e
"""
REDISCOVERY = """
CREATE VIEW engagement_measure_rediscovery AS
SELECT a.id AS application_id, date_trunc('quarter', a.closed_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
           a.closed_at AS ripe_at,
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
SELECT NULL, date_trunc('quarter', e.closed_month)::date, e.closed_month, false,
       e.source_group = 'own_database', NULL
  FROM applications_erasedapplication e
 WHERE e.outcome = 'hired' AND e.is_measured
"""
OVERSIGHT = """
CREATE VIEW engagement_measure_oversight AS
SELECT c.id AS campaign_id, date_trunc('quarter', c.approved_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
           c.approved_at AS ripe_at,
       false AS set_aside, c.profiles_opened = 0 AS is_unseen,
       c.profiles_opened = 0 AND coalesce(a.will_get, 0) > 20 AS is_unseen_and_large,
       coalesce(jsonb_array_length(a.left_out), 0) > 0 AS is_corrected
  FROM engagement_campaign c
  LEFT JOIN engagement_audience a ON a.campaign_id = c.id
 WHERE c.approved_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0029_measures"),
        ("candidates", "0039_files_are_scanned"),
        ("engagement", "0023_known_to_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="The first of the month.")),
                ("is_stop", models.BooleanField()),
                ("is_pause", models.BooleanField()),
                ("is_rarer", models.BooleanField()),
                ("is_narrower", models.BooleanField()),
            ],
            options={"ordering": ["month", "pk"]},
        ),
        migrations.AddField(
            "erasedmessage",
            "handed_month",
            models.DateField(help_text="When it was handed over, if it was.", null=True),
        ),
        migrations.AddField(
            "erasedmessage", "interested", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "erasedmessage", "replied", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "erasedmessage", "applied", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "erasedmessage", "stopped", models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunSQL(CNPS, "DROP VIEW engagement_measure_cnps"),
        migrations.RunSQL(RELATIONSHIP, "DROP VIEW engagement_measure_relationship"),
        migrations.RunSQL(NURTURE, "DROP VIEW engagement_measure_nurture"),
        migrations.RunSQL(OPT_DOWN, "DROP VIEW engagement_measure_opt_down"),
        migrations.RunSQL(REDISCOVERY, "DROP VIEW engagement_measure_rediscovery"),
        migrations.RunSQL(OVERSIGHT, "DROP VIEW engagement_measure_oversight"),
    ]

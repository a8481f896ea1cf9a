"""When each profile of a campaign's list was opened, and the view that says for how long."""

from django.db import migrations, models

BEFORE = """
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
OVERSIGHT = """
CREATE VIEW engagement_measure_oversight AS
SELECT c.id AS campaign_id, date_trunc('quarter', c.approved_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
           c.approved_at AS ripe_at,
       false AS set_aside, c.profiles_opened = 0 AS is_unseen,
       c.profiles_opened = 0 AND coalesce(a.will_get, 0) > 20 AS is_unseen_and_large,
       coalesce(jsonb_array_length(a.left_out), 0) > 0 AS is_corrected, looked.seconds
  FROM engagement_campaign c
  LEFT JOIN engagement_audience a ON a.campaign_id = c.id
  LEFT JOIN LATERAL (
       SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY profile.seconds) AS seconds
         FROM (SELECT opened.person,
                      sum(least(extract(epoch FROM opened.next_at - opened.at)::float8, 300))
                          AS seconds
                 FROM (SELECT o.person, o.at,
                              lead(o.at, 1, c.approved_at) OVER (ORDER BY o.at) AS next_at
                         FROM jsonb_to_recordset(a.openings)
                              AS o(colleague bigint, person bigint, at timestamptz)
                        WHERE o.colleague = c.approved_by_id AND o.at <= c.approved_at) opened
                GROUP BY opened.person) profile) looked ON true
 WHERE c.approved_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("engagement", "0033_personal_emails")]

    operations = [
        migrations.AddField(
            "audience",
            "openings",
            models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Each opening of a profile: {colleague, person, at}, in their order (M-21).",
            ),
        ),
        migrations.RunSQL(
            "DROP VIEW engagement_measure_oversight;" + OVERSIGHT,
            "DROP VIEW engagement_measure_oversight;" + BEFORE,
        ),
    ]

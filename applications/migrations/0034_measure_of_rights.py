"""How soon people get what they ask about their data."""

from django.db import migrations

RIGHTS = """
CREATE VIEW applications_measure_rights AS
SELECT r.id AS request_id, date_trunc('quarter', r.received_at AT TIME ZONE coalesce((SELECT
           time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date AS quarter,
       r.received_at + interval '28 days' AS ripe_at, r.kind,
       r.outcome = 'taken_back' OR r.closed_at IS NULL AND r.state = 'restricted' AS set_aside,
       greatest(spent.days - r.days_paused
                - CASE WHEN r.kind = 'erasure' THEN 7 ELSE 0 END, 0) AS value,
       spent.days,
       (coalesce(r.closed_at, now()) AT TIME ZONE coalesce((SELECT time_zone FROM
           accounts_organisation WHERE id = 1), 'UTC'))::date > r.due_on
           AND (r.closed_at IS NOT NULL OR r.paused_at IS NULL) AS is_late
  FROM candidates_privacyrequest r
 CROSS JOIN LATERAL (SELECT CASE WHEN r.closed_at IS NULL THEN 'Infinity'::float8
            ELSE extract(epoch FROM r.closed_at - r.received_at)::float8 / 86400 END AS days) spent
 WHERE r.kind IN ('access', 'erasure')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0033_notice_in_their_language"),
        ("candidates", "0041_stops_know_who"),
    ]

    operations = [
        migrations.RunSQL(RIGHTS, "DROP VIEW applications_measure_rights"),
    ]

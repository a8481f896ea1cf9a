"""By when somebody whom we found ourselves must be told that we keep them (GDPR Art. 14).

One more column of the match profile: its triggers know of every application and every ground.
The definitions of 0003 are extended where they stand, so that they are not told twice.
"""

from django.db import migrations, models

DUE = """CASE WHEN pool.kind IS NULL
          AND NOT EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id)
          AND NOT EXISTS (SELECT 1 FROM candidates_groundevent v
                           WHERE v.candidate_id = c.id AND v.kind = ''notice_given'')
         THEN candidates_local_date(c.created_at, c.time_zone) + 30 END AS notice_due"""
FORWARDS = f"""
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW applications_matchprofile_source AS '
        || regexp_replace(pg_get_viewdef('applications_matchprofile_source'::regclass),
                          'c.last_contact_at\\s+FROM', 'c.last_contact_at, {DUE} FROM');
    EXECUTE replace(replace(replace(replace(replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        ', last_contact_at)', ', last_contact_at, notice_due)'),
        ', last_contact_at FROM', ', last_contact_at, notice_due FROM'),
        'last_contact_at = excluded.last_contact_at',
        'last_contact_at = excluded.last_contact_at, notice_due = excluded.notice_due'),
        'p.last_contact_at)', 'p.last_contact_at, p.notice_due)'),
        'excluded.last_contact_at)', 'excluded.last_contact_at, excluded.notice_due)');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_candidate_to_profile()'::regprocedure),
        'n.erased_at', 'n.erased_at, n.created_at'), 'o.erased_at', 'o.erased_at, o.created_at');
END $$;
UPDATE applications_matchprofile p SET notice_due = s.notice_due
  FROM applications_matchprofile_source s
 WHERE s.candidate_id = p.candidate_id AND s.notice_due IS NOT NULL;
"""
BACKWARDS = r"""
DO $$
DECLARE definition text;
BEGIN
    definition := regexp_replace(pg_get_viewdef('applications_matchprofile_source'::regclass),
                                 'c\.last_contact_at,\s+CASE.*?AS notice_due', 'c.last_contact_at');
    DROP VIEW applications_matchprofile_source;
    EXECUTE 'CREATE VIEW applications_matchprofile_source AS ' || definition;
    EXECUTE replace(replace(replace(replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        ', notice_due = excluded.notice_due', ''), ', p.notice_due', ''),
        ', excluded.notice_due', ''), ', notice_due', '');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_candidate_to_profile()'::regprocedure),
        ', n.created_at', ''), ', o.created_at', '');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_job_shapes"),
        ("candidates", "0026_erased_people_may_get_letters"),
    ]
    operations = [
        migrations.AddField(
            "matchprofile",
            "notice_due",
            models.DateField(
                help_text="The last day to tell them that we keep them. Empty: nothing to tell.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            "matchprofile",
            models.Index(
                condition=models.Q(("notice_due__isnull", False)),
                fields=["notice_due", "candidate"],
                name="profile_not_told",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]

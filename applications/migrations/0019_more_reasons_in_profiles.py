"""What else may hold a job email back, as one more column of the match profile.

It says of each person whether there is a hold, a colleague's address, a sign of contact, a second
record, a narrowed wish or a job email of late. So “people you already know” need not look for those in whole tables. The
definitions of 0003 are extended where they stand, so that they are not told twice.

Two people who are given one mailbox in the same instant do not see each other: the nightly check
finds that, and the arbiter, which looks at the addresses themselves, has refused meanwhile.
"""

from django.db import migrations, models

TWIN = """
EXISTS (SELECT 1 FROM candidates_emailaddress mine
          JOIN candidates_emailaddress theirs ON theirs.broad = mine.broad
               AND theirs.candidate_id <> mine.candidate_id AND theirs.released_at IS NULL
          JOIN candidates_candidate d ON d.id = theirs.candidate_id
               AND d.erased_at IS NULL AND d.merged_into_id IS NULL
         WHERE mine.candidate_id = c.id AND mine.released_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
                            WHERE s.one_id = least(c.id, d.id) AND s.other_id = greatest(c.id, d.id)
                              AND s.state = 'dismissed'))
OR EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
            WHERE s.one_id = c.id AND s.is_sure AND s.state = 'open')
OR EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
            WHERE s.other_id = c.id AND s.is_sure AND s.state = 'open')
"""
CAUTIONS = f"""(
CASE WHEN EXISTS (SELECT 1 FROM candidates_legalhold l
                   WHERE l.candidate_id = c.id AND l.lifted_at IS NULL) THEN 1 ELSE 0 END
+ CASE WHEN EXISTS (SELECT 1 FROM candidates_emailaddress x
                      JOIN accounts_user u ON u.email = x.canonical AND u.is_active
                     WHERE x.candidate_id = c.id AND x.released_at IS NULL) THEN 2 ELSE 0 END
+ CASE WHEN EXISTS (SELECT 1 FROM candidates_stop y
                     WHERE y.candidate_id = c.id
                       AND y.reason IN ('replied', 'booked', 'called')) THEN 4 ELSE 0 END
+ CASE WHEN {TWIN} THEN 8 ELSE 0 END
+ CASE WHEN p.is_narrowed THEN 16 ELSE 0 END
+ CASE WHEN EXISTS (SELECT 1 FROM candidates_contactgate g
                     WHERE g.candidate_id = c.id AND g.job_emails_at <> '{{}}')
       THEN 32 ELSE 0 END)::smallint AS cautions
"""
VIEW = f"""
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW applications_matchprofile_source AS '
        || regexp_replace(pg_get_viewdef('applications_matchprofile_source'::regclass),
                          'AS notice_due\\s+FROM', $new$AS notice_due, {CAUTIONS} FROM$new$);
    EXECUTE replace(replace(replace(replace(replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        ', notice_due)', ', notice_due, cautions)'),
        ', notice_due FROM', ', notice_due, cautions FROM'),
        'notice_due = excluded.notice_due',
        'notice_due = excluded.notice_due, cautions = excluded.cautions'),
        'p.notice_due)', 'p.notice_due, p.cautions)'),
        'excluded.notice_due)', 'excluded.notice_due, excluded.cautions)');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_preference_to_profile()'::regprocedure),
        'n.paused_until', 'n.paused_until, n.is_narrowed'),
        'o.paused_until', 'o.paused_until, o.is_narrowed');
END $$;
"""
VIEW_BACKWARDS = r"""
DO $$
DECLARE definition text;
BEGIN
    definition := regexp_replace(pg_get_viewdef('applications_matchprofile_source'::regclass),
                                 'AS notice_due,.*? AS cautions', 'AS notice_due');
    DROP VIEW applications_matchprofile_source;
    EXECUTE 'CREATE VIEW applications_matchprofile_source AS ' || definition;
    EXECUTE replace(replace(replace(replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        ', cautions = excluded.cautions', ''), ', p.cautions', ''),
        ', excluded.cautions', ''), ', cautions', '');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_preference_to_profile()'::regprocedure),
        ', n.is_narrowed', ''), ', o.is_narrowed', '');
END $$;
"""
# Whoever has the same mailbox is concerned by each change of an address, and when one of them goes.
# The fences keep the look into the index of mailboxes, however many rows a statement has written.
_WITH_TWINS = """
CROSS JOIN LATERAL (SELECT t.candidate_id FROM candidates_emailaddress t
                     WHERE t.broad = r.broad OFFSET 0) twins
"""
ADDRESSES = f"""
CREATE OR REPLACE FUNCTION candidates_emailaddress_to_profile() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT twins.candidate_id) INTO changed FROM new_rows r {_WITH_TWINS};
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT one) INTO changed FROM (
            SELECT candidate_id AS one FROM old_rows
            UNION ALL SELECT twins.candidate_id FROM old_rows r {_WITH_TWINS}) AS concerned;
    ELSE
        SELECT array_agg(DISTINCT one) INTO changed
          FROM new_rows n JOIN old_rows o USING (id)
         CROSS JOIN LATERAL (
               SELECT unnest(ARRAY[n.candidate_id, o.candidate_id]) AS one
               UNION ALL
               SELECT twins.candidate_id FROM (VALUES (n.broad), (o.broad)) AS r(broad)
               {_WITH_TWINS}) AS concerned
         WHERE (n.candidate_id, n.is_primary, n.bounced_at, n.suppressed, n.released_at, n.canonical)
               IS DISTINCT FROM
               (o.candidate_id, o.is_primary, o.bounced_at, o.suppressed, o.released_at, o.canonical);
    END IF;
    PERFORM applications_profiles_changed(changed);
    RETURN NULL;
END $$;
CREATE FUNCTION candidates_candidate_to_twins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    SELECT array_agg(DISTINCT twins.candidate_id) INTO changed
      FROM new_rows n JOIN old_rows o USING (id)
     CROSS JOIN LATERAL (SELECT m.broad FROM candidates_emailaddress m
                          WHERE m.candidate_id = n.id OFFSET 0) r {_WITH_TWINS}
     WHERE (n.erased_at IS NULL, n.merged_into_id IS NULL)
           IS DISTINCT FROM (o.erased_at IS NULL, o.merged_into_id IS NULL);
    PERFORM applications_profiles_changed(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER twins_on_update AFTER UPDATE ON candidates_candidate
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_candidate_to_twins();
"""
ADDRESSES_BACKWARDS = """
DROP TRIGGER twins_on_update ON candidates_candidate;
DROP FUNCTION candidates_candidate_to_twins();
CREATE OR REPLACE FUNCTION candidates_emailaddress_to_profile() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT candidate_id) INTO changed FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT candidate_id) INTO changed FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT one) INTO changed
          FROM new_rows n JOIN old_rows o USING (id),
               unnest(ARRAY[n.candidate_id, o.candidate_id]) AS one
         WHERE (n.candidate_id, n.is_primary, n.bounced_at, n.suppressed, n.released_at)
               IS DISTINCT FROM
               (o.candidate_id, o.is_primary, o.bounced_at, o.suppressed, o.released_at);
    END IF;
    PERFORM applications_profiles_changed(changed);
    RETURN NULL;
END $$;
"""
# Each job email that leaves writes a gate, so this touches the one bit alone, and only when it turns.
# A new gate is empty, and goes only with its person.
GATES = """
CREATE FUNCTION candidates_contactgate_to_cautions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE turned bigint[];
BEGIN
    SELECT array_agg(n.candidate_id ORDER BY n.candidate_id) INTO turned
      FROM new_rows n JOIN old_rows o USING (candidate_id)
     WHERE (n.job_emails_at = '{}') <> (o.job_emails_at = '{}');
    IF turned IS NOT NULL THEN
        PERFORM 1 FROM applications_matchprofile WHERE candidate_id = ANY(turned)
          ORDER BY candidate_id FOR UPDATE;
        UPDATE applications_matchprofile p
           SET cautions = p.cautions & ~32 | CASE WHEN n.job_emails_at = '{}' THEN 0 ELSE 32 END
          FROM new_rows n WHERE n.candidate_id = p.candidate_id AND p.candidate_id = ANY(turned);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cautions_on_update AFTER UPDATE ON candidates_contactgate
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_contactgate_to_cautions();
"""
GATES_BACKWARDS = """
DROP TRIGGER cautions_on_update ON candidates_contactgate;
DROP FUNCTION candidates_contactgate_to_cautions();
"""
# table → whom a row `r` concerns, which rows do so at all, and what of it a profile reads
SOURCES = {
    "candidates_legalhold": ("SELECT r.candidate_id", "true", ("candidate_id", "lifted_at")),
    "candidates_stop": (
        "SELECT r.candidate_id",
        "r.reason IN ('replied', 'booked', 'called')",
        ("candidate_id", "reason"),
    ),
    "candidates_duplicatesuggestion": (
        "VALUES (r.one_id), (r.other_id)",
        "r.is_sure OR r.state = 'dismissed'",
        ("one_id", "other_id", "is_sure", "state"),
    ),
    "accounts_user": (
        "SELECT x.candidate_id FROM candidates_emailaddress x"
        " WHERE x.canonical = r.email AND x.released_at IS NULL",
        "r.is_active",
        ("email", "is_active"),
    ),
}


def keep(table: str, whom: str, concerning: str, columns: tuple[str, ...]) -> str:
    """Return the function of a source table and its three triggers."""
    name = f"{table}_to_cautions"
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in "no")
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT one) INTO changed
          FROM new_rows r CROSS JOIN LATERAL ({whom}) AS concerned(one) WHERE {concerning};
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT one) INTO changed
          FROM old_rows r CROSS JOIN LATERAL ({whom}) AS concerned(one) WHERE {concerning};
    ELSE
        SELECT array_agg(DISTINCT one) INTO changed FROM (
            SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
             WHERE ({new}) IS DISTINCT FROM ({old})
            UNION ALL
            SELECT o.* FROM new_rows n JOIN old_rows o USING (id)
             WHERE ({new}) IS DISTINCT FROM ({old})) AS r
         CROSS JOIN LATERAL ({whom}) AS concerned(one) WHERE {concerning};
    END IF;
    PERFORM applications_profiles_changed(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER cautions_on_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER cautions_on_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER cautions_on_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


TRIGGERS = "".join(keep(table, *rest) for table, rest in SOURCES.items())
TRIGGERS_BACKWARDS = "".join(
    f"DROP TRIGGER cautions_on_{event} ON {table};"
    for table in SOURCES
    for event in ("insert", "update", "delete")
) + "".join(f"DROP FUNCTION {table}_to_cautions();" for table in SOURCES)
# Those who may have one are few, and found from the other side.
FILL = """
UPDATE applications_matchprofile p SET cautions = s.cautions
  FROM applications_matchprofile_source s
 WHERE s.candidate_id = p.candidate_id AND p.candidate_id IN (
    SELECT candidate_id FROM candidates_legalhold
    UNION SELECT x.candidate_id FROM accounts_user u
            JOIN candidates_emailaddress x ON x.canonical = u.email
    UNION SELECT candidate_id FROM candidates_stop WHERE reason IN ('replied', 'booked', 'called')
    UNION SELECT unnest(ARRAY[one_id, other_id]) FROM candidates_duplicatesuggestion
    UNION SELECT candidate_id FROM candidates_preference WHERE is_narrowed
    UNION SELECT candidate_id FROM candidates_contactgate WHERE job_emails_at <> '{}'
    UNION SELECT x.candidate_id FROM candidates_emailaddress t
            JOIN candidates_emailaddress x ON x.broad = t.broad WHERE t.canonical <> t.broad);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_limits_and_privacy_notice"),
        ("applications", "0018_missed_days_and_feedback"),
        ("candidates", "0031_rtf_files"),
    ]
    operations = [
        migrations.AddField(
            "matchprofile",
            "cautions",
            models.SmallIntegerField(
                default=0,
                help_text="The sum of what else may hold a job email back.",
            ),
        ),
        migrations.RunSQL(VIEW, VIEW_BACKWARDS),
        migrations.RunSQL(ADDRESSES, ADDRESSES_BACKWARDS),
        migrations.RunSQL(GATES, GATES_BACKWARDS),
        migrations.RunSQL(TRIGGERS, TRIGGERS_BACKWARDS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

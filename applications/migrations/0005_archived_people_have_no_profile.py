"""Leave people in the restricted archive out of matching: no profile for them (P-13).

The definitions of 0003 are extended where they stand, so that they are not told twice.
"""

from django.db import migrations

FORWARDS = r"""
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW applications_matchprofile_source AS '
        || rtrim(pg_get_viewdef('applications_matchprofile_source'::regclass), ';')
        || ' AND c.archived_at IS NULL';
    EXECUTE replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        'c.erased_at IS NULL', 'c.erased_at IS NULL AND c.archived_at IS NULL');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_candidate_to_profile()'::regprocedure),
        'n.erased_at', 'n.erased_at, n.archived_at'), 'o.erased_at', 'o.erased_at, o.archived_at');
END $$;
DELETE FROM applications_matchprofile p USING candidates_candidate c
 WHERE c.id = p.candidate_id AND c.archived_at IS NOT NULL;
"""
BACKWARDS = r"""
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW applications_matchprofile_source AS ' || replace(
        pg_get_viewdef('applications_matchprofile_source'::regclass),
        'AND (c.archived_at IS NULL)', '');
    EXECUTE replace(
        pg_get_functiondef('applications_refresh_profiles(bigint[])'::regprocedure),
        ' AND c.archived_at IS NULL', '');
    EXECUTE replace(replace(
        pg_get_functiondef('candidates_candidate_to_profile()'::regprocedure),
        ', n.archived_at', ''), ', o.archived_at', '');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_moves_can_be_undone"),
        ("candidates", "0012_restricted_archive"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

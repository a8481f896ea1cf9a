"""A job email may rest on a soft opt-in as on a consent, as in `candidates.models.grounds`."""

from django.db import migrations

SWAP = """
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW applications_matchprofile_source AS ' || replace(
        pg_get_viewdef('applications_matchprofile_source'::regclass), {}, {});
END $$;
"""
CONSENT = "'(v.basis)::text = ''consent''::text'"
BOTH = "'(v.basis)::text = ANY (ARRAY[''consent''::text, ''soft_opt_in''::text])'"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0013_people_who_were_not_told"),
        ("candidates", "0027_pool_bases"),
    ]
    operations = [migrations.RunSQL(SWAP.format(CONSENT, BOTH), SWAP.format(BOTH, CONSENT))]

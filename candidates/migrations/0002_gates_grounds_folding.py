"""The gate of each candidate, the present state of grounds, and the folding of names."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION candidates_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT lower(public.unaccent('public.unaccent', value)) $$;

CREATE FUNCTION candidates_make_gates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO candidates_contactgate (candidate_id, job_emails_at)
        SELECT id, '{}' FROM new_rows ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER candidates_candidate_gates AFTER INSERT ON candidates_candidate
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_make_gates();

CREATE VIEW candidates_groundstate AS
    SELECT DISTINCT ON (candidate_id, purpose)
           id, candidate_id, purpose, kind, basis, occurred_at, expires_at
      FROM candidates_groundevent
     WHERE kind IN ('granted', 'renewed', 'restored', 'withdrawn', 'objected', 'expired')
     ORDER BY candidate_id, purpose, occurred_at DESC, id DESC;
"""
BACKWARDS = """
DROP VIEW candidates_groundstate;
DROP TRIGGER candidates_candidate_gates ON candidates_candidate;
DROP FUNCTION candidates_make_gates();
DROP FUNCTION candidates_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("candidates", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

"""The search text of each candidate, and the local date of a moment, both in the database."""

from django.db import migrations

FORWARDS = r"""
CREATE FUNCTION candidates_name_words(name text, call_name text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
        SELECT to_tsvector('pg_catalog.simple', regexp_replace(
            candidates_fold(name || ' ' || call_name), '[[:punct:]’‘“”–—]+', ' ', 'g'))
    $$;

CREATE FUNCTION candidates_fill_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO candidates_searchtext (candidate_id, folded_name, name_words)
            SELECT id, candidates_fold(name), candidates_name_words(name, call_name) FROM new_rows;
    ELSE
        UPDATE candidates_searchtext s
           SET folded_name = candidates_fold(n.name),
               name_words = candidates_name_words(n.name, n.call_name)
          FROM new_rows n JOIN old_rows o USING (id)
         WHERE s.candidate_id = n.id AND (n.name <> o.name OR n.call_name <> o.call_name);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER candidates_candidate_search_insert AFTER INSERT ON candidates_candidate
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_fill_search_text();
CREATE TRIGGER candidates_candidate_search_update AFTER UPDATE ON candidates_candidate
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_fill_search_text();
INSERT INTO candidates_searchtext (candidate_id, folded_name, name_words)
    SELECT id, candidates_fold(name), candidates_name_words(name, call_name)
      FROM candidates_candidate;

-- The date that a moment has in a zone. A zone that PostgreSQL does not know counts as UTC: one
-- mistyped zone must not break a query about everybody.
CREATE FUNCTION candidates_local_date(at timestamptz, zone text) RETURNS date
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
BEGIN
    RETURN (at AT TIME ZONE coalesce(nullif(zone, ''), 'UTC'))::date;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN (at AT TIME ZONE 'UTC')::date;
END $$;
"""
BACKWARDS = """
DROP FUNCTION candidates_local_date(timestamptz, text);
DROP TRIGGER candidates_candidate_search_insert ON candidates_candidate;
DROP TRIGGER candidates_candidate_search_update ON candidates_candidate;
DROP FUNCTION candidates_fill_search_text();
DROP FUNCTION candidates_name_words(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("candidates", "0003_people_can_be_found")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

from django.db import migrations

FORWARDS = """
-- The people whose names are most like a text: for typing errors. The threshold holds in here only.
CREATE FUNCTION candidates_similar_names(text) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE SET pg_trgm.word_similarity_threshold = 0.45
    AS $$
        SELECT candidate_id FROM candidates_searchtext
         WHERE candidates_fold($1) <% folded_name
         ORDER BY word_similarity(candidates_fold($1), folded_name) DESC, candidate_id LIMIT 200
    $$;
"""
BACKWARDS = "DROP FUNCTION candidates_similar_names(text)"


class Migration(migrations.Migration):
    dependencies = [("candidates", "0004_search_text_is_kept_right")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

"""Tell the planner that reading somebody's text is dear, so that it asks the index for the words.

It believes that the long vector costs nothing to compare, while each is fetched in pieces from a
table of its own. So it would rather walk through everybody, latest contact first, and read until
it has enough: for a word that one in a hundred has, a hundred thousand texts. The function says
yes to everybody; only its price counts. It is asked last, of those who have the words.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION candidates_text_is_dear(candidate bigint) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$ BEGIN RETURN true; END $$;
"""
BACKWARDS = "DROP FUNCTION candidates_text_is_dear(bigint);"


class Migration(migrations.Migration):
    dependencies = [("candidates", "0036_search_text_in_half_the_time")]
    operations = [migrations.RunSQL(FUNCTION, BACKWARDS)]

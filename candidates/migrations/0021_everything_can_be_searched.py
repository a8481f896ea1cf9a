"""All that can be searched about a person, and the triggers that keep it right.

One definition, the view `candidates_searchtext_source`: the refresh, the full rebuild and the check
read it. The texts that colleagues and the person wrote come in through a view of their own,
`candidates_searchable`, so that another kind of text is one more branch there and one more trigger.

The triggers are per statement, with transition tables. A transaction that says
`SET LOCAL perennial.profiles = 'deferred'` has one refresh at its end. Nothing here reads an
application: a stage change rewrites no word.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

DROP_OLD = """
DROP TRIGGER candidates_candidate_search_insert ON candidates_candidate;
DROP TRIGGER candidates_candidate_search_update ON candidates_candidate;
DROP FUNCTION candidates_fill_search_text();
DROP FUNCTION candidates_name_words(text, text);
DELETE FROM candidates_searchtext;
"""
RESTORE_OLD = r"""
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
SET CONSTRAINTS ALL IMMEDIATE;
"""

FUNCTIONS = r"""
-- The words of a text, parted by spaces: folded, punctuation gone, and C++, C# and .NET spelled out
-- as `candidates.search.words` spells them.
CREATE FUNCTION candidates_plain(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
        SELECT regexp_replace(
            replace(replace(replace(candidates_fold(value),
                'c++', 'cplusplus '), 'c#', 'csharp '), '.net', ' dotnet'),
            '[[:punct:]’‘“”–—•·…]+', ' ', 'g')
    $$;

-- How words of a language are cut to their stems. A language that is not known counts as English,
-- the one we keep records in.
CREATE FUNCTION candidates_text_config(language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
        SELECT CASE split_part(replace(lower(language), '_', '-'), '-', 1)
            WHEN '' THEN 'english' WHEN 'en' THEN 'english' WHEN 'de' THEN 'german'
            WHEN 'fr' THEN 'french' WHEN 'es' THEN 'spanish' WHEN 'it' THEN 'italian'
            WHEN 'pt' THEN 'portuguese' WHEN 'nl' THEN 'dutch' WHEN 'sv' THEN 'swedish'
            WHEN 'da' THEN 'danish' WHEN 'no' THEN 'norwegian' WHEN 'nb' THEN 'norwegian'
            WHEN 'fi' THEN 'finnish' WHEN 'ru' THEN 'russian' WHEN 'ro' THEN 'romanian'
            WHEN 'hu' THEN 'hungarian' WHEN 'tr' THEN 'turkish' ELSE 'simple' END
    $$;

-- A question of `candidates.search.words`, in which char 1 stands for a quotation mark: folding may
-- turn a letter into an apostrophe, which must not end a word.
CREATE FUNCTION candidates_question(config text, pattern text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE STRICT
    AS $$
        SELECT to_tsquery(config::regconfig,
            replace(translate(candidates_fold(pattern), '''\', '  '), E'\x01', ''''))
    $$;

CREATE VIEW candidates_searchable AS
SELECT n.candidate_id, 'C'::"char" AS weight, n.text FROM candidates_note n
 WHERE n.visibility = 'team' AND n.deleted_at IS NULL
UNION ALL
SELECT d.candidate_id, 'D'::"char", d.text FROM candidates_document d
 WHERE d.state = 'ready' AND d.removed_at IS NULL;

CREATE VIEW candidates_searchtext_source AS
SELECT c.id AS candidate_id,
       candidates_fold(c.name) AS folded_name,
       k.config,
       setweight(to_tsvector('pg_catalog.simple', l.names), 'A')
       || setweight(to_tsvector('pg_catalog.simple', l.work), 'B') AS short,
       setweight(to_tsvector(k.config::regconfig, l.names), 'A')
       || setweight(to_tsvector(k.config::regconfig, l.work), 'B')
       || setweight(to_tsvector(k.config::regconfig, coalesce(s.skills, '')), 'C')
       || setweight(to_tsvector(k.config::regconfig, coalesce(t.notes, '')), 'C')
       || setweight(to_tsvector(k.config::regconfig, coalesce(t.files, '')), 'D') AS long
  FROM candidates_candidate c
 CROSS JOIN LATERAL (SELECT candidates_text_config(c.language) AS config) k
 CROSS JOIN LATERAL (
        SELECT candidates_plain(c.name || ' ' || c.call_name) AS names,
               candidates_plain(c.headline || ' ' || c.current_title || ' ' || c.current_employer)
               AS work) l
  LEFT JOIN LATERAL (
        SELECT candidates_plain(string_agg(
                   x.name || ' ' || coalesce(h.name, ''), ' ' ORDER BY x.id)) AS skills
          FROM candidates_candidateskill cs
          JOIN candidates_skill x ON x.id = cs.skill_id
          LEFT JOIN candidates_skill h ON h.id = x.merged_into_id
         WHERE cs.candidate_id = c.id) s ON true
  LEFT JOIN LATERAL (
        -- A vector holds a megabyte; what is longer than a book is searched in its first part.
        SELECT candidates_plain(left(string_agg(f.text, ' ' ORDER BY f.text)
                   FILTER (WHERE f.weight = 'C'), 200000)) AS notes,
               candidates_plain(left(string_agg(f.text, ' ' ORDER BY f.text)
                   FILTER (WHERE f.weight = 'D'), 300000)) AS files
          FROM candidates_searchable f WHERE f.candidate_id = c.id) t ON true
 WHERE c.erased_at IS NULL AND coalesce(c.merged_into_id, 0) = 0;

-- Make the search text of these people what the view says. Rows are locked by a statement of their
-- own, so that the one after it sees what whoever held them has committed.
CREATE FUNCTION candidates_refresh_search(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    sorted bigint[];
    part bigint[];
BEGIN
    SELECT array_agg(DISTINCT one ORDER BY one) INTO sorted FROM unnest(people) AS one;
    FOR start IN 1 .. coalesce(cardinality(sorted), 0) BY 1000 LOOP
        part := sorted[start : start + 999];
        PERFORM 1 FROM candidates_searchtext WHERE candidate_id = ANY(part)
          ORDER BY candidate_id FOR UPDATE;
        DELETE FROM candidates_searchtext p
         WHERE p.candidate_id = ANY(part) AND p.candidate_id NOT IN (
            SELECT c.id FROM candidates_candidate c
             WHERE c.id = ANY(part) AND c.erased_at IS NULL AND coalesce(c.merged_into_id, 0) = 0);
        INSERT INTO candidates_searchtext AS p (candidate_id, folded_name, config, short, long)
            SELECT candidate_id, folded_name, config, short, long
              FROM candidates_searchtext_source WHERE candidate_id = ANY(part) ORDER BY candidate_id
        ON CONFLICT (candidate_id) DO UPDATE SET folded_name = excluded.folded_name,
            config = excluded.config, short = excluded.short, long = excluded.long
         WHERE (p.folded_name, p.config, p.short, p.long) IS DISTINCT FROM
               (excluded.folded_name, excluded.config, excluded.short, excluded.long);
    END LOOP;
END $$;

-- Whose search text is due at the end of which transaction. Empty whenever nobody writes.
CREATE UNLOGGED TABLE candidates_searchdue (tx xid8 NOT NULL, people bigint[] NOT NULL);

CREATE FUNCTION candidates_search_changed(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF people IS NULL THEN
        RETURN;
    ELSIF current_setting('perennial.profiles', true) = 'deferred' THEN
        INSERT INTO candidates_searchdue VALUES (pg_current_xact_id(), people);
    ELSE
        PERFORM candidates_refresh_search(people);
    END IF;
END $$;

CREATE FUNCTION candidates_refresh_search_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE everybody bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM candidates_searchdue WHERE tx = NEW.tx RETURNING people
    ) SELECT array_agg(DISTINCT one) INTO everybody FROM gone, unnest(gone.people) AS one;
    PERFORM candidates_refresh_search(everybody);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER search_at_the_end AFTER INSERT ON candidates_searchdue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION candidates_refresh_search_due();

-- A skill that gets another name, or is merged into another one.
CREATE FUNCTION candidates_skill_to_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM candidates_search_changed(array_agg(DISTINCT cs.candidate_id))
       FROM new_rows n JOIN old_rows o USING (id)
       JOIN candidates_skill x ON n.id IN (x.id, x.merged_into_id)
       JOIN candidates_candidateskill cs ON cs.skill_id = x.id
      WHERE (n.name, n.merged_into_id) IS DISTINCT FROM (o.name, o.merged_into_id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_on_update AFTER UPDATE ON candidates_skill
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION candidates_skill_to_search();

ALTER TABLE candidates_searchtext SET (toast_tuple_target = 128);
ALTER TABLE candidates_searchtext ALTER COLUMN long SET STATISTICS 400;
"""

# table → the column that names the candidate, and the columns that the search reads
SOURCES = {
    "candidates_candidate": (
        "id",
        (
            "name",
            "call_name",
            "headline",
            "current_title",
            "current_employer",
            "language",
            "merged_into_id",
            "erased_at",
        ),
    ),
    "candidates_candidateskill": ("candidate_id", ("candidate_id", "skill_id")),
    "candidates_note": ("candidate_id", ("candidate_id", "text", "visibility", "deleted_at")),
    "candidates_document": ("candidate_id", ("candidate_id", "text", "state", "removed_at")),
}


def keep(table: str, candidate: str, columns: tuple[str, ...]) -> str:
    """Return the function of a source table and its three triggers."""
    name = f"{table}_to_search"
    new = ", ".join(f"n.{column}" for column in columns)
    old = ", ".join(f"o.{column}" for column in columns)
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT {candidate}) INTO changed FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT {candidate}) INTO changed FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT one) INTO changed
          FROM new_rows n JOIN old_rows o USING (id),
               unnest(ARRAY[n.{candidate}, o.{candidate}]) AS one
         WHERE ({new}) IS DISTINCT FROM ({old});
    END IF;
    PERFORM candidates_search_changed(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER search_on_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER search_on_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER search_on_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


TRIGGERS = "".join(keep(table, *rest) for table, rest in SOURCES.items())
FILL = """
INSERT INTO candidates_searchtext (candidate_id, folded_name, config, short, long)
    SELECT candidate_id, folded_name, config, short, long
      FROM candidates_searchtext_source ORDER BY candidate_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
BACKWARDS = (
    "".join(
        f"DROP TRIGGER search_on_{event} ON {table};"
        for table in SOURCES
        for event in ("insert", "update", "delete")
    )
    + "".join(f"DROP FUNCTION {table}_to_search();" for table in SOURCES)
    + """
DROP TRIGGER search_on_update ON candidates_skill;
DROP FUNCTION candidates_skill_to_search();
DROP TABLE candidates_searchdue;
DROP FUNCTION candidates_refresh_search_due();
DROP FUNCTION candidates_search_changed(bigint[]);
DROP FUNCTION candidates_refresh_search(bigint[]);
DROP VIEW candidates_searchtext_source;
DROP VIEW candidates_searchable;
DROP FUNCTION candidates_question(text, text);
DROP FUNCTION candidates_text_config(text);
DROP FUNCTION candidates_plain(text);
DELETE FROM candidates_searchtext;
"""
)


class Migration(migrations.Migration):
    dependencies = [("candidates", "0020_duplicates_are_found")]
    operations = [
        migrations.RunSQL(DROP_OLD, RESTORE_OLD),
        migrations.RemoveIndex(model_name="searchtext", name="search_by_name_words"),
        migrations.RemoveField(model_name="searchtext", name="name_words"),
        migrations.AddField(
            model_name="searchtext",
            name="config",
            field=models.CharField(
                default="",
                help_text="The text search configuration of their language.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="searchtext",
            name="short",
            field=django.contrib.postgres.search.SearchVectorField(
                help_text="Name (A); headline, title and employer (B). Whole words, no stems."
            ),
        ),
        migrations.AddField(
            model_name="searchtext",
            name="long",
            field=django.contrib.postgres.search.SearchVectorField(
                help_text="The same as stems, skills and notes of the team (C), documents (D)."
            ),
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS + FILL, BACKWARDS),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=True,
                gin_pending_list_limit=512,
                fields=["short"],
                name="search_by_short",
            ),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=True,
                gin_pending_list_limit=512,
                fields=["long"],
                name="search_by_long",
            ),
        ),
    ]

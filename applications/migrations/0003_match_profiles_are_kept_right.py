"""What a match profile must be, and the triggers that keep each one so.

One definition, the view `applications_matchprofile_source`: the refresh, the full rebuild and the
check all read it. The triggers are per statement, with transition tables: an import of 5,000 rows is
one refresh. A transaction that says `SET LOCAL perennial.profiles = 'deferred'` has one at its end.
"""

from django.db import migrations

COLUMNS = (
    "skills",
    "places",
    "latitude",
    "longitude",
    "seniority",
    "salary_expectation",
    "salary_currency",
    "furthest",
    "is_silver",
    "open_applications",
    "is_hired",
    "rejected_at",
    "ground",
    "contactable_until",
    "address",
    "paused_until",
    "last_contact_at",
)
LISTED = ", ".join(COLUMNS)

# table → the column that names the candidate, its key, and the columns that a profile reads
SOURCES = {
    "candidates_candidate": (
        "id",
        "id",
        (
            "latitude",
            "longitude",
            "time_zone",
            "seniority",
            "remote_preference",
            "salary_expectation",
            "salary_currency",
            "last_contact_at",
            "merged_into_id",
            "erased_at",
        ),
    ),
    "candidates_candidateskill": ("candidate_id", "id", ("candidate_id", "skill_id")),
    "candidates_groundevent": (
        "candidate_id",
        "id",
        ("candidate_id", "purpose", "kind", "occurred_at", "expires_at"),
    ),
    "candidates_preference": ("candidate_id", "candidate_id", ("paused_until",)),
    "candidates_emailaddress": (
        "candidate_id",
        "id",
        ("candidate_id", "is_primary", "bounced_at", "suppressed", "released_at"),
    ),
    "applications_application": (
        "candidate_id",
        "id",
        ("candidate_id", "furthest", "closed_at", "outcome"),
    ),
}

FUNCTIONS = f"""
-- A half-degree cell of the earth; 1 is kept for "remote".
CREATE FUNCTION applications_cell(latitude float8, longitude float8) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT 2 + floor((latitude + 90) * 2)::int * 720 + floor((longitude + 180) * 2)::int % 720
    $$;

-- Great-circle distance (haversine, mean radius of the earth), in whole kilometres.
CREATE FUNCTION applications_km(lat1 float8, lon1 float8, lat2 float8, lon2 float8) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT round(12742.0176 * asin(least(1, sqrt(
            power(sin(radians(lat2 - lat1) / 2), 2)
            + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
        ))))::int
    $$;

-- The moment a day begins in a zone; a zone that PostgreSQL does not know counts as UTC.
CREATE FUNCTION applications_day_begins(day date, zone text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT
    AS $$
BEGIN
    RETURN day::timestamp AT TIME ZONE coalesce(nullif(zone, ''), 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN day::timestamp AT TIME ZONE 'UTC';
END $$;

CREATE VIEW applications_skillmeaning_source AS
WITH RECURSIVE edges AS (
    SELECT id AS source, merged_into_id AS target, false AS is_implied
      FROM candidates_skill WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT from_skill_id, to_skill_id, true FROM candidates_skill_implies
), reach(skill_id, means_id, is_implied) AS (
    SELECT id, id, false FROM candidates_skill
    UNION
    SELECT r.skill_id, e.target, r.is_implied OR e.is_implied
      FROM reach r JOIN edges e ON e.source = r.means_id
)
SELECT r.skill_id, r.means_id, bool_and(r.is_implied) AS is_implied
  FROM reach r JOIN candidates_skill s ON s.id = r.means_id
 WHERE s.merged_into_id IS NULL
 GROUP BY r.skill_id, r.means_id;

-- Opt-out countries as in `candidates.models.grounds.OPT_OUT_COUNTRIES`; a test holds them together.
CREATE VIEW applications_matchprofile_source AS
SELECT c.id AS candidate_id,
       coalesce(s.skills, '{{}}') AS skills,
       CASE WHEN c.remote_preference IN ('remote', 'any') THEN ARRAY[1] ELSE '{{}}'::int[] END
       || CASE WHEN c.latitude IS NULL THEN '{{}}'::int[]
               ELSE ARRAY[applications_cell(c.latitude, c.longitude)] END AS places,
       c.latitude, c.longitude, c.seniority, c.salary_expectation, c.salary_currency,
       a.furthest,
       coalesce(a.is_silver AND NOT a.is_hired, false) AS is_silver,
       a.open_applications::int AS open_applications,
       coalesce(a.is_hired, false) AS is_hired,
       a.rejected_at,
       g.ground,
       CASE WHEN g.ground IN (0, 5) THEN least(
           coalesce(pool.expires_at, '9999-01-01 00:00+00'),
           coalesce(nurture.expires_at, '9999-01-01 00:00+00'),
           '9999-01-01 00:00+00'
       ) END AS contactable_until,
       e.address,
       applications_day_begins(p.paused_until, c.time_zone) AS paused_until,
       c.last_contact_at
  FROM candidates_candidate c
  LEFT JOIN candidates_preference p ON p.candidate_id = c.id
  LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT m.means_id ORDER BY m.means_id) AS skills
          FROM candidates_candidateskill cs
         -- The fence keeps this order where nothing is analysed yet: else each person could cost
         -- a walk through the whole catalogue.
         CROSS JOIN LATERAL (SELECT k.means_id FROM applications_skillmeaning k
                              WHERE k.skill_id = cs.skill_id OFFSET 0) m
         WHERE cs.candidate_id = c.id) s ON true
  LEFT JOIN LATERAL (
        SELECT v.kind, v.expires_at FROM candidates_groundevent v
         WHERE v.candidate_id = c.id AND v.purpose = 'pool'
           AND v.kind IN ('granted', 'renewed', 'restored', 'withdrawn', 'objected', 'expired')
         ORDER BY v.occurred_at DESC, v.id DESC LIMIT 1) pool ON true
  LEFT JOIN LATERAL (
        SELECT v.kind, v.expires_at,
               v.basis = 'consent' OR (v.kind = 'restored' AND v.basis = '') AS is_consent
          FROM candidates_groundevent v
         WHERE v.candidate_id = c.id AND v.purpose = 'nurture'
           AND v.kind IN ('granted', 'renewed', 'restored', 'withdrawn', 'objected', 'expired')
         ORDER BY v.occurred_at DESC, v.id DESC LIMIT 1) nurture ON true
 CROSS JOIN LATERAL (
        SELECT CASE WHEN 'objected' IN (pool.kind, nurture.kind) THEN 1
                    WHEN 'withdrawn' IN (pool.kind, nurture.kind) THEN 2
                    WHEN pool.kind IS NULL OR nurture.kind IS NULL THEN 3
                    WHEN NOT nurture.is_consent AND c.country NOT IN ('', 'US', 'CA')
                         AND nurture.kind <> 'expired' THEN 3
                    WHEN 'expired' IN (pool.kind, nurture.kind) THEN 4
                    WHEN NOT nurture.is_consent AND c.country = '' THEN 5
                    ELSE 0 END AS ground) g
 CROSS JOIN LATERAL (
        SELECT CASE WHEN bool_or(x.suppressed <> '') THEN 1
                    WHEN bool_or(x.is_primary) IS NOT TRUE THEN 2
                    WHEN bool_or(x.is_primary AND x.bounced_at IS NOT NULL) THEN 3
                    ELSE 0 END AS address
          FROM candidates_emailaddress x
         WHERE x.candidate_id = c.id AND x.released_at IS NULL) e
 CROSS JOIN LATERAL (
        SELECT max(h.furthest) AS furthest,
               count(*) FILTER (WHERE h.closed_at IS NULL) AS open_applications,
               bool_or(h.outcome = 'hired') AS is_hired,
               bool_or(h.closed_at IS NOT NULL
                       AND (h.furthest >= 4 OR h.outcome = 'offer_declined')) AS is_silver,
               max(h.closed_at) FILTER (WHERE h.outcome = 'rejected') AS rejected_at
          FROM applications_application h WHERE h.candidate_id = c.id) a
 -- Not "merged_into_id IS NULL": where nothing is analysed yet its index looks as good as the key.
 WHERE c.erased_at IS NULL AND coalesce(c.merged_into_id, 0) = 0;

-- Make the profiles of these people what the view says. The rows are locked by a statement of their
-- own: the one after it then sees what whoever held them has committed. Locking and reading in one
-- statement would let the second of two writers overwrite the first with what it saw before.
CREATE FUNCTION applications_refresh_profiles(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    sorted bigint[];
    part bigint[];
BEGIN
    SELECT array_agg(DISTINCT one ORDER BY one) INTO sorted FROM unnest(people) AS one;
    FOR start IN 1 .. coalesce(cardinality(sorted), 0) BY 1000 LOOP
        part := sorted[start : start + 999];
        PERFORM 1 FROM applications_matchprofile WHERE candidate_id = ANY(part)
          ORDER BY candidate_id FOR UPDATE;
        DELETE FROM applications_matchprofile p
         WHERE p.candidate_id = ANY(part) AND p.candidate_id NOT IN (
            SELECT c.id FROM candidates_candidate c
             WHERE c.id = ANY(part) AND c.erased_at IS NULL AND coalesce(c.merged_into_id, 0) = 0);
        INSERT INTO applications_matchprofile AS p (candidate_id, {LISTED})
            SELECT candidate_id, {LISTED} FROM applications_matchprofile_source
             WHERE candidate_id = ANY(part) ORDER BY candidate_id
        ON CONFLICT (candidate_id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in COLUMNS)}
         WHERE ({", ".join(f"p.{c}" for c in COLUMNS)})
               IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in COLUMNS)});
    END LOOP;
END $$;

-- Whose profile is due at the end of which transaction. Empty whenever nobody writes.
CREATE UNLOGGED TABLE applications_profiledue (tx xid8 NOT NULL, people bigint[] NOT NULL);

CREATE FUNCTION applications_profiles_changed(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF people IS NULL THEN
        RETURN;
    ELSIF current_setting('perennial.profiles', true) = 'deferred' THEN
        INSERT INTO applications_profiledue VALUES (pg_current_xact_id(), people);
    ELSE
        PERFORM applications_refresh_profiles(people);
    END IF;
END $$;

CREATE FUNCTION applications_refresh_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE everybody bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM applications_profiledue WHERE tx = NEW.tx RETURNING people
    ) SELECT array_agg(DISTINCT one) INTO everybody FROM gone, unnest(gone.people) AS one;
    PERFORM applications_refresh_profiles(everybody);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER profiles_at_the_end AFTER INSERT ON applications_profiledue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION applications_refresh_due();

-- The meanings of skills, and the profiles of everybody who has one whose meaning changed.
CREATE FUNCTION applications_refresh_meanings() RETURNS void LANGUAGE plpgsql AS $$
DECLARE changed int[];
BEGIN
    SELECT array_agg(DISTINCT skill_id) INTO changed FROM (
        (SELECT skill_id, means_id, is_implied FROM applications_skillmeaning_source
         EXCEPT SELECT skill_id, means_id, is_implied FROM applications_skillmeaning)
        UNION ALL
        (SELECT skill_id, means_id, is_implied FROM applications_skillmeaning
         EXCEPT SELECT skill_id, means_id, is_implied FROM applications_skillmeaning_source)
    ) AS differing;
    IF changed IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM applications_skillmeaning WHERE skill_id = ANY(changed);
    INSERT INTO applications_skillmeaning (skill_id, means_id, is_implied)
        SELECT skill_id, means_id, is_implied FROM applications_skillmeaning_source
         WHERE skill_id = ANY(changed);
    PERFORM applications_profiles_changed(array_agg(DISTINCT candidate_id))
       FROM candidates_candidateskill WHERE skill_id = ANY(changed);
END $$;

CREATE FUNCTION applications_skills_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE merged_into_id IS NOT NULL) THEN
        PERFORM applications_refresh_meanings();
    ELSE
        INSERT INTO applications_skillmeaning SELECT id, id, false FROM new_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER meanings_of_new AFTER INSERT ON candidates_skill
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION applications_skills_added();

CREATE FUNCTION applications_catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM applications_refresh_meanings();
    RETURN NULL;
END $$;
CREATE TRIGGER meanings_of_merged AFTER UPDATE OF merged_into_id OR DELETE ON candidates_skill
    FOR EACH STATEMENT EXECUTE FUNCTION applications_catalogue_changed();
CREATE TRIGGER meanings_of_implied AFTER INSERT OR UPDATE OR DELETE ON candidates_skill_implies
    FOR EACH STATEMENT EXECUTE FUNCTION applications_catalogue_changed();

-- How many people fit a job, for lists of jobs. Whoever has k of n skills has one of any n-k+1 of
-- them: the index looks for those that fewest people have, and the count is exact.
CREATE FUNCTION applications_known_count(wanted bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE must int[]; needed int; found bigint;
BEGIN
    SELECT array_agg(DISTINCT m.means_id) INTO must
      FROM applications_jobskill js
      JOIN applications_skillmeaning m ON m.skill_id = js.skill_id AND NOT m.is_implied
     WHERE js.job_id = wanted AND js.need = 'must';
    IF must IS NULL THEN
        RETURN 0;
    END IF;
    SELECT least(coalesce(must_needed, cardinality(must)), cardinality(must)) INTO needed
      FROM applications_job WHERE id = wanted;
    IF needed = cardinality(must) THEN
        SELECT count(*) INTO found FROM applications_matchprofile p
         WHERE p.skills @> must AND NOT EXISTS (
            SELECT 1 FROM applications_application h
             WHERE h.job_id = wanted AND h.candidate_id = p.candidate_id);
        RETURN found;
    END IF;
    SELECT count(*) INTO found FROM applications_matchprofile p
     WHERE p.skills && applications_rarest(must, cardinality(must) - needed + 1)
       AND (SELECT count(*) FROM unnest(must) AS one WHERE one = ANY(p.skills)) >= needed
       AND NOT EXISTS (SELECT 1 FROM applications_application h
                        WHERE h.job_id = wanted AND h.candidate_id = p.candidate_id);
    RETURN found;
END $$;

-- The `most` skills of these that fewest people have, by the statistics of the profiles.
CREATE FUNCTION applications_rarest(wanted int[], most int) RETURNS int[]
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(one) FROM (
        SELECT w.one FROM unnest(wanted) AS w(one)
          LEFT JOIN (SELECT e.one, e.frequency FROM pg_stats,
                            unnest(most_common_elems::text::int[], most_common_elem_freqs)
                            AS e(one, frequency)
                      WHERE schemaname = current_schema() AND attname = 'skills'
                        AND tablename = 'applications_matchprofile') AS known USING (one)
         ORDER BY coalesce(known.frequency, 0), w.one LIMIT most) AS rarest
    $$;

ALTER TABLE applications_matchprofile SET (fillfactor = 85);
ALTER TABLE applications_matchprofile ALTER COLUMN skills SET STATISTICS 400;
"""


def keep(table: str, candidate: str, key: str, columns: tuple[str, ...]) -> str:
    """Return the function of a source table and its three triggers."""
    name = f"{table}_to_profile"
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
          FROM new_rows n JOIN old_rows o USING ({key}),
               unnest(ARRAY[n.{candidate}, o.{candidate}]) AS one
         WHERE ({new}) IS DISTINCT FROM ({old});
    END IF;
    PERFORM applications_profiles_changed(changed);
    RETURN NULL;
END $$;
CREATE TRIGGER profile_on_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER profile_on_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER profile_on_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


TRIGGERS = "".join(keep(table, *rest) for table, rest in SOURCES.items())
FILL = f"""
INSERT INTO applications_skillmeaning (skill_id, means_id, is_implied)
    SELECT skill_id, means_id, is_implied FROM applications_skillmeaning_source;
INSERT INTO applications_matchprofile (candidate_id, {LISTED})
    SELECT candidate_id, {LISTED} FROM applications_matchprofile_source ORDER BY candidate_id;
"""
BACKWARDS = (
    "".join(
        f"DROP TRIGGER profile_on_{event} ON {table};"
        for table in SOURCES
        for event in ("insert", "update", "delete")
    )
    + "".join(f"DROP FUNCTION {table}_to_profile();" for table in SOURCES)
    + """
DROP TRIGGER meanings_of_new ON candidates_skill;
DROP TRIGGER meanings_of_merged ON candidates_skill;
DROP TRIGGER meanings_of_implied ON candidates_skill_implies;
DROP TABLE applications_profiledue;
DROP FUNCTION applications_catalogue_changed();
DROP FUNCTION applications_skills_added();
DROP FUNCTION applications_refresh_meanings();
DROP FUNCTION applications_known_count(bigint);
DROP FUNCTION applications_rarest(int[], int);
DROP FUNCTION applications_refresh_due();
DROP FUNCTION applications_profiles_changed(bigint[]);
DROP FUNCTION applications_refresh_profiles(bigint[]);
DROP VIEW applications_matchprofile_source;
DROP VIEW applications_skillmeaning_source;
DROP FUNCTION applications_day_begins(date, text);
DROP FUNCTION applications_km(float8, float8, float8, float8);
DROP FUNCTION applications_cell(float8, float8);
DELETE FROM applications_matchprofile;
DELETE FROM applications_skillmeaning;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_match_profiles"),
        ("candidates", "0005_similar_names"),
    ]
    operations = [
        migrations.RunSQL("DELETE FROM applications_matchprofile", migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS + TRIGGERS + FILL, BACKWARDS),
    ]

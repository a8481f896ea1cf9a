"""Count who fits a job as the list finds them: one look into the index for each way to fit.

And no further than 10,001, as the list says “10,000+” from there. Too many ways (more than 15):
whoever has k of n skills has one of any n-k+1 of them, as before.
"""

from django.db import migrations

COUNT = """
CREATE OR REPLACE FUNCTION applications_known_count(wanted bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    must int[]; needed int; found bigint; condition text;
    ways numeric := 1;
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
    FOR i IN 1 .. needed LOOP
        ways := ways * (cardinality(must) - needed + i) / i;
    END LOOP;
    IF ways <= 15.5 THEN
        WITH RECURSIVE chosen(way, last) AS (
            SELECT ARRAY[one], i FROM unnest(must) WITH ORDINALITY AS x(one, i)
            UNION ALL
            SELECT way || one, i FROM chosen, unnest(must) WITH ORDINALITY AS x(one, i)
             WHERE i > last AND cardinality(way) < needed
        ) SELECT string_agg(format('p.skills @> %L::int[]', way), ' OR ') INTO condition
            FROM chosen WHERE cardinality(way) = needed;
    ELSE
        condition := format(
            'p.skills && %L::int[] AND'
            ' (SELECT count(*) FROM unnest(%L::int[]) AS one WHERE one = ANY(p.skills)) >= %s',
            applications_rarest(must, cardinality(must) - needed + 1), must, needed);
    END IF;
    EXECUTE format(
        'SELECT count(*) FROM (SELECT 1 FROM applications_matchprofile p WHERE (%s)'
        ' AND p.candidate_id NOT IN (SELECT h.candidate_id FROM applications_application h'
        ' WHERE h.job_id = %s) LIMIT 10001) AS known', condition, wanted) INTO found;
    RETURN found;
END $$;
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION applications_known_count(wanted bigint) RETURNS bigint
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0019_more_reasons_in_profiles"),
    ]
    operations = [migrations.RunSQL(COUNT, BACKWARDS)]

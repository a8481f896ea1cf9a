"""Of whom the list of known people asks further: those who answered, and those who were written to
about the job. A function, because a session plans what is in it once, while the list is put
together anew for each job.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION engagement_known_to_job(job bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT r.candidate_id FROM engagement_reply r WHERE r.holds <> '';
    RETURN QUERY
        SELECT w.candidate_id FROM engagement_message w
         WHERE w.purpose = 'nurture' AND w.armed_at IS NOT NULL
           AND w.job_id = ANY(ARRAY(
               SELECT b.id FROM applications_job j JOIN applications_job b
                   ON b.id = j.id
                   OR coalesce(b.copied_from_id, b.id) = coalesce(j.copied_from_id, j.id)
                   OR (j.requisition <> '' AND b.requisition = j.requisition)
                   OR lower(b.title) = lower(j.title)
                WHERE j.id = job));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0025_why_old_promises_ended"),
        ("engagement", "0022_brakes"),
    ]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION engagement_known_to_job(bigint)")]

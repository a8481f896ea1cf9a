"""What committing a checked import would do, for the page that asks whether to."""

from typing import Any

from django.db import connection
from django.utils import timezone

from applications.history import PastApplications
from candidates.imports.details import CONSENT_LASTS
from candidates.models import Import, ImportRow


def preview(run: Import) -> dict[str, Any]:
    """Return what committing a checked import would do: counts, and who could be written to.

    People are counted once, however many lines are about them.
    """
    refused = run.rows.filter(state=ImportRow.State.REFUSED)
    staged = run.rows.filter(state=ImportRow.State.STAGED)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH lines AS (
              SELECT did->'expected' AS e,
                     cleaned ? 'consent_on' AND cleaned ? 'consent_source'
                       AND (cleaned ? 'consent_wording' OR %s) AS proven,
                     coalesce((cleaned->>'consent_on')::date > %s, false) AS alive
                FROM candidates_importrow
               WHERE run_id = %s AND state = %s
            ), people AS (
              SELECT e->>'person' AS person,
                     bool_or(e ? 'known') AS known,
                     bool_and(e ? 'no_address') AS unreachable,
                     bool_and(e ? 'suppressed') AS suppressed,
                     bool_or(proven) AS proven,
                     bool_or(proven AND alive) AS alive
                FROM lines GROUP BY 1
            )
            SELECT count(*),
                   count(*) FILTER (WHERE known),
                   count(*) FILTER (WHERE alive AND NOT suppressed AND NOT unreachable),
                   count(*) FILTER (WHERE unreachable),
                   count(*) FILTER (WHERE suppressed),
                   count(*) FILTER (WHERE NOT proven),
                   count(*) FILTER (WHERE proven AND NOT alive),
                   (SELECT array_agg(DISTINCT s ORDER BY s)
                      FROM lines, jsonb_array_elements_text(e->'new_skills') AS s)
              FROM people
            """,
            [
                bool(run.consent_wording),
                (timezone.now() - CONSENT_LASTS).date(),
                run.pk,
                ImportRow.State.STAGED,
            ],
        )
        total, known, mailable, unreachable, suppressed, unproven, ran_out, skills = (
            cursor.fetchone()
        )
    return {
        "people": total,
        "known": known,
        "new": total - known,
        "refused": refused.count(),
        "mailable": mailable,
        "unreachable": unreachable,
        "suppressed": suppressed,
        "ran_out": ran_out,
        "unproven": unproven,
        "new_skills": skills or [],
        "historic_jobs": PastApplications.jobs_to_make(staged),
        "before": _same_file_before(run),
        "first_refused": list(refused.order_by("number")[:20]),
        "first_new": list(staged.exclude(did__expected__has_key="known").order_by("number")[:10]),
        "first_known": list(staged.filter(did__expected__has_key="known").order_by("number")[:10]),
    }


def _same_file_before(run: Import) -> Import | None:
    """Return the last finished import of exactly this file."""
    return (
        Import.objects.filter(sha256=run.sha256, state=Import.State.DONE)
        .exclude(pk=run.pk)
        .select_related("by")
        .first()
    )

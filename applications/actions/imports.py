"""Every change of state of an import. The rows themselves are moved by `applications.imports`."""

from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.imports import columns, reading, staging
from candidates.models import Import, ImportRow


@transaction.atomic
def upload(file: BinaryIO, file_name: str, *, by: User) -> Import:
    """Stage every record of a file and guess what its columns mean. Nothing becomes a person yet.

    Raises ValidationError: the file cannot be read as a list of people; the sentence says why.
    """
    shape = reading.shape_of(file)
    run = Import(
        file_name=file_name[-255:],
        sha256=shape.sha256,
        size=shape.size,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        columns=shape.columns,
        mapping=columns.guess(shape.columns),
        by=by,
    )
    run.save()
    run.rows_total = staging.stage(run, reading.records(file, run.encoding, run.delimiter))
    run.save(update_fields=["rows_total"])
    audit.record(by, "import.uploaded", run, rows=["", str(run.rows_total)])
    return run


@transaction.atomic
def map_columns(
    run: Import,
    mapping: dict[str, str],
    *,
    by: User,
    day_first: bool = True,
    consent_wording: str = "",
) -> Import:
    """Say what the columns mean, and have every row checked against it.

    mapping: column position as text → field; positions left out are not imported.

    Raises ValidationError: it runs or ran, no column is the name, or two claim one field.
    """
    run = Import.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state not in {Import.State.UPLOADED, Import.State.READY}:
        raise ValidationError("The columns of this import are settled.", code="settled")
    mapping = {position: field for position, field in mapping.items() if field}
    if repeated := columns.repeated(mapping.values()):
        raise ValidationError(
            f"Two columns claim the same field: {', '.join(repeated)}. Keep one of them.",
            code="repeated",
        )
    if not {"name", "given_name", "family_name"} & set(mapping.values()):
        raise ValidationError("Say which column holds the name.", code="no_name")
    run.mapping, run.day_first = mapping, day_first
    run.consent_wording = consent_wording.strip()
    run.state, run.rows_done, run.rows_refused = Import.State.CHECKING, 0, 0
    run.save()
    _check_anew(run)
    columns.remember(run.columns, mapping)
    audit.record(by, "import.mapped", run)
    return run


@transaction.atomic
def commit(run: Import, *, by: User) -> Import:
    """Start turning the checked rows into people.

    Raises ValidationError: it is not ready, or no row is left to import.
    """
    run = Import.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != Import.State.READY:
        raise ValidationError("This import is not ready to run.", code="not_ready")
    if not run.rows.filter(state=ImportRow.State.STAGED).exists():
        raise ValidationError(
            "Every row was refused, so there is nothing to import. Mend the file and upload it"
            " again.",
            code="nothing",
        )
    run.state, run.started_at, run.rows_done = Import.State.RUNNING, timezone.now(), 0
    run.save(update_fields=["state", "started_at", "rows_done"])
    audit.record(by, "import.started", run)
    return run


@transaction.atomic
def undo(run: Import, *, by: User) -> Import:
    """Start taking an import back, as a whole. People somebody has worked on since are kept.

    Raises ValidationError: it has not finished, or was undone.
    """
    run = Import.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state not in {Import.State.DONE, Import.State.FAILED} or run.started_at is None:
        raise ValidationError("Only a finished import can be undone.", code="not_done")
    run.state, run.rows_done = Import.State.UNDOING, 0
    run.save(update_fields=["state", "rows_done"])
    audit.record(by, "import.undo_started", run)
    return run


@transaction.atomic
def discard(run: Import, *, by: User) -> None:
    """Throw away an import that never ran, with its staged rows.

    Raises ValidationError: it ran.
    """
    run = Import.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.started_at is not None:
        raise ValidationError("This import ran; undo it instead.", code="ran")
    audit.record(by, "import.discarded", run)
    run.delete()


def _check_anew(run: Import) -> None:
    """Forget an earlier check, except for lines that no mapping can mend."""
    run.rows.exclude(cleaned__isnull=True).update(
        state=ImportRow.State.STAGED, cleaned=None, errors=[], fingerprint=""
    )

"""Files whose rows are gone: deleted after the commit, and tried again until they are."""

import logging
from datetime import timedelta

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.utils import timezone

from candidates.models import FileToDelete

logger = logging.getLogger(__name__)

CHUNK = 200
LATE = timedelta(hours=1)  # after this an operator should look


def delete_next() -> bool:
    """Try the next files once. Returns whether there may be more that were not tried yet.

    Two at once share the files; a file that is not there any more counts as deleted.
    """
    with transaction.atomic():
        waiting = list(
            FileToDelete.objects.select_for_update(skip_locked=True).order_by("attempts", "pk")[
                :CHUNK
            ]
        )
        gone = [one.pk for one in waiting if _delete(one)]
        FileToDelete.objects.filter(pk__in=gone).delete()
    return len(gone) == CHUNK


def late() -> int:
    """Return how many files could not be deleted for an hour."""
    return FileToDelete.objects.filter(since__lt=timezone.now() - LATE).count()


def _delete(file: FileToDelete) -> bool:
    try:
        _storage_of(file.field).delete(file.name)
    except OSError as error:
        file.attempts = min(file.attempts + 1, 30_000)
        file.problem = type(error).__name__
        file.save(update_fields=["attempts", "problem"])
        logger.warning("file %s could not be deleted: %s", file.pk, file.problem)
        return False
    return True


def _storage_of(field: str) -> Storage:
    if not field:
        return default_storage
    label, _, name = field.rpartition(".")
    storage: Storage = apps.get_model(label)._meta.get_field(name).storage
    return storage

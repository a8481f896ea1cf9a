"""Asking about thousands of keys at once: as one array.

A placeholder for each of them costs Django and the driver more than the question costs the
database.
"""

from collections.abc import Iterable

from django.db.models.expressions import RawSQL


def any_of(keys: Iterable[int]) -> RawSQL:
    """Return what `__in` takes for these numbers."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def any_text_of(texts: Iterable[str]) -> RawSQL:
    """Return what `__in` takes for these texts."""
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])

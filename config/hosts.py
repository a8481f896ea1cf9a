"""Which names we had before, as the environment says it."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ImproperlyConfigured


def former(said: Mapping[str, str]) -> dict[str, date]:
    """Return former hosts with the day of the move. Raises ImproperlyConfigured: no such day."""
    try:
        return {host.lower(): date.fromisoformat(day) for host, day in said.items()}
    except ValueError as error:
        raise ImproperlyConfigured("Write FORMER_HOSTS as host=2026-03-01,host=…") from error

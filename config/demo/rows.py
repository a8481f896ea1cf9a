"""Writing many rows at once."""

from collections.abc import Iterable
from typing import Any

from django.db import models


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    manager: Any = model._meta.default_manager  # each model has one
    manager.bulk_create(rows, batch_size=2000)

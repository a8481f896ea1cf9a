"""Where files lie: in a private folder, under names that say nothing, served by no address."""

import secrets

from django.core.files.storage import Storage, storages
from django.db import models


def private_storage() -> Storage:
    """Return the storage that no web server serves (`STORAGES["private"]`)."""
    return storages["private"]


def random_key(instance: models.Model, file_name: str) -> str:
    """Return a new key. It holds nothing of the file's name, which the visitor chose."""
    key = secrets.token_hex(16)
    return f"documents/{key[:2]}/{key}"

"""Where private files of the tests are."""

from django.core.files.storage import storages

from candidates.models import Document


def one_private_storage() -> None:
    """Let `private_storage()` be the one that the model fields hold.

    Django makes new storages when a test changes their settings; fields keep the one they had.
    """
    storages._storages["private"] = Document._meta.get_field("file").storage

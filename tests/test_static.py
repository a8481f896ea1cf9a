"""The front-end files as production serves them: collected, named by content, complete."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def test_collected_files_refer_to_nothing_missing(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}

    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        named = staticfiles_storage.url("vendor/tabler/tabler.min.css")

    assert (tmp_path / named.removeprefix("/static/")).is_file()

"""The product's settings with few overrides: cheap passwords, plain static files, no worker."""

import os

from config.settings import *  # noqa: F403  (the one star import: settings are a flat list)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing is collected for a test

# Workers of one run share the services: each has keys and queues of its own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
CACHES["default"]["KEY_PREFIX"] = f"perennial-test-{_worker}"  # noqa: F405  (of the star import)
CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"perennial-test-{_worker}:"  # noqa: F405

DATABASES["default"]["ENGINE"] = "tests.postgres"  # noqa: F405  (of the star import)
# Each worker's database is a copy of one that is migrated already (`launcher/template.py`).
if _template := os.environ.get("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template}  # noqa: F405  (of the star import)

"""Fill an empty, migrated database with due messages: `python -m tests.faults.plan COUNT`."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()

from tests.factories.accounts import OrganisationFactory  # noqa: E402  (Django is ready now)
from tests.faults.conftest import planned  # noqa: E402

if __name__ == "__main__":
    OrganisationFactory()
    planned(int(sys.argv[1]))

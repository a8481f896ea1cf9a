"""The Celery application. Tasks are hints; the database is the queue."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("perennial")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def get_ready(**_: Any) -> None:
    """Load what the first email would have to wait for, before the worker forks.

    An email holds links, and the first link loads every page, where the checks that Celery runs did
    not; and nobody is written to before the calendar of their country is known. The processes that
    do the work then share it all, and what the program is made of is left out of their garbage
    collections.
    """
    import holidays.countries  # noqa: F401
    from django.urls import get_resolver  # once the apps are there

    get_resolver().app_dict  # noqa: B018  (loads them)
    gc.collect()
    gc.freeze()

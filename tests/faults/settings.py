"""The settings of a process that a fault test starts: it lives in the test's time."""

import os
from datetime import datetime

import time_machine

from tests.settings import *  # noqa: F403  (the one star import: settings are a flat list)

if "FAULTS_FILES" in os.environ:  # a folder: what one process stores, another one finds
    STORAGES["private"] = {  # noqa: F405  (of those settings)
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": os.environ["FAULTS_FILES"]},
    }
if "FAULTS_NOW" in os.environ:
    time_machine.travel(datetime.fromisoformat(os.environ["FAULTS_NOW"]), tick=True).start()

"""What a worker has loaded before it forks, so that no email waits for it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# As Celery does: the application, its tasks, the signal.
WORKER = """
import gc, sys
from celery.signals import worker_init
from config.celery import app
app.loader.init_worker()
worker_init.send(sender="worker@test")
before, frozen = set(sys.modules), gc.get_freeze_count()
from django.urls import reverse
reverse("applications:careers")
late = sorted(set(sys.modules) - before)
print(late, frozen > 50_000)
"""


def test_the_first_link_of_an_email_loads_nothing_more():
    done = subprocess.run(
        [sys.executable, "-c", WORKER], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.split("\n")[0] == "[] True", done.stderr

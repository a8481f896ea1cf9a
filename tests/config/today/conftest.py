"""A Monday morning, and what stands on somebody's Today."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from candidates.models import Import
from config.today import blocks
from tests.factories.applications import JobFactory

MORNING = "2026-11-23 09:00Z"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=False):
        yield


def day(offset):
    return timezone.now().date() + timedelta(days=offset)


def shown(user, whose="all"):
    """Return {title of block: [(row, mark)]}, but for the new people of each job."""
    return {
        block.title: [(row.title, row.mark) for row in block.rows]
        for block in blocks(user, timezone.now(), whose=whose)
        if block.title != "New people"
    }


def old_job(**fields):
    """A job that opened long ago, so that it is not itself due."""
    return JobFactory(opened_at=timezone.now() - timedelta(days=100), **fields)


def import_run(user, **fields):
    defaults = {
        "file_name": "people.csv",
        "sha256": "0" * 64,
        "size": 10,
        "encoding": "utf-8",
        "delimiter": ",",
        "by": user,
    }
    return Import.objects.create(**defaults | fields)

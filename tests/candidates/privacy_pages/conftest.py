"""Somebody who asks for something."""

import pytest
from django.urls import reverse

from tests.factories.candidates import CandidateFactory


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def person():
    return CandidateFactory(name="Ana Silva")


def at(name, thing=None):
    return reverse(f"candidates:{name}", args=[thing.public_id] if thing else [])

"""Skills of the house, and a file that was read."""

import pytest
from django.urls import reverse

from candidates.actions import readings
from candidates.actions.documents import add_document
from candidates.models import Document
from tests.factories.candidates import CandidateFactory, SkillAliasFactory, SkillFactory

CV = """Ana Röhm
ana.roehm@mail.example · 07700 900456 · linkedin.com/in/ana-roehm/
Portfolio: https://work.example/ana?ref=cv.
Ten years of HV isolation, Python/Django and Go. I go to sea."""


@pytest.fixture
def catalogue():
    """Four skills: Python and Go are of one family, and “go” is ambiguous."""
    for name, family, spellings, is_ambiguous in (
        ("Python", "Software", ["python"], False),
        ("Go", "Software", ["go", "golang"], True),
        ("HV isolation", "Electrical", ["hv isolation", "high voltage isolation"], False),
        ("C++", "Software", ["c++"], False),
    ):
        skill = SkillFactory(name=name, family=family)
        for spelling in spellings:
            SkillAliasFactory(skill=skill, spelling=spelling, is_ambiguous=is_ambiguous)


def read(text: str, candidate=None, *, by) -> Document:
    candidate = candidate or CandidateFactory()
    document, _ = add_document(candidate, "cv.txt", text.encode(), by=by)
    readings.read_document(document.pk)
    document.refresh_from_db()
    return document


def page(document: Document, name: str = "file") -> str:
    return reverse(f"candidates:{name}", args=[document.public_id])

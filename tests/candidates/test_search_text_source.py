"""The definition of the search text became faster. It says what the one before it said."""

import importlib

import pytest
from django.db import connection

from candidates.models import Candidate, Note, Skill
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    NoteFactory,
    SkillFactory,
)
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db
migration = importlib.import_module("candidates.migrations.0036_search_text_in_half_the_time")

SAID = "SELECT candidate_id, folded_name, config, short, long FROM {} ORDER BY candidate_id"


def people() -> None:
    """Somebody for each way in which a text may be there or not."""
    for language in ("", "en", "de-AT", "pt_BR", "nb", "ar", "xx"):
        CandidateFactory(
            name="Zoë O’Neill-Ünal",
            call_name="Zo",
            headline="C++ and .NET; wind batteries, Hände",
            current_title="Ingénieure, câbles",
            current_employer="Smith & Søns",
            language=language,
        )
    CandidateFactory(name="No Words At All", headline="", current_title="", current_employer="")
    heir = SkillFactory(name="JavaScript (Node.js)")
    merged = SkillFactory(name="ECMA script", merged_into=heir)
    skilled = CandidateFactory(name="Skilled Person")
    for skill in (SkillFactory(name="C#"), merged, SkillFactory(name="High-voltage work")):
        CandidateSkillFactory(candidate=skilled, skill=skill)
    written = CandidateFactory(name="Written About", language="de")
    NoteFactory(candidate=written, text="Mag Batterien. It's “fine”.")
    NoteFactory(candidate=written, text="Zweite Notiz", visibility=Note.Visibility.TEAM)
    NoteFactory(candidate=written, text="Hidden", visibility=Note.Visibility.PRIVATE)
    DocumentFactory(candidate=written, text="Turbines, cables and batteries. " * 50, state="ready")
    DocumentFactory(candidate=skilled, text="Only a file", state="ready")
    DocumentFactory(candidate=skilled, text="", state="ready")


def test_the_definition_says_what_the_one_before_it_said():
    people()
    view = "candidates_searchtext_source"
    assert Candidate.objects.count() == 10
    assert Skill.objects.exclude(merged_into=None).count() == 1
    with connection.cursor() as cursor:
        cursor.execute(SAID.format(view))
        now = cursor.fetchall()
        cursor.execute(migration.BEFORE)
        cursor.execute(SAID.format(view))
        before = cursor.fetchall()
    assert len(now) == Candidate.objects.count()
    assert now == before

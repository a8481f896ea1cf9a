"""A copy of everything about one person (P-14)."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from accounts import audit
from candidates import access
from candidates.access import Blackout
from candidates.actions.access import make_copy
from candidates.models import Candidate, ExportFile, Note
from candidates.person_data import declared
from candidates.rights import Show, Withhold
from candidates.work import work_on
from tests.everything import NAME, everything_about
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory, NoteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(recruiter, privacy_officer):
    """The files of a copy of everything about one person: name to bytes."""
    planted = everything_about(recruiter)
    audit.read(recruiter, "privacy_page", planted.person)
    work = make_copy(planted.person, by=privacy_officer)
    assert work_on(work.pk) is False
    work.refresh_from_db()
    assert (work.state, work.ok) == ("done", 1)
    kept = ExportFile.objects.get()
    assert (kept.made_for, kept.name, kept.content_type) == (
        privacy_officer,
        "copy-of-data.zip",
        "application/zip",
    )
    with zipfile.ZipFile(io.BytesIO(kept.file.read())) as archive:
        return planted, {name: archive.read(name) for name in archive.namelist()}


def test_it_has_a_page_to_read_the_same_for_machines_and_the_files(everything):
    _, files = everything
    names = sorted(files)

    assert names[0] == "data.json"
    assert names[-1] == "your-data.html"
    assert [name.partition("/")[0] for name in names[1:-1]] == ["files"]
    assert files[names[1]].startswith(b"Electrician,")


def test_every_table_that_is_to_be_shown_is_there(everything):
    """The golden list: what is declared as shown is shown, under its title, and nothing else."""
    _, files = everything
    said = json.loads(files["data.json"])
    shown = {data.export.title for data in declared() if isinstance(data.export, Show)}

    assert set(said["data"]) == shown | {"Who you are to us"}
    assert {one["why"] for one in said["left_out"]} == {
        data.export.reason for data in declared() if isinstance(data.export, Withhold)
    }


def test_every_text_about_them_is_in_it(everything):
    """Whatever stands in a column that is to be shown, is handed over."""
    _, files = everything
    page, said = files["your-data.html"].decode(), files["data.json"].decode()

    for text in (NAME, "rang from +447700900777"):
        assert text in page
        assert text in said
    for note in Note.objects.all():
        assert note.text in said


def test_it_says_when_they_were_looked_at_and_never_by_whom(everything, recruiter):
    _, files = everything
    page = files["your-data.html"].decode()

    assert "The page about your data and choices was opened." in page
    for name in (recruiter.name, recruiter.email):
        assert name not in page
        assert name not in files["data.json"].decode()


def test_colleagues_are_named_by_their_role():
    rowan = UserFactory(name="Rowan Ashdown", email="rowan@larkspur-tidal.example")
    blackout = Blackout([rowan])

    assert blackout.of_user(rowan) == "a colleague (recruiter)"
    assert blackout.of_text(
        "Rowan Ashdown spoke to Ana; write to ROWAN@larkspur-tidal.example."
    ) == ("a colleague (recruiter) spoke to Ana; write to a colleague (recruiter).")
    assert (
        blackout.of_text("Rowan Ashdowne is somebody else.") == "Rowan Ashdowne is somebody else."
    )


def test_private_notes_are_theirs_to_read_as_well(recruiter):
    person = CandidateFactory()
    NoteFactory(candidate=person, author=recruiter, visibility="private", text="Nervous at first.")

    copy = access.copy_of(person, person.created_at)

    assert "Nervous at first." in copy.for_machines()


def test_markup_in_what_they_wrote_is_only_text():
    person = CandidateFactory(name="<script>alert(1)</script>")

    assert "<script>" not in access.copy_of(person, person.created_at).to_read()


def test_somebody_who_was_erased_meanwhile_is_left_out(privacy_officer):
    person = CandidateFactory()
    work = make_copy(person, by=privacy_officer)
    Candidate.objects.filter(pk=person.pk).update(erased_at=person.created_at)

    work_on(work.pk)

    work.refresh_from_db()
    assert (work.state, work.skipped) == ("done", 1)
    assert not ExportFile.objects.exists()


def test_both_clocks_stand_in_it_in_words_and_for_machines(recruiter):
    """P-08"""
    asked_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    person = CandidateFactory(country="DE", without_consent=True, time_zone="UTC")
    GroundEventFactory(
        candidate=person, occurred_at=asked_at, expires_at=asked_at + timedelta(days=300)
    )
    ApplicationFactory(candidate=person, rejected=True, closed_at=asked_at)

    copy = access.copy_of(person, asked_at + timedelta(days=30))

    page, said = copy.to_read(), json.loads(copy.for_machines())
    kept = {line["label"]: line["sentence"] for line in said["kept"]["clocks"]}
    assert kept == {
        "Keeping the profile": "You agreed until 28 March 2027.",
        "Explaining a decision": "We may keep what explains it until 1 December 2026.",
    }
    for sentence in (*kept.values(), said["kept"]["in_the_end"]):
        assert sentence in page
    assert said["kept"]["in_the_end"] == (
        "After 28 March 2027 the record is deleted, unless you ask us to keep it."
    )


def test_a_clock_that_does_not_run_is_said_too(recruiter):
    person = CandidateFactory(without_consent=True, country="US")

    copy = access.copy_of(person, person.created_at)

    kept = {line.label: line.sentence for line in copy.clocks}
    assert kept["Keeping the profile"] == "You never agreed to it."
    assert kept["Explaining a decision"] == "There was no decision about you."
    assert kept["Telling you"].startswith("We must tell you by ")

"""What leaves the house as a file: harmless cells, and files that go after a day."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions import exports
from candidates.exports import csv_lines, safe_cell
from candidates.models import ExportFile
from candidates.tasks import forget_work
from tests.factories.candidates import CandidateFactory
from tests.factories.work import ExportFileFactory, WorkFactory


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Rosa Osei", "Rosa Osei"),
        ("", ""),
        (None, ""),
        (12, "12"),
        (-3, "'-3"),
        ("+447700900123", "'+447700900123"),
        (
            '=HYPERLINK("http://evil.example","click")',
            '\'=HYPERLINK("http://evil.example","click")',
        ),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tsecret", "'\tsecret"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\0=1", "'=1"),
        ("a\0=1", "a=1"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u200b=1", "'\u200b=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("two\nlines", "two\nlines"),
        ("Jean-Luc", "Jean-Luc"),
        ("o'neil", "o'neil"),
    ],
)
def test_no_cell_is_taken_for_a_formula(value, cell):
    assert safe_cell(value) == cell


def test_every_field_of_a_csv_is_quoted_and_survives_the_way_back():
    rows = [["Name", "Note"], ['Ana "A" Demir', "=1+1\r\nsecond; line"], [None, 7]]

    text = "".join(csv_lines(rows))

    assert text.startswith('\ufeff"Name","Note"\r\n')
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [
        ["Name", "Note"],
        ['Ana "A" Demir', "'=1+1\r\nsecond; line"],
        ["", "7"],
    ]


@pytest.mark.django_db
def test_a_kept_file_knows_its_hash_and_leaves_an_audit_entry(recruiter):
    with transaction.atomic():
        kept = exports.keep_file(ContentFile(b"abc"), name="people.csv", by=recruiter, people=2)

    assert kept.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (kept.size, kept.file.read()) == (3, b"abc")
    event = AuditEvent.objects.get(verb="export.made")
    assert (event.actor, event.changes["people"]) == (recruiter.email, ["", "2"])


@pytest.mark.django_db(transaction=True)
def test_files_go_after_a_day_and_strays_with_them(recruiter):
    with transaction.atomic():
        kept = exports.keep_file(ContentFile(b"abc"), name="people.csv", by=recruiter)
    path, stray = kept.file.name, default_storage.save("exports/stray", ContentFile(b"x"))

    forget_work()
    assert [default_storage.exists(name) for name in (path, stray)] == [True, True]
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        forget_work()
        assert forget_work() == 0

    assert not ExportFile.objects.exists()
    assert [default_storage.exists(name) for name in (path, stray)] == [False, False]


@pytest.mark.django_db(transaction=True)
def test_a_file_with_somebody_who_is_erased_goes_at_once(recruiter):
    person, other = CandidateFactory(), CandidateFactory()
    mine, others = WorkFactory(people=[person]), WorkFactory(people=[other])
    files = [ExportFileFactory(work=work) for work in (mine, others)]
    paths = [kept.file.name for kept in files]

    assert exports.forget_people([person.pk]) == 1

    assert list(ExportFile.objects.all()) == [files[1]]
    assert [default_storage.exists(path) for path in paths] == [False, True]
    assert not mine.items.exists()

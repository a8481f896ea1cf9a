"""P-16: after an erasure nothing of the person is found, wherever one looks."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import AuditEvent
from candidates import erasing
from candidates.actions.erasure import erase_candidate
from candidates.models import Candidate, Document, Import, ImportRow
from config import outbox
from tests.everything import everything_about, found_in_the_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(recruiter, settings, tmp_path):
    """Everything about one person, with mail that the catcher kept."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX_DIR = str(tmp_path / "outbox")
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")
    Path(settings.OUTBOX_DIR).mkdir()
    return everything_about(recruiter)


def caught(settings, address, name="00000000000000000001-aa"):
    path = Path(settings.OUTBOX_DIR) / f"{name}.eml"
    path.write_bytes(f"Delivered-To: {address}\r\nSubject: For you\r\n\r\nHello.\r\n".encode())
    return path


def test_everything_is_there_before(planted):
    """The scan finds what is there: else it would prove nothing."""
    everywhere = {mark for there in found_in_the_database(planted.marks).values() for mark in there}

    assert everywhere == set(planted.marks)


def test_nothing_is_left_in_any_table(planted, recruiter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase_candidate(planted.person, by=recruiter)

    assert found_in_the_database(planted.marks) == {}


def test_nothing_is_left_in_redis(planted, recruiter, staff_client):
    staff_client.get(reverse("candidates:profile", args=[planted.person.public_id]))
    staff_client.get(reverse("candidates:people"), {"q": "Quartermain"})

    erase_candidate(planted.person, by=recruiter)

    redis = cache._cache.get_client(write=True)
    held = b"\n".join(_redis_values(redis)).decode(errors="replace")
    assert [mark for mark in planted.marks if mark in held] == []


def _redis_values(redis):
    for key in redis.scan_iter(cache.make_key("*"), count=1000):
        yield key
        kind = redis.type(key)
        if kind == b"string":
            yield redis.get(key)
        elif kind == b"list":
            yield from redis.lrange(key, 0, -1)
        elif kind == b"hash":
            yield from (part for pair in redis.hgetall(key).items() for part in pair)
        elif kind == b"set":
            yield from redis.smembers(key)
        elif kind == b"zset":
            yield from redis.zrange(key, 0, -1)


def test_nothing_is_left_in_any_file(
    planted, recruiter, settings, tmp_path, django_capture_on_commit_callbacks
):
    theirs = caught(settings, planted.person.emails.first().address)
    other = caught(settings, "somebody.else@mail.example", "00000000000000000002-bb")

    with django_capture_on_commit_callbacks(execute=True):
        erase_candidate(planted.person, by=recruiter)

    assert (theirs.exists(), other.exists()) == (False, True)
    held = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).decode()
    assert [mark for mark in planted.marks if mark in held] == []
    assert [message.name for message in outbox.newest_first()] == [other.name]


def test_the_bytes_of_their_files_are_gone(planted, recruiter, django_capture_on_commit_callbacks):
    document = Document.objects.get(candidate=planted.person)
    both = [document.file, document.safe_file]
    assert [file.storage.exists(file.name) for file in both] == [True, True]

    with django_capture_on_commit_callbacks(execute=True):
        erase_candidate(planted.person, by=recruiter)

    assert [file.storage.exists(file.name) for file in both] == [False, False]


def test_the_audit_trail_keeps_who_and_what_and_a_number(planted, recruiter):
    """X-13: the entries from before are untouched, and they never held a name."""
    before = AuditEvent.objects.count()

    erase_candidate(planted.person, by=recruiter)

    about_them = AuditEvent.objects.filter(
        subject_type="candidates.candidate", subject_id=str(planted.person.pk)
    )
    assert AuditEvent.objects.count() > before
    assert set(about_them.values_list("verb", flat=True)) == {
        "candidate.created",
        "candidate.note_written",
        "candidate.called",
        "candidate.changed",
        "candidate.erased",
    }


def test_lines_of_files_that_name_them_are_emptied_wherever_they_stand(planted, recruiter):
    """A refused line, and one that waits in another file, hold their address as well."""
    address = planted.person.emails.first().address
    run = Import.objects.first()
    refused = ImportRow.objects.create(
        run=run, number=3, cells=["Zebulon", address.upper()], state="refused", errors=["No."]
    )
    waiting = ImportRow.objects.create(
        run=run, number=4, cells=["Zebulon", address], cleaned={"emails": [address]}
    )
    other = ImportRow.objects.create(run=run, number=5, cells=["Anna", "anna@mail.example"])

    erase_candidate(planted.person, by=recruiter)

    rows = ImportRow.objects.in_bulk([refused.pk, waiting.pk, other.pk])
    assert [rows[row.pk].cells for row in (refused, waiting, other)] == [
        [],
        [],
        ["Anna", "anna@mail.example"],
    ]
    assert [rows[row.pk].state for row in (refused, waiting, other)] == [
        "refused",
        "staged",
        "staged",
    ]


def test_only_an_empty_row_is_left_of_each_record(planted, recruiter):
    was = {planted.person.public_id, planted.older.public_id}

    erase_candidate(planted.person, by=recruiter)

    for row in Candidate.objects.filter(pk__in=planted.people):
        assert row.erased_at is not None
        assert row.public_id not in was
        left = {
            column.name: value
            for column in Candidate._meta.concrete_fields
            if (value := getattr(row, column.attname)) not in (None, "")
            and column.name not in {"id", "public_id", "erased_at", "created_at"}
        }
        assert left == {"name": erasing.NAME, "version": 1}


def test_what_was_removed_is_counted_by_table(planted, recruiter):
    erasure = erase_candidate(planted.person, by=recruiter)

    assert erasure.removed["candidates.Note"] == 3
    assert erasure.removed["engagement.DeliveryEvent"] == 1

"""Workers that read files come and go, and the process that reads is not believed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.actions import readings
from candidates.actions.documents import add_document, remove_document
from candidates.documents import apart, reader
from candidates.documents.storage import private_storage
from candidates.models import Document
from candidates.tasks import read_document, read_waiting_documents
from tests import files
from tests.candidates.reading import State, read
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db

# -------------------------------------------------------- workers come and go


def test_reading_twice_reads_once(recruiter):
    document = read(files.pdf("Fitter"), "cv.pdf", recruiter)

    assert readings.read_document(document.pk) is False
    document.refresh_from_db()
    assert (document.attempts, document.state) == (1, State.READY)


def test_a_lost_worker_is_replaced_after_its_lease_and_three_times_at_most(recruiter):
    document, _ = add_document(CandidateFactory(), "cv.txt", b"Fitter", by=recruiter)
    now = timezone.now()
    lost = {"state": State.READING, "reading_since": now, "attempts": 1}
    Document.objects.filter(pk=document.pk).update(**lost)
    assert readings.unread(now) == []
    assert readings.read_document(document.pk) is False

    late = now - readings.LEASE - timedelta(seconds=1)
    Document.objects.filter(pk=document.pk).update(reading_since=late, attempts=3)
    assert readings.unread(now) == [document.pk]
    assert readings.read_document(document.pk) is True

    document.refresh_from_db()
    assert (document.state, document.attempts) == (State.NO_TEXT, 4)
    assert "broke off over this file" in document.reason
    assert readings.unread(now) == []


def test_a_worker_that_comes_back_late_writes_nothing(recruiter):
    document, _ = add_document(CandidateFactory(), "cv.txt", b"Fitter", by=recruiter)
    mine = readings._take(document.pk, timezone.now())
    Document.objects.filter(pk=document.pk).update(attempts=2)  # another one took it over

    readings._settle(mine, reader.Reading(text="mine"))

    document.refresh_from_db()
    assert (document.state, document.text) == (State.READING, "")


def test_a_removed_file_is_not_read(recruiter):
    document, _ = add_document(CandidateFactory(), "cv.txt", b"Fitter", by=recruiter)
    remove_document(document, by=recruiter)

    assert readings.read_document(document.pk) is False
    assert readings.unread(timezone.now()) == []


def test_a_file_whose_bytes_are_lost_says_so(recruiter):
    document, _ = add_document(CandidateFactory(), "cv.txt", b"Fitter", by=recruiter)
    private_storage().delete(document.file.name)

    read_document(document.pk)

    document.refresh_from_db()
    assert (document.state, document.text) == (State.NO_TEXT, "")


def test_beat_hands_out_what_waits(recruiter):
    add_document(CandidateFactory(), "cv.txt", b"Fitter", by=recruiter)
    DocumentFactory()

    read_waiting_documents()  # only asks: the worker reads
    read_waiting_documents()

    assert Document.objects.filter(state=State.UPLOADED).count() == 1


# ------------------------------------------------- the process is not believed


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense", b"[]", b'{"problem": "unheard of"}', b'{"problem": ""}',
        b'{"problem": "", "text": 5, "hidden": [], "pages": 1, "holds": []}',
        b'{"problem": "", "text": "a\\u0000b", "hidden": [], "pages": 1, "holds": []}',
        b'{"problem": "", "text": "x", "hidden": [["a", "b"]], "pages": 1, "holds": []}',
        b'{"problem": "", "text": "x", "hidden": 3, "pages": 1, "holds": []}',
    ],
)  # fmt: skip
def test_an_answer_of_the_wrong_shape_is_no_answer(answer):
    assert reader._believed(answer) == reader.Reading("stopped")


def test_the_process_can_do_nothing_but_read(tmp_path):
    """Neither sockets, programs, files nor memory: asked in a process that bound itself."""
    script = re.sub(
        r"^ {8}", "",
        """
        import ctypes, os, socket, subprocess, sys
        sys.path.insert(0, sys.argv[1])
        from candidates.documents.extraction import limits
        limits.apply()
        tries = {
            "socket": lambda: socket.socket(), "program": lambda: subprocess.run(["true"]),
            "fork": lambda: os.fork(), "write": lambda: open(sys.argv[2], "w"),
            "create": lambda: os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY),
            "memory": lambda: bytearray(600 * 1024 * 1024),
        }
        for name, attempt in tries.items():
            try:
                attempt()
            except (PermissionError, MemoryError):
                continue
            print(name)
        if sys.platform == "linux" and ctypes.CDLL(None).socket(2, 1, 0) != -1:
            print("socket from C")
        """,
        flags=re.MULTILINE,
    )  # fmt: skip
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(apart._ROOT), str(tmp_path / "never")],
        capture_output=True, text=True, check=True, timeout=20,
    )  # fmt: skip

    assert (done.stdout, done.stderr) == ("", "")

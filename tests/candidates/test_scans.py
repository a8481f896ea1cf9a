"""Files and the virus scanner (X-20): what it stops nobody gets; without its word a file waits."""

import socket
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates import access
from candidates.actions import documents, scans
from candidates.documents import scanner
from candidates.models import Activity, Document
from candidates.tasks import read_document
from tests.clamd import EICAR, running
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory, FindingFactory

pytestmark = pytest.mark.django_db
State = Document.State
CV = b"Electrician, ten years of switchgear."


@pytest.fixture
def clamd(settings):
    with running() as server:
        settings.VIRUS_SCANNER = server.address
        yield server


def added(content: bytes, by, name: str = "cv.txt") -> Document:
    """Add a file and let a worker take it."""
    document, _ = documents.add_document(CandidateFactory(), name, content, by=by)
    read_document(document.pk)
    document.refresh_from_db()
    return document


def quarantined(**fields) -> Document:
    return DocumentFactory(
        state=State.QUARANTINE, text="", threat="Eicar", scanned_at=timezone.now(),
        reason="The virus scanner found something in it.", **fields,
    )  # fmt: skip


def at(name: str, document: Document) -> str:
    return reverse(f"candidates:{name}", args=[document.public_id])


# ------------------------------------------------------------------ the words between the two


def test_a_file_goes_over_whole_and_in_pieces(clamd):
    content = bytes(range(256)) * 1000

    assert scanner.scan(content) == ""

    (pieces,) = clamd.streams
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == scanner.PIECE


def test_an_empty_file_and_one_of_a_piece_are_clean(clamd):
    assert [scanner.scan(b""), scanner.scan(b"x" * scanner.PIECE)] == ["", ""]


def test_what_is_found_has_the_scanners_name(clamd):
    assert scanner.scan(EICAR) == "Eicar-Test-Signature"


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"UNKNOWN COMMAND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",  # it hung up in the middle
        b"stream: OK FOUNDLING\0",
        b"x" * 5000,
    ],
)
def test_nothing_but_a_whole_answer_counts(clamd, says):
    clamd.says = says

    with pytest.raises(scanner.NoAnswer):
        scanner.scan(CV)


def test_one_who_is_silent_or_away_gives_no_answer(clamd, settings, monkeypatch):
    monkeypatch.setattr(scanner, "SECONDS", 0.2)
    clamd.is_silent.set()
    with pytest.raises(scanner.NoAnswer, match="TimeoutError"):
        scanner.scan(CV)

    settings.VIRUS_SCANNER = nobody()
    with pytest.raises(scanner.NoAnswer, match="ConnectionRefusedError"):
        scanner.scan(CV)


def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"clamd://127.0.0.1:{free.getsockname()[1]}"


# ------------------------------------------------------------------ a clean file


def test_a_clean_file_is_scanned_and_then_read(clamd, recruiter):
    document = added(CV, recruiter)

    assert (document.state, document.threat, document.text.strip()) == ("ready", "", CV.decode())
    assert document.scanned_at is not None
    assert len(clamd.streams) == 1
    read_document(document.pk)
    assert len(clamd.streams) == 1
    assert documents.hand_out(document, by=recruiter) == document


def test_without_a_scanner_files_are_read_and_handed_out(settings, recruiter):
    settings.VIRUS_SCANNER = ""

    document = added(EICAR, recruiter)

    assert (document.state, document.scanned_at, document.awaits_scan) == ("ready", None, False)
    assert documents.hand_out(document, by=recruiter) == document
    assert scans.unscanned(timezone.now()) == []


# ------------------------------------------------------------------ quarantine


def test_what_the_scanner_finds_something_in_goes_into_quarantine(clamd, recruiter, caplog):
    document = added(EICAR, recruiter)

    assert (document.state, document.threat, document.attempts, document.text) == (
        "quarantine", "Eicar-Test-Signature", 0, "",
    )  # fmt: skip
    assert list(Document.objects.searchable()) == []
    activity = Activity.objects.get(kind="document.quarantine")
    assert activity.text.startswith("The file “cv.txt” is in quarantine.")
    event = AuditEvent.objects.get(verb="document.quarantine")
    assert (event.actor, event.changes) == ("virus scanner", {"threat": ["", document.threat]})
    assert caplog.text == ""


@pytest.mark.parametrize("hand_out", [documents.hand_out, documents.hand_out_copy])
def test_nobody_gets_it(recruiter, hand_out):
    with pytest.raises(ValidationError) as refusal:
        hand_out(quarantined(), by=recruiter)

    assert refusal.value.code == "quarantine"


def test_its_pages_say_so_and_offer_what_can_be_done(staff_client):
    document = quarantined()

    page = staff_client.get(at("file", document))
    assertContains(page, "In quarantine")
    assertContains(page, "This file is closed: nothing is looked for in it.")
    assertContains(page, "The virus scanner found something in it.")
    assertContains(page, "Scan it again")
    assertNotContains(page, "Download")
    original = staff_client.get(at("file_original", document))
    assertContains(original, "Nobody can download it.")
    refused = staff_client.post(at("file_original", document))
    assertContains(refused, "This file is in quarantine", status_code=422)
    assert refused["Content-Type"].startswith("text/html")
    person = reverse("candidates:files", args=[document.candidate.public_id])
    assertContains(staff_client.get(person), "In quarantine")


def test_it_is_in_no_copy_for_its_person(recruiter):
    document = quarantined()
    DocumentFactory(candidate=document.candidate, file_name="clean.txt")

    copy = access.copy_of(document.candidate, timezone.now())

    assert [file.path for file in copy.files] == ["files/001-clean.txt"]


def test_a_file_of_earlier_times_is_closed_until_it_is_scanned(clamd, staff_client, recruiter):
    old, bad = DocumentFactory(content=CV), DocumentFactory(content=EICAR)
    FindingFactory(document=bad)
    assertContains(staff_client.get(at("file", old)), "Being scanned for viruses")
    assertNotContains(staff_client.get(at("file", old)), "ten years of switchgear")
    with pytest.raises(ValidationError) as refusal:
        documents.hand_out(old, by=recruiter)
    assert refusal.value.code == "not_scanned"
    assertContains(staff_client.post(at("file_original", old)), "not been scanned", status_code=422)

    assert scans.unscanned(timezone.now()) == [old.pk, bad.pk]
    for pk in (old.pk, bad.pk):
        read_document(pk)

    assertContains(staff_client.get(at("file", old)), "ten years of switchgear")
    assertContains(staff_client.get(at("file", old)), "nothing found")
    bad.refresh_from_db()
    assert (bad.state, bad.text, bad.findings.count()) == ("quarantine", "", 0)
    assert scans.unscanned(timezone.now()) == []


def test_the_same_bytes_again_are_still_in_quarantine(clamd, recruiter):
    document = added(EICAR, recruiter)
    documents.remove_document(document, by=recruiter)

    again, is_new = documents.add_document(document.candidate, "cv.txt", EICAR, by=recruiter)

    assert (again.pk, is_new, again.state) == (document.pk, True, "quarantine")


def test_a_false_alarm_is_scanned_again(clamd, staff_client, recruiter):
    clamd.says = b"stream: Mistaken FOUND\0"
    document = added(CV, recruiter)
    clamd.says = None

    response = staff_client.post(at("file_scan", document))

    assertRedirects(response, at("file", document))
    document.refresh_from_db()
    assert (document.state, document.threat, document.scanned_at) == ("uploaded", "", None)
    read_document(document.pk)
    document.refresh_from_db()
    assert (document.state, document.text.strip()) == ("ready", CV.decode())
    assert AuditEvent.objects.filter(verb="document.scan_asked").count() == 1


def test_scanning_again_is_refused(settings, staff_client, recruiter):
    settings.VIRUS_SCANNER = ""
    for document, code in (
        (DocumentFactory(), "not_in_quarantine"),
        (quarantined(removed=True), "not_in_quarantine"),
        (quarantined(), "no_scanner"),
    ):
        with pytest.raises(ValidationError) as refusal:
            scans.scan_again(document, by=recruiter)
        assert refusal.value.code == code
    answer = staff_client.post(at("file_scan", document))
    assertContains(answer, "No virus scanner is set up.", status_code=422)


# ------------------------------------------------------------------ no answer


def test_a_file_waits_for_a_scanner_that_does_not_answer_and_says_so(
    clamd, settings, staff_client, recruiter, caplog
):
    listening = settings.VIRUS_SCANNER
    settings.VIRUS_SCANNER = nobody()
    with time_machine.travel("2026-11-23 09:00Z", tick=False) as clock:
        document = added(CV, recruiter)

        assert (document.state, document.attempts) == ("uploaded", 0)
        assert document.scan_failed_at == timezone.now()
        assert document.file_name not in caplog.text
        assert caplog.messages == [
            f"file {document.pk} waits, the scanner does not answer: ConnectionRefusedError"
        ]
        for name in ("file", "file_original"):
            assertNotContains(
                staff_client.get(at(name, document)), "Download the original</button>"
            )
        assertContains(staff_client.get(at("file", document)), "The scanner does not answer")
        person = reverse("candidates:files", args=[document.candidate.public_id])
        assertContains(staff_client.get(person), "Waits for the virus scanner")
        with pytest.raises(ValidationError):
            documents.hand_out(document, by=recruiter)
        other = DocumentFactory()
        assert scans.unscanned(timezone.now()) == []

        clock.shift(timedelta(minutes=2))
        assert scans.unscanned(timezone.now()) == [document.pk, other.pk]
        settings.VIRUS_SCANNER = listening
        read_document(document.pk)

    document.refresh_from_db()
    assert (document.state, document.scan_failed_at) == ("ready", None)


def test_a_file_whose_bytes_are_gone_is_left_to_the_reader(clamd, recruiter):
    document, _ = documents.add_document(CandidateFactory(), "cv.txt", CV, by=recruiter)
    document.file.storage.delete(document.file.name)

    read_document(document.pk)

    document.refresh_from_db()
    assert (document.state, document.threat) == ("no_text", "")


def test_what_was_removed_is_not_scanned(clamd):
    DocumentFactory(removed=True)

    assert scans.unscanned(timezone.now()) == []

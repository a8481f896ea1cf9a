"""Files that come with an answer: kept like those that a colleague uploads, or named with why."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.actions import readings
from candidates.actions.documents import add_document, remove_document
from candidates.actions.erasure import erase_candidate
from candidates.documents.storage import private_storage
from candidates.models import Document
from candidates.tasks import read_document
from engagement.actions.incoming import read_incoming, receive_message
from engagement.incoming import reader
from engagement.models import Incoming, Reply
from tests import files
from tests.engagement.mails import away, mail
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
CV = b"Rigger, ten years."


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def message():
    return MessageFactory(handed=True)


def receive(raw):
    receive_message(raw, source=Incoming.Source.HOOK)
    read_incoming()
    return Reply.objects.order_by("-pk").first()


def page_of(client, reply):
    return client.get(reverse("engagement:reply", args=[reply.public_id]))


def test_a_file_is_kept_with_the_person_and_found_from_the_answer(message, staff_client):
    reply = receive(mail("Here is my CV.", answers=message, files={"cv.txt": CV}))

    document = Document.objects.get()
    assert (document.candidate, document.file_name) == (message.candidate, "cv.txt")
    assert (document.state, document.uploaded_by) == ("uploaded", None)
    assert document.file.read() == CV
    assert reply.files == [
        {
            "name": "cv.txt",
            "kind": "application/octet-stream",
            "size": len(CV),
            "document": str(document.public_id),
            "why": "",
        }
    ]
    page = page_of(staff_client, reply)
    assertContains(page, reverse("candidates:file", args=[document.public_id]))
    assert AuditEvent.objects.get(verb="document.added").actor == "The candidate"


def test_a_pdf_arrives_byte_by_byte_among_others(message):
    pdf = files.pdf("Senior Electrician")

    receive(mail("Two.", answers=message, files={"a.txt": CV, "b.pdf": pdf, "c.txt": b"Last."}))

    kept = {one.file_name: one.file.read() for one in Document.objects.all()}
    assert kept == {"a.txt": CV, "b.pdf": pdf, "c.txt": b"Last."}


def test_it_is_read_like_every_file(message):
    receive(mail("CV.", answers=message, files={"cv.txt": CV}))
    document = Document.objects.get()
    assert readings.unread(timezone.now()) == [document.pk]

    read_document(document.pk)

    document.refresh_from_db()
    assert (document.state, document.text.strip()) == ("ready", CV.decode())


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.png", b"\x89PNG....", "This is a .png file."),
        ("cv.pdf", b"MZ....", "The name says PDF, but inside it is a program."),
        ("cv.exe.pdf", b"%PDF-1.4", "which disguises what the file is."),
        ("empty.txt", b"", "This file is empty."),
        ("noname", b"x", "This file has no extension."),
    ],
)
def test_what_we_do_not_take_is_named_with_why(message, staff_client, name, content, why):
    reply = receive(mail("Here.", answers=message, files={name: content}))

    assert not Document.objects.exists()
    assert why in reply.files[0]["why"]
    assertContains(page_of(staff_client, reply), name)


def test_one_that_is_refused_stops_no_other(message):
    reply = receive(mail("Here.", answers=message, files={"a.png": b"\x89PNG", "cv.txt": CV}))

    assert Document.objects.get().file_name == "cv.txt"
    assert [bool(file["why"]) for file in reply.files] == [True, False]


def test_the_same_file_twice_is_one_document(message, recruiter):
    known, _ = add_document(message.candidate, "from-the-desk.txt", CV, by=recruiter)

    first = receive(mail("CV.", answers=message, files={"cv.txt": CV}))
    second = receive(mail("Again.", answers=message, files={"cv2.txt": CV}))

    assert Document.objects.get() == known
    assert first.files[0]["document"] == second.files[0]["document"] == str(known.public_id)


def test_the_same_message_again_keeps_nothing_twice(message):
    raw = mail("CV.", answers=message, files={"cv.txt": CV})

    for _ in range(2):
        receive(raw)

    assert (Document.objects.count(), Reply.objects.count()) == (1, 1)


def test_a_person_has_twenty_files_at_most(message, recruiter):
    for number in range(20):
        add_document(message.candidate, f"{number}.txt", f"File {number}".encode(), by=recruiter)

    reply = receive(mail("One more.", answers=message, files={"cv.txt": CV}))

    assert "at most 20 files" in reply.files[0]["why"]
    assert reply.text == "One more."


def test_of_a_message_that_was_cut_no_file_is_kept(message, monkeypatch):
    monkeypatch.setattr(reader, "MOST_BYTES", 2_000)

    files = {"cv.txt": b"x" * 4_000, "beyond.txt": CV}
    reply = receive(mail("CV.", answers=message, files=files))

    assert not Document.objects.exists()
    assert (reply.text, reply.subject) == ("CV.", "Re: A job that may fit you")
    assert [file["name"] for file in reply.files] == ["cv.txt"]  # it begins before the cut
    assert "too long to be taken whole" in reply.files[0]["why"]


@pytest.mark.parametrize("who", ["archived", "erased"])
def test_of_whom_we_may_not_use_no_file_is_kept(who):
    person = CandidateFactory(**{who: True})
    message = MessageFactory(handed=True, enrolment__candidate=person)

    receive(mail("CV.", answers=message, files={"cv.txt": CV}))

    assert not Document.objects.exists()


def test_of_a_program_no_file_is_kept(message):
    raw = mail("I am away.", answers=message, files={"cv.txt": CV}, Auto_Submitted="auto-replied")
    receive(raw)

    assert not Document.objects.exists()
    assert Reply.objects.count() == 1


def test_erasing_the_person_deletes_the_file(
    message, privacy_officer, django_capture_on_commit_callbacks
):
    receive(mail("CV.", answers=message, files={"cv.txt": CV}))
    key = Document.objects.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        erase_candidate(message.candidate, by=privacy_officer)

    assert not Document.objects.exists()
    assert not private_storage().exists(key)


def test_a_file_that_was_removed_is_said_to_be_gone(message, staff_client, recruiter):
    reply = receive(mail("CV.", answers=message, files={"cv.txt": CV}))
    document = Document.objects.get()
    remove_document(document, by=recruiter)

    page = page_of(staff_client, reply)

    assertContains(page, "It was removed.")
    assertNotContains(page, reverse("candidates:file", args=[document.public_id]))


def test_an_answer_of_before_says_that_its_file_is_not_here(message, staff_client):
    reply = receive(mail("CV.", answers=message))
    Reply.objects.update(files=[{"name": "old.pdf", "kind": "application/pdf", "size": 9}])

    assertContains(page_of(staff_client, reply), "It is not kept here; it may be in the mailbox.")


def test_a_process_that_breaks_off_loses_no_answer(message, monkeypatch):
    monkeypatch.setattr(reader, "MOST_BYTES_OF_FILES", -1020)  # its answer is cut

    reply = receive(mail("CV.", answers=message, files={"cv.txt": CV}))

    assert reply.text == "CV."
    assert "could not be taken out" in reply.files[0]["why"]


def test_an_attached_email_is_named_only(message):
    inner = away("Somebody is away.")

    reply = receive(mail("Forwarded.", answers=message, files={"mail.eml": inner}))

    assert not Document.objects.exists()
    assert "This is a .eml file." in reply.files[0]["why"]

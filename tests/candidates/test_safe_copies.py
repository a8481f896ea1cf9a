"""The copy of a PDF that does nothing: what is gone from it, what is still seen, who gets it."""

import io
import uuid
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.actions import documents, safe_copies
from candidates.actions.documents import add_document, remove_document, restore_document
from candidates.documents import reader
from candidates.documents.storage import private_storage
from candidates.models import Document
from candidates.tasks import read_document, read_waiting_documents
from tests import files, pdfs
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory

FORBIDDEN = {
    "/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/URI", "/GoToR", "/GoToE",
    "/SubmitForm", "/ImportData", "/XFA", "/AcroForm", "/EmbeddedFiles", "/EmbeddedFile", "/EF",
    "/AF", "/Annots", "/RichMedia", "/RichMediaContent", "/Collection", "/Outlines", "/Names",
    "/Metadata", "/PieceInfo", "/Info", "/F",
}  # fmt: skip


# ------------------------------------------------------------ what is gone, what stays


@pytest.mark.parametrize("name", pdfs.ACTING)
def test_the_copy_has_nothing_that_acts_and_shows_the_same_pages(name):
    content = pdfs.changed(pdfs.ACTING[name])
    assert pdfs.words_in(content) & FORBIDDEN  # else it would prove nothing

    made = reader.safe_copy(content)

    assert made.problem == ""
    assert pdfs.words_in(made.content) & FORBIDDEN == set()
    assert b"evil.example" not in made.content
    assert pdfs.looks(made.content) == pdfs.looks(content)
    assert (
        reader.read(made.content, "pdf").text
        == "Welder\nTen years at sea\fWelder\nTen years at sea\f"
    )


def test_the_copy_tells_nothing_about_who_wrote_it_or_took_the_photo():
    content = pdfs.changed(pdfs.signed_by_its_writer, compress_streams=False)
    assert content.count(pdfs.SECRET) >= 8

    made = reader.safe_copy(content).content

    with pikepdf.open(io.BytesIO(made)) as opened, pikepdf.open(io.BytesIO(content)) as before:
        plain = b"".join(
            one.read_raw_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream)
        )
        assert dict(opened.docinfo) == {}
        assert opened.trailer.ID[0] != before.trailer.ID[0]
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
    assert pdfs.SECRET not in made + plain
    assert b"Exif" not in made + plain
    assert pdfs.looks(made) == pdfs.looks(content)


def test_what_was_written_in_a_form_is_part_of_the_page():
    content = pdfs.changed(pdfs.filled_in)

    made = reader.safe_copy(content).content

    assert pdfs.words_in(made) & FORBIDDEN == set()
    assert pdfs.looks(made) == pdfs.looks(content, forms=True)
    assert pdfs.looks(made)[0] != pdfs.looks(made)[1]


def test_a_pdf_that_only_forbids_changes_has_a_copy():
    lock = pikepdf.Encryption(owner="owner", user="")
    content = pdfs.changed(pdfs.ACTING["launch"], encryption=lock)

    made = reader.safe_copy(content).content

    with pikepdf.open(io.BytesIO(made)) as opened:
        assert not opened.is_encrypted
    assert len(pdfs.looks(made)) == 2


# --------------------------------------------------------------- where there is none


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (files.pdf_with_password(), "password"),
        (pdfs.changed(lambda _: None, encryption=pikepdf.Encryption(owner="a", user="b")),
         "password"),
        (b"%PDF-1.7 and nothing more", "broken"),
        (files.pdf("Welder")[:200], "broken"),
        (pdfs.changed(lambda made: made.pages.__delitem__(slice(None))), "broken"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_opened_has_no_copy(content, problem):
    assert reader.safe_copy(content) == reader.SafeCopy(problem)
    assert problem in reader.NO_COPY


def test_making_a_copy_is_stopped_when_it_takes_too_long():
    assert reader.safe_copy(files.pdf("Welder"), seconds=0.001) == reader.SafeCopy("too_long")


# ------------------------------------------------------------- made once, after reading


def kept(content: bytes, by, name: str = "cv.pdf") -> Document:
    """Add a file as a colleague does, and do what the worker does."""
    document, _ = add_document(CandidateFactory(), name, content, by=by)
    read_document(document.pk)
    document.refresh_from_db()
    return document


def address(document: Document, name: str = "file") -> str:
    return reverse(f"candidates:{name}", args=[document.public_id])


@pytest.mark.django_db
def test_the_worker_makes_the_copy_once_it_has_read_the_file(recruiter):
    document = kept(pdfs.changed(pdfs.ACTING["launch"]), recruiter)

    assert (document.state, document.copy_problem, document.awaits_copy) == ("ready", "", False)
    assert document.safe_file.read().startswith(b"%PDF-")
    assert document.safe_file.name != document.file.name
    assert safe_copies.make_safe_copy(document.pk) is False


@pytest.mark.django_db
def test_other_kinds_and_refused_files_have_no_copy(recruiter):
    others = [
        kept(b"Fitter", recruiter, "cv.txt"),
        kept(files.docx(files.paragraph("Fitter")), recruiter, "cv.docx"),
        kept(files.pdf_and_archive(), recruiter),
    ]

    assert [(one.safe_file.name, one.copy_attempts) for one in others] == [("", 0)] * 3
    assert [one.awaits_copy for one in others] == [False] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (files.pdf_with_password,
         "It asks for a password, so no safe copy could be made. Ask for one without."),
        (lambda: b"%PDF-1.7 and nothing more",
         "It is damaged, so no safe copy could be made. Ask for it once more."),
    ],
)  # fmt: skip
def test_a_file_without_a_copy_says_why(staff_client, recruiter, make, sentence):
    document = kept(make(), recruiter)

    assert (document.safe_file.name, document.copy_problem) == ("", sentence)
    page = staff_client.get(address(document))
    assertContains(page, sentence)
    assertNotContains(page, "Download a safe copy")
    assertContains(staff_client.get(address(document, "file_original")), "Download the original</")


@pytest.mark.django_db
def test_files_of_earlier_versions_get_their_copy_and_a_lost_worker_is_replaced(recruiter):
    old = DocumentFactory(content=files.pdf("Welder"), kind="pdf")
    now = timezone.now()
    assert safe_copies.uncopied(now) == [old.pk]

    Document.objects.filter(pk=old.pk).update(copying_since=now, copy_attempts=1)
    assert safe_copies.uncopied(now) == []
    assert safe_copies.make_safe_copy(old.pk) is False

    late = now - safe_copies.LEASE - timedelta(seconds=1)
    Document.objects.filter(pk=old.pk).update(copying_since=late)
    read_waiting_documents()  # only asks: the worker makes it
    assert safe_copies.make_safe_copy(old.pk) is True
    old.refresh_from_db()
    assert (bool(old.safe_file), old.copying_since, old.copy_attempts) == (True, None, 2)


@pytest.mark.django_db
def test_copying_is_tried_three_times_at_most(recruiter):
    document = DocumentFactory(content=files.pdf("Welder"), kind="pdf", copy_attempts=3)

    assert safe_copies.make_safe_copy(document.pk) is True

    document.refresh_from_db()
    assert (document.safe_file.name, document.copy_problem) == ("", reader.NO_COPY["stopped"])
    assert safe_copies.uncopied(timezone.now()) == []


@pytest.mark.django_db
def test_a_worker_that_comes_back_late_keeps_nothing(recruiter):
    document = DocumentFactory(content=files.pdf("Welder"), kind="pdf")
    mine = safe_copies._take(document.pk, timezone.now())
    Document.objects.filter(pk=document.pk).update(copy_attempts=2)  # another one took it over

    safe_copies._settle(mine, reader.SafeCopy(content=b"%PDF-mine"))

    document.refresh_from_db()
    assert document.safe_file.name == ""


@pytest.mark.django_db
def test_a_file_whose_bytes_are_lost_has_no_copy(recruiter):
    document = DocumentFactory(content=files.pdf("Welder"), kind="pdf")
    private_storage().delete(document.file.name)

    safe_copies.make_safe_copy(document.pk)

    document.refresh_from_db()
    assert document.copy_problem == reader.NO_COPY["broken"]


@pytest.mark.django_db
def test_the_copy_of_a_removed_file_waits_and_goes_with_it(
    recruiter, django_capture_on_commit_callbacks
):
    document = DocumentFactory(content=files.pdf("Welder"), kind="pdf")
    remove_document(document, by=recruiter)
    assert safe_copies.make_safe_copy(document.pk) is False
    restore_document(document, by=recruiter)
    assert safe_copies.make_safe_copy(document.pk) is True
    document.refresh_from_db()
    key = document.safe_file.name
    now = timezone.now()

    documents.sweep(now + timedelta(days=2))  # of other tests, perhaps; never of a row
    assert private_storage().exists(key)
    remove_document(document, by=recruiter)
    with django_capture_on_commit_callbacks(execute=True):
        assert documents.forget_removed(now + timedelta(days=31)) == 1

    assert not private_storage().exists(key)
    assert not private_storage().exists(document.file.name)


# ------------------------------------------------------------------- how it is handed out


@pytest.mark.django_db
def test_the_copy_is_offered_first_and_the_original_behind_a_warning(staff_client, recruiter):
    document = kept(files.pdf_that_acts(), recruiter)

    page = staff_client.get(address(document))
    warning = staff_client.get(address(document, "file_original"))

    assertContains(page, "Download a safe copy")
    assertNotContains(page, "Download the original")
    assertContains(
        warning,
        "It contains attached files, an action that starts another program, something that happens"
        " as soon as it is opened, a script.",
    )
    assertContains(warning, "Scripts that run when it is opened")
    assertContains(warning, "Download the original</")
    assert not AuditEvent.objects.filter(verb__endswith="downloaded").exists()


@pytest.mark.django_db
def test_the_copy_is_a_recorded_download_whose_name_tells_nothing(staff_client, recruiter):
    document = kept(files.pdf_that_acts(), recruiter, "CV Ana Zielinska.pdf")

    response = staff_client.post(address(document, "file_copy"))

    content = b"".join(response.streaming_content)
    assert content == document.safe_file.read()
    name = f"safe-copy-{str(document.public_id)[:8]}.pdf"
    assert {key: response[key] for key in (
        "Content-Disposition", "Content-Type", "Content-Length", "Content-Security-Policy",
        "X-Content-Type-Options", "Cache-Control", "Cross-Origin-Resource-Policy",
    )} == {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": "application/pdf",
        "Content-Length": str(len(content)),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    event = AuditEvent.objects.get(verb="document.copy_downloaded")
    assert (event.actor, event.subject_id) == (recruiter.email, str(document.pk))
    assert staff_client.get(address(document, "file_copy")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ({}, "There is no safe copy of this file."),
        ({"removed": True}, "This file is no longer here."),
    ],
)
def test_what_is_not_there_is_not_handed_out(staff_client, made, sentence):
    document = DocumentFactory(**made)

    response = staff_client.post(address(document, "file_copy"))

    assertContains(response, sentence, status_code=422)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["file_copy", "file_original"])
def test_each_download_asks_again_who_may(request, signed_in, recruiter, staff_client, name):
    document = kept(files.pdf("Welder"), recruiter)
    manager = signed_in(request.getfixturevalue("hiring_manager"))

    assert manager.post(address(document, name)).status_code == 403
    assert staff_client.post(address(document, name)).status_code == 200
    document.candidate.erased_at = timezone.now()
    document.candidate.save()
    assert staff_client.post(address(document, name)).status_code == 404
    unknown = reverse(f"candidates:{name}", args=[uuid.uuid4()])
    assert staff_client.post(unknown).status_code == 404

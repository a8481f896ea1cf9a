"""Adding files to a person, taking them off, handing them out: who may, and what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions import documents as actions
from candidates.documents import kinds
from candidates.documents.storage import private_storage
from candidates.models import Activity, Candidate, Document
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n"


def add(candidate, content=b"Electrician", name="cv.txt", *, by):
    return actions.add_document(candidate, name, content, by=by)[0]


def send(client, candidate, *files, **headers):
    sent = [
        SimpleUploadedFile(name, content, content_type="application/octet-stream")
        for name, content in files
    ]
    return client.post(files_address(candidate, "files_add"), {"file": sent}, **headers)


def files_address(candidate: Candidate, name: str = "files") -> str:
    return reverse(f"candidates:{name}", args=[candidate.public_id])


def address(document: Document, name: str = "file") -> str:
    return reverse(f"candidates:{name}", args=[document.public_id])


# -------------------------------------------------------------------- adding


def test_adding_keeps_the_bytes_apart_and_leaves_one_line_and_one_audit_entry(recruiter):
    candidate = CandidateFactory()

    document, is_new = actions.add_document(
        candidate, "C:\\secret\\Ana Röhm.txt", b"Electrician", by=recruiter
    )

    assert is_new
    assert (document.file_name, document.kind, document.size) == ("Ana Röhm.txt", "txt", 11)
    assert document.state == Document.State.UPLOADED
    assert document.file.read() == b"Electrician"
    assert "Ana" not in document.file.name
    assert Activity.objects.get().text == "Added the file “Ana Röhm.txt”."
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_id, event.changes) == (
        "document.added", str(document.pk), {},
    )  # fmt: skip


def test_the_same_file_twice_is_one_document(recruiter):
    candidate = CandidateFactory()
    first = add(candidate, name="cv.txt", by=recruiter)

    again, is_new = actions.add_document(candidate, "other.txt", b"Electrician", by=recruiter)

    assert (again, is_new) == (first, False)
    assert Document.objects.get().file_name == "cv.txt"
    assert Activity.objects.count() == 1


def test_two_people_may_have_the_same_file(recruiter):
    first = add(CandidateFactory(), by=recruiter)
    second = add(CandidateFactory(), by=recruiter)

    assert first.sha256 == second.sha256
    assert first.file.name != second.file.name


def test_a_removed_file_comes_back_when_it_is_added_again(recruiter):
    document = DocumentFactory(removed=True, content=b"Electrician")

    again, is_new = actions.add_document(
        document.candidate, "new name.txt", b"Electrician", by=recruiter
    )

    assert (again, is_new, again.removed_at) == (document, True, None)
    assert (again.file_name, again.state) == ("new name.txt", Document.State.READY)


def test_a_refused_file_is_read_again_when_it_is_added_again(recruiter):
    document = DocumentFactory(removed=True, content=b"Electrician", state="refused", file="")

    again = add(document.candidate, by=recruiter)

    assert (again.pk, again.state, again.attempts) == (document.pk, "uploaded", 0)
    assert again.file.read() == b"Electrician"


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("cv.txt", b"", "empty", "This file is empty."),
        ("cv.pdf.exe", b"MZ", "not_taken", "This is a .exe file."),
        ("cv.pdf\x00.exe", b"MZ", "not_taken", "This is a .exe file."),
        ("cv.exe.pdf", PDF, "disguised", "The name ends in “.exe.pdf”"),
        ("cv", PDF, "not_taken", "This file has no extension."),
        ("cv.doc", b"\xd0\xcf\x11\xe0", "not_taken", "This is a .doc file."),
        ("cv.docm", b"PK\x03\x04", "not_taken", "This is a .docm file."),
        ("cv.html", b"<html>", "not_taken", "This is a .html file."),
        ("cv.svg", b"<svg>", "not_taken", "This is a .svg file."),
        ("cv.pdf", b"MZ\x90\x00", "not_what_it_says", "inside it is a program"),
        ("cv.pdf", b"PK\x03\x04", "not_what_it_says", "inside it is an archive"),
        ("cv.pdf", b" %PDF-1.7", "not_what_it_says", "inside it is plain text"),
        ("cv.docx", PDF, "not_what_it_says", "inside it is a PDF"),
        ("cv.docx", b"\xd0\xcf\x11\xe0\x00", "not_what_it_says", "or one with a password"),
        ("cv.rtf", PDF, "not_what_it_says", "inside it is a PDF"),
        ("cv.rtf", b"Welder", "not_what_it_says", "inside it is plain text"),
        ("cv.doc", b"{\\rtf1 x}", "not_taken", "This is a .doc file."),
        ("cv.txt", b"{\\rtf1 x}", "not_what_it_says", "inside it is an RTF file"),
        ("cv.txt", PDF, "not_what_it_says", "inside it is a PDF"),
        ("cv.txt", b"\x00\x01\x02", "not_what_it_says", "inside it is not text"),
    ],
)
def test_a_file_that_we_do_not_take_is_told_why(recruiter, name, content, code, sentence):
    with pytest.raises(ValidationError) as refusal:
        add(CandidateFactory(), content, name, by=recruiter)

    assert refusal.value.code == code
    assert sentence in refusal.value.messages[0]
    assert Document.objects.count() == 0


def test_a_file_over_the_limit_is_told_what_to_do(recruiter, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_BYTES", 1024 * 1024)

    with pytest.raises(ValidationError, match="larger than 1 MB") as refusal:
        add(CandidateFactory(), b"x" * (1024 * 1024 + 1), by=recruiter)

    assert refusal.value.code == "too_large"


def test_a_person_has_at_most_twenty_files(recruiter, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FILES", 1)
    document = DocumentFactory()
    removed = DocumentFactory(candidate=document.candidate, removed=True)

    with pytest.raises(ValidationError) as refusal:
        actions.add_document(document.candidate, "cv.txt", b"x", by=recruiter, most=1)
    with pytest.raises(ValidationError) as second_refusal:
        actions.restore_document(removed, by=recruiter)

    assert (refusal.value.code, second_refusal.value.code) == ("too_many", "too_many")


def test_nobody_adds_to_a_person_who_is_gone(recruiter):
    with pytest.raises(ValidationError) as refusal:
        add(CandidateFactory(erased=True), by=recruiter)

    assert refusal.value.code == "gone"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("cv\u202efdp.txt", "cvfdp.txt"),
        ("  my   cv .txt", "my cv .txt"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("履歴書.pdf", "履歴書.pdf"),
        ("\x00", "file"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(name, shown):
    assert kinds.clean_name(name) == shown


# ------------------------------------------------- removing, and deleting for good


def test_removing_can_be_undone_until_it_is_deleted_for_good(recruiter):
    document = add(CandidateFactory(), by=recruiter)

    actions.remove_document(document, by=recruiter)
    actions.remove_document(document, by=recruiter)
    assert list(Document.objects.present()) == []

    actions.restore_document(document, by=recruiter)
    actions.restore_document(document, by=recruiter)
    assert list(Document.objects.present()) == [document]
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["document.added", "document.removed", "document.restored"]


def test_thirty_days_after_the_removal_the_bytes_are_deleted(
    recruiter, django_capture_on_commit_callbacks
):
    document = add(CandidateFactory(), by=recruiter)
    actions.remove_document(document, by=recruiter)
    kept = add(document.candidate, b"kept", by=recruiter)
    now = timezone.now()

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_removed(now + timedelta(days=29)) == 0
        assert private_storage().exists(document.file.name)
        assert actions.forget_removed(now + timedelta(days=31)) == 1
        assert actions.forget_removed(now + timedelta(days=31)) == 0

    assert list(Document.objects.all()) == [kept]
    assert not private_storage().exists(document.file.name)
    assert private_storage().exists(kept.file.name)


def test_files_that_no_row_knows_are_swept_after_a_day(recruiter):
    now = timezone.now()
    actions.sweep(now + timedelta(days=2))  # what other tests left
    known = add(CandidateFactory(), by=recruiter)
    orphan = private_storage().save("documents/aa/orphan", ContentFile(b"lost"))

    assert actions.sweep(now) == 0
    assert actions.sweep(now + timedelta(days=2)) >= 1
    assert actions.sweep(now + timedelta(days=2)) == 0

    assert not private_storage().exists(orphan)
    assert private_storage().exists(known.file.name)


# --------------------------------------------------------------------- pages


def test_several_files_at_once_each_with_its_own_answer(staff_client):
    candidate = CandidateFactory()

    response = send(
        staff_client, candidate,
        ("cv.txt", b"Electrician"), ("virus.exe", b"MZ"), ("empty.pdf", b""), ("b.txt", b"Fitter"),
    )  # fmt: skip

    assertContains(response, "“virus.exe”: This is a .exe file.", status_code=422)
    assertContains(response, "“empty.pdf”: This file is empty.", status_code=422)
    assertContains(response, "“cv.txt” is added.", status_code=422)
    assert {d.file_name for d in candidate.documents.all()} == {"cv.txt", "b.txt"}


def test_good_files_lead_back_to_the_list(staff_client):
    candidate = CandidateFactory()

    response = send(staff_client, candidate, ("cv.txt", b"Electrician"), ("b.txt", b"Electrician"))

    assertRedirects(response, files_address(candidate), fetch_redirect_response=False)
    page = staff_client.get(files_address(candidate))
    assertContains(page, "“b.txt” is here already, as “cv.txt”. It is kept once.")
    assertContains(page, "Waiting to be read")


def test_htmx_gets_the_section_alone(staff_client):
    response = send(
        staff_client, CandidateFactory(), ("cv.txt", b"Electrician"), headers={"HX-Request": "true"}
    )

    assertContains(response, "“cv.txt” is added.")
    assertNotContains(response, "<html")


def test_sending_nothing_is_told(staff_client):
    response = staff_client.post(files_address(CandidateFactory(), "files_add"), {})

    assertContains(response, "Choose a file first.", status_code=422)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_at_any_size(staff_client, django_assert_num_queries, many):
    candidate = CandidateFactory()
    DocumentFactory.create_batch(many, candidate=candidate)

    with django_assert_num_queries(4):  # session, user, person, files
        response = staff_client.get(files_address(candidate))

    assertContains(response, "Remove<span", count=many)


def test_the_original_is_a_download_that_is_recorded_and_opens_nowhere(staff_client, recruiter):
    document = DocumentFactory(file_name="Lebenslauf “Ä”.txt", content=b"Electrician")

    response = staff_client.post(address(document, "file_original"))

    assert b"".join(response.streaming_content) == b"Electrician"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Lebenslauf%20%E2%80%9C%C3%84%E2%80%9D.txt"
    )
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(verb="document.downloaded")
    assert (event.actor, event.subject_id) == (recruiter.email, str(document.pk))


def test_the_original_has_no_address_that_a_get_opens(staff_client):
    document = DocumentFactory()

    page = staff_client.get(address(document, "file_original"))
    assertContains(page, "Nothing that runs by itself.")
    assertNotContains(page, "Electrician")
    assert staff_client.get(f"/media/{document.file.name}").status_code == 404
    assert staff_client.get(f"/static/{document.file.name}").status_code == 404


def test_a_removed_file_is_not_handed_out(staff_client):
    document = DocumentFactory(removed=True)

    response = staff_client.post(address(document, "file_original"))

    assertContains(response, "This file is no longer here.", status_code=422)
    page = staff_client.get(address(document, "file_original"))
    assertNotContains(page, "Download the original</")
    assertContains(staff_client.get(address(document)), "is deleted for good on")


def test_removing_and_bringing_back_by_button(staff_client):
    document = DocumentFactory()

    staff_client.post(address(document, "file_remove"))
    page = staff_client.get(files_address(document.candidate))
    assertContains(page, "Bring it back")

    staff_client.post(address(document, "file_restore"))
    assert Document.objects.get().removed_at is None


@pytest.mark.parametrize(
    "name", ["file", "file_original", "file_copy", "file_remove", "file_restore"]
)
def test_files_of_people_who_are_gone_are_not_found(staff_client, name):
    document = DocumentFactory(candidate=CandidateFactory(erased=True))
    method = staff_client.get if name == "file" else staff_client.post

    assert method(address(document, name)).status_code == 404
    assert method(reverse(f"candidates:{name}", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("role", ["hiring_manager", "interviewer"])
def test_a_copied_address_opens_nothing_for_those_who_may_not_see_people(request, signed_in, role):
    document = DocumentFactory()
    client = signed_in(request.getfixturevalue(role))

    assert client.get(address(document)).status_code == 403
    assert client.post(address(document, "file_original")).status_code == 403
    assert list(Document.objects.visible_to(request.getfixturevalue(role))) == []
    assert not AuditEvent.objects.filter(verb="document.downloaded").exists()


def test_the_section_of_a_person_puts_its_count_beside_the_link_to_it(staff_client):
    page = reverse("candidates:files", args=[DocumentFactory().candidate.public_id])
    asked_by = {"HX-Request": "true", "HX-Target": "files-section"}

    section = staff_client.get(page, headers=asked_by)
    polled = staff_client.get(page, headers=asked_by | {"HX-Target": "files-list"})

    count = '<span id="files-section-count" hx-swap-oob="true"> <span class="count">1</span></span>'
    assertContains(section, count)
    assertNotContains(polled, "files-section-count")

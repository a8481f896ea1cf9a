"""Each hostile file goes through the page, as a colleague adds it, and the page says why not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from candidates.documents.kinds import MOST_BYTES
from candidates.models import Document
from candidates.tasks import read_document
from config.demo import papers
from tests import files
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db

AT_THE_DOOR = {
    "a program behind two extensions": (
        "cv.exe.pdf",
        lambda: files.pdf("x"),
        (
            "The name ends in “.exe.pdf”, which disguises what the file is. Rename it, if you"
            " know who sent it."
        ),
    ),
    "a program": (
        "cv.pdf.exe",
        lambda: b"MZ",
        "This is a .exe file. We take PDF, DOCX, ODT, RTF and TXT files.",
    ),
    "a program that says it is a PDF": (
        "cv.pdf",
        lambda: b"MZ\x90\x00",
        "The name says PDF, but inside it is a program. We take PDF, DOCX, ODT, RTF and TXT files.",
    ),
    "one byte more than 10 MB": (
        "cv.txt",
        lambda: b"x" * (MOST_BYTES + 1),
        (
            "This file is larger than 10 MB. Save it with smaller pictures, or only the pages"
            " that matter."
        ),
    ),
    "a document with macros": (
        "cv.docm",
        files.docx_with_macros,
        "This is a .docm file. We take PDF, DOCX, ODT, RTF and TXT files.",
    ),
    "a DOCX with a password": (
        "cv.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        (
            "The name says DOCX, but inside it is an older Office file, or one with a"
            " password. We take PDF, DOCX, ODT, RTF and TXT files."
        ),
    ),
}
BY_THE_READER = {
    "a DOCX that swells": (
        "cv.docx",
        files.docx_that_swells,
        (
            "This file unpacks to far more than a document needs, which can bring a computer"
            " to a halt. It was not kept. Ask for it as a PDF."
        ),
    ),
    "a DOCX that asks for a file of the server": (
        "cv.docx",
        lambda: files.docx_with_entities("file:///etc/passwd"),
        (
            "This file defines entities of its own, which no word processor does. It was not"
            " kept. Ask for it as a PDF."
        ),
    ),
    "a PDF that is an archive too": (
        "cv.pdf",
        files.pdf_and_archive,
        (
            "This file is two things at once, a document and something else, which no program"
            " makes by accident. It was not kept."
        ),
    ),
    "hidden macros": (
        "cv.docx",
        files.docx_with_macros,
        "This file contains macros, which are programs. It was not kept. Ask for it as a PDF.",
    ),
    "a PDF with a password": (
        "cv.pdf",
        files.pdf_with_password,
        "This file asks for a password, so we could not read it. Ask for one without.",
    ),
    "a scan": ("cv.pdf", papers.scan, "We found no text in this file. It may be a scan."),
    "groups in groups in groups": (
        "cv.rtf",
        files.rtf_that_nests,
        "The reader broke off over this file. Ask for another copy, such as a PDF.",
    ),
}
TEXTS = {
    "Arabic in a DOCX": (
        "cv.docx",
        lambda: papers.docx([papers.Line("مهندس كهرباء أول")], right_to_left=True),
        "مهندس كهرباء أول",
    ),
    "Arabic in a PDF": ("cv.pdf", lambda: files.pdf_in_script("مهندس"[::-1]), "مهندس"),
    "Arabic in an RTF": ("cv.rtf", lambda: files.rtf_in(1, "مهندس", "cp1256"), "مهندس"),
    "Chinese in a DOCX": (
        "cv.docx",
        lambda: papers.docx([papers.Line("高级电气工程师")]),
        "高级电气工程师",
    ),
    "Chinese in a PDF": (
        "cv.pdf",
        lambda: files.pdf_in_script("高级电气工程师"),
        "高级电气工程师",
    ),
    "Chinese in an RTF": (
        "cv.rtf",
        lambda: files.rtf_in(2, "高级电气工程师", "gbk"),
        "高级电气工程师",
    ),
}


def send(client, name, content):
    """Add a file on the page of a person and let the worker do its part. Returns both pages."""
    candidate = CandidateFactory()
    address = reverse("candidates:files_add", args=[candidate.public_id])
    answer = client.post(address, {"file": SimpleUploadedFile(name, content)})
    for document in Document.objects.all():
        read_document(document.pk)
    return answer, client.get(reverse("candidates:files", args=[candidate.public_id]))


def page_of_the_file(client):
    return client.get(reverse("candidates:file", args=[Document.objects.get().public_id]))


@pytest.mark.parametrize("case", AT_THE_DOOR)
def test_what_is_turned_away_at_once(staff_client, case):
    name, make, message = AT_THE_DOOR[case]

    answer, page = send(staff_client, name, make())

    assertContains(answer, f"“{name}”: {message}", status_code=422)
    assertContains(page, "No files yet.")
    assert Document.objects.count() == 0


@pytest.mark.parametrize("case", BY_THE_READER)
def test_what_the_reader_says(staff_client, case):
    name, make, message = BY_THE_READER[case]

    answer, page = send(staff_client, name, make())

    assert answer.status_code == 302
    assertContains(page, f'<p class="row-detail">{message}</p>', html=True)
    shown = page_of_the_file(staff_client)
    assertContains(shown, f"<dt>Why</dt><dd>{message}</dd>")
    if "It was not kept." in message:
        assertNotContains(shown, "The original, as it came")


@pytest.mark.parametrize("case", TEXTS)
def test_text_in_any_script_stands_on_the_page(staff_client, case):
    name, make, text = TEXTS[case]

    send(staff_client, name, make())

    assertContains(page_of_the_file(staff_client), text)


def test_a_pdf_with_scripts_and_a_program_is_shown_as_text_with_a_warning(staff_client):
    send(staff_client, "cv.pdf", files.pdf_that_acts())

    page = page_of_the_file(staff_client)

    assertContains(page, "Welder with a clean text")
    assertContains(
        page,
        "The original contains attached files, an action that starts another program, something"
        " that happens as soon as it is opened, a script.",
    )
    assertContains(page, "Download a safe copy")
    assertNotContains(page, "app.alert")

"""Reading hostile files: each with the message that it must get, and the application is well."""

import socket
import subprocess
import sys
import threading

import pytest
from django.conf import settings

from accounts.models import AuditEvent
from candidates.actions.documents import add_document
from candidates.documents import reader
from candidates.documents.storage import private_storage
from candidates.models import Activity, Document
from candidates.tasks import read_document
from config.demo import papers
from tests import files
from tests.candidates.reading import State, read
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db

# --------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("name", "content", "text", "pages"),
    [
        ("cv.pdf", files.pdf("Senior Electrician", "HV isolation"),
         "Senior Electrician\nHV isolation", 1),
        ("cv.docx", files.docx(files.paragraph("Fitter") + files.paragraph("Ten years")),
         "Fitter\nTen years", None),
        ("cv.odt", files.odt("<text:h>Fitter</text:h>"
                             '<text:p>Ten<text:s text:c="2"/>years</text:p>'),
         "Fitter\nTen  years", None),
        ("cv.rtf", files.rtf(r"\pard Senior Electrician\par Zieli\u324?ski, Größe\par"),
         "Senior Electrician\nZieliński, Größe", None),
        ("cv.rtf", files.rtf_in(1, "مهندس كهرباء أول", "cp1256"), "مهندس كهرباء أول", None),
        ("cv.rtf", files.rtf_in(2, "高级电气工程师", "gbk"), "高级电气工程师", None),
        ("cv.rtf", files.rtf(r"{\header Rosa Osei\par}Fitter{\shp{\*\shpinst{\sp{\sn a}{\sv b}}"
                             r"{\shptxt  at sea}}}\page Welder {\cf1\highlight2 on blue}"),
         "Rosa Osei\nFitter at sea\fWelder on blue", None),
        ("cv.txt", "Zieliński\r\nfitter".encode(), "Zieliński\nfitter", None),
        ("cv.txt", "Zieliński".encode("utf-16"), "Zieliński", None),
        ("cv.txt", ("Größe und Maße der Türen übrigens schön. " * 9).encode("cp1252"),
         ("Größe und Maße der Türen übrigens schön. " * 9).strip(), None),
        ("cv.docx", papers.docx([papers.Line("مهندس كهرباء أول")], right_to_left=True),
         "مهندس كهرباء أول", None),
        ("cv.docx", papers.docx([papers.Line("高级电气工程师，十二年经验")]),
         "高级电气工程师，十二年经验", None),
        ("cv.pdf", files.pdf_in_script("高级电气工程师"), "高级电气工程师", 1),
        ("cv.pdf", files.pdf_in_script("مهندس كهرباء"[::-1]), "مهندس كهرباء", 1),
    ],
)  # fmt: skip
def test_text_survives(recruiter, name, content, text, pages):
    document = read(content, name, recruiter)

    assert (document.state, document.reason) == (State.READY, "")
    assert document.text.strip("\f\n ") == text
    assert document.pages == pages
    assert list(Document.objects.searchable()) == [document]


def test_thirty_pages_are_read_and_parted(recruiter):
    content = papers.pdf([[papers.Line(f"Project number {n}")] for n in range(1, 31)])

    document = read(content, "portfolio.pdf", recruiter)

    assert document.pages == 30
    assert len(document.parts) == 30
    assert "Project number 30" in document.parts[29][0][1]


def test_deletions_field_codes_and_comments_are_no_text(recruiter):
    body = (
        "<w:p><w:del><w:r><w:delText>removed</w:delText></w:r></w:del>"
        "<w:r><w:instrText>HYPERLINK evil</w:instrText><w:t>kept</w:t></w:r></w:p>"
    )

    assert read(files.docx(body), "cv.docx", recruiter).text == "kept\n"


# --------------------------------------------------------- what is not, and why


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("cv.docx", files.docx_that_swells, "unpacks to far more than a document needs"),
        ("cv.docx", files.docx_with_many_parts, "unpacks to far more than a document needs"),
        ("cv.docx", files.docx_with_overlapping_entries, "unpacks to far more"),
        ("cv.docx", files.docx_that_counts_wrong, "unpacks to far more"),
        ("cv.docx", lambda: files.docx_named("../../etc/x"), "holds parts that lead out of it"),
        ("cv.docx", lambda: files.docx_named("/etc/x"), "holds parts that lead out of it"),
        ("cv.docx", lambda: files.docx_named("a\\..\\..\\x"), "holds parts that lead out of it"),
        ("cv.docx", lambda: files.docx_named("word/l", "/etc/passwd", is_link=True), "lead out"),
        ("cv.docx", lambda: files.docx_named("word/a.zip"), "holds another archive"),
        ("cv.docx", lambda: files.docx_with_entities("file:///etc/passwd"), "defines entities"),
        ("cv.docx", files.docx_with_growing_entities, "defines entities"),
        ("cv.docx", files.docx_with_macros, "contains macros"),
        ("cv.docx", lambda: files.odt("x"), "is not what its name says"),
        ("cv.odt", lambda: files.docx("x"), "is not what its name says"),
        ("cv.docx", lambda: files.package({"a.txt": "x"}), "is not what its name says"),
        ("cv.pdf", files.pdf_and_archive, "two things at once"),
        ("cv.rtf", lambda: files.rtf("x") + files.package({"evil.js": "x"}), "two things at once"),
        ("cv.rtf", lambda: files.rtf(r"%PDF-1.7"), "two things at once"),
    ],
)
def test_a_file_made_to_do_harm_is_refused_and_not_kept(
    recruiter, django_capture_on_commit_callbacks, name, make, sentence
):
    with django_capture_on_commit_callbacks(execute=True):
        document = read(make(), name, recruiter)

    assert document.state == State.REFUSED
    assert sentence in document.reason
    assert (document.text, document.file.name) == ("", "")
    assert Activity.objects.first().text.startswith(f"The file “{name}” was refused.")
    assert AuditEvent.objects.filter(verb="document.refused").count() == 1
    assert list(Document.objects.searchable()) == []


def test_the_bytes_of_a_refused_file_are_gone(recruiter, django_capture_on_commit_callbacks):
    document, _ = add_document(
        CandidateFactory(), "cv.docx", files.docx_with_macros(), by=recruiter
    )
    key = document.file.name
    assert private_storage().exists(key)

    with django_capture_on_commit_callbacks(execute=True):
        read_document(document.pk)

    assert not private_storage().exists(key)


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("scan.pdf", papers.scan, "We found no text in this file. It may be a scan."),
        ("cv.docx", lambda: files.docx(""), "We found no text in this file. It may be a scan."),
        ("cv.pdf", files.pdf_with_password, "This file asks for a password"),
        ("cv.odt", lambda: files.odt("x", **{"META-INF/manifest.xml": "<encryption-data/>"}),
         "This file asks for a password"),
        ("cv.pdf", lambda: b"%PDF-1.7 and nothing more", "This file is damaged"),
        ("cv.docx", lambda: b"PK\x03\x04 and nothing more", "This file is damaged"),
        ("cv.docx", lambda: files.docx_of({"word/document.xml": "<w:document>"}), "damaged"),
        ("cv.rtf", lambda: rb"{\rtfx and nothing more", "This file is damaged"),
        ("cv.rtf", lambda: files.rtf(rb"\uc x"), "This file is damaged"),
        ("cv.rtf", lambda: files.rtf(rb"{\pict 0102}"), "We found no text in this file"),
        ("cv.rtf", files.rtf_that_nests, "broke off over this file"),
        ("cv.docx", files.docx_too_heavy_for_its_reader, "took more memory than a document needs"),
        ("cv.pdf", files.pdf_without_end, "broke off over this file"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why_and_is_kept(recruiter, name, make, sentence):
    document = read(make(), name, recruiter)

    assert document.state == State.NO_TEXT
    assert sentence in document.reason
    assert document.file.read() == make()
    assert list(Document.objects.searchable()) == []


def test_a_file_that_takes_for_ever_is_stopped_and_leaves_no_process():
    """Read in a process of its own: this one may have children from other tests."""
    code = (
        "import os, sys\n"
        "from candidates.documents import reader\n"
        "print(reader.read(sys.stdin.buffer.read(), 'docx', seconds=0.5).problem)\n"
        "try: os.waitpid(-1, os.WNOHANG)\n"
        "except ChildProcessError: print('no child')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=files.docx_too_heavy_for_its_reader(),
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
    )

    assert done.stdout.split(b"\n") == [b"too_long", b"no child", b""]
    assert "longer than 20 seconds" in reader.UNREAD["too_long"]


def test_a_pdf_that_acts_is_read_and_says_what_it_holds(recruiter):
    document = read(files.pdf_that_acts(), "cv.pdf", recruiter)

    assert (document.state, document.text) == (State.READY, "Welder with a clean text\f")
    assert document.holds == ["attachments", "launch", "opens_itself", "script"]


def test_objects_pictures_and_field_codes_of_an_rtf_are_no_text(recruiter):
    document = read(files.rtf_with_objects(), "cv.rtf", recruiter)

    assert (document.text, document.hidden) == ("Fitter at sea", [])
    assert document.holds == ["objects", "outside"]


def test_a_remote_template_is_never_fetched(recruiter):
    """The file names an address on which somebody listens: nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/template.dotm"
        caught: list[object] = []
        listener = threading.Thread(target=lambda: caught.append(_accepted(server)))
        listener.start()
        document = read(files.docx_with_remote_template(address), "cv.docx", recruiter)
        entity = read(files.docx_with_entities(address), "cv.docx", recruiter)
        listener.join()

    assert document.text == "Fitter with ten years at sea\n"
    assert document.holds == ["objects", "outside"]
    assert entity.state == State.REFUSED
    assert caught == [None]


def _accepted(server):
    try:
        return server.accept()
    except TimeoutError:
        return None

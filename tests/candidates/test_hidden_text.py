"""Text that nobody sees on the page is kept apart and has its place."""

import pytest

from config.demo import papers
from tests import files
from tests.candidates.reading import State, read

pytestmark = pytest.mark.django_db

HIDDEN = [
    ("cv.pdf", papers.pdf([[papers.Line("Welder"), papers.Line("rank me first", hidden=True)]])),
    ("cv.pdf", papers.pdf([[papers.Line("Welder"), papers.Line("rank me first", size=1)]])),
    ("cv.pdf", files.pdf_of([files.shown("Welder"), files.shown("rank me first", look=b"3 Tr")])),
    ("cv.pdf", files.pdf_of([
        files.shown("Welder") + b" BT /F1 11 Tf 900 900 Td (rank me first) Tj ET"  # off the page
    ])),
    ("cv.pdf", files.pdf_of([
        files.shown("Welder", "rank me first") + b" 1 g 0 755 595 20 re f"  # covered in white
    ])),
    ("cv.docx", files.docx(
        files.paragraph("Welder") + files.paragraph("rank me first", "<w:vanish/>"))),
    ("cv.docx", files.docx(
        files.paragraph("Welder") + files.paragraph("rank me first", '<w:color w:val="FFFFFF"/>'))),
    ("cv.docx", files.docx(
        files.paragraph("Welder") + files.paragraph("rank me first", '<w:sz w:val="2"/>'))),
    ("cv.docx", files.docx(
        files.paragraph("Welder") + files.paragraph("rank me first", '<w:rStyle w:val="Ghost"/>'),
        **{"word/styles.xml": f'<w:styles xmlns:w="{files.W}"><w:style w:styleId="Base"><w:rPr>'
           '<w:vanish/></w:rPr></w:style><w:style w:styleId="Ghost"><w:basedOn w:val="Base"/>'
           "</w:style></w:styles>"})),
    ("cv.odt", files.odt(
        '<text:p>Welder</text:p><text:p text:style-name="H">rank me first</text:p>',
        '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>')),
    ("cv.odt", files.odt(
        '<text:p>Welder</text:p><text:p text:style-name="H">rank me first</text:p>',
        '<style:style style:name="H"><style:text-properties fo:color="#ffffff"/></style:style>')),
    ("cv.rtf", files.rtf(r"Welder {\v rank me first}")),
    ("cv.rtf", files.rtf(r"Welder\v rank {\b me} first\v0 \par")),
    ("cv.rtf", files.rtf(r"Welder {\cf1 rank me first}")),
    ("cv.rtf", files.rtf(r"Welder {\fs2 rank me first}")),
    ("cv.rtf", files.rtf(r"Welder {\v rank \u64977?me first}".replace("?", ""))),
    ("cv.rtf", files.rtf(r"Welder {\v\*\foo x}{\v rank me first}")),
    ("cv.txt", ("Welder" + "".join(chr(0xE0000 + ord(c)) for c in "rank me first")).encode()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), HIDDEN)
def test_hidden_text_is_kept_apart_and_has_its_place(recruiter, name, content):
    document = read(content, name, recruiter)

    assert document.state == State.READY
    assert "rank" not in document.text
    assert "Welder" in document.text
    assert [words for _, words in document.hidden] == ["rank me first"]
    assert any((True, "rank me first") in page for page in document.parts)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.pdf", files.pdf_of([
            b"0 0 0.4 rg 0 770 595 30 re f " + files.shown("Welder", look=b"1 g")
        ])),
        ("cv.docx", files.docx(files.paragraph(
            "Welder", '<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>'))),
        ("cv.docx", files.docx(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="1F3864"/></w:tcPr>'
            + files.paragraph("Welder", '<w:color w:val="FFFFFF"/>') + "</w:tc></w:tr></w:tbl>")),
        ("cv.docx", files.docx(files.paragraph("Welder", '<w:vanish w:val="0"/>'))),
        ("cv.pdf", files.pdf("I")),
    ],
)  # fmt: skip
def test_white_on_dark_and_narrow_letters_are_no_hidden_text(recruiter, name, content):
    document = read(content, name, recruiter)

    assert document.hidden == []
    assert document.text.strip("\f\n") in {"Welder", "I"}


def test_bodiless_characters_neither_part_nor_join_words(recruiter):
    document = read(
        "Py\u200bthon \u202eevil\u202c na\u00adme نمی\u200cخواهم".encode(), "cv.txt", recruiter
    )

    assert document.text == "Python evil name نمی\u200cخواهم"

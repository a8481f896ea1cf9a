"""Making small PDF and DOCX files, the same bytes each time: CVs of people who do not exist."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 595, 842  # A4 in points
FOOT = "FICTIONAL - demo data"
_EPOCH = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Line:
    """One line of a page. `hidden`: as white as the paper."""

    text: str
    size: float = 10.5
    bold: bool = False
    hidden: bool = False
    gap: float = 0  # white space above it


def pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    """Return a PDF with one column of text a page, in the Helvetica that every reader has."""
    return pdf_of([_text_page(page) for page in pages])


def scan() -> bytes:
    """Return a PDF of one page that is a picture of writing: grey strokes, no letters."""
    width, height = 120, 170
    rows = bytearray()
    for y in range(height):
        is_line = y % 6 < 2 and 14 < y < 150
        row = bytes(
            90 if is_line and 12 < x < 108 - (y * 7) % 40 and (x * 13 + y) % 5 else 235
            for x in range(width)
        )
        rows += row
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Filter /FlateDecode" % (width, height)
    )
    drawn = stream(zlib.compress(bytes(rows)), picture)
    return pdf_of(
        [b"q 595 0 0 842 0 0 cm /I1 Do Q"], extra=[drawn], resources=b"/XObject << /I1 4 0 R >>"
    )


def pdf_of(
    contents: Sequence[bytes],
    *,
    extra: Sequence[bytes] = (),
    resources: bytes = b"",
    catalogue: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF of these content streams.

    Objects 1 to 3 are the catalogue, the pages and the resources; then comes `extra`.
    """
    first = 4 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding"
        b" /WinAnsiEncoding >> /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold"
        b" /Encoding /WinAnsiEncoding >> >> %s >>" % resources,
        *extra,
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources 3 0 R"
            b" /Contents %d 0 R >>" % (WIDTH, HEIGHT, first + 2 * number + 1)
        )
        objects.append(stream(content))
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>"
        b"\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def stream(content: bytes, head: bytes = b"<<") -> bytes:
    return b"%s /Length %d >>\nstream\n%s\nendstream" % (head, len(content), content)


def docx(lines: Iterable[Line], *, right_to_left: bool = False) -> bytes:
    """Return a DOCX of these lines."""
    body = "".join(_paragraph(line, right_to_left=right_to_left) for line in lines)
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return docx_of({"word/document.xml": _XML + document})


def docx_of(parts: dict[str, str | bytes]) -> bytes:
    """Return a DOCX of these parts, the two that each must have added."""
    always = {"[Content_Types].xml": _XML + _TYPES, "_rels/.rels": _XML + _RELATIONS}
    return package({**always, **parts})


def package(parts: dict[str, str | bytes]) -> bytes:
    """Return an archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml"'
    f' ContentType="{_OFFICE}.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def _text_page(lines: Sequence[Line]) -> bytes:
    out, y = [b"BT"], HEIGHT - 60.0
    for line in lines:
        y -= line.gap + line.size * 1.4
        out.append(_shown(line, y))
    out.append(_shown(Line(FOOT, size=8), 30))
    return b"\n".join([*out, b"ET"])


def _shown(line: Line, y: float) -> bytes:
    letters = line.text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        letters = letters.replace(special, b"\\" + special)
    font, shade = (b"F2" if line.bold else b"F1"), (1 if line.hidden else 0)
    return b"%d g /%s %.1f Tf 1 0 0 1 56 %.1f Tm (%s) Tj" % (shade, font, line.size, y, letters)


def _paragraph(line: Line, *, right_to_left: bool) -> str:
    look = '<w:color w:val="FFFFFF"/>' if line.hidden else ""
    look += "<w:b/>" if line.bold else ""
    look += "<w:rtl/>" if right_to_left else ""
    around = "<w:pPr><w:bidi/></w:pPr>" if right_to_left else ""
    return (
        f'<w:p>{around}<w:r><w:rPr>{look}<w:sz w:val="{int(line.size * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(line.text)}</w:t></w:r></w:p>'
    )

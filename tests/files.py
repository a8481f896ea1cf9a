"""Files that do harm, and files that look as if they did: all made here, none copied."""

import io
import struct
import zipfile

from config.demo.papers import docx_of, package, pdf_of, stream

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def shown(*lines: str, look: bytes = b"") -> bytes:
    """A content stream with these lines, and before each of them `look`."""
    rows = [
        b"%s 1 0 0 1 60 %d Tm (%s) Tj" % (look, 780 - 16 * n, line.encode("cp1252"))
        for n, line in enumerate(lines)
    ]
    return b"BT /F1 11 Tf " + b"\n".join(rows) + b" ET"


def pdf(*lines: str) -> bytes:
    return pdf_of([shown(*lines)])


def document(body: str, *, head: str = XML) -> str:
    return f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def paragraph(words: str, look: str = "") -> str:
    return f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>{words}</w:t></w:r></w:p>"


def docx(body: str, **parts: str | bytes) -> bytes:
    return docx_of({"word/document.xml": document(body), **parts})


# ------------------------------------------------------------------ archives


def docx_that_swells() -> bytes:
    """Two megabytes of one letter in two kilobytes."""
    return docx(paragraph("x" * 2_000_000))


def docx_with_many_parts() -> bytes:
    return docx_of({f"word/part{n}.xml": "" for n in range(2_001)})


def docx_with_overlapping_entries() -> bytes:
    """A second entry whose bytes are those of the first: the way small bombs get large."""
    out = io.BytesIO(docx(paragraph("text")))
    with zipfile.ZipFile(out, "a") as archive:
        first = archive.getinfo("word/document.xml")
        copy = zipfile.ZipInfo("word/copy.xml")
        for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
            setattr(copy, name, getattr(first, name))
        archive.filelist.append(copy)
        archive.NameToInfo[copy.filename] = copy
        archive._didModify = True
    return out.getvalue()


def docx_that_counts_wrong() -> bytes:
    """A list of contents that says it is short: 65,000 entries are not built to find out."""
    content = bytearray(docx(paragraph("text")))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", content, end + 8, 65_000, 65_000)
    return bytes(content)


def docx_named(name: str, content: bytes | str = "x", *, is_link: bool = False) -> bytes:
    """A DOCX with one part of an odd name."""
    out = io.BytesIO(docx(paragraph("text")))
    with zipfile.ZipFile(out, "a") as archive:
        part = zipfile.ZipInfo(name)
        part.external_attr = 0o120777 << 16 if is_link else 0
        archive.writestr(part, content)
    return out.getvalue()


def docx_with_entities(system: str) -> bytes:
    head = f'{XML}<!DOCTYPE w [<!ENTITY secret SYSTEM "{system}">]>'
    return docx_of({"word/document.xml": document(paragraph("&secret;"), head=head)})


def docx_with_growing_entities() -> bytes:
    grown = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ha">' for n in range(12)
    )
    head = f"{XML}<!DOCTYPE w [{grown}]>"
    return docx_of({"word/document.xml": document(paragraph("&e11;"), head=head)})


def docx_with_remote_template(address: str) -> bytes:
    relations = (
        f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" TargetMode="External" Target="{address}" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    parts = {
        "word/_rels/settings.xml.rels": relations,
        "word/embeddings/oleObject1.bin": b"\xd0\xcf",
    }
    return docx(paragraph("Fitter with ten years at sea"), **parts)


def docx_with_macros() -> bytes:
    return docx(paragraph("text"), **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def docx_too_heavy_for_its_reader() -> bytes:
    """Within every limit on archives, but the tree of it needs more memory than there is."""
    body = "".join(
        f"<w:p><w:r><w:t>{n * 2_654_435_761 % 997}</w:t></w:r></w:p>" for n in range(1_300_000)
    )
    return docx(body)


def odt(body: str, styles: str = "", **parts: str | bytes) -> bytes:
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'{XML}<office:document-content xmlns:office="{ns}office:1.0" xmlns:text="{ns}text:1.0"'
        f' xmlns:style="{ns}style:1.0" xmlns:fo="{ns}xsl-fo-compatible:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.text"
    return package({"mimetype": mimetype, "content.xml": content, **parts})


# ----------------------------------------------------------------------- RTF


def rtf(body: str | bytes) -> bytes:
    """An RTF with an Arabic and a Chinese font; colour 1 is white, colour 2 dark blue."""
    head = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset178 Arial;}"
        rb"{\f2\fcharset134 SimSun;}}"
        rb"{\colortbl;\red255\green255\blue255;\red0\green0\blue120;}"
    )
    return head + (body.encode("cp1252") if isinstance(body, str) else body) + b"}"


def rtf_in(font: int, words: str, code_page: str) -> bytes:
    """An RTF in the bytes of a code page, as older word processors write it."""
    return rtf(rf"\f{font} " + "".join(rf"\'{byte:02x}" for byte in words.encode(code_page)))


def rtf_that_nests() -> bytes:
    return rtf(b"{" * 5_000 + b"x" + b"}" * 5_000)


def rtf_with_objects() -> bytes:
    """An object, a picture in bytes that look like groups, and a picture from elsewhere."""
    return rtf(
        rb"Fitter {\object\objemb{\*\objdata 0105000002}}{\pict\wmetafile8\bin6 }}}{{{}"
        rb"{\field{\*\fldinst INCLUDEPICTURE http://evil.example/x}{\fldrslt at sea}}"
    )


# ---------------------------------------------------------------------- PDFs


def pdf_that_acts() -> bytes:
    """JavaScript, a program to start, an attached file, and something as soon as it opens."""
    extra = [
        b"<< /S /JavaScript /JS (app.alert\\(1\\);) >>",
        b"<< /S /Launch /F (calc.exe) /Next 4 0 R >>",
        stream(b"MZ", b"<< /Type /EmbeddedFile"),
        b"<< /Type /Filespec /F (tool.exe) /EF << /F 6 0 R >> >>",
    ]
    names = (
        b"/Names << /JavaScript << /Names [(a) 4 0 R] >> /EmbeddedFiles << /Names [(b) 7 0 R] >> >>"
    )
    lines = shown("Welder with a clean text")
    return pdf_of([lines], extra=extra, catalogue=b"/OpenAction 5 0 R " + names)


def pdf_and_archive() -> bytes:
    """A PDF that is an archive as well: each program sees what it looks for."""
    return pdf("A harmless page") + package({"evil.js": "x"})


def pdf_with_password() -> bytes:
    lock = (
        b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s> >>"
        b" /ID [<00> <00>]"
    )
    return pdf_of([shown("secret")], trailer=lock % (b"ab" * 32, b"cd" * 32))


def pdf_without_end() -> bytes:
    """Forms that draw forms: ten to the power of twelve times one line."""
    extra = []
    for level in range(12):
        following = b"/X %d 0 R" % (5 + level) if level < 11 else b""
        content = b"/X Do " * 10 if level < 11 else b"0 0 m 500 800 l S " * 50
        head = (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842]"
            b" /Resources << /XObject << %s >> >>" % following
        )
        extra.append(stream(content, head))
    lines = b"/X Do " + shown("Never to be seen")
    return pdf_of([lines], extra=extra, resources=b"/XObject << /X 4 0 R >>")


def pdf_in_script(words: str) -> bytes:
    """A PDF in any script without a font file: each letter is a drawn box that says what it is.

    Letters are drawn from left to right, so Arabic is given in the order of the eye.
    """
    letters = sorted(set(words))
    code = {letter: number for number, letter in enumerate(letters, start=1)}
    box = stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f")
    names = b" ".join(b"/g%d" % number for number in code.values())
    pairs = b"\n".join(
        b"<%02x> <%s>" % (number, letter.encode("utf-16-be").hex().encode())
        for letter, number in code.items()
    )
    table = stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar\n"
        b"endcmap end end" % (len(code), pairs)
    )
    procedures = b" ".join(b"/g%d 4 0 R" % number for number in code.values())
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [0.001 0 0 0.001 0 0]"
        b" /CharProcs << %s >> /Encoding << /Type /Encoding /Differences [1 %s] >> /FirstChar 1"
        b" /LastChar %d /Widths [%s] /ToUnicode 5 0 R >>"
        % (procedures, names, len(code), b"600 " * len(code))
    )
    said = bytes(code[letter] for letter in words).hex().encode()
    content = b"BT /T1 12 Tf 60 700 Td <%s> Tj ET" % said
    return pdf_of([content], extra=[box, table, font], resources=b"/Font << /T1 6 0 R >>")

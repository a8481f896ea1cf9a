"""Which files we take, by name and by their first bytes. Everything else is refused in words.

The type that a browser claims is not looked at: the name and the bytes must agree, and later the
parser must agree with both (`extraction`).
"""

import unicodedata
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.db import models

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20  # of one person
NAME_LENGTH = 150


class Kind(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    ODT = "odt", "ODT"
    RTF = "rtf", "RTF"
    TXT = "txt", "TXT"


CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.RTF: "application/rtf",
    Kind.TXT: "text/plain; charset=utf-8",
}
# What may be in an original besides what a reader sees: told before it is handed out.
MAY_HOLD = {
    Kind.PDF: [
        "Scripts that run when it is opened.",
        "Buttons and links that start a program, open an address or send a form.",
        "Attached files, programs among them.",
        "Who wrote it, with what, and where a photo in it was taken.",
    ],
    Kind.DOCX: [
        "Links that fetch something as soon as it is opened, so that its sender knows.",
        "Embedded objects, which a double click starts. Files with macros are not kept here.",
        "Comments, earlier wordings and the names of everybody who wrote in it.",
    ],
    Kind.ODT: [
        "Macros, which are programs. Do not allow them when you are asked.",
        "Embedded objects, and pictures that are fetched from elsewhere.",
        "Comments, earlier wordings and the names of everybody who wrote in it.",
    ],
    Kind.RTF: [
        "Embedded objects, which a double click starts, or the file itself as it opens.",
        "Links that fetch something as soon as it is opened, so that its sender knows.",
        "Comments, earlier wordings and the names of everybody who wrote in it.",
    ],
    Kind.TXT: [
        "Nothing that runs by itself. An address in it may still lead somewhere bad.",
    ],
}
ACCEPT = ",".join(f".{kind}" for kind in Kind)
WE_TAKE = "We take PDF, DOCX, ODT, RTF and TXT files."

# What the first bytes say, and the words for it where we do not take it.
_STARTS = [
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an archive"),
    (b"PK\x05\x06", "an empty archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an older Office file, or one with a password"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"#!", "a script"),
]
_BEGINS = {
    Kind.PDF: b"%PDF-",
    Kind.DOCX: b"PK\x03\x04",
    Kind.ODT: b"PK\x03\x04",
    Kind.RTF: b"{\\rtf",
}
_TEXT_BOMS = (b"\xff\xfe", b"\xfe\xff")
# Inner extensions that hide what a file is when the last one is not shown.
_DISGUISES = frozenset(
    [
        "ade",
        "apk",
        "app",
        "bat",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "exe",
        "hta",
        "html",
        "htm",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "pif",
        "ps1",
        "reg",
        "scr",
        "sh",
        "svg",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "xhtml",
        "xlsm",
        "zip",
        "7z",
        "rar",
    ]
)


def clean_name(name: str) -> str:
    """Return the name of a file as it is shown: no folders, no invisible or control characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable())
    name = " ".join(name.split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and len(name) > NAME_LENGTH:
        return f"{stem[: NAME_LENGTH - len(extension) - 1]}.{extension}"
    return name[:NAME_LENGTH] or "file"


def kind_of(name: str, content: bytes) -> Kind:
    """Return what a file is, if its cleaned name and its first bytes agree.

    Raises ValidationError, with what to do: a kind that we do not take (`not_taken`), a second
    extension that disguises (`disguised`), a name and a content that differ (`not_what_it_says`),
    an empty file (`empty`) or one that is too large (`too_large`).
    """
    kind = kind_by_name(name)
    if not content:
        raise ValidationError("This file is empty. Ask for it once more.", code="empty")
    if len(content) > MOST_BYTES:
        raise ValidationError(
            f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Save it with smaller"
            " pictures, or only the pages that matter.",
            code="too_large",
        )
    inside = _words_for(content)
    if not _agree(kind, content, inside):
        raise ValidationError(
            f"The name says {kind.label}, but inside it is {inside or 'plain text'}. {WE_TAKE}",
            code="not_what_it_says",
        )
    return kind


def kind_by_name(name: str) -> Kind:
    """Return what a file is by its name. Raises ValidationError: `not_taken` or `disguised`."""
    suffixes = [part.lower() for part in name.split(".")[1:]]
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in Kind.values:
        shown = f"This is a .{extension} file." if extension else "This file has no extension."
        raise ValidationError(f"{shown} {WE_TAKE}", code="not_taken")
    for inner in suffixes[:-1]:
        if inner in _DISGUISES:
            raise ValidationError(
                f"The name ends in “.{inner}.{extension}”, which disguises what the file is."
                " Rename it, if you know who sent it.",
                code="disguised",
            )
    return Kind(extension)


def _agree(kind: Kind, content: bytes, inside: str) -> bool:
    if kind == Kind.TXT:
        return not inside
    return content.startswith(_BEGINS[kind])


def _words_for(content: bytes) -> str:
    """Say what the bytes are, or nothing for plain text."""
    for start, words in _STARTS:
        if content.startswith(start):
            return words
    if content.startswith(_TEXT_BOMS) or b"\x00" not in content[:8192]:
        return ""
    return "not text"

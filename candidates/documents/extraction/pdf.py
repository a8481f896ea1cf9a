"""The text of a PDF: what a reader sees on the page, word by word.

A word counts if it can be seen: it lies on the page, is not tiny, and where it stands the drawn
page is not of one colour. So it does not matter by which trick it was hidden (white on white,
covered, transparent, outside), and white words on a dark bar count as they should.

PDFium (Chromium's reader) parses; it is built without a script engine, and nothing is executed.
"""

import ctypes
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from candidates.documents.extraction.text import Reading, Refused

MOST_PAGES = 100
_TINY = 2.5  # points of height, of a whole line
_CONTRAST = 16  # of 255: below, paper and letter are one to the eye
_FAINT = 16  # of 255: opacity
_LONGEST_SIDE = 1_500  # pixels
_UNPAINTED = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_NEEDLES = {b"/Launch": "launch", b"/OpenAction": "opens_itself", b"/AA": "opens_itself",
            b"/JavaScript": "script", b"/EmbeddedFile": "attachments"}  # fmt: skip


def read(content: bytes) -> Reading:
    """Return the text. Raises Refused."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("two_formats")
    document = _opened(content)
    reading = Reading(pages=len(document))
    reading.holds = {what for needle, what in _NEEDLES.items() if needle in content}
    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        reading.holds.add("script")
    if raw.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        reading.holds.add("attachments")
    for number in range(min(len(document), MOST_PAGES)):
        page = _page(document, number)
        if page is not None:
            _read_page(page, reading)
            page.close()
        reading.page_end()
        if reading.is_full:
            break
    return reading


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as problem:
        is_locked = problem.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Refused("password" if is_locked else "broken") from None
    if not len(document):
        raise Refused("broken")
    return document


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage | None:
    try:
        return document[number]
    except pypdfium2.PdfiumError:  # one broken page does not hide the others
        return None


@dataclass
class _Word:
    """Letters without a space between them, with the box around all of them in page units."""

    letters: str
    left: float
    bottom: float
    right: float
    top: float
    height: float
    is_painted: bool


def _read_page(page: pypdfium2.PdfPage, reading: Reading) -> None:
    """Add the words of a page; white space between two hidden words is hidden with them."""
    text = page.get_textpage()
    picture: _Picture | None = None
    was_hidden = False
    for space, word in _words(text):
        picture = picture or _Picture(page)
        is_hidden = not picture.shows(word)
        reading.add(space, hidden=is_hidden and was_hidden)
        reading.add(word.letters, hidden=is_hidden)
        was_hidden = is_hidden
    text.close()


def _words(text: pypdfium2.PdfTextPage) -> Iterator[tuple[str, _Word]]:
    """Walk the letters of a page: words with their boxes, each after the white space before it."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = raw.FS_RECTF()
    word: _Word | None = None
    space = ""
    for at in range(raw.FPDFText_CountChars(text.raw)):
        letter = chr(raw.FPDFText_GetUnicode(text.raw, at))
        if letter == "\x02":  # PDFium's mark for a hyphen at the end of a line
            letter = "-"
        if letter.isspace() or letter == "\x00":
            if word:
                yield space, word
                word, space = None, ""
            space += letter
            continue
        raw.FPDFText_GetCharBox(text.raw, at, left, right, bottom, top)
        if word is None:
            raw.FPDFText_GetLooseCharBox(text.raw, at, box)
            word = _Word("", left.value, bottom.value, right.value, top.value,
                         abs(box.top - box.bottom), _is_painted(text, at))  # fmt: skip
        word.letters += letter
        word.left, word.right = min(word.left, left.value), max(word.right, right.value)
        word.bottom, word.top = min(word.bottom, bottom.value), max(word.top, top.value)
    if word:
        yield space, word


def _is_painted(text: pypdfium2.PdfTextPage, at: int) -> bool:
    part = raw.FPDFText_GetTextObject(text.raw, at)
    if part and raw.FPDFTextObj_GetTextRenderMode(part) in _UNPAINTED:
        return False
    colours = [ctypes.c_uint() for _ in range(4)]
    is_known = raw.FPDFText_GetFillColor(text.raw, at, *colours)
    return not is_known or colours[3].value >= _FAINT


class _Picture:
    """The page as it is drawn, in shades of grey."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page = page
        width, height = page.get_size()
        scale = min(1.0, _LONGEST_SIDE / max(width, height, 1))
        drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        self.width, self.height, self.stride = drawn.width, drawn.height, drawn.stride
        self.shades = bytes(drawn.buffer)
        drawn.close()
        self.images = [
            shape.get_bounds()
            for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        ]

    def shows(self, word: _Word) -> bool:
        """Can this word be seen? The invisible words over a scanned page stand for what is."""
        if word.height < _TINY:
            return False
        if not word.is_painted and not any(_covers(image, word) for image in self.images):
            return False
        x0, y0 = self._place(word.left, word.top)
        x1, y1 = self._place(word.right, word.bottom)
        margin = 1 if len(word.letters) == 1 else 0  # a single stroke may fill its own box
        x0, x1 = max(min(x0, x1) - margin, 0), min(max(x0, x1) + 1 + margin, self.width)
        y0, y1 = max(min(y0, y1) - margin, 0), min(max(y0, y1) + 1 + margin, self.height)
        if x0 >= x1 or y0 >= y1:
            return False  # off the page
        rows = [self.shades[y * self.stride + x0 : y * self.stride + x1] for y in range(y0, y1)]
        return max(map(max, rows)) - min(map(min, rows)) >= _CONTRAST

    def _place(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel of a place on the page, as the page is turned and cropped."""
        column, row = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page.raw, 0, 0, self.width, self.height, 0, x, y, column, row)
        return column.value, row.value


def _covers(image: tuple[float, float, float, float], word: _Word) -> bool:
    left, bottom, right, top = image
    return left <= word.left and word.right <= right and bottom <= word.bottom and word.top <= top

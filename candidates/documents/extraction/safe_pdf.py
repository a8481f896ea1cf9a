"""A copy of a PDF that shows the same pages and does nothing: no scripts, no actions, no traces.

The pages are moved into an empty document, so what hangs on the old one (what happens on opening,
attached files, forms, bookmarks, who wrote it) has no way along. What is left is walked once more,
object by object. Links no longer lead anywhere; what stood in a form is part of its page.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream
from pikepdf.sanitize import Sanitizer

from candidates.documents.extraction.limits import COPY
from candidates.documents.extraction.text import Refused

_OF_A_PAGE = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources",
    "/Contents", "/Group",
}  # fmt: skip
_ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData",
    "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Hide", "/Named",
    "/ResetForm", "/SetOCGState", "/Thread", "/Trans",
}  # fmt: skip
_ACTING = {
    "/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/URI", "/XFA", "/AcroForm",
    "/EmbeddedFiles", "/EF", "/AF", "/Annots", "/Collection", "/Renditions", "/RichMediaContent",
}  # fmt: skip
_TRACES = {
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/CreatorInfo",
    "/User", "/OPI",
}  # fmt: skip
_OUTSIDE = {"/F", "/FFilter", "/FDecodeParms", "/Ref"}  # of a stream: its bytes are elsewhere
_ALL_PASSES = (
    Sanitizer()
    .remove_javascript()
    .remove_external_access()
    .remove_attachments()
    .remove_multimedia()
    .remove_private_app_data()
    .remove_web_capture()
    .remove_collection()
)
# Segments of a JPEG that hold where and by which device it was taken (EXIF, XMP, IPTC), or words.
_JPEG_TRACES = frozenset([0xE1, 0xED, 0xFE])


def copy(content: bytes) -> bytes:
    """Return the copy. Raises Refused: it asks for a password, is damaged, or would be too large.

    Whatever else a hostile file makes go wrong ends the process, and there is no copy.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as original:
            return _copy(original)
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except pikepdf.PdfError:
        raise Refused("broken") from None


def _copy(original: pikepdf.Pdf) -> bytes:
    _ALL_PASSES.apply(original)
    original.generate_appearance_streams()
    original.flatten_annotations("screen")
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.pages.extend(original.pages)
        if not len(made.pages):
            raise Refused("broken")
        for page in made.pages:
            for key in set(page.obj.keys()) - _OF_A_PAGE:
                del page.obj[key]
        for thing in list(made.objects):
            for part in _within(thing):
                _disarm(part)
        made.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            deterministic_id=True,
        )
    if out.tell() > COPY:
        raise Refused("too_large")
    return out.getvalue()


def _within(thing: Object) -> Iterator[Object]:
    """Walk an object and what stands directly in it, but not what it only points to."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary | Stream):
            yield one
            inside = [one.get(key) for key in one.keys()]  # noqa: SIM118  # no dict
        elif isinstance(one, Array):
            inside = list(one)
        else:
            continue
        waiting += [
            each for each in inside if isinstance(each, Dictionary | Array) and not each.is_indirect
        ]


def _disarm(part: Any) -> None:
    keys = set(part.keys())
    gone = keys & (_ACTING | _TRACES)
    if str(part.get("/S", "")) in _ACTIONS:
        gone = keys
    if isinstance(part, Stream):
        gone |= keys & _OUTSIDE
    for key in gone:
        del part[key]
    if isinstance(part, Stream) and part.get("/Subtype") == Name.Image:
        _strip_picture(part)


def _strip_picture(picture: Stream) -> None:
    """Take out of a JPEG what is not its picture, if it is one."""
    filters = picture.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    if names not in (["/DCTDecode"], ["/FlateDecode", "/DCTDecode"]):
        return
    content = picture.read_raw_bytes()
    if len(names) > 1:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(content, COPY)
    parameters = picture.get("/DecodeParms")
    if isinstance(parameters, Array):
        parameters = parameters[-1]
    kept = parameters if isinstance(parameters, Dictionary) else None
    picture.write(without_traces(content), filter=Name.DCTDecode, decode_parms=kept)


def without_traces(jpeg: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, IPTC and comments. One that is odd comes back as it is."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xDA:  # from here on it is the picture
            break
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker not in _JPEG_TRACES:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])

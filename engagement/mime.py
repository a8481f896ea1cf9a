"""The bytes of an email on the wire, put together from its parts."""

import base64

from engagement.invitations import CalendarFile

_BOUNDARY = "=_perennial_part"  # “=_” never stands in quoted-printable
_PART = (
    f'--{_BOUNDARY}\r\nContent-Type: text/%s; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_PLAIN_PART, _HTML_PART = (_PART % "plain").encode(), (_PART % "html").encode()
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()
_TYPE = f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'
_OUTER = "=_perennial_whole"
_MIXED = (
    f'Content-Type: multipart/mixed; boundary="{_OUTER}"\r\n\r\n--{_OUTER}\r\n{_TYPE}'
).encode()
_CALENDAR_PART = (
    'Content-Type: text/calendar; charset="utf-8"; method={0.method}\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)
_CALENDAR_FILE = (
    f"\r\n--{_OUTER}\r\n"
    'Content-Type: application/ics; name="{0.name}"\r\n'
    'Content-Disposition: attachment; filename="{0.name}"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)


def whole(
    headers: dict[str, str],
    plain: bytes,
    html: bytes,
    calendars: tuple[CalendarFile, ...] = (),
) -> bytes:
    """Return the whole. A calendar file is there twice: one kind of mail program reads it from the
    text, to show its buttons, and the other as an attachment to open."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = "".join([*lines, "MIME-Version: 1.0\r\n"]).encode()
    texts = (_PLAIN_PART, plain, b"\r\n", _HTML_PART, html)
    if not calendars:
        return b"".join((head, _TYPE.encode(), *texts, _END))
    shown = [
        f"\r\n--{_BOUNDARY}\r\n".encode() + _CALENDAR_PART.format(file).encode() + _base64(file)
        for file in calendars[:1]
    ]
    files = [_CALENDAR_FILE.format(file).encode() + _base64(file) for file in calendars]
    end = f"\r\n--{_OUTER}--\r\n".encode()
    return b"".join((head, _MIXED, *texts, *shown, _END, *files, end))


def _base64(file: CalendarFile) -> bytes:
    return base64.encodebytes(file.content).replace(b"\n", b"\r\n")

"""What stands in the parts of an email: its text as HTML, the footer, and the frame around both.

Fixed pieces hold marks where something of one person or one message is filled in.
"""

import re
from html import escape
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import Organisation

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
OPEN, CLOSE = "\ue000", "\ue001"  # around the name of a slot while a document is put together
MARK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def slot(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"


def clean(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "").replace("\0", "")


def own_hosts(organisation: Organisation) -> tuple[str, str]:
    return urlsplit(settings.BASE_URL).hostname or "", organisation.mail_domain


def html_of(text: str, own_hosts: tuple[str, str]) -> str:
    """Return the text as paragraphs. Only addresses of our own become links (P-30, X-24)."""

    def linked(found: re.Match[str]) -> str:
        url = found[0]
        host = urlsplit(url).hostname or ""
        base, domain = own_hosts
        is_ours = host in own_hosts or host.endswith(f".{domain}")
        if not is_ours or (url.startswith("http:") and host != base):
            return url
        return f'<a href="{url}">{url}</a>'

    paragraphs = re.split(r"\n{2,}", text.strip("\n"))
    return "\n".join(
        "<p>" + _URL.sub(linked, escape(paragraph)).replace("\n", "<br>\n") + "</p>"
        for paragraph in paragraphs
    )


def with_words(html: str, url: str, words: str) -> str:
    """Return what `html_of` made, with words in place of an address that has a line of its own.

    A link says where it leads, and an address read aloud does not (A-12).
    """
    address = re.escape(escape(url))
    alone = rf'(?:(?<=<p>)|(?<=<br>\n))<a href="{address}">{address}</a>(?=</p>|<br>)'
    return re.sub(alone, f'<a href="{escape(url)}">{escape(words)}</a>', html)


def page_of(*, language: str, body: str, footer: str, address: str) -> str:
    """Return the HTML part. Colours are the reader's own, so that dark mode stays readable."""
    code = language.partition("-")[0].lower()
    direction = "rtl" if code in _RIGHT_TO_LEFT else "ltr"
    about = f'lang="{escape(language)}" dir="{direction}"'
    return f"""\
<!doctype html>
<html {about}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{slot("subject")}</title>
</head>
<body>
<div {about} role="article" style="font-family:sans-serif;font-size:16px;line-height:1.5;\
max-width:38em;margin:0 auto;padding:16px;text-align:start;\
word-wrap:break-word;overflow-wrap:anywhere;">
{body}
{footer}<p>{escape(clean(address))}</p>
</div>
</body>
</html>
"""


# A link that looks like a button: 44 pixels high, in the reader's own colours.
ACTION: Final = '<a class="do" style="display:inline-block;padding:12px 0;" href="%s">%s</a>'

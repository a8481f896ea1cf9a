"""A job email as a mail server receives it: the button of RFC 8058, and what DKIM must cover.

Signing is the work of the mail server that we hand to; here the test signs what was received as
one would that is set up as `docs/sending-mail.md` says.
"""

import base64
import random
import re
import textwrap
import uuid
from datetime import timedelta
from pathlib import Path

import dkim
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from candidates.models import Candidate
from engagement import tasks
from engagement.actions.incoming import receive_message
from engagement.recipients import standing_of
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")

DOMAIN = b"larkspur-tidal.example"
COVERED = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID",
]  # fmt: skip


@pytest.fixture
def received(smtp_server):
    """The bytes of a job email to Ana, as they came over the line."""
    ana = CandidateFactory(call_name="Inês", email__address="ana@mail.example")
    MessageFactory(enrolment=EnrolmentFactory(candidate=ana))
    tasks.deliver()
    (mail,) = smtp_server.to("ana@mail.example")
    return mail


@pytest.fixture(scope="module")
def key() -> tuple[bytes, bytes]:
    """An RSA key for this run: its private half as PEM, and its record in the DNS."""
    draw = random.Random(8058)
    p, q = _prime(draw, 512), _prime(draw, 512)
    n, e, d = p * q, 65537, pow(65537, -1, (p - 1) * (q - 1))
    numbers = (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    private = base64.b64encode(_sequence(*numbers)).decode()
    pem = "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n"
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    public = _der(0x30, algorithm + _der(0x03, b"\0" + _sequence(n, e)))
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    return pem.format("\n".join(textwrap.wrap(private, 64))).encode(), record


def test_the_headers_of_one_click_are_there_once_and_exactly_so(received):
    https = re.fullmatch(
        r"<mailto:jobs@larkspur-tidal\.example\?subject=stop%20[0-9a-f-]{36}>,"
        r"\s+<(http://\S+/u1/[\w-]+)>",
        received["List-Unsubscribe"],
    )

    assert https, received["List-Unsubscribe"]
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {name: len(received.get_all(name, [])) for name in COVERED} == dict.fromkeys(COVERED, 1)


@pytest.mark.parametrize("years", [0, 10])
def test_the_received_address_stops_by_a_post_of_a_stranger_and_never_expires(
    received, monday_morning, years
):
    path = "/u1/" + received["List-Unsubscribe"].partition("/u1/")[2].rstrip(">")
    stranger = Client(enforce_csrf_checks=True)

    with time_machine.travel(timezone.now() + timedelta(days=365 * years)):
        answer = stranger.post(
            path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
        )

    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"", {})
    assert standing_of(_ana()).choices.stopped


def test_the_received_mail_address_stops_as_well(received):
    subject = re.search(r"subject=(\S+?)>", received["List-Unsubscribe"])[1].replace("%20", " ")
    receive_message(
        f"From: ana@mail.example\r\nTo: jobs@larkspur-tidal.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{uuid.uuid4()}@mail.example>\r\n\r\n\r\n".encode(),
        source="hook",
    )

    assert tasks.read_incoming() == 1
    assert standing_of(_ana()).choices.stopped


def test_a_relay_signs_all_of_it_and_a_change_of_any_of_it_shows(received, key):
    private, record = key
    raw = received.envelope.original_content
    names = [name.lower().encode() for name in COVERED]

    signature = dkim.sign(raw, b"jobs", DOMAIN, private, include_headers=names)

    assert _is_valid(signature + raw, record)
    said = re.search(rb"h=([^;]+);", re.sub(rb"\s+", b"", signature))[1].split(b":")
    assert set(names) <= {name.lower() for name in said}
    for name in COVERED:
        changed = re.sub(
            rf"(?mi)^{name}: ".encode(), f"{name}: x".encode(), raw, count=1
        )  # fmt: skip
        assert changed != raw
        assert not _is_valid(signature + changed, record), name


def test_the_page_for_operators_names_each_of_them():
    page = (Path(settings.BASE_DIR) / "docs/sending-mail.md").read_text()

    assert [name for name in COVERED if f"`{name}`" not in page] == []


def _ana() -> Candidate:
    return Candidate.objects.get(emails__address="ana@mail.example")


def _is_valid(raw: bytes, record: bytes) -> bool:
    return dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)


def _prime(draw: random.Random, bits: int) -> int:
    while True:
        number = draw.getrandbits(bits) | 3 << bits - 2 | 1
        if (number - 1) % 65537 and all(
            pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11, 13, 17)
        ):
            return number


def _sequence(*numbers: int) -> bytes:
    return _der(0x30, b"".join(_der(2, n.to_bytes(n.bit_length() // 8 + 1)) for n in numbers))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    long = size.to_bytes((size.bit_length() + 7) // 8)
    length = bytes([size]) if size < 128 else bytes([0x80 | len(long)]) + long
    return bytes([tag]) + length + content

"""Raw messages as people and their mail programs send them."""

import uuid
from email.message import EmailMessage

from engagement.models import Message

DOMAIN = "larkspur-tidal.example"


def mail(
    text: str = "Yes, tell me more.",
    *,
    sender: str = "Ana Lund <ana@mail.example>",
    to: str = f"replies@{DOMAIN}",
    subject: str = "Re: A job that may fit you",
    answers: Message | None = None,
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """Return a raw message. Headers are named with underscores. files: by their names."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = headers.pop("Message_ID", f"<{uuid.uuid4()}@mail.example>")
    if answers:
        made["In-Reply-To"] = f"<{answers.public_id}@{DOMAIN}>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def away(text: str, *, answers: Message | None = None, **more: str) -> bytes:
    return mail(
        text,
        subject="Automatic reply: A job that may fit you",
        answers=answers,
        Auto_Submitted="auto-replied",
        **more,
    )


def status(message: Message, action: str = "failed", code: str = "5.1.1") -> bytes:
    """A delivery status notification (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.mail.example\r\nTo: letters@larkspur-tidal.example\r\n"
        f"Message-ID: <{uuid.uuid4()}@mx.mail.example>\r\nSubject: Undelivered\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@mail.example\r\nAction: {action}\r\nStatus: {code}\r\n"
        f"Diagnostic-Code: smtp; 550 {code} <ana@mail.example> unknown\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{message.public_id}@{DOMAIN}>\r\nSubject: A job\r\n\r\n--b--\r\n"
    ).encode()

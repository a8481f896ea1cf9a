"""What the settings of mail must hold, asked once at the start: a mistake is said then, in words,
and not when the first letter is due."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
_ANYMAIL: Final = "anymail.backends."

# Every provider of Anymail that we can send by, and the settings without which it cannot work.
# docs/mail.md says more about each; a test compares both with Anymail itself.
PROVIDERS: Final[dict[str, tuple[str, ...]]] = {
    "brevo": ("BREVO_API_KEY",),
    "mailersend": ("MAILERSEND_API_TOKEN",),
    "mailgun": ("MAILGUN_API_KEY",),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "mailtrap": ("MAILTRAP_API_TOKEN",),
    "mandrill": ("MANDRILL_API_KEY",),
    "postal": ("POSTAL_API_KEY", "POSTAL_API_URL"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "scaleway": ("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
    "sendgrid": ("SENDGRID_API_KEY",),
    "sparkpost": ("SPARKPOST_API_KEY",),
    "unisender_go": ("UNISENDER_GO_API_KEY", "UNISENDER_GO_API_URL"),
}
# Anymail has them, and we do not: each with what to do instead.
NOT_OURS: Final = {
    "amazon_ses": "It needs the AWS SDK, which is not installed. Send by SMTP: every region of"
    " Amazon SES takes it, with EMAIL_URL=smtp+tls://user:password@host:587.",
    "sendinblue": "It is called brevo by now.",
    "console": "It sends nothing.",
    "test": "It sends nothing.",
}


def provider_of(backend: str) -> str:
    """Return "postmark" of anymail.backends.postmark.EmailBackend, and "" of any other."""
    return backend.split(".")[2] if backend.startswith(_ANYMAIL) else ""


def checked_backend(backend: str, anymail: Mapping[str, Any], smtp_host: str | None) -> str:
    """Return the backend, SMTP where none is named. Raises ImproperlyConfigured: it cannot send."""
    backend = backend or SMTP
    if backend == SMTP:
        if not smtp_host:
            raise ImproperlyConfigured(
                "EMAIL_URL names no mail server: write smtp://user:password@host:port, with"
                " smtp+tls:// for STARTTLS and smtp+ssl:// for TLS from the start."
            )
        return backend
    provider = provider_of(backend)
    if provider in NOT_OURS:
        raise ImproperlyConfigured(f"EMAIL_BACKEND: {provider} is not used. {NOT_OURS[provider]}")
    if provider not in PROVIDERS or backend != f"{_ANYMAIL}{provider}.EmailBackend":
        known = ", ".join(PROVIDERS)
        raise ImproperlyConfigured(
            f"EMAIL_BACKEND is to be empty for SMTP, or {_ANYMAIL}NAME.EmailBackend with one of:"
            f" {known}."
        )
    if missing := [name for name in PROVIDERS[provider] if not anymail.get(name)]:
        raise ImproperlyConfigured(
            f"Sending by {provider} needs {' and '.join(missing)} in ANYMAIL, written as"
            f" ANYMAIL={','.join(f'{name}=…' for name in PROVIDERS[provider])}."
        )
    return backend


def checked_sandbox(address: str) -> str:
    """Return the address that everything is diverted to, or "". Raises ImproperlyConfigured."""
    address = address.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as why:
            raise ImproperlyConfigured("MAIL_SANDBOX is to be one email address.") from why
    return address

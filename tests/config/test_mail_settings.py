"""What the settings of mail must hold, said at the start: every provider, SMTP, the sandbox."""

import pkgutil
from importlib import import_module
from pathlib import Path

import anymail.backends
import pytest
from anymail.exceptions import AnymailConfigurationError
from django.core.exceptions import ImproperlyConfigured

from config import mail

DOCS = Path(__file__).resolve().parents[2] / "docs/mail.md"


def backend(provider: str) -> str:
    return f"anymail.backends.{provider}.EmailBackend"


def test_every_provider_of_anymail_is_ours_or_said_not_to_be():
    modules = {module.name for module in pkgutil.iter_modules(anymail.backends.__path__)}

    assert modules - {"base", "base_requests"} == {*mail.PROVIDERS, *mail.NOT_OURS}


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("provider", mail.PROVIDERS)
def test_each_works_with_what_we_ask_for_and_with_nothing_less(provider, settings):
    """Anymail itself is asked, so that a version of it that wants more is noticed."""
    made = import_module(f"anymail.backends.{provider}").EmailBackend
    needed = mail.PROVIDERS[provider]
    settings.ANYMAIL = dict.fromkeys(needed, "https://provider.example/")
    assert made()

    for name in needed:
        settings.ANYMAIL = dict.fromkeys(set(needed) - {name}, "https://provider.example/")
        with pytest.raises(AnymailConfigurationError):
            made()


@pytest.mark.parametrize("provider", mail.PROVIDERS)
def test_what_is_missing_is_named_and_so_is_what_to_write(provider):
    needed = mail.PROVIDERS[provider]
    for name in needed:
        given = dict.fromkeys(set(needed) - {name}, "x")
        with pytest.raises(ImproperlyConfigured, match=rf"needs {name} in ANYMAIL.*{name}=…"):
            mail.checked_backend(backend(provider), given, None)

    assert mail.checked_backend(backend(provider), dict.fromkeys(needed, "x"), None)


@pytest.mark.parametrize("provider", mail.PROVIDERS)
def test_each_is_documented_with_all_that_it_needs(provider):
    (line,) = [line for line in DOCS.read_text().splitlines() if line.startswith(f"| {provider} |")]

    assert [name for name in mail.PROVIDERS[provider] if f"`{name}`" not in line] == []


@pytest.mark.parametrize("provider", mail.NOT_OURS)
def test_what_is_not_used_says_what_to_do_instead(provider):
    with pytest.raises(ImproperlyConfigured) as refused:
        mail.checked_backend(backend(provider), {}, "localhost")

    assert str(refused.value) == (
        f"EMAIL_BACKEND: {provider} is not used. {mail.NOT_OURS[provider]}"
    )


@pytest.mark.parametrize(
    "wrong",
    ["postmark", "anymail.backends.postmark", "anymail.backends.nobody.EmailBackend", "locmem"],
)
def test_a_mistyped_backend_is_refused_with_the_names_that_there_are(wrong):
    with pytest.raises(ImproperlyConfigured, match="one of: brevo, mailersend, mailgun"):
        mail.checked_backend(wrong, {"POSTMARK_SERVER_TOKEN": "x"}, "localhost")


def test_smtp_needs_a_server():
    assert mail.checked_backend("", {}, "localhost") == mail.SMTP

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL names no mail server"):
        mail.checked_backend("", {}, "")


def test_the_sandbox_is_one_address():
    assert mail.checked_sandbox("") == ""
    assert mail.checked_sandbox(" tests@staging.example ") == "tests@staging.example"

    for wrong in ("yes", "a@b.example,c@d.example", "a b@c.example"):
        with pytest.raises(ImproperlyConfigured, match="one email address"):
            mail.checked_sandbox(wrong)

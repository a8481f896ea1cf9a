"""What the environment may and may not do to the settings."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


def _setting(name: str, **environment: str) -> str:
    """Boot the product's own settings with this environment and read one of them."""
    answer = subprocess.run(
        [sys.executable, "-c", f"from config import settings; print(settings.{name})"],
        env={**os.environ, "SECRET_KEY": "test", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


@pytest.mark.parametrize(
    ("demo", "host", "used"),
    [
        ("1", "smtp.company.example", "127.0.0.1"),
        ("1", "localhost", "localhost"),
        ("0", "smtp.company.example", "smtp.company.example"),
    ],
)
def test_demo_never_speaks_to_a_mail_server_elsewhere(demo, host, used):
    assert _setting("EMAIL_HOST", DEMO=demo, EMAIL_URL=f"smtp://{host}:2525") == used


def test_demo_ignores_a_mail_provider():
    backend = _setting(
        "EMAIL_BACKEND", DEMO="1", EMAIL_BACKEND="anymail.backends.brevo.EmailBackend"
    )

    assert backend == "django.core.mail.backends.smtp.EmailBackend"


def test_a_provider_without_its_settings_stops_the_start():
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        _setting("EMAIL_BACKEND", EMAIL_BACKEND="anymail.backends.mailjet.EmailBackend")

    assert (
        "Sending by mailjet needs MAILJET_API_KEY and MAILJET_SECRET_KEY in ANYMAIL"
        in refusal.value.stderr
    )


@pytest.mark.parametrize(("debug", "cookie"), [("1", "sessionid"), ("0", "__Host-session")])
def test_cookies_are_bound_to_the_host_in_production(debug, cookie):
    assert _setting("SESSION_COOKIE_NAME", DEBUG=debug) == cookie


def test_a_scanner_that_is_written_in_another_way_is_refused():
    assert _setting("VIRUS_SCANNER", VIRUS_SCANNER="clamd://clamav:3310") == "clamd://clamav:3310"

    with pytest.raises(subprocess.CalledProcessError) as refusal:
        _setting("VIRUS_SCANNER", VIRUS_SCANNER="clamav:3310")
    assert "VIRUS_SCANNER is to be written as clamd://host:port." in refusal.value.stderr


def test_files_have_a_host_of_their_own_or_none():
    base = {"BASE_URL": "https://recruiting.example.org"}
    hosts = _setting("ALLOWED_HOSTS", FILES_URL="https://files.example.org/", **base)
    assert "files.example.org" in hosts
    policy = _setting("CONTENT_SECURITY_POLICY", FILES_URL="https://files.example.org", **base)
    assert """'form-action': ["'self'", 'https://files.example.org']""" in policy
    assert """'form-action': ["'self'"]""" in _setting("CONTENT_SECURITY_POLICY", **base)

    for wrong in ("https://recruiting.example.org", "files.example.org"):
        with pytest.raises(subprocess.CalledProcessError) as refusal:
            _setting("FILES_URL", FILES_URL=wrong, **base)
        assert "FILES_URL is to be another host than BASE_URL" in refusal.value.stderr

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

ROOT = Path(__file__).resolve().parents[2]

SECURITY_HEADERS = {
    "Content-Security-Policy": "base-uri 'none'; default-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data:; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def security_headers(response):
    found = {name: response.headers.get(name, "") for name in SECURITY_HEADERS}
    policy = found["Content-Security-Policy"]
    found["Content-Security-Policy"] = "; ".join(sorted(policy.split("; ")))
    return found


@pytest.mark.django_db
def test_headers_of_a_page_for_strangers():
    assert security_headers(Client().get(reverse("accounts:sign_in"))) == SECURITY_HEADERS


@pytest.mark.django_db
def test_headers_of_a_page_for_colleagues(staff_client):
    response = staff_client.get(reverse("accounts:account"))

    assert security_headers(response) == SECURITY_HEADERS
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing-here", "/settings/users"])
def test_headers_of_error_pages(staff_client, address):
    response = staff_client.get(address)

    assert response.status_code in {403, 404}
    assert security_headers(response) == SECURITY_HEADERS


def in_production(*command):
    """Run manage.py as a real deployment would: no DEBUG, https, a real key."""
    keep = ("PATH", "DATABASE_URL", "REDIS_URL", "HOME", "VIRTUAL_ENV")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env |= {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "people.larkspur.example",
        "BASE_URL": "https://people.larkspur.example",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_deploy_check_is_clean():
    done = in_production("check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


def test_cookies_of_a_deployment_are_locked_to_its_host():
    names = [
        "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT",
    ]  # fmt: skip
    script = (
        "import json; from django.conf import settings; "
        f"print(json.dumps([getattr(settings, name) for name in {names}]))"
    )
    done = in_production("shell", "--no-imports", "-c", script)

    assert json.loads(done.stdout.splitlines()[-1]) == [
        "__Host-session", True, True, "Lax", "__Host-csrf", True, "Lax", 31_536_000, True,
    ]  # fmt: skip

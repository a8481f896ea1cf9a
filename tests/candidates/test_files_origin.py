"""Files from an origin of their own (X-19): one ticket, one minute, one file, and no page there."""

import re
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import AuditEvent
from candidates.actions import documents as actions
from candidates.actions.archive import archive_candidate
from candidates.models import Document
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db
HOST = "files.example.org"


@pytest.fixture(autouse=True)
def _origin(settings):
    settings.FILES_URL = f"https://{HOST}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]


def ask(client, document, page="file_original") -> str:
    """Press the button; return the path on the files' origin."""
    response = client.post(reverse(f"candidates:{page}", args=[document.public_id]))
    address = urlsplit(response["Location"])
    assert (response.status_code, address.scheme, address.netloc) == (303, "https", HOST)
    return address.path


def fetch(path):
    """As the browser does it there: no cookie goes along."""
    return Client().get(path, headers={"host": HOST})


def test_the_original_comes_once_and_says_nothing_of_itself_in_the_address(staff_client, recruiter):
    document = DocumentFactory(file_name="cv.txt", content=b"Electrician")

    path = ask(staff_client, document)
    first, second = fetch(path), fetch(path)

    assert b"".join(first.streaming_content) == b"Electrician"
    assert first["Content-Disposition"] == 'attachment; filename="cv.txt"'
    assert first["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert re.fullmatch(r"/[\w-]{32}", path)
    assertContains(second, "This link was used", status_code=404)
    event = AuditEvent.objects.get(verb="document.downloaded")
    assert event.actor == recruiter.email


def test_a_safe_copy_comes_the_same_way(staff_client):
    document = DocumentFactory(with_copy=True)

    response = fetch(ask(staff_client, document, "file_copy"))

    name = f"safe-copy-{str(document.public_id)[:8]}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_ticket_is_good_for_a_minute(staff_client):
    """Redis itself says so: nobody has to wait for it here."""
    path = ask(staff_client, DocumentFactory())
    key = cache.make_key(f"file:{path[1:]}")

    assert 50 < redis.Redis.from_url(settings.REDIS_URL).ttl(key) <= 60


@pytest.mark.parametrize("what", ["removed", "archived", "left", "quarantine"])
def test_whether_its_owner_may_have_it_is_asked_again(staff_client, recruiter, what):
    document = DocumentFactory()
    path = ask(staff_client, document)

    if what == "removed":
        actions.remove_document(document, by=recruiter)
    elif what == "archived":
        archive_candidate(document.candidate, "expired", by="retention")
    elif what == "left":
        recruiter.is_active = False
        recruiter.save()
    else:
        document.state = Document.State.QUARANTINE
        document.save()

    assert fetch(path).status_code == 404


def test_without_redis_the_page_says_so_and_nothing_is_recorded(staff_client, settings):
    document = DocumentFactory()
    nowhere = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nowhere}

    response = staff_client.post(reverse("candidates:file_original", args=[document.public_id]))

    assertContains(response, "Files cannot be handed out at the moment.", status_code=422)
    assert not AuditEvent.objects.filter(verb="document.downloaded").exists()


@pytest.mark.parametrize("path", ["/", "/today", "/people", "/sign-in", "/static/x", "/no-ticket"])
def test_on_that_host_there_is_no_page(staff_client, path):
    response = staff_client.get(path, headers={"host": HOST})

    assertContains(response, "Go back to the file and press Download again.", status_code=404)


def test_on_the_pages_host_a_ticket_opens_nothing(staff_client):
    path = ask(staff_client, DocumentFactory())

    assert staff_client.get(path).status_code == 404
    assert fetch(path).status_code == 200

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from engagement.models import Campaign, Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
)
from tests.faults.server import Server
from tests.provider import Provider

ROOT = Path(__file__).resolve().parent.parent.parent
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

# More kills, more people: FAULTS=10 for a long night.
TIMES = int(os.environ.get("FAULTS", "1"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/faults/" in item.nodeid:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(300 * TIMES))


@pytest.fixture
def server(settings: LazySettings) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    settings.MAIL_PER_SECOND = settings.MAIL_PER_SECOND_PER_DOMAIN = 10_000
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 100_000
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def clock(transactional_db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=True) as clock:
        OrganisationFactory()
        yield clock


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    threading.Thread(target=provider.serve_forever, args=[0.05], daemon=True).start()
    yield provider
    provider.shutdown()
    provider.server_close()


def planned(count: int, **kwargs: object) -> Campaign:
    """Make a running campaign with a due message for each of `count` people."""
    campaign = CampaignFactory(running=True, with_step=True, **kwargs)
    for person in CandidateFactory.create_batch(count):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))
    return campaign


def environment(server: Server | Provider) -> dict[str, str]:
    """Return the environment of a process that works on this test's database and server."""
    if isinstance(server, Provider):
        return _environment() | {
            "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
            "ANYMAIL": f"POSTMARK_SERVER_TOKEN=only-for-tests,POSTMARK_API_URL={server.address}",
        }
    return _environment() | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}


def _environment() -> dict[str, str]:
    parts = connection.settings_dict
    password = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return os.environ | {
        "DATABASE_URL": f"postgresql://{parts['USER']}{password}@{parts['HOST']}:{parts['PORT']}"
        f"/{parts['NAME']}",
        "MAIL_PER_SECOND": "10000",
        "MAIL_PER_SECOND_PER_DOMAIN": "10000",
        "JOB_EMAILS_PER_SENDER_PER_DAY": "100000",
        "FAULTS_NOW": timezone.now().isoformat(),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PYTHONPATH": str(ROOT),
    }


def workers(
    server: Server | Provider,
    *,
    together: int = 1,
    kills: int = 0,
    point: str = "none",
    connections: int = 1,
) -> int:
    """Run delivering processes to the end, each with so many connections. Returns how many were
    killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.worker", str(together), str(kills), point],
        env=environment(server) | {"MAIL_CONNECTIONS": str(connections)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def planners(server: Server, what: str, kills: int) -> int:
    """Let processes ask people something (`tests.faults.ask`). Returns how many were killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.ask", what, str(kills)],
        env=environment(server),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@dataclass(frozen=True)
class Counts:
    planned: int
    handed: int
    seen: int
    duplicates: int
    lost: int
    uncertain: int


def counts(server: Server) -> Counts:
    """Compare the rows with what arrived, and print it. Lost: in no state that says so."""
    rows = dict(Message.objects.values_list("public_id", "state"))
    names = {str(public_id): state for public_id, state in rows.items()}
    silent = [
        name
        for name, state in names.items()
        if name not in server.seen and state in {"handed", "delivered", "claimed", "armed", "due"}
    ]
    found = Counts(
        planned=len(rows),
        handed=sum(state == "handed" for state in names.values()),
        seen=len(server.seen),
        duplicates=server.duplicates,
        lost=len(silent),
        uncertain=sum(state == "uncertain" for state in names.values()),
    )
    print(found)
    return found


def lease_over() -> timedelta:
    return timedelta(minutes=10)

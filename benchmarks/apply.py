"""How many applications a second the careers site takes, and how long its pages take.

Gunicorn runs as configured (two workers of four threads) on the same two cores as the database and
the senders; each form is a multipart post with a small PDF, from somebody new or somebody known.
"""

import http.client
import os
import re
import socket
import statistics
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from accounts.humans import make_stamp
from accounts.models import Organisation, User
from applications import postings
from applications.actions.jobs import add_standard_stages
from applications.models import Application, Arrival, Job, Office, Question
from benchmarks import people_data
from benchmarks.report import Report
from candidates.models import EmailAddress
from launcher.supervisor import start_product

SIZE = 20_000  # people who are known already
FORMS = 1000
SENDERS = 8
KNOWN_EVERY = 5
LIMIT = 50.0  # a second
PAGES = 200
JOBS = 200
# A short one may stand in a stamp by chance, which then arrives cut off and is refused.
EDGE = "edge-of-a-part-of-the-form"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n" + b"% words of a CV\n" * 1300 + b"trailer <<>>\n%%EOF\n"


def run(size: int, report: Report) -> None:
    """Fill an empty database, start the server, send the forms, ask for the pages."""
    people_data.fill(size)
    people_data.analyse()
    job = _jobs()
    known = EmailAddress.objects.values_list("address", flat=True)[: FORMS // KNOWN_EVERY]
    forms = _forms(job, list(known))
    connection.close()
    with server() as port:
        _send(port, job, forms[:20])
        began = time.perf_counter()
        times = _send(port, job, forms[20:])
        took = time.perf_counter() - began
        rate = len(times) / took
        bench = "apply: forms taken"
        report.line(bench=bench, size=size, value=rate, unit="forms/s", limit=LIMIT)
        report.line(bench=bench, size=size, value=statistics.median(times), unit="ms, median")
        report.line(
            bench=bench, size=size, value=statistics.quantiles(times, n=20)[18], unit="ms, p95"
        )
        if Arrival.objects.count() != FORMS or Application.objects.filter(job=job).count() != FORMS:
            raise RuntimeError("some forms were lost")
        for name, path in (("list", "/careers"), ("job", postings.path_of(job))):
            _page(port, name, path, report)


def _jobs() -> Job:
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Larkspur Tidal Works"})
    owner = User.objects.order_by("pk").first()
    office = Office.objects.create(
        name="Bristol", city="Bristol", country="GB", time_zone="Europe/London"
    )
    text = "You keep the turbines turning.\n\n" + "- isolate, test and repair cables\n" * 40
    for number in range(JOBS):
        job = Job.objects.create(
            title=f"Cable Technician {number}",
            family="Electrical",
            status=Job.Status.OPEN,
            opened_at=timezone.now(),
            description=text,
            owner=owner,
        )
        job.offices.add(office)
    add_standard_stages(job)
    Question.objects.create(job=job, position=1, text="Nights?", kind=Question.Kind.YES_NO)
    return job


def _forms(job: Job, known: list[str]) -> list[bytes]:
    """Return the bodies: every fifth from a person we know."""
    question = job.questions.get()
    bodies = []
    for number in range(FORMS):
        is_known = number % KNOWN_EVERY == 0 and known
        fields = {
            "stamp": make_stamp(at=time.time() - 60),
            "name": f"Ana Horvat {chr(65 + number % 26)}",
            "email": known.pop() if is_known else f"{uuid.uuid4().hex[:12]}@mail.example",
            "phone": f"+44 117 496 {number:04}",
            "note": "I know boats and turbines.",
            f"q-{question.public_id}": "Yes",
            "job_emails": "on",
        }
        bodies.append(_multipart(fields, number))
    return bodies


def _multipart(fields: dict[str, str], number: int) -> bytes:
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="cv.pdf"\r\n\r\n'
    end = f"\r\n--{EDGE}--\r\n"
    return b"".join([*parts, head.encode(), PDF + str(number).encode(), end.encode()])


@contextmanager
def server() -> Iterator[int]:
    """Run the web server of the product as configured, alone, while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "APPLICATIONS_PER_NETWORK_PER_HOUR": "1000000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    web, *others = start_product(port, environment)
    for child in others:  # the worker and the beat have work of their own
        child.stop()
    try:
        _wait(port)
        yield port
    finally:
        web.stop()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if _ask(http.client.HTTPConnection("127.0.0.1", port), "GET", "/careers")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the web server did not start")


def _send(port: int, job: Job, bodies: list[bytes]) -> list[float]:
    """Send the forms over a few connections at once; return how long each took, in ms."""
    path = f"{postings.path_of(job)}/apply"
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}

    def send_some(some: list[bytes]) -> list[float]:
        http_connection = http.client.HTTPConnection("127.0.0.1", port)
        times = []
        for body in some:
            began = time.perf_counter()
            status, page = _ask(http_connection, "POST", path, body, headers)
            times.append((time.perf_counter() - began) * 1000)
            if status != 303:
                said = re.findall(r"error[^>]*>([^<]{5,200})<", page.decode())
                raise RuntimeError(f"the form answered {status}: {said}")
        return times

    with ThreadPoolExecutor(SENDERS) as pool:
        return [t for some in pool.map(send_some, (bodies[n::SENDERS] for n in range(SENDERS)))
                for t in some]  # fmt: skip


def _page(port: int, name: str, path: str, report: Report) -> None:
    http_connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(PAGES):
        began = time.perf_counter()
        status, body = _ask(http_connection, "GET", path)
        times.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
    bench = f"apply: {name} page"
    report.line(bench=bench, size=JOBS, value=statistics.median(times), unit="ms, median", limit=50)
    report.line(bench=bench, size=JOBS, value=len(body) / 1024, unit="kB", limit=40)


def _ask(
    http_connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    host = {"Host": "localhost"}
    http_connection.request(method, path, body, host | (headers or {}))
    response = http_connection.getresponse()
    return response.status, response.read()

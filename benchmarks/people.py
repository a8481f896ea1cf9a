"""How long the pages about people take among very many people: through the whole of Django.

Each page is asked for many times by a signed-in test client, after a few that warm up. Besides the
median there is the slowest tenth, and the number of queries.
"""

import gc
import html
import re
import statistics
import time
from itertools import cycle

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.models import Candidate

SIZE = 100_000
PEOPLE = "kept"
ROUNDS = 30
LIMIT_MS = 100.0
LIMIT_QUERIES = 15


def run(size: int, report: Report) -> None:
    """Fill an empty database with `size` people, then measure each page."""
    people_set.ensure(size)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(people_data.owner())
    ids = list(
        Candidate.objects.order_by("public_id").values_list("public_id", flat=True)[: ROUNDS + 3]
    )
    names = [
        f"{first[:3]} {last[:4]}"
        for first, last in zip(people_data.FIRST, people_data.LAST, strict=False)
    ]
    people = reverse("candidates:people")
    deep = _deep_page(client, people)
    pages = {
        "list, first page": [people],
        "list, page 100": [deep],
        "list, two name prefixes": [f"{people}?q={name}" for name in names],
        "list, one short prefix": [f"{people}?q={name[:2]}" for name in names],
        "list, a typing error": [f"{people}?q=Rosaa+Hallorann"],
        "list, may be sent job emails": [f"{people}?emails=yes"],
        "list, may not, in one country": [f"{people}?emails=no&country=PT"],
        "profile": [reverse("candidates:profile", args=[public_id]) for public_id in ids],
    }
    for name, addresses in pages.items():
        measure(client, f"people: {name}", addresses, size, report)


def measure(
    client: Client,
    bench: str,
    addresses: list[str],
    size: int,
    report: Report,
    *,
    limit: float = LIMIT_MS,
) -> None:
    """Ask for the addresses in turn, and record the median, the slowest tenth and the queries."""
    turns = cycle(addresses)
    for _ in range(3):
        _get(client, next(turns))
    gc.collect()
    gc.freeze()  # as `config.wsgi` does: what the benchmark itself has built is nobody's garbage
    times = []
    for _ in range(ROUNDS):
        address = next(turns)
        start = time.perf_counter()
        _get(client, address)
        times.append((time.perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as queries:
        _get(client, next(turns))
    report.line(
        bench=bench, size=size, value=statistics.median(times), unit="ms, median", limit=limit
    )
    report.line(bench=bench, size=size, value=statistics.quantiles(times, n=10)[8], unit="ms, p90")
    report.line(bench=bench, size=size, value=len(queries), unit="queries", limit=LIMIT_QUERIES)


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")


def _deep_page(client: Client, people: str) -> str:
    """Return the address of page 100, found by walking there as a reader would."""
    query = ""
    for _ in range(99):
        response = client.get(f"{people}?{query}")
        following = re.search(r'href="\?([^"]*after=[^"]*)"', response.content.decode())
        if following is None:
            break
        query = html.unescape(following[1])
    return f"{people}?{query}"

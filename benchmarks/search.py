"""Searching among very many people: words, phrases, names and facets, through the whole of Django.

Each kind is asked by twenty different queries. Beside the words stands their limit, measured in the
same run: the same question answered by a scan of the narrow table that holds the words.
"""

import random
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.models import Candidate, CandidateSkill, Skill
from candidates.search import Search

SIZE = 100_000
PEOPLE = "kept"
QUERIES = 20
LIMIT_MS = 400.0  # U-13: the slowest twentieth of searches at 100,000 people


def run(size: int, report: Report) -> None:
    """Fill up to `size` people with a text of 2 KB each, and measure."""
    people_set.ensure(size)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False
    client = Client()
    client.force_login(people_data.owner())
    for kind, queries in _queries().items():
        _measure(client, kind, queries, size, report)
    _scan(size, report)
    _write(size, report)


def _queries() -> dict[str, list[str]]:
    draw = random.Random(7)  # the same queries on every machine
    words = [f"w{draw.randint(20, 2000)}" for _ in range(QUERIES)]
    others = [f"w{draw.randint(5, 200)}" for _ in range(QUERIES)]
    names = [
        (draw.choice(people_data.FIRST), draw.choice(people_data.LAST)) for _ in range(QUERIES)
    ]
    skills = [f"Skill {draw.randint(1, 300)}" for _ in range(QUERIES)]
    pairs = list(zip(words, others, strict=True))
    asked = {
        "one word": [{"q": word} for word in words],
        "two words": [{"q": f"{one} {other}"} for one, other in pairs],
        "either of two words": [{"q": f"{one} or {other}"} for one, other in pairs],
        "a word without another": [{"q": f"{one} -{other}"} for one, other in pairs],
        "a word that half of them have": [{"q": f"w{n + 1}"} for n in range(QUERIES)],
        "a phrase": [{"q": f'"{one} {other}"'} for one, other in pairs],
        "beginnings of two names": [{"q": f"{first[:3]} {last[:4]}"} for first, last in names],
        "a misspelt name": [{"q": f"{first}a {last}nn"} for first, last in names],
        "one skill": [{"skill": skill} for skill in skills],
        "job emails yes, one source, 50 km around a town": [
            {"emails": "yes", "source": "board", "place": f"{place[0]}, {place[1]}", "km": "50"}
            for place in draw.choices(people_data.PLACES[:9], k=QUERIES)
        ],
        "words, skill, stage": [
            {"q": other, "skill": skill, "contact": "365"}
            for other, skill in zip(others, skills, strict=True)
        ],
        "newest first": [{"q": other, "sort": "newest"} for other in others],
    }
    return {kind: [urlencode(query) for query in queries] for kind, queries in asked.items()}


def _measure(client: Client, kind: str, queries: list[str], size: int, report: Report) -> None:
    address = reverse("candidates:people")
    client.get(f"{address}?{queries[0]}")
    times = [_timed(lambda q=query: client.get(f"{address}?{q}")) for query in queries]
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{address}?{queries[0]}")
    bench = f"search: {kind}"
    report.line(bench=bench, size=size, value=statistics.median(times), unit="ms, median")
    slowest = statistics.quantiles(times, n=20)[18]
    report.line(bench=bench, size=size, value=slowest, unit="ms, p95", limit=LIMIT_MS)
    report.line(bench=bench, size=size, value=len(asked), unit="queries", limit=15)


def _scan(size: int, report: Report) -> None:
    """The first fifty people of two words, by the index and by a scan."""
    user = people_data.owner()
    searches = [Search(f"w{20 + n} w{200 + n}", user) for n in range(QUERIES)]

    def ask(search: Search) -> None:
        list(search.find(Candidate.objects.visible_to(user)).values_list("pk", flat=True)[:10_001])

    for search in searches:
        _ = search.asked
    took = statistics.median([_timed(lambda s=search: ask(s)) for search in searches])
    with connection.cursor() as cursor:
        cursor.execute("SET enable_bitmapscan = off; SET max_parallel_workers_per_gather = 0")
        scan = statistics.median([_timed(lambda s=search: ask(s)) for search in searches[:5]])
        cursor.execute("SET enable_bitmapscan = on; SET max_parallel_workers_per_gather = 2")
    report.line(
        bench="search: ids of two words, beside a scan", size=size, value=took, unit="ms",
        limit=scan, ratio=scan / took,
    )  # fmt: skip


def _write(size: int, report: Report) -> None:
    """What keeping one person's words right costs: one more skill."""
    skill = Skill.objects.order_by("pk").last()
    assert skill is not None
    people = Candidate.objects.order_by("pk").values_list("pk", flat=True)[:200]
    times = []
    for person in people:
        CandidateSkill.objects.filter(candidate=person, skill=skill).delete()
        times.append(
            _timed(
                lambda p=person: CandidateSkill.objects.create(
                    candidate_id=p, skill=skill, source="stated"
                )
            )
        )
    report.line(
        bench="search: one skill added, words and profile refreshed", size=size,
        value=statistics.median(times), unit="ms",
    )  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000

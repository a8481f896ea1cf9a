"""How long the pages of talent pools take where a pool holds everybody: through all of Django."""

import html
import re
import time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import people_data, people_set
from benchmarks.people import measure
from benchmarks.report import Report
from candidates.actions import pool_counts
from candidates.models import TalentPool

SIZE = 100_000
PEOPLE = "copy"
LIMIT_MS = 100.0
COUNT_SECONDS = 15.0  # of 100,000 members, in the background
POOLS = 300

# One pool of everybody, one whose search proposes everybody, and many of some two hundred people.
LARGE = """
INSERT INTO candidates_poolmembership (pool_id, candidate_id, state, how, at, reason, kept_out)
SELECT %s, id, %s, 'rule', now() - id %% 900 * interval '1 day', '', false FROM candidates_candidate
"""
SMALL = """
INSERT INTO candidates_poolmembership (pool_id, candidate_id, state, how, at, reason, kept_out)
SELECT p.id, c.id, 'member', 'hand', now() - c.id % 900 * interval '1 day', '', false
  FROM candidates_talentpool p
  JOIN candidates_candidate c ON c.id % 400 = p.id % 400 AND c.id <= 80000
 WHERE p.name LIKE 'Small%'
"""


def run(size: int, report: Report) -> None:
    people_set.ensure(size)
    owner = people_data.owner()
    large = TalentPool.objects.create(name="All of them", owner=owner)
    asking = TalentPool.objects.create(
        name="All proposed", owner=owner, kind=TalentPool.Kind.LIVING, query="sort=newest"
    )
    TalentPool.objects.bulk_create(
        TalentPool(name=f"Small {number:03}", owner=owner) for number in range(POOLS)
    )
    with connection.cursor() as cursor:
        cursor.execute(LARGE, [large.pk, "member"])
        cursor.execute(LARGE, [asking.pk, "proposed"])
        cursor.execute(SMALL)
        cursor.execute("VACUUM ANALYZE candidates_poolmembership")
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(owner)
    start = time.perf_counter()
    pool_counts.count_pool(large, timezone.now())
    report.line(
        bench="pools: counting one of everybody, by the task",
        size=size,
        value=time.perf_counter() - start,
        unit="s",
        limit=COUNT_SECONDS * size / SIZE,
    )
    pages = {
        "pools: the list, large ones on it": reverse("candidates:pools"),
        "pools: the list, page 8": _page(client, 8),
        "pools: one of everybody": reverse("candidates:pool", args=[large.public_id]),
        "pools: everybody proposed": reverse("candidates:pool", args=[asking.public_id]),
    }
    for name, address in pages.items():
        measure(client, name, [address], size, report, limit=LIMIT_MS)


def _page(client: Client, number: int) -> str:
    """Return the address of a page, found by walking there as a reader would."""
    pools = address = reverse("candidates:pools")
    for _ in range(number - 1):
        page = client.get(address).content.decode()
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        if following is None:
            raise RuntimeError("there are fewer pages")
        address = pools + html.unescape(following[1])
    return address

"""How many duplicates are found, how many of the sure ones are right, and how long it takes."""

import time

from django.db import connection, transaction

from benchmarks import febrl
from benchmarks.report import Report
from candidates.duplicates import blocking, finding
from candidates.models import DuplicateSuggestion

SIZE = 100_000
KNOWN = 10_000  # records with known pairs: 7,000 people, 3,000 second records


def run(size: int, report: Report) -> None:
    measured = measure(7_000, 3_000)
    for name, limit in (("precision of sure", 0.99), ("recall", 0.90)):
        report.line(
            bench=f"duplicates: {name}", size=KNOWN, value=measured[name], unit="", limit=limit
        )
    for name in ("precision", "recall of sure", "pairs completeness"):
        report.line(bench=f"duplicates: {name}", size=KNOWN, value=measured[name], unit="")
    _time(size, report)


def measure(originals: int, duplicates: int) -> dict[str, float]:
    """Write records with known pairs, look for duplicates, and compare."""
    records = febrl.records(originals, duplicates)
    keys = febrl.write(records)
    true = {
        (min(keys[one], keys[other]), max(keys[one], keys[other]))
        for one, other in febrl.true_pairs(records)
    }
    finding.search_everybody()
    suggestions = DuplicateSuggestion.objects.values_list("one", "other", "is_sure")
    found = {(one, other): is_sure for one, other, is_sure in suggestions}
    sure = {pair for pair, is_sure in found.items() if is_sure}
    with transaction.atomic():
        blocking.block()
        blocked = {pair for some in blocking.pairs() for pair in some}
    return {
        "precision of sure": len(sure & true) / max(len(sure), 1),
        "recall": len(found.keys() & true) / len(true),
        "precision": len(found.keys() & true) / max(len(found), 1),
        "recall of sure": len(sure & true) / len(true),
        "pairs completeness": len(blocked & true) / len(true),
    }


def _time(size: int, report: Report) -> None:
    records = febrl.records(round(size * 0.97), round(size * 0.03), seed=7)
    febrl.write(records)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with transaction.atomic():
        began = time.monotonic()
        blocking.block()
        report.line(
            bench="duplicates: blocking", size=size, value=time.monotonic() - began, unit="s",
            limit=60,
        )  # fmt: skip
        pairs = sum(len(some) for some in blocking.pairs())
    report.line(bench="duplicates: pairs to weigh", size=size, value=pairs, unit="pairs")
    began = time.monotonic()
    finding.search_everybody()
    took = time.monotonic() - began
    report.line(bench="duplicates: whole search", size=size, value=took, unit="s")

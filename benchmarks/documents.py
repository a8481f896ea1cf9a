"""Files: how long a CV takes from bytes to text, process included, and to look for every skill."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.report import Report
from candidates.documents import reader
from candidates.documents.spellings import Spelling, Spellings
from config.demo import papers

SIZE = 10_000  # spellings in the catalogue
ROUNDS = 25
_WORDS = [
    "switchgear",
    "fault",
    "finding",
    "isolation",
    "cable",
    "jointing",
    "relay",
    "turbine",
    "harbour",
    "permit",
    "crew",
]


def run(size: int, report: Report) -> None:
    draw = random.Random(1)
    lines = [papers.Line(" ".join(draw.choices(_WORDS, k=9))) for _ in range(45)]
    for name, kind, content in (
        ("read a PDF of 2 full pages", "pdf", papers.pdf([lines, lines])),
        ("read a PDF of 30 full pages", "pdf", papers.pdf([lines] * 30)),
        ("read a DOCX of 2 pages", "docx", papers.docx(lines * 2)),
        ("read a TXT", "txt", b"Electrician"),
    ):
        assert reader.read(content, kind).problem == ""
        _line(report, name, len(content), lambda c=content, k=kind: reader.read(c, k))
    bare = [sys.executable, "-I", "-c", "pass"]
    _line(report, "limit: start Python and end it", 0, lambda: subprocess.run(bare, check=True))

    spellings = [
        Spelling(f"{draw.choice(_WORDS)} {number}", number, "Electrical", is_ambiguous=False)
        for number in range(size)
    ]
    _line(report, "build the automaton", size, lambda: Spellings(spellings), rounds=5)
    known = Spellings(spellings)
    text = " ".join(f"{draw.choice(_WORDS)} {draw.randrange(size)}," for _ in range(200))[:2048]
    assert known.find(text)
    _line(report, "all spellings in 2 KB of text", size, lambda: known.find(text))
    _line(report, "limit: fold 2 KB alone", size, lambda: text.casefold().split())


def _line(
    report: Report, bench: str, size: int, work: Callable[[], object], *, rounds: int = ROUNDS
) -> None:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    report.line(bench=bench, size=size, value=median(taken), unit="ms")

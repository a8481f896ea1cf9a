"""What a worker keeps in memory while it delivers 100,000 messages: read at each tenth of them.

One worker, as many connections as it keeps by itself, a local sink. Flat: after the first tenth,
in which it loads what it needs, it may grow by a tenth at most.
"""

import time
from pathlib import Path

import time_machine
from django.db import connection

from benchmarks import hands
from benchmarks.delivery import MONDAY, queue
from benchmarks.report import Report
from benchmarks.sink import sink

SIZE = 100_000
READINGS = 10
MOST_GROWTH = 1.1


def run(size: int, report: Report) -> None:
    with time_machine.travel(MONDAY, tick=True):
        queue(size)
    connection.close()
    with sink() as target:
        worker = hands.start("ours", target.port, size, 1)
        hands.begin(worker)
        kept: list[float] = []
        while worker[0].poll() is None:
            megabytes = _megabytes(worker[0].pid)
            if target.counts().messages >= size * (len(kept) + 1) // READINGS:
                kept.append(megabytes or kept[-1])
                print(
                    f"  {size * len(kept) // READINGS:>9,} messages: {kept[-1]:.1f} MB", flush=True
                )
            time.sleep(0.05)
        hands.wait_for(worker)
        sent = target.counts()
    if (sent.messages, sent.duplicates) != (size, 0):
        raise RuntimeError(f"the worker was to send {size}, the sink counts {sent}")
    report.line(bench="memory: after the first tenth", size=size, value=kept[0], unit="MB")
    report.line(bench="memory: at the end", size=size, value=kept[-1], unit="MB",
                limit=kept[0] * MOST_GROWTH)  # fmt: skip


def _megabytes(process: int) -> float:
    """Return the memory that a process holds now; 0 for one that has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines.get("VmRSS", "0").split()[0]) / 1024

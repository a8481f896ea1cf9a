"""Messages per second to a local SMTP sink: raw smtplib, two peers, and ours.

Everybody hands the same 2 KB message to the same sink, over one connection and one process.
"""

import json
import os
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path

from django.db import connection

from benchmarks.report import Report
from benchmarks.sink import Sink, sink

SIZE = 10_000
BYTES = 2_000
COMMITS = 1_000
ROOT = Path(__file__).resolve().parent.parent


def run(size: int, report: Report) -> None:
    with sink() as server:
        report.line(bench="delivery: commits on one connection", size=COMMITS, value=commits(),
                    unit="commits/s")  # fmt: skip
        limit = raw(size, server)
        report.line(bench="delivery: raw smtplib, one connection", size=size, value=limit,
                    unit="messages/s")  # fmt: skip
        for peer in ("post_office", "django_mailer"):
            for what, speed in peer_speeds(peer, size, server).items():
                report.line(bench=f"delivery: {peer}, {what}", size=size, value=speed,
                            unit="messages/s", limit=limit)  # fmt: skip


def commits() -> float:
    """Return what one connection commits: a bound for whoever commits each message by itself."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commits (number int)")
        started = time.perf_counter()
        for number in range(COMMITS):
            cursor.execute("INSERT INTO bench_commits VALUES (%s)", [number])
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_commits")
    return COMMITS / took


def body() -> str:
    """Return the text everybody sends: about 2 KB in lines of 78."""
    line = "We opened a job that may suit you, and you asked to hear of such jobs. " + "-" * 6
    return "\n".join([line] * (BYTES // (len(line) + 1)))


def raw(size: int, server: Sink) -> float:
    """Return what one open connection takes when nothing is looked up or written down."""
    server.clear()
    head = (
        "From: jobs@larkspur-tidal.example\r\nTo: candidate@mail.example\r\nSubject: A job\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    )
    text = body().replace("\n", "\r\n")
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        for number in range(size):
            message = f"X-Perennial-Message: raw-{number}\r\n{head}\r\n{text}\r\n".encode()
            client.sendmail("jobs@larkspur-tidal.example", [f"c{number}@mail.example"], message)
    took = time.perf_counter() - started
    _check(server, size, "raw smtplib")
    return size / took


def peer_speeds(peer: str, size: int, server: Sink) -> dict[str, float]:
    """Return messages/s of a peer, in its own environment and a database of its own."""
    server.clear()
    python = os.environ["BENCH_PEERS_PYTHON"]
    command = [python, str(ROOT / "benchmarks" / "peers.py"), peer, str(server.port), str(size)]
    with tempfile.TemporaryDirectory() as folder:  # django-mailer keeps its lock where it runs
        done = subprocess.run(
            command, cwd=folder, input=body(), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{peer} failed:\n{done.stderr}")
    _check(server, size, peer)
    speeds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return speeds


def _check(server: Sink, size: int, who: str) -> None:
    counts = server.counts()
    if (counts.messages, counts.distinct, counts.duplicates) != (size, size, 0):
        raise RuntimeError(f"{who} was to hand over {size} messages, the sink counts {counts}")

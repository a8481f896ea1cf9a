"""One-click unsubscribes while a campaign runs: 1,000 a minute, each by its link.

Gunicorn runs as configured and a worker delivers a campaign to 10,000 people, both on the same two
cores as the database and those who press. Each press is sent at its moment, whatever became of the
one before, so a server that falls behind shows it.
"""

import http.client
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import time_machine
from django.db import connection

from benchmarks import hands
from benchmarks.apply import server
from benchmarks.delivery import MONDAY, queue
from benchmarks.report import Report
from benchmarks.sink import sink
from engagement import links
from engagement.models import Message

SIZE = 1_000  # who press, each once
PER_MINUTE = 1_000
FOR_EACH = 10  # people in the campaign, for each who presses
PRESSERS = 16
LIMIT_MS = 500.0
BODY = "List-Unsubscribe=One-Click"
FORM = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}


def run(size: int, report: Report) -> None:
    with time_machine.travel(MONDAY, tick=True):
        queue(size * FOR_EACH)
        chosen = list(Message.objects.select_related("candidate").order_by("?")[:size])
        paths = [urlsplit(links.one_click_url(message)).path for message in chosen]
    connection.close()
    # Held to what keeps the worker busy for about as long as people press.
    rate = str(FOR_EACH * PER_MINUTE // 60)
    with sink() as target, server() as port:
        sending = hands.start("ours", target.port, size * FOR_EACH, 1, MAIL_PER_SECOND=rate,
                              MAIL_PER_SECOND_PER_DOMAIN=rate)  # fmt: skip
        hands.begin(sending)
        times, took = _press(port, paths)
        meanwhile = target.counts().messages
        hands.wait_for(sending)
        sent = target.counts()
    states = Counter(
        Message.objects.filter(pk__in=[message.pk for message in chosen])
        .order_by()
        .values_list("state", "reason")
    )
    print(f"  sent meanwhile: {meanwhile:,}; of those who pressed: {dict(states)}", flush=True)
    if states.keys() - {("handed", ""), ("withheld", "unsubscribed")} or sent.duplicates:
        raise RuntimeError(f"something else became of those who pressed: {states}, {sent}")
    bench = "one_click: unsubscribes"
    report.line(bench=bench, size=size, value=size / took * 60, unit="a minute", limit=PER_MINUTE)
    report.line(bench=bench, size=size, value=statistics.median(times), unit="ms, median")
    slowest = statistics.quantiles(times, n=100)[98]
    report.line(bench=bench, size=size, value=slowest, unit="ms, 99 of 100", limit=LIMIT_MS)
    report.line(bench="one_click: sent meanwhile", size=size * FOR_EACH, value=meanwhile / took,
                unit="messages/s")  # fmt: skip


def _press(port: int, paths: list[str]) -> tuple[list[float], float]:
    """Press each link at its moment; return how long each took from that moment, in ms, and how
    many seconds all of it."""
    began = time.perf_counter()

    def press(number: int) -> float:
        moment = began + number * 60 / PER_MINUTE
        time.sleep(max(0.0, moment - time.perf_counter()))
        browser = http.client.HTTPConnection("127.0.0.1", port)
        browser.request("POST", paths[number], BODY, FORM)
        answer = browser.getresponse()
        answer.read()
        browser.close()
        if answer.status != 200:
            raise RuntimeError(f"the link answered {answer.status}")
        return (time.perf_counter() - moment) * 1000

    with ThreadPoolExecutor(PRESSERS) as pool:
        times = list(pool.map(press, range(len(paths))))
    return times, time.perf_counter() - began

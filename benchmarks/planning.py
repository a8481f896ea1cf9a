"""Planning a campaign for 100,000 people: who gets it, who does not and why, and every row of it.

First the dry run, which changes nothing; then the approval, which asks once more and leaves a
decision for each person and, for whoever gets it, the match, the enrolment and the first message;
then the beat that lets the first batch go.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from applications.models import Match
from benchmarks import people_set
from benchmarks.arbiter import draft, make_ready
from benchmarks.report import Report
from candidates.models import Candidate
from engagement import planning
from engagement.actions import lifecycle
from engagement.models import Audience, Campaign, Decision, Message

SIZE = 100_000
PEOPLE = "copy"
LOOK_S = 10.0  # somebody waits for it
APPROVE_S = 60.0

T = TypeVar("T")


def run(size: int, report: Report) -> None:
    people_set.ensure(size)
    make_ready()
    campaign = draft()
    everybody = list(Candidate.objects.order_by("pk").values_list("pk", flat=True))
    Audience.objects.create(campaign=campaign, chosen=everybody)
    campaign = Campaign.objects.get(pk=campaign.pk)
    _look(campaign, report)
    _approve(campaign, report)


def _look(campaign: Campaign, report: Report) -> None:
    plan, took, queries = _timed(lambda: planning.dry_run(campaign, timezone.now()))
    print(f"  {plan.will_get:,} get it; not: {plan.counts}", flush=True)
    bench = "planning: dry run"
    report.line(bench=bench, size=plan.considered, value=took, unit="s", limit=LOOK_S)
    report.line(bench=bench, size=plan.considered, value=plan.considered / took, unit="decisions/s")
    report.line(bench=bench, size=plan.considered, value=queries, unit="queries")


def _approve(campaign: Campaign, report: Report) -> None:
    by = User.objects.get(pk=campaign.by_id)
    approved, took, queries = _timed(lambda: lifecycle.approve(campaign, by=by))
    considered = approved.audience.will_get + approved.audience.will_not
    written = Counter(
        decisions=Decision.objects.filter(campaign=campaign).count(),
        enrolments=campaign.enrolments.count(),
        messages=campaign.messages.count(),
        matches=Match.objects.filter(job=campaign.job).count(),
    )
    get = approved.audience.will_get
    if written != {"decisions": considered, "enrolments": get, "messages": get, "matches": get}:
        raise RuntimeError(f"of {considered} people, {get} get it, and there are {written}")
    bench = "planning: approval"
    report.line(bench=bench, size=considered, value=took, unit="s", limit=APPROVE_S)
    report.line(bench=bench, size=considered, value=written.total() / took, unit="rows/s")
    report.line(bench=bench, size=considered, value=queries, unit="queries")
    _, took, _ = _timed(lambda: lifecycle.tick(timezone.now() + timedelta(minutes=2)))
    states = campaign.messages.order_by().values_list("state").annotate(Count("pk"))
    if dict(states).get(Message.State.DUE, 0) != min(Campaign.FIRST_BATCH, get):
        raise RuntimeError(f"the first batch was not let go: {dict(states)}")
    report.line(bench="planning: the beat that starts it", size=get, value=took, unit="s")


def _timed(work: Callable[[], T]) -> tuple[T, float, int]:
    """Return what the work gives, its seconds, and its queries."""
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        result = work()
        took = time.perf_counter() - started
    return result, took, len(queries)

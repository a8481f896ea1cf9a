"""How many people a second the bulk actions take, with the activity and the audit entry of each."""

import time

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from applications.models import Job, Milestone, Stage
from benchmarks import people_data
from benchmarks.report import Report
from candidates import work
from candidates.actions import work as actions
from candidates.models import Candidate, Work
from candidates.models.people import CandidateQuerySet

SIZE = 100_000  # people who are there
CHOSEN = 5_000
LIMIT = 1_000  # people a second, at least


def run(size: int, report: Report) -> None:
    """Fill an empty database with `size` people, then do each kind to some thousand of them."""
    call_command("migrate", verbosity=0)
    if (missing := size - Candidate.objects.count()) > 0:
        people_data.fill(missing)
        people_data.analyse()
    by = people_data.owner()
    job = Job.objects.create(
        title="Cable Technician", status=Job.Status.OPEN, opened_at=timezone.now(), owner=by
    )
    Stage.objects.create(job=job, name="New", position=1, milestone=Milestone.APPLIED)
    asked = {"owner": {"owner": by.pk}, "suppress": {}, "job": {"job": job.pk}}
    for kind, values in asked.items():
        done = actions.freeze(_some(by), by=by)
        actions.start(done, kind=kind, title=kind, values=values, by=by)
        _report(f"bulk: {kind}", done, size, report)
        if done.may_be_undone():
            actions.undo(done, by=by)
            _report(f"bulk: {kind}, undone", done, size, report)


def _some(by: User) -> CandidateQuerySet:
    """Return people spread over all of them who have an address, and not `by` as their owner."""
    people = Candidate.objects.live().filter(emails__suppressed="", emails__is_primary=True)
    ids = list(people.exclude(owner=by).order_by("pk").values_list("pk", flat=True))
    step = max(1, len(ids) // CHOSEN)
    return Candidate.objects.filter(pk__in=ids[::step][:CHOSEN])


def _report(name: str, done: Work, size: int, report: Report) -> None:
    start = time.perf_counter()
    work.work_on(done.pk)
    seconds = time.perf_counter() - start
    done.refresh_from_db()
    counted = done.undone if done.state == Work.State.UNDONE else done.ok
    if counted < 0.9 * CHOSEN * min(1, size / CHOSEN):
        raise RuntimeError(f"{name}: only {counted} done; {done.problem}")
    report.line(bench=name, size=size, value=counted / seconds, unit="people/s", limit=LIMIT)

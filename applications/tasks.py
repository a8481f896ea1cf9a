"""Celery entry points. Safe to run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from applications import imports, profiles, reports
from applications.actions import locking, matches
from applications.actions.feedback_ratings import draw_sample
from applications.actions.office_holidays import write_holidays
from applications.actions.promise_ledger import settle_overdue
from applications.measures import EXPERIENCE, PIPELINE, RIGHTS
from applications.models import Job

TURN = 3  # seconds at one import


@shared_task
def lapse_promises() -> dict[str, int]:
    """Settle the promises that nobody settled, and say how many of each."""
    return settle_overdue(timezone.now())


@shared_task
def count_measures() -> int:
    """Count the measures of the whole house for the pages that show them. Returns how many.

    Before, the letters of feedback of the month before are drawn, once: colleagues rate them; and
    the public holidays of our offices are written down.
    """
    write_holidays(timezone.now())
    draw_sample(timezone.now())
    return reports.count_house((*EXPERIENCE, *PIPELINE, *RIGHTS), timezone.now())


@shared_task(ignore_result=True)
def work_on_import(import_id: int) -> None:
    """Check, commit or undo an import, a turn at a time: other tasks get theirs in between."""
    if imports.work_on(import_id, seconds=TURN):
        work_on_import.delay(import_id)


@shared_task(ignore_result=True)
def go_on_with_imports() -> None:
    """Take up imports whose worker was lost. Beat calls it every few seconds."""
    for import_id in imports.unfinished():
        imports.work_on(import_id, seconds=TURN)


@shared_task
def find_matches(job_id: int) -> int:
    """Keep the records of the people who fit a job that opened or changed. Returns how many."""
    job = Job.objects.filter(pk=job_id).first()
    return matches.find(job) if job else 0


@shared_task
def find_matches_of_open_jobs() -> int:
    """Do that for every open job: beat asks, in case a nudge was lost. Returns how many jobs."""
    jobs = list(Job.objects.open().order_by("pk"))
    for job in jobs:
        matches.find(job)
    return len(jobs)


@shared_task
def mend_profiles() -> int:
    """Mend match profiles that are not what they must be. Returns how many: 0 is expected."""
    return profiles.mend()


@shared_task
def lock_untold() -> int:
    """Lock people who were not told in time that we keep them. Beat asks. Returns how many."""
    return locking.lock_untold(timezone.now())

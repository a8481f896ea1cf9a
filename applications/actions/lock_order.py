"""The one order in which rows are locked, so that no two colleagues wait for each other.

The gate, the person, the job, the application, and then what hangs on it: an interview, a review, a
letter, a promise. Whoever needs some of them takes those in this order. A line on a timeline locks
its person too, as every row does that names another; so whoever will write one takes the person
first. Several people are taken by their keys: all gates, then all persons.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from applications.models import Application, Job
from candidates.models import Candidate, ContactGate


def lock_application(application: Application, *, with_job: bool = False) -> Application:
    """Lock the person's gate, the person, the job where it counts who waits in it, and the row.

    Raises ValidationError: the person is erased, merged or archived meanwhile.
    """
    ContactGate.objects.locked(application.candidate_id)
    candidate = Candidate.objects.locked(application.candidate_id)
    job = Job.objects.locked(application.job_id) if with_job else None
    application = Application.objects.locked(application.pk)
    if application.candidate_id != candidate.pk:  # two records became one, or two again
        raise ValidationError("This record changed meanwhile. Open it again.", code="gone")
    application.candidate = candidate
    if job is not None:
        application.job = job
    return application


def lock_people(keys: Iterable[int]) -> dict[int, Candidate]:
    """Lock several people with their gates. Returns those who are still live, by key."""
    sorted_keys = sorted(set(keys))
    ContactGate.objects.lock(sorted_keys)
    return Candidate.objects.locked_many(sorted_keys)

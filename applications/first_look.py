"""First look: some hours in which a job is open and not public yet.

Nothing has to happen at its end: whether the world sees the job is read from `Job.public_at`. Until
then its pages answer like those of a draft, but to whoever has the signed link of that job, which
stands in the emails about it.
"""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import languages
from applications import letters, postings
from applications.models import Job

PARAMETER = "look"
_SALT = "applications.first-look"


def path_of(job: Job, at: datetime | None = None) -> str:
    """Return where the job can be read: with its signed link, while it is not public."""
    path = postings.path_of(job)
    return path if job.is_public(at or timezone.now()) else f"{path}{suffix_of(job)}"


def url_of(job: Job, at: datetime | None = None) -> str:
    return f"{settings.BASE_URL}{path_of(job, at)}"


def suffix_of(job: Job) -> str:
    return f"?{PARAMETER}={_signature(job)}"


def may_see(request: HttpRequest, job: Job) -> bool:
    """Say whether the visitor may see the job: it is public, or they have the link of this job."""
    if job.is_public(timezone.now()):
        return True
    return constant_time_compare(request.GET.get(PARAMETER, ""), _signature(job))


def said_of(job: Job) -> str:
    """Return the hour at which it becomes public, in the language spoken now, where the job is."""
    if job.public_at is None:
        return ""
    at = job.public_at.astimezone(letters.zone_of_job(job))
    return f"{languages.day_in_words(at.date())}, {at:%H:%M} ({at.tzname()})"


def _signature(job: Job) -> str:
    return signing.Signer(salt=_SALT).signature(job.public_id.hex)

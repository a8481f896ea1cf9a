"""The words of the box for job emails on the form of a job, and how long a yes is good for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from applications.models import Job
from candidates import policies

VERSION: Final = "apply-1"
NOTICE_VERSION: Final = "careers-1"


@dataclass(frozen=True)
class Offer:
    """What somebody is asked to agree to: the exact words, and the end they name."""

    wording: str
    expires_at: datetime


def offer_of(job: Job, now: datetime) -> Offer:
    """Return the offer of a job's form: the length is that of the place where the job is.

    The same for everybody who applies: it tells nothing about who is known.
    """
    office = next(iter(job.offices.all()), None)
    policy = policies.of_place(office.country if office else "", office.region if office else "")
    wording = gettext(
        "Keep my details for {pool} and email me when a similar job opens. I can stop at"
        " any time from any email. Saying no does not affect this application."
    ).format(pool=policy.pool)
    return Offer(wording, policy.pool.after(now))

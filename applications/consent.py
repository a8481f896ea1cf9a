"""The words of the box for job emails on the form of a job, and how long a yes is good for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from applications.models import Job
from candidates import policies

VERSION: Final = "apply-1"
NOTICE_VERSION: Final = "careers-1"
LANGUAGE: Final = "en"


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
    wording = (
        f"Keep my details for {policy.pool} and email me when a similar job opens. I can stop at"
        " any time from any email. Saying no does not affect this application."
    )
    return Offer(wording, policy.pool.after(now))

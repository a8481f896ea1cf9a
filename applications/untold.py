"""People whom we found ourselves and have not told yet that we keep them (GDPR Art. 14, P-05).

By when is a column of the match profile, which triggers keep right: an application, a yes, a
refusal or a notice empties it. So every question here is a look into a small index.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateField, F, Func, QuerySet, Value

from accounts.models import User
from applications.models import MatchProfile
from candidates.clocks import NOTICE_DAYS
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet

WARN_FROM = 20  # the day on which Today begins to say so
_SOON = timedelta(days=NOTICE_DAYS - WARN_FROM)


@dataclass(frozen=True)
class Waiting:
    """How many are to be told within ten days, and the first last day among them."""

    people: int
    first: date | None


def people(user: User) -> CandidateQuerySet:
    """Return those whom this user may see and who were not told, the most urgent first."""
    seen = Candidate.objects.visible_to(user).filter(match_profile__notice_due__isnull=False)
    return seen.annotate(notice_due=F("match_profile__notice_due")).order_by("notice_due", "pk")


def soon(at: datetime) -> QuerySet[MatchProfile]:
    """Return those who must be told soon, in their twentieth day or later: a look into an index."""
    return MatchProfile.objects.filter(notice_due__lte=at.date() + _SOON).order_by("notice_due")


def waiting(at: datetime) -> Waiting:
    """Say how many must be told soon, and the first last day among them."""
    first = soon(at).values_list("notice_due", flat=True).first()
    return Waiting(soon(at).count() if first else 0, first)


def late(at: datetime) -> list[int]:
    """Return whose last day is over where they live, by id."""
    there = Func(
        Value(at),
        F("candidate__time_zone"),
        function="candidates_local_date",
        output_field=DateField(),
    )
    over = MatchProfile.objects.filter(
        notice_due__lte=at.date(),  # narrows by the index: no zone is a whole day ahead of it
        notice_due__lt=there,
    )
    return list(over.order_by("candidate").values_list("candidate_id", flat=True))

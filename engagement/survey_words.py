"""What people wrote when we asked how it was to apply, without who wrote it (M-R4). Reads only.

A quarter is shown once none of its questions can be answered any more, and only where enough people
wrote: so nobody learns from two looks at the page whose words came in between.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncQuarter

from applications import blind
from engagement.models import Survey
from engagement.models.surveys import OPEN_FOR

LEAST: Final = 5
MOST: Final = 200  # of one quarter
QUARTERS: Final = 8
_ADDRESS = re.compile(r"\S+@\S+\.\w+")
_NUMBER = re.compile(r"\+?\d[\d\s()/.-]{6,}\d")
LEFT_OUT: Final = "[left out]"


@dataclass(frozen=True)
class Quarter:
    """One quarter (UTC) by its first day, and how many wrote something."""

    starts: datetime
    wrote: int

    @property
    def key(self) -> str:
        return f"{self.starts.year}-{(self.starts.month + 2) // 3}"

    @property
    def label(self) -> str:
        number = (self.starts.month + 2) // 3
        return f"{('First', 'Second', 'Third', 'Fourth')[number - 1]} quarter {self.starts.year}"


def quarters(now: datetime) -> list[Quarter]:
    """Return the quarters that can be shown, the latest first."""
    rows = (
        _with_words()
        .annotate(quarter=TruncQuarter("sent_at", tzinfo=UTC))
        .order_by("-quarter")
        .values_list("quarter")
        .annotate(wrote=Count("pk"))
        .filter(wrote__gte=LEAST)
    )
    found = [Quarter(starts, wrote) for starts, wrote in rows]
    return [one for one in found if _end_of(one.starts) + OPEN_FOR <= now][:QUARTERS]


def words_of(quarter: Quarter) -> list[str]:
    """Return what people wrote in a quarter, in an order that says nothing about time."""
    rows = _with_words().filter(sent_at__gte=quarter.starts, sent_at__lt=_end_of(quarter.starts))
    return [
        _without_whom(one) for one in rows.select_related("candidate").order_by("public_id")[:MOST]
    ]


def _with_words() -> QuerySet[Survey]:
    return Survey.objects.sent().exclude(text="").exclude(candidate=None)


def _end_of(starts: datetime) -> datetime:
    year, month = divmod(starts.year * 12 + starts.month + 2, 12)
    return starts.replace(year=year, month=month + 1)


def _without_whom(survey: Survey) -> str:
    """Leave out their name, and what looks like an address or a number of anybody."""
    text = survey.text
    if survey.candidate:
        text = blind.without_names(text, survey.candidate)
    return _NUMBER.sub(LEFT_OUT, _ADDRESS.sub(LEFT_OUT, text))

"""The cells of a row: each field turns the text of one cell into a value, or says what is wrong.

None of them looks at another cell. So the same text in the same column always means the same, and
the row form need not clean it twice.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from candidates.identity import canonical_email
from candidates.models import RemotePreference, Seniority
from candidates.places import country_code

MOST_VALUES = 50  # in one cell
_SEPARATORS = re.compile(r"[;,|\n\r]+")
_SOFT_SEPARATORS = re.compile(r"[;|\n\r]+")
_is_url = URLValidator(schemes=["http", "https"])

_LEVELS = {
    Seniority.ENTRY: "1 entry apprentice intern trainee graduate",
    Seniority.JUNIOR: "2 junior",
    Seniority.MID: "3 mid middle experienced regular professional intermediate",
    Seniority.SENIOR: "4 senior",
    Seniority.LEAD: "5 lead principal staff foreman",
    Seniority.HEAD: "6 head director chief manager vp",
}
LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
_MODES = {
    RemotePreference.ON_SITE: "on site,onsite,on_site,office,in office",
    RemotePreference.HYBRID: "hybrid",
    RemotePreference.REMOTE: "remote,home,home office,fully remote",
    RemotePreference.ANY: "any,all,either",
}
MODE_OF = {word: mode for mode, words in _MODES.items() for word in words.split(",")}


class ListField(forms.CharField):
    """Several values in one cell, cut at semicolons, commas, bars and line breaks."""

    separators = _SEPARATORS
    what = "values"

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        parts = [part.strip() for part in self.separators.split(text)]
        values = list(dict.fromkeys(part for part in parts if part))
        if len(values) > MOST_VALUES:
            raise ValidationError(
                f"This cell holds {len(values)} {self.what}; {MOST_VALUES} is the most. Perhaps"
                " several people share one line.",
                code="too_many",
            )
        return [self.one(value) for value in values]

    def one(self, value: str) -> str:
        return value


class EmailsField(ListField):
    what = "email addresses"

    def one(self, value: str) -> str:
        address = value.removeprefix("mailto:").strip("<>")
        try:
            validate_email(canonical_email(address))
        except ValidationError:
            shown = value if len(value) <= 60 else f"{value[:60]}…"
            raise ValidationError(f"“{shown}” is not an email address.", code="email") from None
        return address


class PhonesField(ListField):
    what = "phone numbers"

    def one(self, value: str) -> str:
        if not 4 <= sum(map(str.isdigit, value)) <= 20 or len(value) > 40:
            raise ValidationError(f"“{value[:40]}” is not a phone number.", code="phone")
        return value


class LinksField(ListField):
    what = "links"
    separators = _SOFT_SEPARATORS  # a comma may stand in an address

    def one(self, value: str) -> str:
        url = value if "://" in value else f"https://{value}"
        try:
            _is_url(url)
        except ValidationError:
            raise ValidationError(f"“{value[:60]}” is not a link.", code="link") from None
        if len(url) > 500:
            raise ValidationError("A link has at most 500 letters.", code="link")
        return url


class SkillsField(ListField):
    what = "skills"

    def one(self, value: str) -> str:
        if len(value) > 100:
            raise ValidationError(
                f"“{value[:40]}…” is too long for one skill. Cut skills with semicolons.",
                code="skill",
            )
        return value


class LevelField(forms.CharField):
    def clean(self, value: Any) -> int | None:
        text = super().clean(value).casefold()
        if not text:
            return None
        for word in re.split(r"[^a-z0-9]+", text):
            if word in LEVEL_OF:
                return int(LEVEL_OF[word])
        raise ValidationError(f"“{text}” is not a level we know.", code="level")


class CountryField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        code = country_code(text)
        if not code:
            raise ValidationError(
                f"“{text}” is not a country. Use its name or two letters.", code="country"
            )
        return code


class WorkModeField(forms.CharField):
    """Where somebody wants to work; words we do not know say nothing."""

    def clean(self, value: Any) -> str:
        text = super().clean(value).casefold()
        return MODE_OF[text].value if text in MODE_OF else ""


class AmountField(forms.CharField):
    """An amount of money in minor units; None where there is none."""

    def clean(self, value: Any) -> int | None:
        text = re.sub(r"[^\d.,]", "", super().clean(value))
        if not text:
            return None
        whole = re.sub(r"[.,]\d{1,2}$", "", text)
        amount = int(re.sub(r"\D", "", whole) or 0)
        return amount * 100 if 0 < amount < 10**10 else None


class CurrencyField(forms.CharField):
    def clean(self, value: Any) -> str:
        return str(super().clean(value)).upper()


class DayField(forms.CharField):
    """A day in one of the ways people write it.

    day_first: whether 03/04/2025 is the third of April. Years have four digits.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.day_first = True

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        day = parse_day(text, day_first=self.day_first)
        if day is None:
            raise ValidationError(
                f"“{text[:30]}” is not a day. Write it like 2025-03-04.", code="day"
            )
        if not day.year >= 1990 or day > datetime.now(UTC).date():
            raise ValidationError(f"“{text[:30]}” cannot have happened.", code="day")
        return day.isoformat()


_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?$")
_WORDS = re.compile(r"^(\d{1,2})\.? ([A-Za-z]{3,9})\.?,? (\d{4})$")
_WORDS_FIRST = re.compile(r"^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$")


def parse_day(text: str, *, day_first: bool) -> date | None:
    """Return the day a text names, or None."""
    text = " ".join(text.split())
    try:
        if found := _ISO.match(text):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
        if found := _NUMBERS.match(text):
            one, two, year = map(int, found.groups())
            return date(year, two, one) if day_first or one > 12 else date(year, one, two)
        if found := _WORDS.match(text):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _WORDS_FIRST.match(text):
            return date(int(found[3]), _month(found[1]), int(found[2]))
    except ValueError:
        return None
    return None


def _month(word: str) -> int:
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(word.casefold()):
            return number
    raise ValueError(word)


@lru_cache(4096)
def instant(day: str) -> datetime:
    """Return noon UTC of an ISO day: the same day in almost every zone."""
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)

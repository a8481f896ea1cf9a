"""The gate for one record of a file: one row, one form."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from candidates.identity import canonical_email, canonical_link, canonical_phone, tidy_name
from candidates.imports.columns import FIELDS
from candidates.models import RemotePreference, Seniority
from candidates.places import country_code

MOST_VALUES = 50  # in one cell
_SEPARATORS = re.compile(r"[;,|\n\r]+")
_SOFT_SEPARATORS = re.compile(r"[;|\n\r]+")
_YES = re.compile(r"^(yes|y|true|1|x|ja|oui|tak)$", re.IGNORECASE)
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


def instant(day: str) -> datetime:
    """Return noon UTC of an ISO day: the same day in almost every zone."""
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)


class RowForm(forms.Form):
    """One record. Cleans to text, numbers and lists that JSON can hold.

    The same instance checks row after row (`check`): making a form of thirty fields anew for each
    of half a million rows would cost more than everything else.
    """

    name = forms.CharField(max_length=200, required=False)
    given_name = forms.CharField(max_length=100, required=False)
    family_name = forms.CharField(max_length=100, required=False)
    call_name = forms.CharField(max_length=100, required=False)
    emails = EmailsField(required=False)
    phones = PhonesField(required=False)
    links = LinksField(required=False)
    headline = forms.CharField(max_length=200, required=False)
    current_title = forms.CharField(max_length=200, required=False)
    current_employer = forms.CharField(max_length=200, required=False)
    skills = SkillsField(required=False)
    seniority = forms.CharField(max_length=60, required=False)
    years = forms.IntegerField(min_value=0, max_value=70, required=False)
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    country = forms.CharField(max_length=60, required=False)
    time_zone = forms.CharField(max_length=64, required=False)
    language = forms.CharField(max_length=10, required=False)
    remote_preference = forms.CharField(max_length=30, required=False)
    salary_expectation = forms.CharField(max_length=30, required=False)
    salary_currency = forms.CharField(max_length=3, required=False)
    source = forms.CharField(max_length=60, required=False)
    consent_on = DayField(required=False)
    consent_wording = forms.CharField(max_length=2000, required=False)
    consent_source = forms.CharField(max_length=300, required=False)
    application_job = forms.CharField(max_length=200, required=False)
    application_stage = forms.CharField(max_length=80, required=False)
    application_outcome = forms.CharField(max_length=80, required=False)
    application_on = DayField(required=False)

    def __init__(self, mapped: set[str], *, day_first: bool = True) -> None:
        super().__init__(data={}, use_required_attribute=False)
        for field in set(self.fields) - mapped:
            del self.fields[field]
        for bound in self.fields.values():
            if isinstance(bound, DayField):
                bound.day_first = day_first

    def check(self, values: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
        """Return the cleaned values of one row and what is wrong with it, as sentences."""
        self.data = values
        self.full_clean()
        errors = [
            f"{FIELDS[field][0]}: {message}" if field in FIELDS else str(message)
            for field, messages in self.errors.items()
            for message in messages
        ]
        return self.cleaned_data, errors

    def clean_seniority(self) -> int | None:
        text = self.cleaned_data["seniority"].casefold()
        if not text:
            return None
        for word in re.split(r"[^a-z0-9]+", text):
            if word in LEVEL_OF:
                return int(LEVEL_OF[word])
        raise ValidationError(f"“{text}” is not a level we know.", code="level")

    def clean_country(self) -> str:
        text = self.cleaned_data["country"]
        if not text:
            return ""
        code = country_code(text)
        if not code:
            raise ValidationError(
                f"“{text}” is not a country. Use its name or two letters.", code="country"
            )
        return code

    def clean_remote_preference(self) -> str:
        text = self.cleaned_data["remote_preference"].casefold()
        return MODE_OF[text].value if text in MODE_OF else ""

    def clean_salary_expectation(self) -> int | None:
        text = re.sub(r"[^\d.,]", "", self.cleaned_data["salary_expectation"])
        if not text:
            return None
        whole = re.sub(r"[.,]\d{1,2}$", "", text)
        amount = int(re.sub(r"\D", "", whole) or 0)
        return amount * 100 if 0 < amount < 10**10 else None

    def clean_salary_currency(self) -> str:
        return str(self.cleaned_data["salary_currency"]).upper()

    def clean(self) -> dict[str, Any]:
        row = self.cleaned_data
        full = tidy_name(row.get("name") or "")
        parts = f"{row.get('given_name') or ''} {row.get('family_name') or ''}"
        row["name"] = full or tidy_name(parts)
        if not row["name"] and not self.errors:
            raise ValidationError("There is no name on this line.", code="no_name")
        if not row.get("call_name"):
            row["call_name"] = row.get("given_name") or ""
        if row.get("salary_expectation") and not row.get("salary_currency"):
            row["salary_expectation"] = None  # an amount without a currency says nothing
        if not row.get("salary_expectation"):
            row["salary_currency"] = ""
        row["emails"] = _once(row.get("emails") or [], canonical_email)
        row["phones"] = _once(
            row.get("phones") or [], lambda n: canonical_phone(n, row.get("country") or "")
        )
        row["links"] = _once(row.get("links") or [], canonical_link)
        self._check_application(row)
        return row

    def _check_application(self, row: dict[str, Any]) -> None:
        """A past application needs its job, day and outcome: else the history is a guess."""
        parts = {
            "job": row.get("application_job"),
            "day": row.get("application_on"),
            "outcome": row.get("application_outcome"),
        }
        if not any(parts.values()) and not row.get("application_stage"):
            return
        if self.errors or not (missing := [name for name, text in parts.items() if not text]):
            return
        raise ValidationError(
            f"The past application lacks its {' and '.join(missing)}. Fill that in, or clear the"
            " other columns of the application.",
            code="half_application",
        )


def _once(values: list[str], canonical: Any) -> list[str]:
    """Keep the first spelling of each value."""
    return list({canonical(value): value for value in reversed(values)}.values())[::-1]


def says_yes(text: str) -> bool:
    return bool(_YES.match(text.strip()))

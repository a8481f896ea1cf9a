"""The gate for one record of a file: one row, one form."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candidates.identity import canonical_email, canonical_link, canonical_phone, tidy_name
from candidates.imports.columns import FIELDS
from candidates.imports.fields import (
    AmountField,
    CountryField,
    CurrencyField,
    DayField,
    EmailsField,
    LevelField,
    LinksField,
    PhonesField,
    SkillsField,
    WorkModeField,
)

_REMEMBERED = 2048  # texts of each column whose meaning a form keeps


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
    seniority = LevelField(max_length=60, required=False)
    years = forms.IntegerField(min_value=0, max_value=70, required=False)
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    country = CountryField(max_length=60, required=False)
    time_zone = forms.CharField(max_length=64, required=False)
    language = forms.CharField(max_length=10, required=False)
    remote_preference = WorkModeField(max_length=30, required=False)
    salary_expectation = AmountField(max_length=30, required=False)
    salary_currency = CurrencyField(max_length=3, required=False)
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
        self._cells: list[tuple[str, Callable[[str], Any]]] = [
            (name, lru_cache(_REMEMBERED)(field.clean)) for name, field in self.fields.items()
        ]

    def check(self, values: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
        """Return the cleaned values of one row, or what is wrong with it, as sentences.

        Most rows are good, and most cells repeat a text seen before (a town, a level, a day), so
        each field cleans a text once. Only a row with something wrong goes the longer way through
        the form, which says everything that is wrong with it.
        """
        try:
            return _together({name: clean(values.get(name, "")) for name, clean in self._cells}), []
        except ValidationError:
            return {}, self._problems(values)

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.errors else _together(self.cleaned_data)

    def _problems(self, values: dict[str, str]) -> list[str]:
        self.data = values
        self.full_clean()
        return [
            f"{FIELDS[field][0]}: {message}" if field in FIELDS else str(message)
            for field, messages in self.errors.items()
            for message in messages
        ]


def _together(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a row as they stand beside each other. Its cells are clean each.

    Raises ValidationError: there is no name, or half a past application.
    """
    parts = f"{row.get('given_name') or ''} {row.get('family_name') or ''}"
    row["name"] = tidy_name(row.get("name") or "") or tidy_name(parts)
    if not row["name"]:
        raise ValidationError("There is no name on this line.", code="no_name")
    if not row.get("call_name"):
        row["call_name"] = row.get("given_name") or ""
    if row.get("salary_expectation") and not row.get("salary_currency"):
        row["salary_expectation"] = None  # an amount without a currency says nothing
    if not row.get("salary_expectation"):
        row["salary_currency"] = ""
    country = row.get("country") or ""
    row["emails"] = _once(row.get("emails") or [], canonical_email)
    row["phones"] = _once(row.get("phones") or [], lambda n: canonical_phone(n, country))
    row["links"] = _once(row.get("links") or [], canonical_link)
    _check_application(row)
    return row


def _check_application(row: dict[str, Any]) -> None:
    """A past application needs its job, day and outcome: else the history is a guess."""
    parts = {
        "job": row.get("application_job"),
        "day": row.get("application_on"),
        "outcome": row.get("application_outcome"),
    }
    if not any(parts.values()) and not row.get("application_stage"):
        return
    if missing := [name for name, text in parts.items() if not text]:
        raise ValidationError(
            f"The past application lacks its {' and '.join(missing)}. Fill that in, or clear the"
            " other columns of the application.",
            code="half_application",
        )


def _once(values: list[str], canonical: Callable[[str], str]) -> list[str]:
    """Keep the first spelling of each value."""
    if len(values) < 2:
        return values
    return list({canonical(value): value for value in reversed(values)}.values())[::-1]

"""Days as people type them."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone


class DateField(forms.DateField):
    """A day, by the browser's own control; typed as 2026-11-23 where it has none."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PastDateField(DateField):
    """A day on which something happened: today in the colleague's zone, or before."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError("That day is still to come.", code="in_future")
        return day


def moment_of(day: date | None) -> datetime | None:
    """Return noon of a past day in the colleague's zone. None means now: no day, or today."""
    if day is None or day == timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day, time(12)))

from datetime import date
from typing import Any

from django import forms

from applications.measures import words
from applications.reports import BACK


class PeriodForm(forms.Form):
    """Up to which quarter a page of measures goes."""

    until = forms.TypedChoiceField(
        label="Two years up to", coerce=date.fromisoformat, required=False, empty_value=None
    )

    def __init__(self, *args: Any, this: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.this = this
        starts = [words.quarter_before(this, steps) for steps in range(BACK + 1)]
        self.fields["until"].choices = [  # type: ignore[attr-defined]  # of a choice field
            (start.isoformat(), words.short_name(start)) for start in starts
        ]
        self.fields["until"].initial = this.isoformat()

    @property
    def last(self) -> date:
        """The chosen quarter; this one where none, or none that there is, was chosen."""
        chosen: date | None = self.cleaned_data.get("until") if self.is_valid() else None
        return chosen or self.this

"""Whom to tell that we keep them."""

from typing import Any

from django import forms

from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet


class TellForm(forms.Form):
    """The people who were ticked, or those who are due first."""

    ALL, CHOSEN = "all", "chosen"

    who = forms.ChoiceField(
        choices=[(ALL, "Everybody"), (CHOSEN, "The chosen")],
        error_messages={"required": "Press one of the two buttons."},
    )
    people = forms.ModelMultipleChoiceField(
        Candidate.objects.none(), to_field_name="public_id", required=False
    )

    def __init__(self, *args: Any, offered: CandidateQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = offered  # type: ignore[attr-defined]  # a model field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("who") == self.CHOSEN and not values.get("people") and not self.errors:
            raise forms.ValidationError("Tick the people first.", code="nobody")
        return values

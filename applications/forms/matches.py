"""The gate for the list of people we know: what to see less of, and why somebody does not fit."""

from typing import Any

from django import forms

from applications.fit import Narrowing
from applications.models import RejectionReason

# Each says something about the job, never about the person.
FIT_REASONS: list[tuple[str, str]] = [
    (RejectionReason.MUST_HAVE_MISSING, "A needed skill is missing"),
    (RejectionReason.PLACE_OR_SHIFT, "Place or working hours do not fit"),
    (RejectionReason.SENIORITY, "Experience is for another level"),
    (RejectionReason.PAY, "Pay expectation and range do not meet"),
    (RejectionReason.LANGUAGE, "A needed language is missing"),
    (RejectionReason.OTHER, "Another reason that concerns the job"),
]
DISTANCES = [("", "Any distance"), *[(str(km), f"Within {km} km") for km in (25, 50, 100, 200)]]


class NarrowForm(forms.Form):
    """What stands in the address of the list. Nonsense there narrows nothing."""

    contactable = forms.BooleanField(label="Only people who can be contacted", required=False)
    silver = forms.BooleanField(label="Only silver medalists", required=False)
    within = forms.TypedChoiceField(
        label="Distance", choices=DISTANCES, coerce=int, empty_value=None, required=False
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def narrowing(self) -> Narrowing:
        chosen = self.chosen
        return Narrowing(
            only_contactable=bool(chosen.get("contactable")),
            only_silver=bool(chosen.get("silver")),
            within_km=chosen.get("within"),
        )

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    def query(self, **changes: str) -> str:
        """Return the query string of this list, with changes."""
        kept = {
            name: str(self.data.get(name, ""))
            for name in ("contactable", "silver", "within")
            if self.chosen.get(name)
        }
        return "&".join(f"{name}={value}" for name, value in {**kept, **changes}.items())


class PersonForm(forms.Form):
    """Whom of the list it concerns."""

    person = forms.UUIDField(widget=forms.HiddenInput)


class NotAFitForm(PersonForm):
    """Why somebody does not fit this job."""

    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *FIT_REASONS])
    detail = forms.CharField(
        label="In a few words",
        max_length=200,
        required=False,
        help_text="Needed for another reason. About the job, never about the person.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("reason") == RejectionReason.OTHER and not values.get("detail"):
            self.add_error("detail", "Say what about the job does not fit.")
        return values

    def sentence(self) -> str:
        label = dict(FIT_REASONS)[self.cleaned_data["reason"]]
        detail: str = self.cleaned_data["detail"].strip()
        if self.cleaned_data["reason"] == RejectionReason.OTHER:
            return detail
        return f"{label}: {detail}" if detail else label

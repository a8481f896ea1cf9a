"""The gate for what privacy officers type."""

from typing import Any

from django import forms

from candidates.models import ArchiveReason


class ArchiveFilterForm(forms.Form):
    """Whom to look for in the archive. Every field may stay empty."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Name or email address",
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        required=False, label="Why they are here", choices=[("", "Any"), *ArchiveReason.choices]
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that could be understood; the rest stays out without a fuss."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class OpenForm(forms.Form):
    reason = forms.CharField(
        label="Why you open it",
        max_length=300,
        help_text="Such as: a question of theirs, a claim, a request of an authority.",
    )


class RestoreForm(forms.Form):
    why = forms.CharField(
        label="What allows us to use their details again",
        max_length=300,
        help_text="Such as: they applied again on 3 May. It goes on their timeline.",
    )

"""The form behind “this is wrong” on the page that says why a message came."""

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.forms.preferences import ProofForm


class FactForm(forms.Form):
    """Which of the facts, by its place in the list."""

    fact = forms.IntegerField(min_value=0)

    def of(self, facts: list[str]) -> str | None:
        """Return the fact that is meant; None where there is none at that place."""
        if not self.is_valid() or self.cleaned_data["fact"] >= len(facts):
            return None
        number: int = self.cleaned_data["fact"]
        return facts[number]


class CorrectForm(ProofForm):
    instead = forms.CharField(
        label=_("What is right?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: “I have not done this for ten years.”"),
    )

"""The gate for the approval of a new version of a text."""

from typing import Any

from django import forms

from engagement.next_versions import Reach


class ApproveVersionForm(forms.Form):
    """The approval of a new version of a text: of the one that was shown, and whom it reaches."""

    LATER, INSIDE = "later", "inside"

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    whom = forms.ChoiceField(label="Who gets it", widget=forms.RadioSelect)

    def __init__(self, *args: Any, whom: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = len(whom.inside)
        people = f"{number} {'person' if number == 1 else 'people'}"
        choices = []
        if whom.takes_in:
            keep = f"; the {people} inside keep what they came in with" if number else ""
            choices.append((self.LATER, f"Whoever comes in from now on{keep}"))
        if number:
            also = "Also the" if whom.takes_in else "The"
            choices.append((self.INSIDE, f"{also} {people} inside to whom it was not sent yet"))
        self.fields["whom"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["whom"].initial = choices[0][0] if choices else ""

    def reaches_inside(self) -> bool:
        return bool(self.cleaned_data["whom"] == self.INSIDE)

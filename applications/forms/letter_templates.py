"""The gate for the words that letters start from."""

from typing import Any

from django import forms

from applications.letter_templates import Key, letters_known
from candidates.forms.three_way import ThreeWayForm
from candidates.places import language_choices


class WordsField(forms.CharField):
    """Lines end the same way however they came, so that words can be compared."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class TemplateForm(ThreeWayForm):
    """Subject and text. `version` is the one that the form was made from."""

    subject = forms.CharField(max_length=200)
    text = WordsField(label="Letter", max_length=10_000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject", "text"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["text"].widget.attrs["rows"] = 16


class ReadForm(forms.Form):
    """What is pressed beside the words: whether the findings were read, and whether to save."""

    warnings_accepted = forms.BooleanField(
        label="I read this. Keep the words as they are.", required=False
    )
    look = forms.BooleanField(required=False)


class SeenForm(forms.Form):
    version = forms.IntegerField(min_value=0)


class FromForm(forms.Form):
    """Which former version to start from."""

    version = forms.IntegerField(min_value=1)


class NewTemplateForm(forms.Form):
    """Which letter, in which language."""

    letter = forms.ChoiceField(choices=letters_known)
    language = forms.ChoiceField(choices=lambda: [("", "Choose a language"), *language_choices()])

    def key(self) -> Key:
        key = Key.parse(f"{self.cleaned_data['letter']}-{self.cleaned_data['language']}")
        assert key is not None  # noqa: S101  # both were chosen from what there is
        return key

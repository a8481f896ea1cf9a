"""The gate for the texts of emails: subject, plain text, formatted text, language."""

from typing import Any

from django import forms
from django.http import QueryDict

from engagement.models import TemplateVersion

LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
NAMES = dict(LANGUAGES)
FORMATTED_HELP = (
    "Paragraphs, headings, lists, bold, italics and links to our own pages, as HTML. Whatever else "
    "is typed is taken out. It must hold the same fields and links as the plain text. Empty: the "
    "formatted part is made from the plain text."
)


class TextForm(forms.Form):
    """What a message says. `dir="auto"`: each text is shown in its own direction."""

    subject = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    text = forms.CharField(
        max_length=20_000, widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"})
    )
    html = forms.CharField(
        label="Formatted text",
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "spellcheck": "false"}),
        help_text=FORMATTED_HELP,
    )


class TemplateForm(TextForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewTemplateForm(TextForm):
    name = forms.CharField(max_length=120, help_text="What your colleagues will look for.")
    language = forms.ChoiceField(
        choices=LANGUAGES, initial="en", required=False, help_text="Others can follow."
    )
    field_order = ["name", "language", "subject", "text", "html"]


class TranslationForm(TextForm):
    """What a message says to those who read another language."""

    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: TemplateVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version:
            self.initial = {
                "subject": version.subject,
                "text": version.text,
                "html": version.html,
                "seen": version.fingerprint,
            }


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=LANGUAGES)

    @classmethod
    def chosen(cls, given: QueryDict, default: str) -> str:
        """Return the language that an address names, if it is one of ours."""
        form = cls(given)
        return form.cleaned_data["language"] if form.is_valid() else default

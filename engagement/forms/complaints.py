"""The forms of a complaint, and of its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from candidates.models import PrivacyRequest


class ComplaintForm(forms.Form):
    """What is wrong, and where the answer goes."""

    words = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words. You need not know which rule was broken."),
        error_messages={"required": _("Say in a few words what is wrong.")},
    )
    address = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The answer goes there."),
        error_messages={
            "required": _("Give an address, so that we can answer."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_address:
            del self.fields["address"]


class AnswerForm(forms.Form):
    """The outcome letter, and what the register keeps."""

    outcome = forms.ChoiceField(label="What became of it", choices=PrivacyRequest.Outcome.choices)
    words = forms.CharField(
        label="In words, for the register",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stays in the register, so name nobody. An authority may read it.",
    )
    subject = forms.CharField(label="Subject", max_length=300)
    letter = forms.CharField(
        label="Letter",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Fill in what stands in brackets. It leaves at once.",
    )

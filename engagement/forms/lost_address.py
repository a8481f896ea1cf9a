"""What somebody says who cannot read their mailbox any more, and what colleagues say to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from candidates.identity import canonical_email

_INVALID = _("That is not an email address. It looks like name@mail.example.")


class LostForm(forms.Form):
    """Takes whatever looks right, and says nothing about whom we know."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give your name, as you gave it when you applied.")},
    )
    former = forms.EmailField(
        label=_("The address that you cannot read any more"),
        max_length=254,
        error_messages={"required": _("Give the address that we wrote to."), "invalid": _INVALID},
    )
    address = forms.EmailField(
        label=_("Your new email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give the address that we shall write to."),
            "invalid": _INVALID,
        },
    )
    facts = forms.CharField(
        label=_("What only you can know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Such as: which jobs you applied for and when, whom you spoke with, a phone number that"
            " you gave us. Send no passport and no certificate."
        ),
        error_messages={"required": _("Tell us something by which we can be sure that it is you.")},
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        former, address = values.get("former"), values.get("address")
        if former and address and canonical_email(former) == canonical_email(address):
            self.add_error("address", _("Give another address than the one you cannot read."))
        return values


class ClaimForm(forms.Form):
    """What a colleague compared, and what follows."""

    CHECK, APPROVE, REFUSE = "check", "approve", "refuse"

    do = forms.ChoiceField(
        choices=[(CHECK, "It agrees"), (APPROVE, "I agree"), (REFUSE, "Refuse")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what follows."),
    )
    text = forms.CharField(
        label="What you compared",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: the two jobs and months agree, and the phone number. They may read it.",
    )

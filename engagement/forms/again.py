"""The forms of asking for job emails again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.actions.again import WORDS


class AskForm(forms.Form):
    address = forms.EmailField(
        label=_("Your email address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give the address that the link should go to."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )


class AgainForm(forms.Form):
    """One box, never ticked by us: the words they agree to."""

    agree = forms.BooleanField(
        label=WORDS,
        error_messages={"required": _("Tick the box if you want job emails. If not, do nothing.")},
    )

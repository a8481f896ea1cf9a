"""The forms of coming to one's own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement import codes


class AddressForm(forms.Form):
    """One field. It takes whatever looks like an address, and says nothing about it."""

    address = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give the address that you applied with."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )


WRONG_CODE = _(
    "That code does not open the page. Look for the newest email, or ask for a new code: each works"
    " once, for ten minutes, and five tries."
)


class NewAddressForm(forms.Form):
    """Another address of theirs."""

    address = forms.EmailField(
        label=_("Your new email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Give the address that we shall write to."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the email"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code",
                "dir": "ltr",
            }
        ),
        error_messages={"required": _("Type the six digits from the email.")},
    )

    def clean_code(self) -> str:
        digits = codes.digits_in(self.cleaned_data["code"])
        if len(digits) != codes.DIGITS:
            raise forms.ValidationError(_("The code has six digits."), code="no_code")
        return digits

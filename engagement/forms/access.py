"""The forms of coming to one's own page."""

from django import forms

from engagement import codes


class AddressForm(forms.Form):
    """One field. It takes whatever looks like an address, and says nothing about it."""

    address = forms.EmailField(
        label="Your email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Give the address that you applied with.",
            "invalid": "That is not an email address. It looks like name@mail.example.",
        },
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code from the email",
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code",
                "dir": "ltr",
            }
        ),
        error_messages={"required": "Type the six digits from the email."},
    )

    def clean_code(self) -> str:
        digits = codes.digits_in(self.cleaned_data["code"])
        if len(digits) != codes.DIGITS:
            raise forms.ValidationError("The code has six digits.", code="no_code")
        return digits

"""A number that a colleague types, refused in plain words."""

from django import forms


class NumberField(forms.IntegerField):
    default_error_messages = {
        "invalid": "Write a whole number in digits.",
        "min_value": "Choose %(limit_value)s or more.",
        "max_value": "Choose %(limit_value)s or less.",
    }

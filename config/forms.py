import re

from django import forms


class UsedForm(forms.Form):
    """What was chosen in the palette: its kind, and its id or the name of its page."""

    key = forms.RegexField(
        re.compile(
            r"(?:(?:person|job|application):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|page:[a-z_:]{1,60})\Z"
        )
    )

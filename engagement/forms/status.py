"""The forms of a person's own page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class KeepForm(forms.Form):
    """One box, never ticked by us: the words they agree to."""

    agree = forms.BooleanField(
        error_messages={"required": _("Tick the box if you want that. If not, do nothing.")}
    )

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = words


class DeleteForm(forms.Form):
    """When, where somebody is still considered for a job (C-26)."""

    when = forms.ChoiceField(
        label=_("You have an open application. What shall become of it?"),
        choices=[
            ("wait", _("Keep my details until I have heard, then delete them")),
            ("now", _("Withdraw my applications, and delete my details in seven days")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what shall become of your application.")},
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["when"]

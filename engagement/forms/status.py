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


class UsefulForm(forms.Form):
    """How useful a letter of feedback was to its reader."""

    useful = forms.TypedChoiceField(
        label=_("How useful is this feedback to you?"),
        help_text=_("1 is not at all, 5 is very. Nobody reads who said what: we only count."),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 6)],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
        error_messages={"required": _("Choose a number from 1 to 5.")},
    )


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

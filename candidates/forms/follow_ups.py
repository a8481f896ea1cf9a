"""When a colleague comes back to a person."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from candidates.forms.days import DateField

TOMORROW, NEXT_WEEK = "tomorrow", "next_week"
_DAYS = {TOMORROW: 1, NEXT_WEEK: 7}


class DayForm(forms.Form):
    """A day: one of two buttons, else the one that was typed. Counted from today of the user.

    was: the day that the page showed, where there was one.
    """

    when = forms.ChoiceField(
        required=False, choices=[(TOMORROW, "Tomorrow"), (NEXT_WEEK, "In a week")]
    )
    on = DateField(label="On which day", required=False)
    was = DateField(required=False, widget=forms.HiddenInput)
    back = forms.ChoiceField(required=False, choices=[("today", "Today")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("when"):
            values["on"] = timezone.localdate() + timedelta(days=_DAYS[values["when"]])
            self.errors.pop("on", None)
        elif not values.get("on") and "on" not in self.errors:
            self.add_error("on", "Choose a day.")
        return values

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["on"]
        return day


class FollowUpForm(DayForm):
    """Plan to come back to a person."""

    text = forms.CharField(
        label="What for",
        max_length=200,
        required=False,
        help_text="The candidate can ask to read this.",
    )
    field_order = ["text", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_follow_up_%s", **kwargs})
        self.fields["on"].widget.attrs["data-shortcut"] = "s"
        self.fields["on"].required = True  # its label says so; a button may still name the day
        self.fields["on"].error_messages["required"] = "Choose a day."


class BackForm(forms.Form):
    """Which page a button leads back to; empty: the person's."""

    back = forms.ChoiceField(required=False, choices=[("today", "Today")])

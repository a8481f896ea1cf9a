"""What a candidate may say on the page of an interview."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import ProposedTime
from engagement.forms.preferences import ProofForm
from engagement.links import Purpose


class AnswerForm(ProofForm):
    """A time that fits, or that none does. `offered`: the time and how it is said."""

    purpose = Purpose.INTERVIEW_FORM
    CHOOSE, ASK = "choose", "ask"
    do = forms.ChoiceField(choices=[(CHOOSE, CHOOSE), (ASK, ASK)])
    words = forms.CharField(
        label=_("What would fit you?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("Such as days and hours. Your own words are enough."),
    )

    def __init__(self, *args: Any, offered: list[tuple[ProposedTime, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = {str(time.public_id): time for time, _ in offered}
        self.fields["time"] = forms.ChoiceField(
            label=_("Which time fits you?"),
            choices=[(str(time.public_id), said) for time, said in offered],
            widget=forms.RadioSelect,
            required=self.data.get("do") != self.ASK,
            error_messages={
                "required": _("Choose a time, or tell us below that none of them fits."),
                "invalid_choice": _("That time is no longer offered. Choose another."),
            },
        )

    @property
    def chosen(self) -> ProposedTime:
        return self.times[self.cleaned_data["time"]]

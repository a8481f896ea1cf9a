"""What a candidate may say about how it was to apply. No answer is required, but one is."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from engagement.forms.preferences import ProofForm
from engagement.links import Purpose
from engagement.models import Survey


class SurveyForm(ProofForm):
    """The four questions, and the button that asks for no more of them."""

    purpose = Purpose.SURVEY_FORM
    ANSWER, NEVER = "answer", "never"
    QUESTIONS = ("recommend", "relationship", "knew", "text")
    do = forms.ChoiceField(choices=[(ANSWER, ANSWER), (NEVER, NEVER)])
    recommend = forms.TypedChoiceField(
        label=_("How likely are you to recommend others to apply to us?"),
        help_text=_("0 is not at all likely, 10 is very likely."),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(number, str(number)) for number in range(11)],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
    )
    relationship = forms.ChoiceField(
        label=_("After this application, how do you see us?"),
        required=False,
        widget=forms.RadioSelect,
    )
    knew = forms.TypedChoiceField(
        label=_("“I knew where I stood.” How far is that true?"),
        help_text=_("1 is not at all, 5 is fully."),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(number, str(number)) for number in range(1, 6)],
        widget=forms.RadioSelect(attrs={"class": "scale"}),
    )
    text = forms.CharField(
        label=_("What should we change?"),
        help_text=_("Colleagues read this without your name. Please name nobody else."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relationship = self.fields["relationship"]
        assert isinstance(relationship, forms.ChoiceField)  # noqa: S101  (stands above)
        relationship.choices = [
            (value, gettext(label)) for value, label in Survey.Relationship.choices
        ]

    @property
    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.QUESTIONS}

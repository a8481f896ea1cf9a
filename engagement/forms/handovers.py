"""What recruiters write when a colleague was in touch with somebody whom they want to write to."""

from typing import Any

from django import forms

ASK, OVERRIDE = "ask", "override"
AGREE, DECLINE = "agree", "decline"


class HandoverForm(forms.Form):
    """Why the campaign, or the colleague, may write, and whether the other one is asked.

    seen: the contacts that the page showed (`handovers.last_known`).
    """

    reason = forms.CharField(
        label="Why should this campaign write to them?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your colleague reads it. It is kept, and the person can ask for it.",
    )
    do = forms.ChoiceField(
        choices=[(ASK, "Ask"), (OVERRIDE, "Decide")],
        error_messages={"required": "Press one of the two buttons."},
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_campaign: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_campaign:
            self.fields["reason"].label = "Why should you write to them?"


class AnswerHandoverForm(forms.Form):
    words = forms.CharField(
        label="A word to your colleague",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    do = forms.ChoiceField(
        choices=[(AGREE, "Yes"), (DECLINE, "No")],
        error_messages={"required": "Press one of the two buttons."},
    )

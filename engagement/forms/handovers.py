"""What recruiters write when a colleague was in touch with somebody of a campaign."""

from django import forms

ASK, OVERRIDE = "ask", "override"
AGREE, DECLINE = "agree", "decline"


class HandoverForm(forms.Form):
    """Why the campaign may write, and whether the colleague is asked."""

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

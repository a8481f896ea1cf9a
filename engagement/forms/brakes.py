"""What a person writes when they let go what the engine stopped."""

from django import forms


class LetGoForm(forms.Form):
    reason = forms.CharField(
        label="Why may it go on?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was wrong and what you did about it. It stands in the audit trail.",
    )

"""The gate for what people ask about their data, as colleagues write it down."""

from datetime import datetime
from typing import Any

from django import forms

from candidates.forms.days import PastDateField, moment_of
from candidates.models import PrivacyRequest, PrivacyTask, Suppression


class RequestForm(forms.Form):
    """What somebody asked."""

    kind = forms.ChoiceField(label="They ask for", choices=PrivacyRequest.Kind.choices)
    how = forms.ChoiceField(label="How it came", choices=PrivacyRequest.How.choices)
    day = PastDateField(
        label="Day it came", required=False, help_text="Empty: today. The clock starts with it."
    )
    identity = forms.ChoiceField(
        label="Is it them?",
        choices=PrivacyRequest.Identity.choices,
        help_text="Ask for no more than you need to be sure.",
    )
    details = forms.CharField(
        label="In short",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: wants to know what the interviewers wrote.",
    )

    @property
    def received_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["day"])


class SuppressForm(forms.Form):
    scope = forms.ChoiceField(
        label="No more",
        widget=forms.RadioSelect,
        choices=[
            (Suppression.Scope.NURTURE, "Job emails"),
            (Suppression.Scope.ALL, "Emails of any kind, letters about applications included"),
        ],
        initial=Suppression.Scope.NURTURE,
    )


class IdentityForm(forms.Form):
    identity = forms.ChoiceField(label="Is it them?", choices=PrivacyRequest.Identity.choices)


class PauseForm(forms.Form):
    reason = forms.CharField(
        label="What you asked them",
        max_length=300,
        help_text="Such as: which of two addresses is theirs. The clock stands until they answer.",
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label="What became of it", choices=PrivacyRequest.Outcome.choices)
    text = forms.CharField(
        label="In words",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the register, so name nobody. An authority may read it.",
    )


class TaskForm(forms.Form):
    """What the privacy officer found."""

    outcome = forms.ChoiceField(label="What you found", widget=forms.RadioSelect)
    text = forms.CharField(
        label="In words",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you found, and what you did. They may read it if they ask for a copy.",
    )

    def __init__(self, *args: Any, outcomes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(PrivacyTask.Outcome.choices)
        self.fields["outcome"].choices = [(one, labels[one]) for one in outcomes]  # type: ignore[attr-defined]  # a choice field
        if len(outcomes) == 1:
            self.fields["outcome"].initial = outcomes[0]


class MinorForm(forms.Form):
    why = forms.CharField(
        label="How you learned it",
        max_length=200,
        help_text="Such as: said so on the phone. Do not write down their age.",
    )


class EraseForm(forms.Form):
    """What the person decided about their deletion."""

    LATER, NOW, AFTER_DECISION, RESTRICT = "later", "now", "after_decision", "restrict"
    PROFILE = "profile"

    when = forms.ChoiceField(label="When", widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I have read what goes, and that it cannot be undone.")

    def __init__(
        self, *args: Any, is_considered: bool, must_keep: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (self.LATER, "In seven days. Until then they can change their mind."),
            (self.NOW, "Now. They do not want to wait."),
        ]
        if is_considered:
            choices = [
                (self.AFTER_DECISION, "Once they have heard about their open applications."),
                (self.NOW, "Now. They withdraw their open applications by it."),
                (
                    self.PROFILE,
                    "Everything else now; their open applications go once they have heard.",
                ),
            ]
        if must_keep:
            choices = [
                (
                    self.RESTRICT,
                    "Out of all searches and emails today; deleted as soon as we may.",
                )
            ]
        self.fields["when"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["when"].initial = choices[0][0]


class RegisterForm(forms.Form):
    """Where a page of closed requests begins."""

    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def start(self) -> Any:
        return self.cleaned_data["after"] if self.is_valid() else None

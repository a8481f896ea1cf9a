"""The gate for what colleagues type about campaigns and texts."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import Permission, may
from engagement import arbiter, emails_preview, wording
from engagement.actions.drafts import MOST_WAIT_DAYS
from engagement.models import Campaign, Step, Template

TYPE_THE_NUMBER = 30


class StepForm(forms.Form):
    """What one message says. Mistakes are kept and shown, so that nothing typed is lost."""

    subject = forms.CharField(max_length=200, help_text="Say who writes and why. No capitals.")
    text = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Plain text. The stop links, the reason and your address follow by themselves.",
    )
    wait_days = forms.IntegerField(
        label="Working days after the message before",
        min_value=1,
        max_value=MOST_WAIT_DAYS,
        initial=5,
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, position: int, step: Step | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if position == 1:
            del self.fields["wait_days"]
        if step:
            version = step.template_version
            self.initial = {
                "subject": version.subject,
                "text": version.text,
                "wait_days": step.wait_days or 5,
                "seen": version.fingerprint,
            }
        else:
            subject, text = wording.STARTER if position == 1 else wording.FOLLOW_UP
            self.initial = {"subject": subject, "text": text, "wait_days": 5}


class UseTemplateForm(forms.Form):
    template = forms.ModelChoiceField(
        Template.objects.none(),
        to_field_name="public_id",
        label="Start from a template",
        empty_label="Choose a template",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = Template.objects.visible_to(user).in_use()  # type: ignore[attr-defined]  # a model field


class SenderForm(forms.Form):
    sender = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="In whose name does it go?",
        help_text="Their name stands in the email, and answers reach their mailbox.",
        empty_label=None,
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [
            u.pk for u in User.objects.filter(is_active=True) if may(u, Permission.EDIT_CAMPAIGNS)
        ]
        self.fields["sender"].queryset = User.objects.filter(pk__in=able).order_by("name", "pk")  # type: ignore[attr-defined]  # a model field
        self.initial = {"sender": campaign.sender.public_id}


class ApproveForm(forms.Form):
    """The approval: for the audience that was shown, with its number typed when it is large."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    number = forms.IntegerField(label="Type the number of people to approve")

    def __init__(self, *args: Any, will_get: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.will_get = will_get
        if will_get <= TYPE_THE_NUMBER:
            del self.fields["number"]

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if number != self.will_get:
            raise forms.ValidationError(f"The number is {self.will_get}.", code="other_number")
        return number


class PeopleFilterForm(forms.Form):
    """Which people of a campaign the list shows."""

    show = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Everybody"),
            ("got", "Got a message"),
            ("waiting", "Still waiting"),
            ("not", "Do not get it"),
        ],
    )
    reason = forms.ChoiceField(
        required=False,
        choices=[("", "Any reason"), *sorted(arbiter.SHORT.items(), key=lambda r: r[1])],
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def chosen(self, name: str) -> Any:
        """Return a valid choice, or "": what is not valid narrows nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class PreviewForm(forms.Form):
    """Which step, as whom."""

    step = forms.TypedChoiceField(coerce=int, choices=[(n, n) for n in (1, 2, 3)], required=False)
    reader = forms.CharField(required=False, max_length=36)

    def as_whom(self) -> tuple[int, str]:
        self.is_valid()
        chosen = self.cleaned_data
        return chosen.get("step") or 1, chosen.get("reader") or emails_preview.LONGEST


class TemplateForm(forms.Form):
    subject = forms.CharField(max_length=200)
    text = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewTemplateForm(TemplateForm):
    name = forms.CharField(max_length=120, help_text="What your colleagues will look for.")
    field_order = ["name", "subject", "text"]


class SettleForm(forms.Form):
    arrived = forms.TypedChoiceField(
        coerce=lambda value: value == "yes", choices=[("yes", "It arrived"), ("no", "Send again")]
    )

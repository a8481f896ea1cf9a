"""The gate for what colleagues type about campaigns and texts."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Organisation, User
from accounts.permissions import PERMISSIONS_OF, Permission, may
from engagement import arbiter, emails_preview, wording
from engagement.actions.drafts import MOST_WAIT_DAYS
from engagement.arbiter import CAP_WINDOWS
from engagement.forms.numbers import NumberField
from engagement.forms.texts import FORMATTED_HELP
from engagement.models import Campaign, Step, Template

TYPE_THE_NUMBER = 30
MOST_A_DAY = 32_767
_APPROVE = Permission.APPROVE_CAMPAIGNS


class StepForm(forms.Form):
    """What one message says. Mistakes are kept and shown, so that nothing typed is lost."""

    subject = forms.CharField(max_length=200, help_text="Say who writes and why. No capitals.")
    text = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Plain text. The stop links, the reason and your address follow by themselves.",
    )
    html = forms.CharField(
        label="Formatted text",
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=FORMATTED_HELP,
    )
    wait_days = NumberField(
        label="Working days after the message before",
        min_value=1,
        max_value=MOST_WAIT_DAYS,
        initial=5,
    )
    condition = forms.ChoiceField(
        label="Who gets it?",
        choices=Step.Condition.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Whoever answers, applies, books or stops leaves the campaign at once.",
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        position: int,
        step: Step | None,
        is_about_job: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if position == 1:
            del self.fields["wait_days"], self.fields["condition"]
        if step:
            version = step.template_version
            self.initial = {
                "subject": version.subject,
                "text": version.text,
                "html": version.html,
                "wait_days": step.wait_days or 5,
                "condition": step.condition,
                "seen": step.fingerprint,
            }
        else:
            subject, text = wording.starter(position, is_about_job=is_about_job)
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
    cap_days = NumberField(
        label="Days of peace after any job email",
        required=False,
        min_value=CAP_WINDOWS["week"][0],
        max_value=CAP_WINDOWS["quarter"][0],
        help_text="Seven at least, over all campaigns. More leaves people in peace for longer.",
    )
    cap_quarter = NumberField(
        label="Job emails in 90 days, at most",
        required=False,
        min_value=1,
        max_value=CAP_WINDOWS["quarter"][1],
        help_text="Three at most, over all campaigns. Fewer leaves out who had some already.",
    )
    daily_ceiling = NumberField(
        label="Emails in one day, at most",
        required=False,
        min_value=1,
        max_value=MOST_A_DAY,
    )
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most = Organisation.current().campaign_emails_per_day
        self.fields["daily_ceiling"].help_text = _ceiling_help(self._most)
        able = [
            u.pk for u in User.objects.filter(is_active=True) if may(u, Permission.EDIT_CAMPAIGNS)
        ]
        self.fields["sender"].queryset = User.objects.filter(pk__in=able).order_by("name", "pk")  # type: ignore[attr-defined]  # a model field
        self.initial = {
            "sender": campaign.sender.public_id,
            "seen": campaign.sender.public_id,
            "cap_days": campaign.cap_days,
            "cap_quarter": campaign.cap_quarter,
            "daily_ceiling": campaign.daily_ceiling,
        }

    def clean_daily_ceiling(self) -> int | None:
        most: int | None = self.cleaned_data["daily_ceiling"]
        if most and self._most and most > self._most:
            raise forms.ValidationError(
                f"No campaign sends more than {self._most} a day here. Choose fewer, or leave it"
                " empty.",
                code="above_organisation",
            )
        return most


def _ceiling_help(of_organisation: int | None) -> str:
    carries = settings.JOB_EMAILS_PER_SENDER_PER_DAY
    otherwise = (
        f"Empty: {of_organisation}, as for every campaign here."
        if of_organisation
        else f"Empty: as many as a sender's name carries, {carries:,} over all campaigns."
    )
    return f"What is over waits for the sender's next day; nothing is lost. {otherwise}"


class AskForm(forms.Form):
    """Which colleague is asked to approve: of those who may."""

    colleague = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="Ask a colleague to approve it",
        empty_label="Choose a colleague",
    )

    def __init__(self, *args: Any, written_by: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writers = set(written_by) if Organisation.current().two_people_approve else set()
        able = [role.value for role, allowed in PERMISSIONS_OF.items() if _APPROVE in allowed]
        colleagues = User.objects.active().filter(roles__overlap=able).exclude(pk__in=writers)
        self.fields["colleague"].queryset = colleagues.order_by("name", "pk")  # type: ignore[attr-defined]  # a model field


class ApproveForm(forms.Form):
    """The approval: for the audience that was shown, with its number typed when it is large."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    number = NumberField(label="Type the number of people to approve")

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
    named = forms.CharField(
        required=False,
        max_length=80,
        strip=True,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def offer(self, occurring: Collection[str]) -> None:
        """Offer only the reasons that occur, and the one that is chosen."""
        shown = {*occurring, self.chosen("reason")}
        field = self.fields["reason"]
        field.choices = [c for c in field.choices if not c[0] or c[0] in shown]  # type: ignore[attr-defined]  # a choice field

    def chosen(self, name: str) -> Any:
        """Return a valid choice, or "": what is not valid narrows nothing."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class PreviewForm(forms.Form):
    """Which step, as whom."""

    step = forms.TypedChoiceField(coerce=int, choices=[(n, n) for n in (1, 2, 3)], required=False)
    reader = forms.CharField(required=False, max_length=36)
    named = forms.CharField(required=False, max_length=80)
    new = forms.BooleanField(required=False)

    def as_whom(self) -> tuple[int, str]:
        self.is_valid()
        chosen = self.cleaned_data
        return chosen.get("step") or 1, chosen.get("reader") or emails_preview.LONGEST

    def is_new(self) -> bool:
        """Say whether the version is wanted that waits for its approval."""
        self.is_valid()
        return bool(self.cleaned_data.get("new"))

    def whose_name(self) -> str:
        """Return a part of the name of whom to offer, or ""."""
        self.is_valid()
        named: str = self.cleaned_data.get("named", "")
        return named.strip()


class SettleForm(forms.Form):
    arrived = forms.TypedChoiceField(
        coerce=lambda value: value == "yes", choices=[("yes", "It arrived"), ("no", "Send again")]
    )

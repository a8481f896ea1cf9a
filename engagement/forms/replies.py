"""The gate for what colleagues do about answers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.permissions import PERMISSIONS_OF, Permission
from candidates.forms.days import DateField
from candidates.models import Candidate
from engagement.actions.replies import MOST_TEXT
from engagement.inbox import SHOWS
from engagement.incoming.threading import holder_of
from engagement.models import Reply


class InboxForm(forms.Form):
    """Which answers are shown. What it does not know is no filter."""

    show = forms.ChoiceField(required=False, choices=[("", ""), *SHOWS.items()])
    intent = forms.ChoiceField(
        required=False,
        label="What they mean",
        choices=[("", "Anything"), *Reply.Intent.choices],
        widget=forms.Select(attrs={"data-auto-submit": True}),
    )
    campaign = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class AnswerForm(forms.Form):
    """What is written back."""

    text = forms.CharField(
        label="Your answer",
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-shortcut": "r"}),
        error_messages={"required": "Write something first."},
    )


class MarkForm(forms.Form):
    """What they mean; for "not now" also the day on which to ask again."""

    intent = forms.ChoiceField(choices=Reply.Intent.choices)
    on = DateField(label="Ask again on", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks_later = self.data.get("intent") == Reply.Intent.NOT_NOW
        self.fields["on"].required = asks_later or not self.is_bound
        self.fields["on"].error_messages["required"] = "Choose the day on which to ask again."

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day and day <= timezone.localdate():
            raise ValidationError("Choose a day that is still to come.", code="past")
        return day

    @classmethod
    def values_of(cls, reply: Reply) -> dict[str, Any]:
        """Return the day that they named, else one in three months."""
        today = timezone.localdate()
        named = reply.back_on if reply.back_on and reply.back_on > today else None
        return {"on": named or today + timedelta(days=91)}


class HandOverForm(forms.Form):
    """Which colleague answers: of those who may."""

    colleague = forms.ModelChoiceField(
        User.objects.none(), to_field_name="public_id", empty_label="Choose a colleague"
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = Permission.EDIT_PEOPLE
        able = [role.value for role, allowed in PERMISSIONS_OF.items() if may in allowed]
        colleagues = User.objects.active().filter(roles__overlap=able).exclude(pk=by.pk)
        self.fields["colleague"].queryset = colleagues.order_by("name", "pk")  # type: ignore[attr-defined]  # a model field


class WhoForm(forms.Form):
    """Which person wrote from an address that we do not know."""

    address = forms.EmailField(
        label="Their email address here",
        help_text="The one that is on their page. What they wrote will stand there.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.person: Candidate | None = None

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        holder = holder_of(address)
        people = Candidate.objects.visible_to(self._user)
        self.person = people.filter(pk=holder.pk).first() if holder else None
        if self.person is None:
            raise ValidationError("Nobody here has this address.", code="unknown")
        return address

"""The gate for what colleagues type about standing rules."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import PERMISSIONS_OF, Permission
from applications.models import Job
from engagement.models import Template


class OpeningRuleForm(forms.Form):
    """For which kind of work, with which text, in whose name, and who is asked for the approval."""

    name = forms.CharField(max_length=120, help_text="For you and your colleagues.")
    family = forms.ChoiceField(label="When a job opens of which kind of work?", required=False)
    template = forms.ModelChoiceField(
        Template.objects.none(), to_field_name="public_id", empty_label="Choose a template"
    )
    sender = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="In whose name does it go?",
        empty_label="Choose a colleague",
    )
    approver = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="Who is asked to approve it?",
        empty_label="Choose a colleague",
        help_text="Nothing is sent before they did.",
    )
    takes_in_later = forms.BooleanField(
        label="Also take in people who fit later, once it is approved", required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families = Job.objects.exclude(family="").order_by("family").values_list("family")
        known = [family for (family,) in families.distinct()]
        family = self.fields["family"]
        family.choices = [("", "Any kind of work"), *((one, one) for one in known)]  # type: ignore[attr-defined]  # a choice field
        self._offer("template", Template.objects.visible_to(user).in_use())
        self._offer("sender", _able(Permission.EDIT_CAMPAIGNS))
        self._offer("approver", _able(Permission.APPROVE_CAMPAIGNS))
        self.initial.setdefault("sender", user.public_id)

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a model field


def _able(permission: Permission) -> Any:
    roles = [role.value for role, allowed in PERMISSIONS_OF.items() if permission in allowed]
    return User.objects.active().filter(roles__overlap=roles).order_by("name", "pk")

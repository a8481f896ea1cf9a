import re
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import PERMISSIONS_OF, Permission
from applications.due import Whose


class UsedForm(forms.Form):
    """What was chosen in the palette: its kind, and its id or the name of its page."""

    key = forms.RegexField(
        re.compile(
            r"(?:(?:person|job|application):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|page:[a-z_:]{1,60})\Z"
        )
    )


class ViewForm(forms.Form):
    """Whose work Today shows."""

    view = forms.ChoiceField(choices=[("mine", "My day"), ("team", "My team"), ("all", "All")])

    @classmethod
    def whose(cls, values: Mapping[str, Any]) -> Whose:
        """Return what was chosen; what is none of the choices is one's own day."""
        form = cls(values)
        return form.cleaned_data["view"] if form.is_valid() else "mine"


class PutOffForm(forms.Form):
    """What is put off, and until when."""

    thing = forms.RegexField(r"^[a-z]+(:[0-9a-f-]{36})?$", max_length=80)
    when = forms.ChoiceField(
        choices=[
            ("tomorrow", "Tomorrow"), ("next_week", "Next week"), ("not_mine", "Not mine"),
        ]
    )  # fmt: skip
    view = forms.ChoiceField(choices=[("mine", ""), ("team", ""), ("all", "")], required=False)


class HandThingOverForm(forms.Form):
    """Which colleague does it: of those who may."""

    colleague = forms.ModelChoiceField(
        User.objects.none(), to_field_name="public_id", empty_label="Choose a colleague"
    )

    def __init__(self, *args: Any, needs: Permission, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [role.value for role, allowed in PERMISSIONS_OF.items() if needs in allowed]
        colleagues = User.objects.active().filter(roles__overlap=able).exclude(pk=by.pk)
        self.fields["colleague"].queryset = colleagues  # type: ignore[attr-defined]  # a model field

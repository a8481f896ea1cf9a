from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.models import User
from candidates.models import SavedView


class QueryField(forms.CharField):
    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        """Keep what stands for a list; the place in it is nobody's business."""
        query = QueryDict(super().clean(value))
        kept = [(name, one) for name, many in query.lists() for one in many]
        return urlencode([pair for pair in kept if pair[0] not in {"after", "view"}])


class ViewForm(forms.Form):
    """The name of a view and who sees it; with the query where it is new."""

    name = forms.CharField(max_length=60)
    is_shared = forms.BooleanField(
        required=False, label="All recruiters see it", help_text="Only you can change it."
    )
    query = QueryField(required=False, max_length=2000)


class ViewQueryForm(forms.Form):
    query = QueryField(required=False, max_length=2000)


class DefaultViewForm(forms.Form):
    """Which view the people list opens with. Empty: everybody."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["view"] = forms.ModelChoiceField(
            SavedView.objects.of().visible_to(user), to_field_name="public_id", required=False
        )

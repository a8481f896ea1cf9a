from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from accounts.models import User
from candidates.forms.three_way import ThreeWayForm
from candidates.models import SavedView


class QueryField(forms.CharField):
    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        """Keep what stands for a list; the place in it is nobody's business."""
        query = QueryDict(super().clean(value))
        kept = [(name, one) for name, many in query.lists() for one in many]
        return urlencode([pair for pair in kept if pair[0] not in {"after", "view"}])


class ViewForm(ThreeWayForm):
    """The name of a view and who sees it; with the query where it is new."""

    name = forms.CharField(max_length=60)
    is_shared = forms.BooleanField(
        required=False, label="All recruiters see it", help_text="Only you can change it."
    )
    query = QueryField(required=False, max_length=2000)

    def __init__(self, *args: Any, view: SavedView | None = None, **kwargs: Any) -> None:
        initial = {"initial": self.values_of(view)} if view else {}
        super().__init__(*args, **initial, **kwargs)
        if view:
            del self.fields["query"]
        else:
            for field in self.fields.values():
                field.show_hidden_initial = False

    @staticmethod
    def values_of(view: SavedView) -> dict[str, Any]:
        """Return what is stored of a view, by field."""
        return {"name": view.name, "is_shared": view.is_shared}


class ViewQueryForm(forms.Form):
    """What a view asks from now on. was: what it asked when the page was made."""

    query = QueryField(required=False, max_length=2000)
    was = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    @property
    def made_from(self) -> dict[str, str]:
        return {"query": self.cleaned_data["was"]} if "was" in self.data else {}


class DefaultViewForm(forms.Form):
    """Which view the people list opens with. Empty: everybody."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["view"] = forms.ModelChoiceField(
            SavedView.objects.of().visible_to(user), to_field_name="public_id", required=False
        )

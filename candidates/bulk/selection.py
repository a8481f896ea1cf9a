"""Who is chosen in a list of people, and the confirmation of what is to be done to them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from candidates.filters import people_of
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet

TYPED_ABOVE = 30  # people; with more of them the number has to be typed (U-04)


class PeopleField(forms.Field):
    """Any number of people, by their public ids."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Any]:
        one = forms.UUIDField()
        return [one.clean(text) for text in value or []]


class SelectionForm(forms.Form):
    """The boxes that were ticked in a list, or everybody that its query finds."""

    MOST = 100_000

    person = PeopleField(required=False, error_messages={"invalid": "Choose them in the list."})
    everybody = forms.BooleanField(required=False)
    query = forms.CharField(required=False, max_length=4000, strip=False)
    kind = forms.SlugField(required=False)

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    @property
    def list_query(self) -> str:
        """The query of the list that they were chosen in, without the place in it."""
        asked = QueryDict(self.cleaned_data.get("query", ""), mutable=True)
        asked.pop("after", None)
        return asked.urlencode()

    @property
    def people(self) -> CandidateQuerySet:
        if self.cleaned_data["everybody"]:
            return people_of(QueryDict(self.list_query), self.user)
        visible = Candidate.objects.visible_to(self.user)
        return visible.filter(public_id__in=self.cleaned_data["person"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("everybody") and not values.get("person"):
            raise ValidationError(
                "Nobody is chosen. Tick the boxes before their names, or choose all of them.",
                code="nobody",
            )
        return values


class ConfirmForm(forms.Form):
    """Yes, do it. With many people the number is typed, so that nobody does it by accident."""

    def __init__(self, *args: Any, total: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total = total
        if total > TYPED_ABOVE:
            self.fields["number"] = forms.CharField(
                label=f"Type the number of people, {total:,}, to confirm",
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def clean_number(self) -> int:
        typed = "".join(filter(str.isdigit, self.cleaned_data["number"]))
        if typed != str(self.total):
            raise ValidationError(
                f"That is not the number of people who are chosen: {self.total:,}.",
                code="another_number",
            )
        return self.total

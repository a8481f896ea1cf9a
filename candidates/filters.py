"""The filter of the people list. It lives in the URL, so a list can be bookmarked and passed on."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef
from django.forms import BoundField
from django.http import QueryDict

from accounts.models import Role, User
from candidates import search
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet
from candidates.places import country_name

NOBODY = "nobody"


def people_of(query: QueryDict, user: User) -> CandidateQuerySet:
    """Return everybody a query string of the people list finds: visible to the user, unordered.

    What the page lists, a bulk action acts on and a living pool keeps is the same people, because
    all of them ask here. The place in the list (`after`) does not count.
    """
    form = PeopleFilterForm(query)
    found, _ = form.apply_name(form.apply(Candidate.objects.visible_to(user)))
    return found.order_by()


class PeopleFilterForm(forms.Form):
    """Every field may stay empty. A value that is not a choice is left out of the filter."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Name or email address",
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    emails = forms.ChoiceField(
        required=False,
        label="Job emails",
        choices=[("", "Any"), ("yes", "May be sent"), ("no", "May not be sent")],
    )
    owner = forms.ChoiceField(required=False, label="Looked after by")
    country = forms.ChoiceField(required=False)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.active().with_role(Role.RECRUITER)
        owners = [("", "Anybody"), (NOBODY, "Nobody")]
        owners += [(str(colleague.public_id), colleague.name) for colleague in colleagues]
        countries = [(code, country_name(code)) for code in Candidate.objects.countries()]
        self.fields["owner"] = forms.ChoiceField(
            required=False, label="Looked after by", choices=owners
        )
        self.fields["country"] = forms.ChoiceField(
            required=False, choices=[("", "Any"), *sorted(countries, key=lambda row: row[1])]
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that could be understood; the rest stays out without a fuss."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def choices(self) -> list[BoundField]:
        """The fields beside the name, as the page shows them."""
        return [self[name] for name in ("emails", "owner", "country")]

    @property
    def is_filtered(self) -> bool:
        return bool(set(self.chosen) - {"after"})

    def apply(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """Keep the people who fit everything but the name."""
        chosen = self.chosen
        if owner := chosen.get("owner"):
            people = (
                people.filter(owner=None)
                if owner == NOBODY
                else people.filter(owner__public_id=owner)
            )
        if country := chosen.get("country"):
            people = people.filter(country=country)
        if emails := chosen.get("emails"):
            may = Exists(Candidate.objects.filter(pk=OuterRef("pk")).contactable())
            people = people.contactable() if emails == "yes" else people.filter(~may)
        return people

    def apply_name(self, people: CandidateQuerySet) -> tuple[CandidateQuerySet, bool]:
        """Keep the people of that name; if there is none, similar names. Returns whether so."""
        text = self.chosen.get("q", "")
        if not text:
            return people, False
        named = search.by_name(people, text)
        if "@" in text or named.exists():
            return named, False
        return search.by_similar_name(people, text), True

    def query_with(self, **values: str) -> str:
        """Return the query string of this filter with other values: for links to pages."""
        return urlencode({**{name: str(value) for name, value in self.chosen.items()}, **values})

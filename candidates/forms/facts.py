"""One fact of a person, changed where it stands on their page."""

from dataclasses import dataclass
from typing import Any

from candidates.forms.people import EditForm, OwnerForm
from candidates.models import Candidate


@dataclass(frozen=True)
class Fact:
    """A few fields that are read and changed together. anchor: the field on the page “Edit”."""

    key: str
    label: str
    fields: tuple[str, ...]
    is_pay: bool = False
    is_heading: bool = False  # stands in the head of the page as well

    @property
    def anchor(self) -> str:
        return "owner" if self.key == "owner" else f"id_{self.fields[0]}"


FACTS = {
    fact.key: fact
    for fact in (
        Fact("name", "Name", ("name", "call_name"), is_heading=True),
        Fact("work", "Work", ("current_title", "current_employer", "headline"), is_heading=True),
        Fact("place", "Place", ("city", "region", "country", "time_zone")),
        Fact("language", "Language", ("language",)),
        Fact("level", "Level", ("seniority", "years")),
        Fact("remote", "Wants to work", ("remote_preference",)),
        Fact("pay", "Wants to earn", ("salary_expectation", "salary_currency"), is_pay=True),
        Fact("owner", "Looked after by", ("owner",)),
        Fact("source", "Known from", ("source",)),
    )
}


class FactForm(EditForm):
    """The fields of one fact out of the form of all."""

    def __init__(self, *args: Any, fact: Fact, **kwargs: Any) -> None:
        super().__init__(*args, may_see_pay=fact.is_pay, auto_id=f"fact_{fact.key}_%s", **kwargs)
        for name in set(self.fields) - {"version", *fact.fields}:
            del self.fields[name]
        next(iter(self.visible_fields())).field.widget.attrs["data-take-focus"] = True


class OwnerFactForm(OwnerForm):
    """Who looks after a person, as one fact among the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="fact_owner_%s", **kwargs)
        self.fields["owner"].widget.attrs["data-take-focus"] = True


def fact_form(fact: Fact, candidate: Candidate, data: Any = None) -> FactForm | OwnerFactForm:
    """Return the form of a fact, made from what is stored or from what was sent."""
    if fact.key == "owner":
        return OwnerFactForm(data, initial=OwnerForm.values_of(candidate))
    return FactForm(data, initial=EditForm.values_of(candidate), fact=fact)

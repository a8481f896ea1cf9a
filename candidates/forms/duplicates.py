"""What a colleague decides about two records."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress
from candidates.pairs import Row

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

ONE, OTHER = "one", "other"


class QueueForm(forms.Form):
    """Which pairs are shown, and the one to go on after."""

    show = forms.ChoiceField(
        choices=[("", "To settle"), ("dismissed", "Two people"), ("merged", "Merged")],
        required=False,
    )
    after = forms.UUIDField(required=False)


class MergeForm(forms.Form):
    """Whose page stays, and which of two values is right. Offers only what differs."""

    def __init__(self, *args: Any, rows: Iterable[Row], keep: str = ONE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        either = [(ONE, "The left record"), (OTHER, "The right record")]
        self.fields["keep"] = forms.ChoiceField(choices=either, initial=keep)
        self.keys = [row.key for row in rows if row.can_choose]
        for key in self.keys:
            self.fields[key] = forms.ChoiceField(choices=either, required=False, initial=keep)

    @property
    def keeps_one(self) -> bool:
        return bool(self.cleaned_data["keep"] == ONE)

    @property
    def take(self) -> set[str]:
        """The fields for which the record that goes is right."""
        keep = self.cleaned_data["keep"]
        return {key for key in self.keys if (self.cleaned_data[key] or keep) != keep}


class SameAsForm(forms.Form):
    """The other record of a person: by one of their addresses, or by the address of their page."""

    other = forms.CharField(
        label="Here under another record, too?",
        max_length=300,
        help_text="Their other email address, or the web address of the other record’s page.",
    )

    def __init__(self, *args: Any, among: QuerySet[Candidate] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among

    def clean_other(self) -> Candidate:
        said = self.cleaned_data["other"]
        people = Candidate.objects.none() if self.among is None else self.among
        if "@" in said:
            held = EmailAddress.objects.filter(
                canonical=canonical_email(said), released_at=None, candidate__in=people
            )
            found = people.filter(pk__in=held.values("candidate")).first()
        else:
            named = _UUID.findall(said)
            found = people.filter(public_id=named[-1]).first() if named else None
        if found is None:
            raise forms.ValidationError(
                "Nobody is found by that. Give an email address of the other record, or copy the"
                " address of its page.",
                code="unknown",
            )
        return found


class NoneOfTheseForm(forms.Form):
    """Somebody looked at the likely people, and it is none of them."""

    is_new = forms.BooleanField(required=False)

    @property
    def says_so(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["is_new"])


class DismissForm(forms.Form):
    why = forms.CharField(
        label="Why are they two people?",
        max_length=300,
        help_text="Such as: father and son; two colleagues with one name. The pair never returns.",
    )

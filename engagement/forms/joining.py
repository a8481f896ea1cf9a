"""The form of the talent community: who, how often, and about which jobs."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.humans import HumanForm
from applications.forms.applying import checked_name
from candidates.models import Preference, RemotePreference, Seniority
from engagement.choices import KINDS, MONTHLY, Choices, Kinds

_LABELS: dict[str, Mapping[Any, str]] = {
    "work_modes": dict(RemotePreference.choices),
    "levels": dict(Seniority.choices),
}


class JoinForm(HumanForm):
    """Of each side of a job nothing ticked means any: who wants less ticks something."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Give your name.")},
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link there. Only after your yes behind it do job emails come."),
        error_messages={
            "required": _("Give the address that we should write to."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )
    families = forms.MultipleChoiceField(
        label=_("Kinds of work"), required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.MultipleChoiceField(
        label=_("Places"), required=False, widget=forms.CheckboxSelectMultiple
    )
    work_modes = forms.MultipleChoiceField(
        label=_("On site or remote"), required=False, widget=forms.CheckboxSelectMultiple
    )
    levels = forms.TypedMultipleChoiceField(
        label=_("Level"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    often = forms.ChoiceField(
        label=_("How often?"),
        choices=[(often, _(label)) for often, label in Preference.Frequency.choices],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, known: Kinds, **kwargs: Any) -> None:
        """known: every kind of job there is."""
        super().__init__(data, **kwargs)
        self.known = known
        self.fields["often"].initial = Preference.Frequency.WEEKLY
        for side in KINDS:
            values = getattr(known, side)
            labels = _LABELS.get(side, {})
            ordered = [value for value in labels if value in values] if labels else sorted(values)
            field = cast("forms.MultipleChoiceField", self.fields[side])
            field.choices = [
                (value, gettext(labels[value]) if value in labels else str(value))
                for value in ordered
            ]

    @property
    def sides(self) -> list[forms.BoundField]:
        return [self[side] for side in KINDS if getattr(self.known, side)]

    @property
    def is_trapped(self) -> bool:
        return self.is_bound and self.has_error("homepage")

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    @property
    def choices(self) -> Choices:
        """Return what was chosen. Only after `is_valid()`."""
        chosen = {side: frozenset(self.cleaned_data[side]) for side in KINDS}
        only = None
        if any(chosen.values()):
            only = Kinds(**{side: chosen[side] or getattr(self.known, side) for side in KINDS})
        return Choices(monthly=self.cleaned_data["often"] == MONTHLY, only=only)

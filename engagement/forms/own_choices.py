"""The form about job emails on a person's own page, where they proved their mailbox."""

from dataclasses import replace
from typing import cast

from django import forms
from django.utils.translation import gettext

from engagement.choices import Choices, Kinds, in_words
from engagement.forms.preferences import PreferencesForm


class OwnChoicesForm(PreferencesForm):
    """How often, and which jobs: more than before, or less."""

    may_raise = True

    @property
    def choices(self) -> Choices:
        """Return what was chosen. Only after `is_valid()`."""
        chosen, often = super().choices, self.cleaned_data["often"]
        if chosen.stopped:
            return chosen
        if often in {"keep", "pause"}:
            chosen = replace(chosen, monthly=self.holds.monthly)
        if often == "keep":
            chosen = replace(chosen, paused_until=self.holds.paused_until)
        return chosen if self.can_narrow else replace(chosen, only=self.holds.only)

    def _offered(self, known: Kinds) -> Kinds:
        return known.joined(self.holds.only) if self.holds.only else known

    def _offer_how_often(self) -> None:
        held = self.holds
        rows = [
            ("weekly", gettext("When a job matches – at most one a week")),
            ("monthly", gettext("Once a month")),
            ("pause", gettext("Pause")),
        ]
        if held.paused_until:
            day = in_words(held.paused_until)
            rows = [
                ("keep", gettext("Keep the pause until {day}").format(day=day)),
                ("weekly", gettext("End the pause: at most one a week")),
                ("monthly", gettext("End the pause: once a month")),
                ("pause", gettext("Pause until another day")),
            ]
        often = cast("forms.ChoiceField", self.fields["often"])
        often.choices = [*rows, ("never", gettext("Never – stop all job emails"))]
        often.initial = "keep" if held.paused_until else "monthly" if held.monthly else "weekly"

"""What a stale form shows: what one typed, what is stored now, and what was there before (U-10)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

UNKNOWN = object()  # a form that did not say what it was made from


@dataclass(frozen=True)
class Option:
    """One of the values to choose from. raw: as a form sends it; text: as people read it."""

    whose: str
    raw: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile."""

    name: str
    label: str
    options: list[Option]


class ThreeWayForm(forms.Form):
    """A form that remembers what it was made from, in hidden fields beside its own.

    So after a conflict each field can be settled by itself, and what was typed is never lost: the
    choice is sent to the same address, as the same form.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember()

    def remember(self) -> None:
        """Let each field say what it was made from; once more for a form that adds some itself."""
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version"

    @property
    def seen_version(self) -> str | None:
        """The version that the form was made from; None: it does not say."""
        return self.cleaned_data["version"] if "version" in self.data else None

    def made_from(self) -> dict[str, Any]:
        """Return what the form was made from, by field, as far as it says so."""
        known = {name: self.before(name) for name in self.fields}
        return {name: value for name, value in known.items() if value is not UNKNOWN}

    def differences(self, stored: dict[str, Any]) -> list[Difference]:
        """Return the fields that somebody else changed to something else than what was typed.

        stored: what is there now, by field.
        """
        found = []
        for name, typed in self.cleaned_data.items():
            if name == "version" or name not in stored:
                continue
            before, theirs = self.before(name), stored[name]
            if theirs in (before, typed):
                continue
            chosen = "theirs" if typed == before else "yours"
            rows = [("yours", "You typed", typed), ("theirs", "Stored now", theirs)]
            if before is not UNKNOWN:
                rows.append(("before", "Before both", before))
            options = [
                Option(whose, self._raw(name, value), self._text(name, value), key == chosen)
                for key, whose, value in rows
            ]
            found.append(Difference(name, str(self[name].label), options))
        return found

    def settled(self, stored: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the hidden fields of the form that settles the differences, as (name, value).

        What nobody else touched goes as it was typed; what the form is made from is now `stored`.
        """
        open_names = {difference.name for difference in self.differences(stored)}
        rows = []
        for name, typed in self.cleaned_data.items():
            if name == "version":
                continue
            rows.append((self.add_initial_prefix(name), self._raw(name, stored[name])))
            if name not in open_names:
                rows.append((name, self._raw(name, typed)))
        return rows

    def before(self, name: str) -> Any:
        """Return what the field was when the form was made, or UNKNOWN."""
        field, key = self.fields[name], self.add_initial_prefix(name)
        if key not in self.data:
            return UNKNOWN
        try:
            return field.clean(self.data[key])
        except ValidationError:
            return UNKNOWN

    def _raw(self, name: str, value: Any) -> str:
        prepared = self.fields[name].prepare_value(value)
        return "" if prepared is None else str(prepared)

    def _text(self, name: str, value: Any) -> str:
        field, raw = self.fields[name], self._raw(name, value)
        if not raw:
            return "empty"
        if isinstance(value, Model):
            return str(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            return next((str(label) for key, label in choices if str(key) == raw), raw)
        return raw

"""The forms about job emails. Those behind a link offer only what leaves less email, or as much."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from candidates.models import RemotePreference, Seniority
from engagement.choices import KINDS, Choices, Kinds, in_words, months_later
from engagement.links import Opened, Purpose, open_token

MOST_MONTHS = 12
_LABELS = {
    "families": _("Kinds of work"),
    "places": _("Places"),
    "work_modes": _("On site or remote"),
    "levels": _("Level"),
}


class ProofForm(forms.Form):
    """What every form of these pages carries: proof that we rendered it for this person.

    The proof stands for the person and for the form, so the pages need no further cookie and a
    form on another site cannot be made to send it.
    """

    purpose = Purpose.FORM
    proof = forms.CharField()

    def clean_proof(self) -> Opened:
        opened = open_token(self.purpose, self.cleaned_data["proof"])
        if not isinstance(opened, Opened) or opened.about is None:
            raise forms.ValidationError(_("This page is not whole."), code="bad_proof")
        return opened


class UndoForm(ProofForm):
    purpose = Purpose.UNDO


class AnswerForm(ProofForm):
    """The two buttons of the page that asks whether we may keep somebody longer."""

    purpose = Purpose.ANSWER
    do = forms.ChoiceField(choices=[("keep", "keep"), ("delete", "delete")])


class StopForm(forms.Form):
    """The three buttons of the page behind "stop all job emails"."""

    do = forms.ChoiceField(choices=[("stop", "stop"), ("pause", "pause"), ("family", "family")])
    family = forms.CharField(required=False, max_length=60)


class WhyForm(forms.Form):
    """Why somebody stopped job emails: asked afterwards, and nobody has to say."""

    why = forms.ChoiceField(
        label=_("Why did you stop them?"),
        help_text=_("It changes nothing. It helps us to write less."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("too_many", _("Too many emails")),
            ("wrong_jobs", _("The wrong jobs")),
            ("found", _("I found a job")),
            ("not_asked", _("I did not ask for them")),
            ("other", _("Something else")),
        ],
    )
    change = forms.UUIDField(widget=forms.HiddenInput)


class _Boxes(forms.TypedMultipleChoiceField):
    """Ticked boxes. A value that is not offered any more counts as not ticked."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return True

    def clean(self, value: Any) -> Any:
        offered = {str(key) for key, _ in cast("list[tuple[Any, str]]", self.choices)}
        return super().clean([each for each in value or [] if str(each) in offered])


class PreferencesForm(forms.Form):
    """How often, and which jobs. Reads as `choices` after validation."""

    may_raise = False

    often = forms.ChoiceField(label=_("How often?"), widget=forms.RadioSelect)
    pause_for = forms.ChoiceField(label=_("Pause for"), required=False)
    pause_until = forms.DateField(
        label=_("Date, if you chose one"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give the date as day, month and year.")},
    )
    which = forms.ChoiceField(
        label=_("Any kind of job, or only some?"),
        choices=[("any", _("Any kind of job")), ("only", _("Only these"))],
        widget=forms.RadioSelect,
    )
    families = _Boxes(label=_LABELS["families"])
    places = _Boxes(label=_LABELS["places"])
    work_modes = _Boxes(label=_LABELS["work_modes"])
    levels = _Boxes(label=_LABELS["levels"], coerce=int)

    def __init__(
        self, data: Mapping[str, Any] | None, *, holds: Choices, known: Kinds, today: date
    ) -> None:
        """holds: what the person chose so far. known: every kind of job there is."""
        super().__init__(data)
        self.holds, self.today = holds, today
        self.offered = self._offered(known)
        self.sides = [side for side in KINDS if getattr(self.offered, side)]
        self._offer_how_often()
        self._offer_pauses()
        self._offer_kinds()

    @property
    def can_narrow(self) -> bool:
        """Whether every side has something to choose from."""
        return self._stays_narrowed or len(self.sides) == len(KINDS)

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[side] for side in self.sides]

    @property
    def empty_kinds(self) -> bool:
        """Whether somebody unticked the last box of a side."""
        return any(side in self.errors for side in self.sides)

    @property
    def choices(self) -> Choices:
        """Return what was chosen. Only after `is_valid()`."""
        chosen = self.cleaned_data
        only = None
        if chosen["often"] == "never":
            return Choices(stopped=True)
        if self._narrows():
            only = Kinds(**{side: frozenset(chosen.get(side, [])) for side in KINDS})
        return Choices(
            monthly=chosen["often"] == "monthly",
            paused_until=chosen.get("pause_day") if chosen["often"] == "pause" else None,
            only=only,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("often") == "pause":
            cleaned["pause_day"] = self._pause_day(cleaned)
        return cleaned

    @property
    def _stays_narrowed(self) -> bool:
        return bool(self.holds.only) and not self.may_raise

    def _offered(self, known: Kinds) -> Kinds:
        return self.holds.only or known

    def _offer_how_often(self) -> None:
        rows = []
        if self.holds.paused_until:
            rows.append(
                (
                    "keep",
                    gettext("Keep the pause until {day}").format(
                        day=in_words(self.holds.paused_until)
                    ),
                )
            )
        elif not self.holds.monthly:
            rows.append(("weekly", gettext("When a job matches – at most one a week")))
        if not self.holds.paused_until:
            rows.append(("monthly", gettext("Once a month")))
        rows.append(
            ("pause", gettext("Pause for longer") if self.holds.paused_until else gettext("Pause"))
        )
        rows.append(("never", gettext("Never – stop all job emails")))
        often = cast("forms.ChoiceField", self.fields["often"])
        often.choices = rows
        often.initial = rows[0][0]

    def _offer_pauses(self) -> None:
        pauses = cast("forms.ChoiceField", self.fields["pause_for"])
        pauses.choices = [
            *(
                (
                    str(months),
                    gettext("{months} months, until {day}").format(
                        months=months, day=in_words(self._after(months))
                    ),
                )
                for months in (3, 6)
            ),
            ("date", gettext("Until the date below")),
        ]
        self.fields["pause_until"].help_text = gettext("Up to {day}.").format(
            day=in_words(self._after(MOST_MONTHS))
        )
        self.fields["pause_until"].widget.attrs |= {
            "min": self.today.isoformat(),
            "max": self._after(MOST_MONTHS).isoformat(),
        }

    def _offer_kinds(self) -> None:
        labels: dict[str, Mapping[Any, str]] = {
            "work_modes": dict(RemotePreference.choices),
            "levels": dict(Seniority.choices),
        }
        order: dict[str, list[Any]] = {
            "work_modes": list(RemotePreference.values),
            "levels": list(Seniority.values),
        }
        only = self.holds.only
        if self._stays_narrowed or not self.can_narrow:
            del self.fields["which"]
        else:
            self.fields["which"].initial = "only" if only else "any"
            self.fields["which"].required = self.data.get("often") != "never"
        for side in KINDS:
            values = getattr(self.offered, side)
            ordered = [v for v in order[side] if v in values] if side in order else sorted(values)
            field = cast("_Boxes", self.fields[side])
            named = labels.get(side, {})
            field.choices = [(v, gettext(named[v]) if v in named else str(v)) for v in ordered]
            field.initial = [v for v in ordered if only is None or v in getattr(only, side)]
            field.required = side in self.sides and (not self.is_bound or self._narrows())
            field.error_messages["required"] = gettext(
                "Nothing is left here, so no job could match. Keep at least one, "
                "or stop all job emails."
            )

    def _narrows(self) -> bool:
        if self.is_bound and self.data.get("often") == "never":
            return False
        if self._stays_narrowed:
            return True
        return self.can_narrow and self.data.get("which") == "only"

    def _pause_day(self, cleaned: dict[str, Any]) -> date | None:
        last = self._after(MOST_MONTHS)
        if cleaned.get("pause_for") in {"3", "6"}:
            day: date | None = self._after(int(cleaned["pause_for"]))
        else:
            day = cleaned.get("pause_until")
        if "pause_until" in self.errors:
            return None
        if day is None:
            self.add_error("pause_until", gettext("Choose the date until which we should pause."))
        elif day <= self.today:
            self.add_error("pause_until", gettext("Choose a date that is still to come."))
        elif day > last:
            self.add_error(
                "pause_until", gettext("Choose a date up to {day}.").format(day=in_words(last))
            )
        elif not self.may_raise and self.holds.paused_until and day < self.holds.paused_until:
            self.add_error(
                "pause_for",
                gettext("Job emails are paused until {day} already. Choose a later date.").format(
                    day=in_words(self.holds.paused_until)
                ),
            )
        return day

    def _after(self, months: int) -> date:
        return months_later(self.today, months)

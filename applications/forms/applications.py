"""The gate for what colleagues decide about applications, letters and promises."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from applications.actions.closing import Draft, KeepInMind
from applications.forms.jobs import recruiters
from applications.models import Application, Job, RejectionReason, Silence
from applications.promises import latest_end, today_of
from candidates.forms import DateField

DEFAULT_PROMISE_DAYS = 365
NOW, MORNING = "now", "morning"


class AddForm(forms.Form):
    """Who is considered, and where the application came from."""

    SOURCES = ("own database", "own site", "referral", "job board", "event", "agency")

    candidate = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.CharField(
        max_length=60,
        required=False,
        initial="own database",
        widget=forms.TextInput(attrs={"list": "sources"}),
    )
    applied_themselves = forms.BooleanField(
        label="They asked to be considered", required=False, help_text="This counts as contact."
    )
    with_receipt = forms.BooleanField(
        label="Write to them that their application has arrived", required=False
    )


class AddToJobForm(AddForm):
    """For which of some jobs a person is considered."""

    field_order = ["job", "source", "applied_themselves", "with_receipt"]

    def __init__(self, *args: Any, jobs: models.QuerySet[Job], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["candidate"]
        self.fields["source"] = forms.ChoiceField(choices=[(one, one) for one in self.SOURCES])
        self.fields["job"] = forms.ModelChoiceField(
            jobs, to_field_name="public_id", empty_label="Choose a job"
        )
        self.order_fields(self.field_order)


class FindForm(forms.Form):
    """Who to add: part of a name or an address."""

    q = forms.CharField(label="Name or email address", required=False, max_length=200)


class HearByForm(forms.Form):
    hear_by = DateField(label="They will hear by")


# What a person may be turned down for; moving somebody to another job says its own.
REASONS = [
    (value, label) for value, label in RejectionReason.choices if value != RejectionReason.OTHER_JOB
]


class WrittenForm(forms.Form):
    """A letter whose words were written for one choice of its form, such as a reason or a day."""

    written_for = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class RejectForm(WrittenForm):
    """A reason, a letter or the reason for none, and whether we keep them in mind."""

    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *REASONS],
        widget=forms.Select(
            attrs={  # a letter that nobody changed follows at once; without a script, on the way
                "hx-post": "",
                "hx-trigger": "change",
                "hx-vals": '{"rewrite": "untouched"}',
                "hx-target": "#letter",
                "hx-select": "#letter",
                "hx-swap": "outerHTML",
            }
        ),
    )
    would_hire = forms.BooleanField(
        label="We would hire this person for another job", required=False
    )
    keep = forms.BooleanField(
        label="Keep in mind: promise to write when such a job opens", required=False
    )
    families = forms.CharField(
        label="For which kinds of work",
        required=False,
        max_length=300,
        help_text="Separated by commas.",
        widget=forms.TextInput(attrs={"list": "families"}),
    )
    until = DateField(label="Until", required=False)
    owner = forms.ModelChoiceField(
        recruiters(), to_field_name="public_id", required=False, label="Who keeps the promise",
        empty_label="Me",
    )  # fmt: skip
    subject = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    text = forms.CharField(
        label="Letter",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )
    leaves = forms.ChoiceField(
        label="When it leaves", widget=forms.RadioSelect, initial=MORNING, required=False
    )
    without_letter = forms.BooleanField(label="Send no letter", required=False)
    silence = forms.ChoiceField(
        label="Why no letter", choices=[("", "Choose"), *Silence.choices], required=False
    )
    silence_note = forms.CharField(
        label="What they were told, when, or where the answer is",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Without it, they stay on the list of people whom nobody has told.",
    )
    warnings_accepted = forms.BooleanField(
        label="I read this. Send the letter as it is.", required=False
    )

    def __init__(
        self, *args: Any, application: Application, morning: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        leaves = self.fields["leaves"]
        assert isinstance(leaves, forms.ChoiceField)  # noqa: S101  # for the type checker
        if not self.is_bound:  # which of them are needed depends on what is ticked: see `clean`
            self.use_required_attribute = False
            for name in ("subject", "text", "leaves", "families", "until", "owner", "silence"):
                self.fields[name].required = True
        leaves.choices = [
            (MORNING, f"The next working morning: {morning}"),
            (NOW, "Now. It cannot be called back."),
        ]

    @classmethod
    def values_of(cls, application: Application) -> dict[str, Any]:
        candidate = application.candidate
        year = today_of(candidate, timezone.now()) + timedelta(days=DEFAULT_PROMISE_DAYS)
        return {
            "families": application.job.family,
            "until": min(year, latest_end(candidate)),
            "leaves": MORNING,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("keep"):
            if not names_of(values.get("families", "")):
                self.add_error("families", "Say for which kinds of work.")
            if not values.get("until") and "until" not in self.errors:
                self.add_error("until", "Say until when.")
        if values.get("without_letter"):
            if not values.get("silence"):
                self.add_error("silence", "Say why they get no letter.")
        else:
            for name in ("subject", "text"):
                if not (values.get(name) or "").strip():
                    self.add_error(name, "The letter needs this.")
        return values

    def promise(self) -> KeepInMind | None:
        values = self.cleaned_data
        if not values.get("keep"):
            return None
        families, until = names_of(values.get("families", "")), values.get("until")
        return KeepInMind(families, until, values.get("owner")) if until else None

    def for_action(self) -> dict[str, Any]:
        values = self.cleaned_data
        letter = None
        if not values["without_letter"]:
            at = timezone.now() if values["leaves"] == NOW else None
            letter = Draft(values["subject"], values["text"], at)
        return {
            "reason": values["reason"],
            "letter": letter,
            "silence": values["silence"] if letter is None else "",
            "silence_note": values["silence_note"] if letter is None else "",
            "keep": self.promise(),
            "would_hire": values["would_hire"],
            "warnings_accepted": values["warnings_accepted"],
        }


class LetterForm(forms.Form):
    """What a waiting letter says."""

    subject = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    text = forms.CharField(
        label="Letter", max_length=10_000, widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"})
    )
    warnings_accepted = forms.BooleanField(
        label="I read this. Send the letter as it is.", required=False
    )


class PageForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1)


def names_of(text: str) -> list[str]:
    """Return the names in a list typed with commas, each once."""
    words = (" ".join(word.split()) for word in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(word for word in words if word))


def families_known() -> list[str]:
    """Return the kinds of work that jobs have, to suggest them."""
    found = Job.objects.exclude(family="").order_by("family").values_list("family", flat=True)
    return list(found.distinct())

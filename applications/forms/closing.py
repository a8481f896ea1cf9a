"""The gate for answering people whom nobody has told, for later days, and for the end of a job."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from applications.actions.closing import Draft
from applications.forms.applications import MORNING, NOW, REASONS, LetterForm, WrittenForm
from applications.models import Application, Job, Outcome, Silence
from applications.promises import today_of
from candidates.forms import DateField

MORE_TIME = timedelta(days=7)


class EndForm(forms.Form):
    """How a job ends."""

    end = forms.ChoiceField(
        choices=[(Job.Status.FILLED, "It is filled"), (Job.Status.CLOSED, "Close without hiring")]
    )


class ToldForm(forms.Form):
    """How somebody knows of a decision without a letter of ours."""

    how = forms.ChoiceField(
        label="How they know",
        choices=[
            (Silence.TOLD, "They were told by phone or in person"),
            (Silence.ELSEWHERE, "They were answered from another system"),
            (Silence.MISTAKE, "Nobody applied: it was added by mistake"),
            (Silence.NO_ADDRESS, "They cannot be reached: there is no address to write to"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What they were told, where the answer is, or what was tried",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The proof that they know. It is kept with the application.",
    )
    on = DateField(label="When", required=False, help_text="Empty: today.")

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101  # for the type checker
        if application.outcome == Outcome.HIRED:  # the others say why nobody was told
            how.choices = [(Silence.TOLD, "They were told by phone or in person")]
            how.initial = Silence.TOLD

    def for_action(self) -> dict[str, Any]:
        values, now = self.cleaned_data, timezone.now()
        local = timezone.localtime(now)
        at = now
        if values["on"] and values["on"] != local.date():
            at = local.replace(
                year=values["on"].year, month=values["on"].month, day=values["on"].day, hour=12
            )
        return {"how": values["how"], "note": values["note"], "at": at}


class AnewForm(LetterForm):
    """A new letter to somebody whose letter did not go."""

    leaves = forms.ChoiceField(label="When it leaves", widget=forms.RadioSelect, initial=MORNING)
    field_order = ["subject", "text", "leaves", "warnings_accepted"]

    def __init__(self, *args: Any, morning: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaves = self.fields["leaves"]
        assert isinstance(leaves, forms.ChoiceField)  # noqa: S101  # for the type checker
        leaves.choices = [
            (MORNING, f"The next working morning: {morning}"),
            (NOW, "Now. It cannot be called back."),
        ]

    def draft(self) -> Draft:
        values = self.cleaned_data
        at = timezone.now() if values["leaves"] == NOW else None
        return Draft(values["subject"], values["text"], at)


class LaterForm(LetterForm, WrittenForm):
    """A later day to hear by, and how they are told of it."""

    BY_LETTER, BY_CALL = "letter", "call"

    day = DateField(label="They will hear by")
    way = forms.ChoiceField(
        label="How they are told",
        choices=[
            (
                BY_LETTER,
                "By this letter. It leaves in two hours; until then it can be cancelled.",
            ),
            (BY_CALL, "I told them by phone or in person."),
        ],
        widget=forms.RadioSelect,
        initial=BY_LETTER,
    )
    call = forms.CharField(
        label="What you told them",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["day", "way", "call", "subject", "text", "warnings_accepted"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].required = self.fields["text"].required = False

    @classmethod
    def first_day(cls, application: Application) -> Any:
        today = today_of(application.candidate, timezone.now())
        return max(application.hear_by or today, today) + MORE_TIME

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("way") == self.BY_CALL and not values.get("call", "").strip():
            self.add_error("call", "Say what you told them.")
        if values.get("way") == self.BY_LETTER:
            for name in ("subject", "text"):
                if not values.get(name, "").strip():
                    self.add_error(name, "The letter needs this.")
        return values

    def for_action(self) -> dict[str, Any]:
        values = self.cleaned_data
        by_letter = values["way"] == self.BY_LETTER
        return {
            "day": values["day"],
            "letter": Draft(values["subject"], values["text"]) if by_letter else None,
            "call": "" if by_letter else values["call"],
            "warnings_accepted": values["warnings_accepted"],
        }


class OtherJobForm(AnewForm):
    """Another job for which somebody is considered instead, and the letter that says so."""

    field_order = ["job", "subject", "text", "leaves", "warnings_accepted"]

    def __init__(self, *args: Any, jobs: models.QuerySet[Job], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["job"] = forms.ModelChoiceField(
            jobs, to_field_name="public_id", empty_label="Choose a job", label="Consider them for"
        )
        self.order_fields(self.field_order)


class ChosenForm(forms.Form):
    """Who of a job is written to: boxes that were ticked, or everybody whom nobody has answered."""

    everybody = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, unanswered: models.QuerySet[Application]) -> None:
        super().__init__(data)
        # a card of the pipeline names its stage too, after a dot
        self.ids = [text.partition(".")[0] for text in data.getlist("chosen")]
        self.unanswered = unanswered

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        found = self.unanswered
        if not values.get("everybody"):
            try:
                known = [forms.UUIDField().clean(text) for text in self.ids]
            except forms.ValidationError:
                known = []
            found = found.filter(public_id__in=known)
        if not found.exists():
            raise forms.ValidationError(
                "Nobody is chosen. Tick the boxes before their names, or choose all of them.",
                code="nobody",
            )
        values["people"] = found
        return values


class ReasonsForm(forms.Form):
    """Why they were not chosen: for all of them, and for some another reason."""

    reason = forms.ChoiceField(
        label="Why they were not chosen",
        choices=[("", "Choose a reason"), *REASONS],
        help_text="Only reasons to do with the job. Each letter says it in words they can use.",
    )

    def __init__(self, *args: Any, applications: list[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applications = applications
        for application in applications:
            self.fields[f"reason-{application.public_id}"] = forms.ChoiceField(
                label=application.candidate.name,
                required=False,
                choices=[("", "The same reason"), *REASONS],
                initial=application.rejection_reason,
            )

    def each(self) -> list[tuple[Application, forms.BoundField]]:
        return [(one, self[f"reason-{one.public_id}"]) for one in self.applications]

    def reasons(self) -> dict[int, str]:
        values = self.cleaned_data
        return {
            one.pk: values[f"reason-{one.public_id}"] or values["reason"]
            for one in self.applications
        }

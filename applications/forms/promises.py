"""The gate for what colleagues do with promises."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from applications.forms.applications import DEFAULT_PROMISE_DAYS, names_of
from applications.forms.jobs import recruiters
from applications.models import Job, Promise
from applications.promises import families_promised, latest_end, today_of
from candidates.forms import ContactForm, DateField
from candidates.models import Candidate

NOBODY = "nobody"
ENDING_SOON = timedelta(days=30)


class PromiseForm(forms.Form):
    """A promise made outside a rejection."""

    families = forms.CharField(
        label="For which kinds of work",
        max_length=300,
        help_text="Separated by commas.",
        widget=forms.TextInput(attrs={"list": "families"}),
    )
    until = DateField(label="Until")
    note = forms.CharField(max_length=300, required=False)
    owner = forms.ModelChoiceField(
        recruiters(), to_field_name="public_id", required=False, label="Who keeps the promise",
        empty_label="Me",
    )  # fmt: skip

    @classmethod
    def values_of(cls, candidate: Candidate) -> dict[str, Any]:
        year = today_of(candidate, timezone.now()) + timedelta(days=DEFAULT_PROMISE_DAYS)
        return {"until": min(year, latest_end(candidate))}

    def clean_families(self) -> list[str]:
        names = names_of(self.cleaned_data["families"])
        if not names:
            raise ValidationError("Say for which kinds of work.", code="no_family")
        return names


class PromiseFilterForm(forms.Form):
    """What the ledger shows: all that stands in its address. An unknown value is no filter."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *Promise.State.choices])
    owner = forms.ChoiceField(required=False, label="Kept by")
    kind = forms.ChoiceField(required=False, label="Kind of work")
    job = forms.ModelChoiceField(
        Job.objects.none(), to_field_name="public_id", required=False, label="Fell due for",
        empty_label="Any job",
    )  # fmt: skip
    soon = forms.BooleanField(required=False, label="Ends within 30 days")
    after = forms.UUIDField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        owners = recruiters().order_by("name", "pk").values_list("public_id", "name")
        choices = [("", "Anybody"), ("me", "Me"), (NOBODY, "Nobody: its owner left")]
        self.fields["owner"] = forms.ChoiceField(
            required=False, label="Kept by",
            choices=[*choices, *((str(key), name) for key, name in owners)],
        )  # fmt: skip
        self.fields["kind"] = forms.ChoiceField(
            required=False, label="Kind of work",
            choices=[("", "Any"), *((name, name) for name in families_promised())],
        )  # fmt: skip
        jobs = Job.objects.visible_to(user).filter(promises_due__isnull=False).distinct()
        self.fields["job"].queryset = jobs.order_by("title", "pk")  # type: ignore[attr-defined]  # a model field

    def apply(self, found: Any) -> Any:
        """Narrow promises to what was chosen, but for their state."""
        said = self.said
        if owner := said.get("owner"):
            if owner == NOBODY:
                found = found.without_owner()
            else:
                is_me = owner == "me"
                found = found.filter(
                    **{"owner": self.user} if is_me else {"owner__public_id": owner}
                )
        if kind := said.get("kind"):
            found = found.of_kind(kind)
        if job := said.get("job"):
            found = found.filter(due_job=job)
        if said.get("soon"):
            today = timezone.localdate()
            found = found.running().filter(until__lte=today + ENDING_SOON)
        return found

    @property
    def said(self) -> dict[str, Any]:
        """What was chosen; a value that is none of the choices is left out."""
        self.is_valid()
        return self.cleaned_data

    @property
    def is_narrowed(self) -> bool:
        return any(self.said.get(name) for name in ("owner", "kind", "job", "soon"))


class KeptForm(ContactForm):
    """Contact that kept a promise. A day is that whole day, but not before it fell due."""

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise

    @property
    def moment(self) -> Any:
        if self.at is None or self.promise.due_at is None:
            return self.at
        is_that_day = timezone.localtime(self.promise.due_at).date() == self.cleaned_data["day"]
        return max(self.at, self.promise.due_at) if is_that_day else self.at


class ReleaseForm(forms.Form):
    why = forms.ChoiceField(
        label="Why",
        choices=[
            (Promise.Why.ASKED, "They asked for it"),
            (Promise.Why.GIVEN_UP, "It makes no sense any more"),
        ],
    )
    words = forms.CharField(
        label="What they said, or the reason",
        max_length=300,
        help_text="The candidate can ask to read this.",
    )


class ExtendForm(forms.Form):
    until = DateField(label="Until")


class HandOverForm(forms.Form):
    owner = forms.ModelChoiceField(
        recruiters(), to_field_name="public_id", label="To", empty_label="Choose a colleague"
    )


class HandOverManyForm(HandOverForm):
    promise = forms.ModelMultipleChoiceField(
        Promise.objects.none(), to_field_name="public_id",
        error_messages={"required": "Tick the promises first."},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = Promise.objects.visible_to(user)
        self.fields["promise"].queryset = visible  # type: ignore[attr-defined]  # a model field

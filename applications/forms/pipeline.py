"""The gate for what is asked of a pipeline: whom to show, and who goes where."""

import uuid
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from accounts.models import User
from accounts.permissions import Permission, may
from applications import blind
from applications.models import Application, BoardSetting, Job, Stage
from applications.models.applications import ApplicationQuerySet
from applications.pipeline import Place
from candidates.forms import ViewForm
from candidates.models import CandidateSkill, CandidateTag, Skill, Tag

_OF_RECRUITERS = ("source", "skill", "tag", "mine")
# What a saved view keeps, in the order of its address. Not the name that is searched for: whoever
# reads a shared view would read of whom a colleague thought.
_KEPT = ("late", "mine", "source", "skill", "tag", "stage", "view")


class MoveForm(forms.Form):
    """Which stage next. `seen`: where the card stood on the page that it was moved on."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stages: models.QuerySet[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"] = forms.ModelChoiceField(
            stages,
            to_field_name="public_id",
            error_messages={
                "invalid_choice": "That stage belongs to another job.",
                "required": "Say to which stage.",
            },
        )


class UndoForm(forms.Form):
    """Which move to take back; empty: the last one."""

    change = forms.IntegerField(required=False)


class ManyField(forms.Field):
    """Any number of cards as they were seen: “application.stage”, once for each."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> dict[uuid.UUID, int]:
        seen = {}
        for text in value or []:
            application, _, stage = str(text).partition(".")
            try:
                seen[uuid.UUID(application)] = int(stage)
            except ValueError:
                raise ValidationError("Choose them on the board.", code="invalid") from None
        return seen


class MoveManyForm(MoveForm):
    """Several cards, or everybody whom the filter leaves, and the stage they go to."""

    chosen = ManyField(required=False)
    everybody = forms.BooleanField(required=False)
    number = forms.CharField(required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("chosen") and not values.get("everybody") and "chosen" not in self.errors:
            raise ValidationError(
                "Nobody is chosen. Tick the boxes before their names.", code="nobody"
            )
        return values


class UndoManyForm(forms.Form):
    changes = forms.CharField(max_length=4000)

    def clean_changes(self) -> list[int]:
        numbers = self.cleaned_data["changes"].split()
        if not all(number.isdecimal() and len(number) < 19 for number in numbers):
            raise ValidationError("There is no move to undo.", code="invalid")
        return [int(number) for number in numbers]


class BoardSettingForm(forms.Form):
    view = forms.ChoiceField(required=False, choices=[("", ""), *BoardSetting.View.choices])
    keeps_place = forms.NullBooleanField(required=False)


class PipelineFilterForm(forms.Form):
    """Whom a pipeline shows, how it is shown, and what was just moved in it."""

    q = forms.CharField(label="Name", required=False, max_length=100)
    late = forms.BooleanField(label="Late", required=False)
    mine = forms.BooleanField(label="Mine", required=False)
    source = forms.ChoiceField(required=False)
    skill = forms.ModelChoiceField(Skill.objects.none(), required=False, empty_label="Any")
    tag = forms.ModelChoiceField(
        Tag.objects.none(), required=False, to_field_name="public_id", empty_label="Any"
    )
    stage = forms.UUIDField(required=False, widget=forms.HiddenInput)
    view = forms.ChoiceField(
        required=False, choices=[("", ""), *BoardSetting.View.choices], widget=forms.HiddenInput
    )
    moved = forms.UUIDField(required=False, widget=forms.HiddenInput)
    saved = forms.UUIDField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, job: Job, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not may(user, Permission.VIEW_PEOPLE):
            for name in _OF_RECRUITERS:
                del self.fields[name]
            if blind.hides_names(user, job):
                del self.fields["q"]
            return
        here = Application.objects.in_use().filter(job=job).open().order_by()
        sources = here.exclude(source="").values_list("source", flat=True).distinct()
        source, skill, tag = (self.fields[name] for name in ("source", "skill", "tag"))
        assert isinstance(source, forms.ChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(skill, forms.ModelChoiceField)  # noqa: S101
        assert isinstance(tag, forms.ModelChoiceField)  # noqa: S101
        source.choices = [("", "Any"), *((name, name) for name in sorted(sources))]
        skill.queryset = job.skills.order_by("name", "pk")
        held = CandidateTag.objects.filter(candidate__in=here.values("candidate"))
        tag.queryset = Tag.objects.filter(pk__in=held.values("tag"))

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and makes sense; the rest of an address is passed over."""
        self.is_valid()
        return getattr(self, "cleaned_data", {})

    @property
    def is_narrowed(self) -> bool:
        return any(self.asked.get(name) for name in ("q", "late", "stage", *_OF_RECRUITERS))

    @property
    def kept(self) -> str:
        """What a saved view would keep of this, as a query. What is no choice here is left out."""
        asked = self.asked
        pairs = [(name, self.data[name]) for name in _KEPT if asked.get(name)]
        return urlencode(pairs)

    def usable(self, query: QueryDict) -> str:
        """Return what of a saved query its reader may use. Asks no database."""
        return urlencode(
            [(name, query[name]) for name in _KEPT if name in self.fields and query.get(name)]
        )

    def apply(self, people: ApplicationQuerySet) -> ApplicationQuerySet:
        """Narrow the open applications of the job, which are annotated by `with_today`."""
        asked = self.asked
        if asked.get("q"):
            people = people.filter(candidate__name__icontains=asked["q"])
        if asked.get("late"):
            people = people.only_late()
        if asked.get("mine"):
            people = people.filter(candidate__owner=self.user)
        if asked.get("source"):
            people = people.filter(source=asked["source"])
        if asked.get("skill"):
            able = CandidateSkill.objects.filter(skill=asked["skill"])
            people = people.filter(candidate__in=able.values("candidate"))
        if asked.get("tag"):
            tagged = CandidateTag.objects.filter(tag=asked["tag"])
            people = people.filter(candidate__in=tagged.values("candidate"))
        if asked.get("stage"):
            people = people.filter(stage__public_id=asked["stage"])
        return people


class PipelineViewForm(ViewForm):
    """A view of a pipeline: its name, who sees it, and, where it is new, the query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_shared"].label = "Everybody who sees this pipeline sees it"


class AfterForm(forms.Form):
    """The last card that a column shows: its hear-by date, when it came in, and its number."""

    after = forms.CharField(max_length=80)

    def clean_after(self) -> Place:
        try:
            due, applied, number = self.cleaned_data["after"].split("_")
            at = datetime.fromisoformat(applied).astimezone(UTC)
            return Place(date.fromisoformat(due), at, int(number))
        except ValueError:
            raise ValidationError("Load the page again.", code="invalid") from None


class SinceForm(forms.Form):
    since = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])

"""The gate for what colleagues type about jobs and their stages."""

import re
from typing import Any

from django import forms
from django.db import models

from accounts.models import Role, User
from applications.models import Department, HiringTeamMember, Job, Milestone, Office, Stage
from applications.models.jobs import JobQuerySet
from candidates.forms import MoneyField
from candidates.forms.three_way import ThreeWayForm
from candidates.models import Seniority

_LEVELS: list[tuple[str | int, str]] = [("", "Any"), *Seniority.choices]


class JobForm(forms.Form):
    """What a job says. `version` is the one that the form was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(max_length=200, help_text="As candidates will read it.")
    family = forms.CharField(
        label="Kind of work",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "families"}),
        help_text="Such as Electrical. Promises and the choices of candidates name it.",
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), required=False, empty_label="Not said"
    )
    work_mode = forms.ChoiceField(
        label="Where the work is done",
        choices=Job._meta.get_field("work_mode").choices or [],
        initial="on_site",
    )
    offices = forms.ModelMultipleChoiceField(
        Office.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    seniority_from = forms.TypedChoiceField(
        label="Level from", choices=_LEVELS, coerce=int, empty_value=None, required=False
    )
    seniority_to = forms.TypedChoiceField(
        label="Level to", choices=_LEVELS, coerce=int, empty_value=None, required=False
    )
    salary_from = MoneyField(label="Pay a year, from", required=False)
    salary_to = MoneyField(label="Pay a year, to", required=False)
    salary_currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label="Currency",
        required=False,
        help_text="Three letters, such as GBP.",
        error_messages={"invalid": "A currency is three letters, such as GBP."},
    )
    requisition = forms.CharField(label="Requisition number", max_length=40, required=False)
    description = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="An empty line starts a new paragraph, “- ” a point of a list, “## ” a heading;"
        " **two stars** make words bold.",
    )
    employment = forms.ChoiceField(
        label="Kind of employment",
        choices=Job.Employment.choices,
        initial=Job.Employment.FULL_TIME,
        required=False,
    )
    apply_by = forms.DateField(
        label="Last day to apply",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: as long as the job is open.",
    )
    automation_notice = forms.CharField(
        label="What software does with applications",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands above the form. Empty: that software sorts, and people decide.",
    )

    first_look_hours = forms.TypedChoiceField(
        label="First look",
        choices=[
            (0, "None: public at once"),
            (24, "24 hours"),
            (48, "2 days"),
            (72, "3 days"),
            (168, "A week"),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="So long after its opening the job stands on no public page. Those to whom we"
        " promised to write, and who were close to such a job before, can hear of it by a campaign"
        " and apply by its link.",
    )
    blind_review = forms.BooleanField(
        label="Blind review",
        required=False,
        help_text="Names, files and contact details are hidden in review mode, and from the hiring"
        " team until each of them has given a view.",
    )

    def clean_first_look_hours(self) -> int:
        return self.cleaned_data["first_look_hours"] or 0

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["salary_currency"] = values.get("salary_currency", "").upper()
        low, high = values.get("salary_from"), values.get("salary_to")
        if (low is not None or high is not None) and not values["salary_currency"]:
            self.add_error("salary_currency", "Say in which currency.")
        if low is not None and high is not None and high < low:
            self.add_error("salary_to", "The upper end is below the lower one.")
        values["employment"] = values.get("employment") or Job.Employment.FULL_TIME
        first, last = values.get("seniority_from"), values.get("seniority_to")
        if first is not None and last is not None and last < first:
            self.add_error("seniority_to", "The upper level is below the lower one.")
        return values

    def for_action(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        values = {name: getattr(job, name) for name in cls.base_fields if name != "offices"}
        return {**values, "offices": list(job.offices.all())}


_SEPARATOR = re.compile(r"[,;\n]")
_NAMES_HELP = "Separated by commas, the most important first: the order is the weight."


class SkillsForm(ThreeWayForm):
    """Which skills a job needs, by their names."""

    must = forms.CharField(
        label="Must have",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_NAMES_HELP,
    )
    add_must = forms.CharField(
        label="Add a must-have skill",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "skills", "autocomplete": "off"}),
        help_text="Known skills are suggested while you type. A new name is added to them.",
    )
    must_needed = forms.IntegerField(
        label="How many of the must-have skills a known person needs",
        required=False,
        min_value=1,
        max_value=50,
        help_text="Empty: all of them.",
    )
    nice = forms.CharField(
        label="Nice to have",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_NAMES_HELP,
    )
    add_nice = forms.CharField(
        label="Add a nice-to-have skill",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "skills", "autocomplete": "off"}),
    )

    def names(self, need: str) -> list[str]:
        """Return the names typed for `must` or `nice`, each once, in their order."""
        typed = [*_SEPARATOR.split(self.cleaned_data[need]), self.cleaned_data[f"add_{need}"]]
        return _each_once(typed)

    def was(self, stored: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what the job needed when the form was made, as the action wants it; or of other
        values."""
        known = self.made_from() if stored is None else stored
        return {
            name: value if name == "must_needed" else _each_once(_SEPARATOR.split(value))
            for name, value in known.items()
            if name in {"must", "nice", "must_needed"}
        }

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        rows = list(job.job_skills.select_related("skill"))
        named = {
            need: ", ".join(row.skill.name for row in rows if row.need == need)
            for need in ("must", "nice")
        }
        return {**named, "must_needed": job.must_needed, "add_must": "", "add_nice": ""}


def _each_once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(name for word in words if (name := " ".join(word.split()))))


class TeamForm(forms.Form):
    """A colleague and their part in a job."""

    user = forms.ModelChoiceField(
        User.objects.active(), to_field_name="public_id", label="Colleague", empty_label="Choose"
    )
    part = forms.ChoiceField(
        label="Part", choices=HiringTeamMember.Part.choices, initial="hiring_manager"
    )
    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[str, str] | None:
        """Return the parts that the page showed, by a colleague's key; None: it did not say."""
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else None

    @property
    def was(self) -> str | None:
        """The part that the chosen colleague had on the page, empty for none; None: not known."""
        seen = self.cleaned_data["seen"]
        return None if seen is None else str(seen.get(str(self.cleaned_data["user"].pk), ""))


class TakeOffForm(forms.Form):
    """Who leaves a team, and the part that they had on the page."""

    item = forms.IntegerField()
    part = forms.CharField(required=False, max_length=20)


class StageForm(forms.Form):
    """A stage. What it means in every job is its milestone."""

    name = forms.CharField(max_length=80)
    milestone = forms.TypedChoiceField(label="Means", choices=Milestone.choices, coerce=int)
    candidate_state = forms.ChoiceField(
        label="What the candidate is told", choices=Stage.CandidateState.choices
    )
    hear_by_days = forms.IntegerField(
        label="Hear by, in days",
        min_value=1,
        max_value=180,
        initial=7,
        help_text="Days after which somebody in this stage will have heard from us. One on which"
        " nobody works where they are gives way to the next working day.",
    )


class StageChangeForm(ThreeWayForm, StageForm):
    """A stage that is there already."""


class StageMoveForm(forms.Form):
    """Where a stage goes, and at which position it stood on the page."""

    direction = forms.ChoiceField(choices=[("earlier", "Earlier"), ("later", "Later")])
    position = forms.IntegerField(required=False)


class StageRemoveForm(forms.Form):
    """What the stage was called on the page."""

    name = forms.CharField(required=False, max_length=80)


class TitleForm(forms.Form):
    """The name of a job or template that is made like another one."""

    title = forms.CharField(max_length=200)


class JobFilterForm(forms.Form):
    """Which jobs the list shows, and in which order."""

    SORTS = (
        ("", "Newest first"),
        ("oldest", "Open the longest"),
        ("late", "Most late"),
        ("waiting", "Most people waiting"),
        ("title", "By name"),
    )

    status = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Open"),
            *(choice for choice in Job.Status.choices if choice[0] != Job.Status.TEMPLATE),
            ("all", "All"),
        ],
        widget=forms.HiddenInput,
    )
    q = forms.CharField(label="Name", required=False, max_length=100)
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, to_field_name="public_id", empty_label="Anybody"
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), required=False, to_field_name="name", empty_label="Any office"
    )
    mine = forms.BooleanField(label="Mine: I own them or am on their team", required=False)
    sort = forms.ChoiceField(label="Order", required=False, choices=SORTS)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, jobs: models.QuerySet[Job], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        owner, office = self.fields["owner"], self.fields["office"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(office, forms.ModelChoiceField)  # noqa: S101
        owner.queryset = User.objects.filter(pk__in=jobs.order_by().values("owner"))
        office.queryset = Office.objects.filter(jobs__in=jobs.order_by().values("pk")).distinct()

    def apply(self, jobs: JobQuerySet) -> JobQuerySet:
        """Return those of the jobs that are asked for, of every status."""
        asked = self.cleaned_data
        if asked.get("q"):
            jobs = jobs.filter(title__icontains=asked["q"])
        if asked.get("owner"):
            jobs = jobs.filter(owner=asked["owner"])
        if asked.get("office"):
            jobs = jobs.filter(offices=asked["office"])
        if asked.get("mine"):
            on_team = HiringTeamMember.objects.filter(user=self.by).values("job")
            jobs = jobs.filter(models.Q(owner=self.by) | models.Q(pk__in=on_team))
        return jobs

    @property
    def order(self) -> list[str]:
        """The chosen order; of `with_health`."""
        orders = {
            "oldest": ["opened_at", "pk"],
            "late": ["-late", "-waiting", "pk"],
            "waiting": ["-waiting", "-late", "pk"],
            "title": ["title", "pk"],
        }
        return orders.get(self.cleaned_data.get("sort", ""), ["-opened_at", "-pk"])


def recruiters() -> Any:
    return User.objects.active().with_role(Role.RECRUITER)

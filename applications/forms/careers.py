"""What somebody looks for in the public list of jobs."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Job, Office
from candidates.models import RemotePreference, Seniority

_MODES = [(mode, _(label)) for mode, label in RemotePreference.choices if mode != "any"]


class CareersForm(forms.Form):
    """Filters of the list. Only what some open job has is offered."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    place = forms.ChoiceField(label=_("Place"), required=False)
    kind = forms.ChoiceField(label=_("Kind of work"), required=False)
    mode = forms.ChoiceField(
        label=_("On site or remote"), required=False, choices=[("", _("Any")), *_MODES]
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("Any")), *((level, _(label)) for level, label in Seniority.choices)],
        coerce=int,
        empty_value=None,
    )

    def __init__(self, data: Any, *, jobs: QuerySet[Job]) -> None:
        super().__init__(data)
        places = (
            Office.objects.filter(jobs__in=jobs).order_by("city").values_list("city").distinct()
        )
        kinds = jobs.exclude(family="").order_by("family").values_list("family").distinct()
        for name, rows in (("place", places), ("kind", kinds)):
            found = [(value, value) for (value,) in rows]
            self.fields[name].choices = [("", _("Any")), *found]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """Return what was asked for. A filter that names nothing we have counts as none."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def apply(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        wanted = self.chosen
        for word in wanted.get("q", "").split()[:8]:
            jobs = jobs.filter(
                Q(title__icontains=word)
                | Q(family__icontains=word)
                | Q(description__icontains=word)
                | Q(department__name__icontains=word)
            )
        if place := wanted.get("place"):
            jobs = jobs.filter(pk__in=Office.objects.filter(city=place).values("jobs"))
        if kind := wanted.get("kind"):
            jobs = jobs.filter(family=kind)
        if mode := wanted.get("mode"):
            jobs = jobs.filter(work_mode=mode)
        if level := wanted.get("level"):
            jobs = jobs.filter(
                Q(seniority_from=None) | Q(seniority_from__lte=level),
                Q(seniority_to=None) | Q(seniority_to__gte=level),
            )
        return jobs

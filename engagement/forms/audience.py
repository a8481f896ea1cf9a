"""The gate for what colleagues type about whom a campaign is for."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import QueryDict

from accounts.models import User
from applications.models import Job
from candidates.models import Candidate, TalentPool
from engagement.actions.audience import Entry, entry_of
from engagement.forms.numbers import NumberField
from engagement.models import Campaign

Kind = Campaign.Kind
_ABOUT_NONE = "About no job in particular"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class JobChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """A job by its title, where it is and since when: several have had the same title."""

    def label_from_instance(self, job: Model) -> str:
        assert isinstance(job, Job)  # noqa: S101  (for the types)
        cities = " or ".join(dict.fromkeys(office.city for office in job.offices.all()))
        opened = f"opened {job.opened_at:%B %Y}" if job.opened_at else ""
        return " · ".join(filter(None, [job.title, cities, opened]))


class NewCampaignForm(forms.Form):
    """What kind, about which job and for whom: those picked on another page, or everybody whom the
    rule of that kind finds. Asks only for what the kind needs."""

    kind = forms.ChoiceField(
        choices=Kind.choices, required=False, widget=forms.HiddenInput, initial=Kind.JOB_OPEN
    )
    source_job = JobChoice(
        Job.objects.none(),
        to_field_name="public_id",
        label="Silver medalists of",
        empty_label="Choose a job",
        help_text="They came to its final round, or declined its offer, and were not hired.",
    )
    pool = forms.ModelChoiceField(
        TalentPool.objects.none(), to_field_name="public_id", empty_label="Choose a talent pool"
    )
    job = forms.ModelChoiceField(Job.objects.none(), to_field_name="public_id")
    name = forms.CharField(
        max_length=120,
        required=False,
        help_text="For you and your colleagues. Nobody else sees it.",
    )
    people = forms.ModelMultipleChoiceField(
        Candidate.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args: Any, kind: str, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        is_about_opening = kind == Kind.JOB_OPEN
        self.fields["job"] = JobChoice(
            Job.objects.visible_to(user).open().prefetch_related("offices").order_by("title", "pk"),
            to_field_name="public_id",
            required=is_about_opening,
            label="Job" if is_about_opening else "About which open job?",
            empty_label="Choose a job" if is_about_opening else _ABOUT_NONE,
        )
        self._offer("people", Candidate.objects.visible_to(user))
        if kind == Kind.SILVER:
            met = Job.objects.visible_to(user).exclude(status=Job.Status.DRAFT)
            met = met.prefetch_related("offices").order_by("title", "-opened_at", "pk")
            self._offer("source_job", met)
        else:
            del self.fields["source_job"]
        if kind in {Kind.POOL, Kind.ONE_OFF}:
            self._offer("pool", TalentPool.objects.visible_to(user).open())
            if kind == Kind.ONE_OFF:
                self.fields["pool"].label = "Everybody who is in this talent pool today"
                self.fields["pool"].required = False
        else:
            del self.fields["pool"]

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a model field

    def known_people(self, given: list[str]) -> list[Candidate]:
        """Return those of the picked people whom the colleague may see; what is no id is nobody."""
        ids = [each for each in given if _is_uuid(each)]
        return list(Candidate.objects.visible_to(self.user).filter(public_id__in=ids))


class KindForm(forms.Form):
    """Which kind of campaign the page is about."""

    kind = forms.ChoiceField(choices=Kind.choices, required=False)

    @classmethod
    def chosen(cls, *given: QueryDict) -> str:
        """Return the first that is a kind; else that of a job that opens."""
        for values in given:
            form = cls(values)
            if form.is_valid() and form.cleaned_data["kind"]:
                return str(form.cleaned_data["kind"])
        return str(Kind.JOB_OPEN)


class AudienceForm(forms.Form):
    """Whom the campaign is for, who comes in later, and who leaves again."""

    name = forms.CharField(max_length=120)
    whom = forms.ChoiceField(
        label="Who is considered?", widget=forms.RadioSelect, choices=[("picked", ""), ("fit", "")]
    )
    takes_in_later = forms.BooleanField(label="Also take in people who match later", required=False)
    only_new = forms.BooleanField(
        label="Only those: leave out whoever matches already", required=False
    )
    most_a_day = NumberField(
        label="How many of them a day, at most",
        min_value=1,
        max_value=500,
        help_text="The others wait until the next day.",
    )
    takes_in_until = forms.DateField(
        label="Until which day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: as long as the campaign runs and its job or its pool is open.",
    )
    leaves_with_rule = forms.BooleanField(
        label="Whoever matches no more gets no further message", required=False
    )
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, campaign: Campaign, picked: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("fit", rule_in_words(campaign))]
        if picked is not None:
            people = "1 person" if picked == 1 else f"{picked} people"
            rows.insert(0, ("picked", f"Only the {people} picked by hand"))
        if campaign.kind == Kind.ONE_OFF:
            rows = rows[:1]
            for name in ("takes_in_later", "only_new", "most_a_day", "takes_in_until"):
                del self.fields[name]
            del self.fields["leaves_with_rule"]
        whom = self.fields["whom"]
        whom.choices = rows  # type: ignore[attr-defined]  # a choice field
        entry = entry_of(campaign)
        self.initial = {
            "name": campaign.name,
            "whom": rows[0][0],
            "seen": campaign.audience_fingerprint,
            **vars(entry),
        }

    @property
    def entry(self) -> Entry:
        given = self.cleaned_data
        return Entry(**{name: given[name] for name in vars(Entry()) if name in given})


def rule_in_words(campaign: Campaign) -> str:
    """Say whom the rule of a campaign finds."""
    if campaign.kind == Kind.SILVER and campaign.source_job:
        return f"All silver medalists of {campaign.source_job.title}"
    if campaign.kind == Kind.POOL and campaign.pool:
        return f"Everybody in the talent pool “{campaign.pool.name}”"
    return "Everybody we know who fits the job"

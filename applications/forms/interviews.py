"""The gate for interviews: when, where and with whom; and for what interviewers write."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from applications import clock, letters
from applications.actions.interview_rows import Plan, fingerprint
from applications.actions.scorecards import Said
from applications.interviews import MOST_TIMES, zone_named
from applications.models import (
    Application,
    HiringTeamMember,
    Interview,
    Rating,
    Scorecard,
    Side,
    Stage,
)

_TIMES = [f"time_{number}" for number in range(1, MOST_TIMES + 1)]


class LocalTimeField(forms.CharField):
    """A day and an hour without a zone: by the browser's own control, or typed."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value
        text = (super().to_python(value) or "").replace(" ", "T")
        if not text:
            return None
        try:
            typed = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(
                "Type a day and a time, such as 2026-11-23 15:30.", code="invalid"
            ) from error
        return typed.replace(tzinfo=None, second=0, microsecond=0)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


class InterviewForm(forms.Form):
    """One interview. The times are those of the clock that is chosen beside them."""

    kind = forms.ChoiceField(
        label="Kind", choices=Interview.Kind.choices, widget=forms.RadioSelect, initial="video"
    )
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=600, initial=45)
    zone = forms.ChoiceField(label="On whose clock")
    interviewers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="Who holds it",
        widget=forms.CheckboxSelectMultiple,
        help_text="They read the name, the CV and what to look at until two weeks afterwards.",
        error_messages={"required": "Choose who holds the interview."},
    )
    link = forms.URLField(
        label="Link where you meet",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="For a video interview.",
    )
    place = forms.CharField(
        label="Place where you meet",
        required=False,
        max_length=200,
        help_text="For an interview on site: the address, and where to ask for you.",
    )
    words = forms.CharField(
        label="What the invitation says besides",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as what to bring. The rest of the letter writes itself.",
    )
    move = forms.BooleanField(required=False)
    side = forms.ChoiceField(
        label="Whose wish is another time?",
        choices=[("", "Choose"), *Side.choices],
        required=False,
        help_text="Needed when the time changes. It is counted, and the candidate does not see it.",
    )
    overlaps_accepted = forms.BooleanField(label="I know. Invite all the same.", required=False)
    made_from = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        application: Application,
        user: User,
        interview: Interview | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.interview = application, interview
        team = HiringTeamMember.objects.filter(job=application.job_id, user=OuterRef("pk"))
        staff = User.objects.active().alias(in_team=Exists(team)).order_by("-in_team", "name", "pk")
        interviewers = self.fields["interviewers"]
        assert isinstance(interviewers, forms.ModelMultipleChoiceField)  # noqa: S101  # for the type checker
        interviewers.queryset = staff
        self.fields["zone"] = forms.ChoiceField(
            label="On whose clock", choices=_zones(application, user), initial=user.time_zone
        )
        for number, name in enumerate(_TIMES, start=1):
            self.fields[name] = LocalTimeField(
                label="Time" if number == 1 else f"Or time {number}", required=number == 1
            )
        self.stage = stage_of_interviews(application) if interview is None else None
        if self.stage is None:
            del self.fields["move"]
        else:
            self.fields["move"].label = f"Move to “{self.stage.name}” with it"
            self.fields["move"].initial = True
        if interview is None:
            del self.fields["side"]

    @property
    def time_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in _TIMES]

    @classmethod
    def values_of(cls, interview: Interview, user: User) -> dict[str, Any]:
        zone = zone_named(user.time_zone)
        starts = [interview.starts_at] if interview.starts_at else []
        starts = starts or [time.starts_at for time in interview.times.all()]
        return {
            "kind": interview.kind,
            "minutes": interview.minutes,
            "link": interview.link,
            "place": interview.place,
            "words": interview.words,
            "zone": user.time_zone,
            "made_from": fingerprint(interview),
            "interviewers": [panel.user for panel in interview.panel.all()],
            **{
                name: at.astimezone(zone).replace(tzinfo=None)
                for name, at in zip(_TIMES, starts, strict=False)
            },
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        zone = ZoneInfo(values["zone"]) if values.get("zone") else None
        moments = []
        for name in _TIMES:
            if zone and (typed := values.get(name)):
                try:
                    moments.append(clock.moment_of(typed, zone))
                except clock.NoSuchTimeError:
                    self.add_error(name, _skipped(typed, zone))
                except clock.TwiceError:
                    self.add_error(name, _twice(typed, zone))
        if values.get("kind") == Interview.Kind.ON_SITE and not values.get("place", "").strip():
            self.add_error("place", "Say where you meet.")
        needs_link = values.get("kind") == Interview.Kind.VIDEO and "link" not in self.errors
        if needs_link and not values.get("link"):
            self.add_error("link", "Add the link where you meet.")
        values["times"] = moments
        return values

    def plan(self) -> Plan:
        values = self.cleaned_data
        return Plan(
            kind=values["kind"],
            minutes=values["minutes"],
            times=values["times"],
            interviewers=list(values["interviewers"]),
            place=values["place"],
            link=values["link"],
            words=values["words"],
            overlaps_accepted=values["overlaps_accepted"],
            made_from=values["made_from"],
        )

    def stored(self, user: User) -> list[tuple[str, str]]:
        """Return what the interview says now, as a person compares it: (label, value)."""
        assert self.interview is not None  # noqa: S101  # only of one that is changed
        now = self.values_of(self.interview, user)
        times = [f"{now[name]:%-d %B %Y, %H:%M}" for name in _TIMES if now.get(name)]
        said = {
            "kind": self.interview.get_kind_display(),
            "interviewers": ", ".join(person.name for person in now["interviewers"]),
            "time_1": f"{' or '.join(times)} ({now['zone']})",
            **{name: str(now[name]) for name in ("minutes", "link", "place", "words")},
        }
        return [(str(self.fields[name].label), value or "empty") for name, value in said.items()]

    def stage_to_enter(self) -> Stage | None:
        return self.stage if self.cleaned_data.get("move") else None


class SideForm(forms.Form):
    """Whose wish it is that an interview does not take place."""

    side = forms.ChoiceField(
        choices=Side.choices, error_messages={"required": "Say whose wish it is."}
    )


class SettleForm(forms.Form):
    """How an interview went. `back`: where the button stood."""

    state = forms.ChoiceField(choices=Interview.State.choices)
    back = forms.ChoiceField(choices=[("today", "today")], required=False)


class ScorecardForm(forms.Form):
    """A view of each criterion with its evidence, and of the whole. `submit`: for good.

    Knows nothing of interviews: whoever gives a view of a candidate may use it.
    """

    LEVELS: ClassVar[Any] = Rating.Level
    ASKED: ClassVar[str] = "What did you see or hear?"
    NOT_RATED: ClassVar[str] = "Not asked"

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    recommendation = forms.ChoiceField(
        label="Would you hire this person for this job?",
        choices=Scorecard.Recommendation.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    summary = forms.CharField(
        label="Why, in a few sentences",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The candidate may read this. Write what matters for the job.",
    )

    def __init__(self, *args: Any, criteria: list[str], hints_at: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for number, criterion in enumerate(criteria):
            self.fields[f"level_{number}"] = forms.TypedChoiceField(
                label=criterion,
                choices=[*reversed(self.LEVELS.choices), ("", self.NOT_RATED)],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"evidence_{number}"] = forms.CharField(
                label=f"{self.ASKED} {criterion}",
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        if not self.is_bound:  # a draft may lack anything: what is missing is said at the end
            self.use_required_attribute = False
            for name, field in self.fields.items():
                field.required = name != "version"
        for name, field in self.fields.items():
            if hints_at and (name == "summary" or name.startswith("evidence_")):
                field.widget.attrs |= {
                    "hx-post": hints_at,
                    "hx-trigger": "input changed delay:600ms",
                    "hx-target": "#hints",
                    "hx-swap": "innerHTML",
                }

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [
            (criterion, self[f"level_{number}"], self[f"evidence_{number}"])
            for number, criterion in enumerate(self.criteria)
        ]

    @classmethod
    def values_of(cls, scorecard: Scorecard | None, criteria: list[str]) -> dict[str, Any]:
        if scorecard is None:
            return {}
        ratings = {rating.criterion: rating for rating in scorecard.ratings.all()}
        values: dict[str, Any] = {
            "version": scorecard.version,
            "recommendation": scorecard.recommendation,
            "summary": scorecard.summary,
        }
        for number, criterion in enumerate(criteria):
            if rating := ratings.get(criterion):
                values[f"level_{number}"] = rating.level or ""
                values[f"evidence_{number}"] = rating.evidence
        return values

    def said(self) -> Said:
        values = self.cleaned_data
        return Said(
            recommendation=values["recommendation"],
            summary=values["summary"].strip(),
            ratings=[
                (criterion, values[f"level_{number}"], values[f"evidence_{number}"].strip())
                for number, criterion in enumerate(self.criteria)
            ],
        )

    def texts(self) -> str:
        """Return all that was typed so far, for the hints. Needs no valid form."""
        self.is_valid()
        typed = [
            str(value)
            for name, value in self.cleaned_data.items()
            if name == "summary" or name.startswith("evidence_")
        ]
        return "\n\n".join(typed)


class CriteriaForm(forms.Form):
    """What interviewers of a job look at besides its skills, one a line."""

    MOST = 12
    names = forms.CharField(
        label="What else interviewers look at",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One a line, such as “Explains a risk so that a newcomer understands it”.",
    )

    def clean_names(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["names"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > self.MOST:
            raise ValidationError(f"At most {self.MOST}: nobody rates more with care.")
        if too_long := next((name for name in names if len(name) > 80), ""):
            raise ValidationError(f"“{too_long[:40]}…” is longer than 80 letters. Say it shorter.")
        return names


def stage_of_interviews(application: Application) -> Stage | None:
    """Return the stage in which the candidate is told “Interviewing”, if it lies ahead of them."""
    if application.stage.candidate_state == Stage.CandidateState.INTERVIEWING:
        return None
    later = application.job.stages.of_board().filter(position__gt=application.stage.position)
    return later.filter(candidate_state=Stage.CandidateState.INTERVIEWING).first()


def _zones(application: Application, user: User) -> list[tuple[str, str]]:
    """Return the clocks that matter: mine, the candidate's, those of the job's offices."""
    theirs = letters.zone_of(application).key
    offices = [office.time_zone for office in application.job.offices.all()]
    named = dict.fromkeys([user.time_zone, theirs, *offices])
    whose = {user.time_zone: "mine", theirs: "the candidate’s"}
    if user.time_zone == theirs:
        whose = {theirs: "mine and the candidate’s"}
    return [(zone, _clock_name(zone, whose.get(zone, "an office of the job"))) for zone in named]


def _clock_name(zone: str, whose: str) -> str:
    now = timezone.now().astimezone(zone_named(zone))
    return f"{clock.town_of(zone_named(zone))}, {whose} (now {now:%H:%M})"


def _skipped(typed: datetime, zone: ZoneInfo) -> str:
    return (
        f"The clock in {clock.town_of(zone)} skips {typed:%H:%M} on {typed:%-d %B}: it is put"
        " forward then. Choose another time."
    )


def _twice(typed: datetime, zone: ZoneInfo) -> str:
    return (
        f"The clock in {clock.town_of(zone)} shows {typed:%H:%M} twice on {typed:%-d %B}: it is"
        " put back then. Choose another time."
    )

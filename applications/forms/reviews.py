from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.models import User
from applications import letters
from applications.forms.interviews import ScorecardForm
from applications.models import Application, Review
from candidates.working_days import add_working_days

DAYS_TO_ANSWER = 3  # working days


class ReviewForm(ScorecardForm):
    """A view of each must-have with its evidence, and what whoever gives it recommends."""

    LEVELS: ClassVar[Any] = Review.Level
    ASKED: ClassVar[str] = "What shows it?"
    NOT_RATED: ClassVar[str] = "Cannot say"

    def __init__(self, *args: Any, asked_by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask = f"Unsure – ask {asked_by}" if asked_by else "Unsure"
        labels = {**dict(Review.Recommendation.choices), Review.Recommendation.UNSURE: ask}
        self.fields["recommendation"] = forms.ChoiceField(
            label="Recommendation",
            choices=list(labels.items()),
            widget=forms.RadioSelect,
            required=not self.is_bound,
        )
        why = self.fields["summary"]
        why.label = "Why"
        why.help_text = "Needed if you would not meet them. They may read it."
        if not self.is_bound:
            why.required = False
            for number, _ in enumerate(self.criteria):
                self.fields[f"evidence_{number}"].required = False

    @classmethod
    def values_of_review(cls, review: Review, criteria: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {
            "version": review.version,
            "recommendation": review.recommendation,
            "summary": review.why,
        }
        points = {one["criterion"]: one for one in review.points}
        for number, criterion in enumerate(criteria):
            if point := points.get(criterion):
                values[f"level_{number}"] = point["level"] or ""
                values[f"evidence_{number}"] = point["evidence"]
        return values


class AskForm(forms.Form):
    """Of whom a view is wanted, and by when. Offers the hiring team."""

    reviewer = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="Whom",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose whom to ask."},
    )
    due_on = forms.DateField(
        label="By when",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    words = forms.CharField(
        label="What you want to know",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They read it above the application.",
    )

    def __init__(self, *args: Any, application: Application, by: User, **kwargs: Any) -> None:
        today, place = timezone.localdate(), letters.place_of_job(application.job)
        due_on = add_working_days(today, DAYS_TO_ANSWER, place)
        kwargs.setdefault("initial", {"due_on": due_on})
        super().__init__(*args, **kwargs)
        who = self.fields["reviewer"]
        assert isinstance(who, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        who.queryset = team_to_ask(application).exclude(pk=by.pk)
        self.fields["due_on"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"


class PassOnForm(forms.Form):
    """Who gives the view instead."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label="To whom",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose who is asked instead."},
    )
    words = forms.CharField(
        label="A word to them",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        to.queryset = team_to_ask(review.application)


def team_to_ask(application: Application) -> Any:
    """Return the members of the hiring team who are not asked yet."""
    asked = application.reviews.filter(passed_on_at=None, called_off_at=None).values("reviewer")
    team = User.objects.active().filter(hiring_teams__job=application.job_id)
    return team.exclude(pk__in=asked).exclude(roles__contained_by=["admin", "privacy_officer"])

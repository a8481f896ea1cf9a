"""What is known about a person, and what allows us to keep them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from accounts.forms import time_zone_choices
from accounts.models import Role, User
from candidates.actions.grounds import Evidence
from candidates.forms.days import DateField, PastDateField
from candidates.forms.three_way import ThreeWayForm
from candidates.models import Candidate, RemotePreference, Seniority
from candidates.places import country_choices, language_choices
from candidates.resolving import Said

CONSENT_DAYS = 365


class MoneyField(forms.DecimalField):
    """An amount a year in whole units; cleaned to minor units."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=12, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return value // 100 if value % 100 == 0 else value / 100

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


class DetailsForm(forms.Form):
    """What is known about a person."""

    name = forms.CharField(max_length=200)
    call_name = forms.CharField(
        label="What to call them", max_length=100, required=False, help_text="Used in greetings."
    )
    headline = forms.CharField(max_length=200, required=False)
    current_title = forms.CharField(label="Current job title", max_length=200, required=False)
    current_employer = forms.CharField(max_length=200, required=False)
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    country = forms.ChoiceField(
        choices=lambda: [("", "Not known"), *country_choices()], required=False
    )
    time_zone = forms.ChoiceField(
        choices=lambda: [("", "Not known"), *time_zone_choices()], required=False
    )
    language = forms.ChoiceField(
        choices=lambda: [("", "Not known"), *language_choices()],
        required=False,
        help_text="The one they want to be written to in. Asked, never guessed from a name.",
    )
    seniority = forms.TypedChoiceField(
        choices=[("", "Not known"), *Seniority.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    years = forms.IntegerField(
        label="Years of experience", min_value=0, max_value=70, required=False
    )
    remote_preference = forms.ChoiceField(
        label="Wants to work", choices=[("", "Not said"), *RemotePreference.choices], required=False
    )


class PayForm(forms.Form):
    """What they would like to earn: for those who may see it."""

    salary_expectation = MoneyField(
        label="Wants to earn a year",
        required=False,
        help_text="What they ask for. Never ask or write down what they earned before.",
    )
    salary_currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label="Currency",
        required=False,
        help_text="Three letters, such as GBP.",
        error_messages={"invalid": "A currency is three letters, such as GBP."},
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["salary_currency"] = values.get("salary_currency", "").upper()
        if values.get("salary_expectation") is not None and not values["salary_currency"]:
            self.add_error("salary_currency", "Say in which currency.")
        return values


class EditForm(ThreeWayForm, PayForm, DetailsForm):
    """The page "Edit". `version` is the one that the form was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.CharField(max_length=60, required=False, help_text="Where we know them from.")

    def __init__(self, *args: Any, may_see_pay: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_see_pay:
            del self.fields["salary_expectation"], self.fields["salary_currency"]

    def clean(self) -> dict[str, Any]:
        if "salary_expectation" in self.fields:
            return super().clean()
        return self.cleaned_data

    @classmethod
    def values_of(cls, candidate: Candidate) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name != "version"]
        return {"version": candidate.version, **{name: getattr(candidate, name) for name in names}}


class ProofForm(forms.Form):
    """The proof of a consent or of a notice."""

    wording = forms.CharField(
        label="The exact words",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What they read or heard when they agreed.",
    )
    evidence = forms.CharField(
        label="Where the proof is kept",
        required=False,
        max_length=500,
        help_text="Such as: email of 3 March in the recruiting mailbox; signed form, folder 12.",
    )
    occurred_on = PastDateField(label="On which day", required=False)
    expires_on = DateField(
        label="Until", required=False, help_text="Empty: for a year from that day."
    )

    def proof(self) -> Evidence:
        """Return the proof as typed. Whether it is one, the action says."""
        values = self.cleaned_data
        day = values.get("occurred_on")
        occurred_at = datetime.combine(day, time(), UTC) if day else timezone.now()
        end = values.get("expires_on")
        expires_at = (
            datetime.combine(end, time(), UTC) if end else occurred_at + timedelta(CONSENT_DAYS)
        )
        return Evidence(
            wording=values.get("wording", ""),
            evidence=values.get("evidence", ""),
            occurred_at=occurred_at,
            expires_at=expires_at,
        )


class GrantForm(ProofForm):
    """A consent that somebody gave elsewhere."""

    field_order = ["wording", "occurred_on", "expires_on", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("wording", "evidence", "occurred_on"):
            self.fields[name].required = True


class NoticeForm(ProofForm):
    """That somebody was told that we keep them, by other means than an email of ours."""

    field_order = ["occurred_on", "evidence", "wording"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["expires_on"]
        self.fields["wording"].label = "What they were told, if you have the words"
        self.fields["wording"].help_text = ""
        for name in ("evidence", "occurred_on"):
            self.fields[name].required = True


class NewPersonForm(ProofForm, DetailsForm):
    """Add a person by hand: who, where from, and what allows us to keep them."""

    CONSENT, NOTICE, NOTHING = "consent", "notice", "nothing"

    email = forms.EmailField(required=False)
    source = forms.CharField(
        max_length=60, help_text="Where we know them from: a fair, a referral, their own mail."
    )
    basis = forms.ChoiceField(
        label="What have they been told?",
        widget=forms.RadioSelect,
        choices=[
            (CONSENT, "They agreed to be kept and to get job emails. I have the proof."),
            (NOTICE, "They were told that we keep their details. No job emails."),
            (NOTHING, "Nothing yet. No job emails."),
        ],
    )
    field_order = [
        "name",
        "call_name",
        "email",
        "source",
        "current_title",
        "current_employer",
        "city",
        "country",
        "basis",
        "wording",
        "occurred_on",
        "expires_on",
        "evidence",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in self.field_order:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        needed = {
            self.CONSENT: ("wording", "occurred_on", "evidence"),
            self.NOTICE: ("occurred_on", "evidence"),
        }.get(values.get("basis", ""), ())
        for name in needed:
            if not values.get(name) and name not in self.errors:
                self.add_error(name, "Needed for what you chose above.")
        return values

    @property
    def person_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in ProofForm.base_fields]

    @property
    def proof_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in ProofForm.base_fields]

    def said(self) -> Said:
        """Return what is asked whether we know them."""
        values = self.cleaned_data
        return Said(
            name=values["name"],
            emails=(values["email"],) if values["email"] else (),
            employer=values["current_employer"],
            title=values["current_title"],
            city=values["city"],
            country=values["country"],
        )

    def for_action(self) -> dict[str, Any]:
        """Return the arguments of `create_candidate`."""
        proof_fields = set(ProofForm.base_fields) | {"basis"}
        values = {k: v for k, v in self.cleaned_data.items() if k not in proof_fields}
        basis = self.cleaned_data["basis"]
        if basis == self.CONSENT:
            values["consent"] = self.proof()
        elif basis == self.NOTICE:
            values["notice"] = self.proof()
        return values


class EmailForm(forms.Form):
    address = forms.EmailField(label="Email address")


class PhoneForm(forms.Form):
    number = forms.CharField(label="Phone number", max_length=40)


class LinkForm(forms.Form):
    url = forms.CharField(label="Web address", max_length=500)


class SkillForm(forms.Form):
    spelling = forms.CharField(label="Skill", max_length=100)


class OwnerForm(ThreeWayForm):
    """Who looks after a person. Offers the recruiters with an open account."""

    owner = forms.ModelChoiceField(
        User.objects.none(), to_field_name="public_id", required=False, empty_label="Nobody",
        label="Looked after by",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = User.objects.active().with_role(Role.RECRUITER)

    @classmethod
    def values_of(cls, candidate: Candidate) -> dict[str, Any]:
        return {"owner": candidate.owner.public_id if candidate.owner else None}


class ObjectionForm(forms.Form):
    scope = forms.ChoiceField(
        label="They object to",
        widget=forms.RadioSelect,
        choices=[
            ("nurture", "Job emails"),
            ("pool", "Job emails, and being kept for other jobs"),
        ],
    )
    evidence = forms.CharField(
        label="How they said it",
        required=False,
        max_length=500,
        help_text="Such as: on the phone today. A reason is never needed.",
    )


class PickForm(forms.Form):
    """A button beside one thing of many: names it in the form, never in the address."""

    def __init__(self, *args: Any, choices: models.QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = forms.ModelChoiceField(choices)

"""What colleagues may type about themselves, each other and the organisation."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import Organisation, Role, User
from accounts.models.audit import AuditEventQuerySet


def time_zone_choices() -> list[tuple[str, str]]:
    """Every zone by its place, "Etc" and bare abbreviations left out but for UTC."""
    zones = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
    )
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]


class SignInForm(forms.Form):
    """One message for an unknown address, a wrong password and a closed account."""

    email = forms.EmailField(
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def check_password(self, request: HttpRequest) -> User | None:
        """Return the user, or add the one error. An unknown address costs a hash too."""
        user = authenticate(
            request,
            username=self.cleaned_data["email"],
            password=self.cleaned_data["password"],
        )
        if isinstance(user, User):
            return user
        self.add_error(None, "That email address and password do not belong together.")
        return None


class NewPasswordForm(forms.Form):
    new_password = forms.CharField(
        strip=False,
        max_length=200,
        help_text=" ".join(password_validators_help_texts()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same again",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("new_password") != values.get("again") and "again" in values:
            self.add_error("again", ValidationError("The two are not the same.", code="differ"))
        return values


class ChangePasswordForm(NewPasswordForm):
    current_password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ["current_password", "new_password", "again"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_current_password(self) -> str:
        password: str = self.cleaned_data["current_password"]
        if not self.user.check_password(password):
            raise ValidationError("That is not your current password.", code="wrong_password")
        return password


class ConfirmForm(forms.Form):
    """The password again, before something that cannot be taken back."""

    password = forms.CharField(
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def is_right(self) -> bool:
        """Say whether it is their password; if not, the form says so."""
        if self.user.check_password(self.cleaned_data["password"]):
            return True
        self.add_error("password", "That is not your password.")
        return False


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    time_zone = forms.ChoiceField(choices=time_zone_choices)

    class Meta:
        model = User
        fields = ["name", "title", "time_zone", "shortcuts_enabled"]


class EmailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a colleague is told by email."""

    class Meta:
        model = User
        fields = ["daily_email", "wants_reminders"]
        widgets = {"daily_email": forms.RadioSelect}


class UserForm(forms.Form):
    """A colleague as an admin sees them."""

    name = forms.CharField(max_length=200)
    title = forms.CharField(
        max_length=200, required=False, help_text="Shown to candidates, such as “Recruiter”."
    )
    team = forms.CharField(
        max_length=60,
        required=False,
        help_text="Recruiters of one team read each other’s private notes.",
    )
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Roles add up. An admin sees no candidates unless also a recruiter.",
    )


class ButtonForm(forms.Form):
    """A button without fields: carries the refusal of its action back to the page."""


class InviteForm(UserForm):
    email = forms.EmailField(help_text="What they sign in with.")
    field_order = ["name", "email", "title", "team", "roles"]


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    time_zone = forms.ChoiceField(choices=time_zone_choices)
    privacy_url = forms.URLField(
        label="Address of your privacy notice",
        required=False,
        assume_scheme="https",
        help_text="Linked from the page about it on the careers site.",
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "legal_name",
            "postal_address",
            "privacy_email",
            "privacy_url",
            "shows_record",
            "shows_response",
            "first_answer_days",
            "mail_domain",
            "letters_from",
            "job_emails_from",
            "time_zone",
            "country",
            "language",
            "two_people_approve",
            "campaign_emails_per_day",
            "asks_how_it_was",
            "answer_after_interview_days",
            "escalation_days",
        ]
        help_texts = {
            "legal_name": "The company that employs people, as registered.",
            "asks_how_it_was": "Some days after they know how it ended: four questions by email,"
            " one reminder, at most once in six months. Colleagues read totals only.",
            "postal_address": "Stands at the end of every email.",
            "country": "Two letters, such as GB.",
            "language": "Two letters, such as en.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["answer_after_interview_days"]
        days.help_text += f" Empty: {settings.ANSWER_AFTER_INTERVIEW_DAYS}, as installed."

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].strip().upper()
        if len(country) != 2 or not country.isalpha():
            raise ValidationError("A country is two letters, such as GB.", code="country")
        return country

    def clean_mail_domain(self) -> str:
        domain: str = self.cleaned_data["mail_domain"].strip().strip(".").lower()
        if domain and ("@" in domain or "." not in domain or "/" in domain or " " in domain):
            raise ValidationError(
                "A domain looks like company.example: no address, no slash.", code="domain"
            )
        return domain

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        domain = values.get("mail_domain")
        for field in ("letters_from", "job_emails_from"):
            sender = values.get(field)
            if domain and sender and not _belongs_to(sender, domain):
                self.add_error(
                    field, f"This address is not at {domain}: mail programs would distrust it."
                )
        return values


class AuditFilterForm(forms.Form):
    """Which entries of the audit trail to show. Every field may stay empty."""

    who = forms.CharField(required=False, max_length=254, label="Who (email or task)")
    what = forms.ChoiceField(
        required=False,
        label="What",
        choices=[
            ("", "Anything"),
            ("user.", "Colleagues and sign-in"),
            ("organisation.", "Organisation"),
            ("candidate.", "People"),
            ("job.", "Jobs"),
            ("application.", "Applications"),
            ("letter", "Letters and their templates"),
            ("campaign.", "Campaigns"),
            ("read.", "Looking at what is guarded"),
        ],
    )
    subject = forms.CharField(required=False, max_length=64, label="Record number")
    before = forms.RegexField(r"^\d{1,19}$", required=False, widget=forms.HiddenInput)

    def apply(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        if not self.is_valid():
            return events
        values = self.cleaned_data
        if values["who"]:
            events = events.filter(actor=values["who"].strip().lower())
        if values["what"]:
            events = events.filter(verb__startswith=values["what"])
        if values["subject"]:
            events = events.filter(subject_id=values["subject"].strip())
        if values["before"]:
            events = events.before(int(values["before"]))
        return events


def _belongs_to(address: str, domain: str) -> bool:
    host = address.rpartition("@")[2].lower()
    return host == domain or host.endswith(f".{domain}")

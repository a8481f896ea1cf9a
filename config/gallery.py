"""What the component gallery shows: a form in both states and rows for lists."""

from django import forms
from django.core.exceptions import ValidationError


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Full name", help_text="As the person writes it.")
    email = forms.EmailField(label="Email address", required=False)
    stage = forms.ChoiceField(label="Stage", choices=[("", "Choose…"), ("screen", "Screen")])
    often = forms.ChoiceField(
        label="How often?",
        widget=forms.RadioSelect,
        choices=[("week", "At most one a week"), ("month", "Once a month")],
    )
    places = forms.MultipleChoiceField(
        label="Places",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("bristol", "Bristol"), ("remote", "Remote")],
        help_text="Leave all empty for any place.",
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    file = forms.FileField(label="CSV file", required=False)
    agree = forms.BooleanField(label="The candidate may read this note", required=False)

    def clean(self) -> None:
        if not self.cleaned_data.get("name"):
            raise ValidationError("The job is closed, so nobody can be added.", code="job_closed")


def context() -> dict[str, object]:
    return {
        "form": GalleryForm(),
        "broken_form": GalleryForm({"email": "not an address", "stage": "moon"}),
        "tones": ["good", "warn", "bad", "info", "accent", "quiet"],
        "states": ["draft", "open", "running", "paused", "sent", "failed", "hired", "uncertain"],
        "people": [
            ("Rosa Osei", "Senior Electrician · Bristol"),
            ("J. Halloran-O’Neil-d’Arc", "Turbine Technician · Cardiff"),
            ("Wulandari", "Data Analyst · remote"),
            ("Dr Ana Maria de los Angeles Ruiz-Cortes y Pena", "Marine Engineer · Vigo"),
            ("李文", "Data Analyst · Bristol"),
            ("كريم حداد", "Electrician · Marseille"),
        ],
        "builder_steps": [("Audience", "#steps"), ("Message", ""), ("Check", ""), ("Approve", "")],
        "tab_rows": [
            {"label": "Overview", "href": "#tabs", "current": False, "count": None},
            {"label": "People you already know", "href": "#tabs", "current": True, "count": 37},
            {"label": "Board", "href": "#tabs", "current": False, "count": 12},
        ],
        "lines": "123",
    }

from typing import Any

from django import forms

from applications.models import Job
from applications.models.jobs import JobQuerySet


class ModeForm(forms.Form):
    """Which job is looked through, which stage of it, and who is shown now."""

    job = forms.ModelChoiceField(Job.objects.none(), to_field_name="public_id")
    stage = forms.UUIDField(required=False)
    at = forms.UUIDField(required=False)
    later = forms.UUIDField(required=False)

    def __init__(self, *args: Any, jobs: JobQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        job = self.fields["job"]
        assert isinstance(job, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        job.queryset = jobs


class StepForm(forms.Form):
    """In which stage the application stood when it was read."""

    seen = forms.UUIDField()


class LaterForm(forms.Form):
    until = forms.DateField(
        label="On a day instead",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class UndoForm(forms.Form):
    change = forms.IntegerField()

"""The gate for files: several at once, each with its own answer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from candidates.documents.kinds import ACCEPT, MOST_BYTES, MOST_FILES


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. An empty one is left to the check by content, which names it."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        files = [file for file in data or [] if file]
        if not files:
            raise ValidationError("Choose a file first.", code="required")
        if len(files) > MOST_FILES:
            raise ValidationError(
                f"Choose at most {MOST_FILES} files at once.", code="too_many_at_once"
            )
        return files


class FilesForm(forms.Form):
    file = FilesField(
        label="New files",
        help_text=f"PDF, DOCX, ODT, RTF or TXT, {MOST_BYTES // 1024 // 1024} MB each. Several"
        " at once, or drop them here.",
        widget=FilesInput(attrs={"accept": ACCEPT, "multiple": True}),
    )


class DecisionForm(forms.Form):
    """Add this, or not this one."""

    ADD, DISMISS = "add", "dismiss"

    decision = forms.ChoiceField(choices=[(ADD, "Add"), (DISMISS, "Not this one")])

    def __init__(self, *args: Any, choices: "models.QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = forms.ModelChoiceField(choices)

    @property
    def is_wanted(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.ADD)


class SkillsForm(forms.Form):
    """All the skills that were shown."""

    def __init__(self, *args: Any, choices: "models.QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = forms.ModelMultipleChoiceField(choices)

    @property
    def shown(self) -> list[int]:
        return [finding.pk for finding in self.cleaned_data["item"]]

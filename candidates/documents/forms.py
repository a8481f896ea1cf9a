"""The gate for files: several at once, each with its own answer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

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
        label="Add files",
        help_text=f"PDF, DOCX, ODT or TXT, {MOST_BYTES // 1024 // 1024} MB each. Several at once,"
        " or drop them here.",
        widget=FilesInput(attrs={"accept": ACCEPT, "multiple": True}),
    )

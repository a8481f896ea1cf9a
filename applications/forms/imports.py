"""The gate for an import: the file, what its columns mean, and the buttons."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from candidates.imports.columns import FIELDS
from candidates.imports.reading import MOST_BYTES
from candidates.models import Import


class UploadForm(forms.Form):
    """The file itself; what is in it is read by `candidates.imports.reading`."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"At most {MOST_BYTES // 1024 // 1024} MB and 500,000 people. The first line"
        " names the columns.",
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty.",
            "missing": "Choose a file first.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                f"This file is larger than {MOST_BYTES // 1024 // 1024} MB, which is the most one"
                " import takes. Cut it in parts and import each.",
                code="too_large",
            )
        return file

    @property
    def file_name(self) -> str:
        """The name without any folder a browser or an attacker put before it."""
        name = str(self.cleaned_data["file"].name or "").replace("\\", "/")
        return PurePath(name).name.replace("\x00", "") or "people.csv"


class MappingForm(forms.Form):
    """One choice for each column of the file, and what the whole file needs to be told."""

    day_order = forms.ChoiceField(
        label="Is 03/04/2025 the third of April or the fourth of March?",
        choices=[("day", "The third of April (day first)"), ("month", "The fourth of March")],
        initial="day",
        widget=forms.RadioSelect,
    )
    consent_wording = forms.CharField(
        label="The words they agreed to",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only where the file has no column for it. Without a day, the exact words and"
        " where it was given, nobody in this file may be sent job emails.",
    )

    def __init__(self, *args: Any, run: Import, samples: list[list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Leave out"), *((field, label) for field, (label, _) in FIELDS.items())]
        self.columns: list[dict[str, Any]] = []
        for position, header in enumerate(run.columns):
            name = f"column_{position}"
            self.fields[name] = forms.ChoiceField(
                label=header or f"Column {position + 1}",
                choices=choices,
                required=False,
                initial=run.mapping.get(str(position), ""),
            )
            values = [row[position] for row in samples if position < len(row) and row[position]]
            self.columns.append({"name": name, "samples": values[:3]})

    @property
    def mapping(self) -> dict[str, str]:
        return {
            str(position): self.cleaned_data[column["name"]]
            for position, column in enumerate(self.columns)
            if self.cleaned_data[column["name"]]
        }

    @property
    def column_rows(self) -> list[dict[str, Any]]:
        """Each column's field with sample cells, for the table on the page."""
        return [{"field": self[c["name"]], "samples": c["samples"]} for c in self.columns]


class ButtonForm(forms.Form):
    """A button: nothing to fill in, but a place for the refusal."""

"""The gate for what a colleague writes first, to one person."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict

from engagement.actions.personal import MOST_SUBJECT, MOST_TEXT


class PersonalForm(forms.Form):
    """One email. `key` is the form's own, so that a second press of the button writes no second."""

    subject = forms.CharField(
        max_length=MOST_SUBJECT, error_messages={"required": "Say what it is about."}
    )
    text = forms.CharField(
        label="Your email",
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Below it stands how to stop emails and, where nobody told them yet, that we"
        " keep their details. Answers come to Replies.",
        error_messages={"required": "Write something first."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    @classmethod
    def kept(cls, posted: QueryDict) -> "PersonalForm":
        """Return a fresh form with what was typed, judging nothing."""
        return cls(initial={name: posted.get(name, "") for name in ("subject", "text")})

    @property
    def is_typed(self) -> bool:
        """Say whether there is anything in the box that could be lost."""
        return self.is_bound or any(self.initial.get(name) for name in ("subject", "text"))

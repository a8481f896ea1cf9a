"""Forms that strangers fill in: what tells a person from a script, without asking anybody anything.

A signed moment stands in the form: sent back within three seconds, it was no person. A field that
nobody sees must stay empty. Both answers say what to do, keep what was typed, and let a person who
was taken for a script send the form again. There is no puzzle.
"""

import time
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SOONEST = 3  # seconds
LATEST = 7 * 24 * 3600
_SALT = "accounts.humans"


def make_stamp(*, at: float | None = None) -> str:
    """Return the proof that a form was shown, and when; with an id that makes each form one."""
    shown = int(time.time() if at is None else at)
    return signing.dumps([uuid.uuid4().hex, shown], salt=_SALT)


class HumanForm(forms.Form):
    """A form for strangers. `form_id` tells two sendings of one form from two forms."""

    stamp = forms.CharField(
        label=_("This page"), widget=forms.HiddenInput, required=False, max_length=200
    )
    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_id: uuid.UUID

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.next_stamp = make_stamp()
        super().__init__(data, *args, **kwargs)
        self.fields["stamp"].initial = self.next_stamp

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise ValidationError(
                _("This field must stay empty: only scripts fill it in. Clear it and send again."),
                code="trap",
            )
        return ""

    def clean_stamp(self) -> str:
        stamp: str = self.cleaned_data["stamp"]
        try:
            form_id, shown = signing.loads(stamp, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise self._again(
                gettext("This page was not whole. Please send the form once more.")
            ) from None
        age = time.time() - shown
        if age > LATEST:
            raise self._again(
                gettext("This page was open for more than a week. Please send the form once more.")
            )
        if age < SOONEST:
            self.next_stamp = stamp  # its time goes on: pressed once more, it counts
            raise self._again(
                gettext("That was faster than a person can be. Please send the form once more.")
            )
        self.next_stamp = stamp
        self.form_id = uuid.UUID(form_id)
        return stamp

    @staticmethod
    def _again(why: str) -> ValidationError:
        return ValidationError(why, code="stamp")

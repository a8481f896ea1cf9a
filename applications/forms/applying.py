"""The gate for somebody who applies: three things are needed, the rest may be left out."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.humans import HumanForm
from applications.actions.applying import Sent
from applications.consent import Offer
from applications.models import Question
from candidates.documents.kinds import ACCEPT, MOST_BYTES, clean_name, kind_of
from candidates.identity import canonical_phone, tidy_name

FEW = 6  # answers up to this many stand beside each other; more of them in a menu
_TO_THEM = {  # what documents.kinds says to colleagues, said to the sender
    "empty": _("This file is empty. Save it once more, then choose it again."),
    "disguised": _("The name of this file has two endings. Rename it, then choose it again."),
}
_is_web_address = URLValidator(schemes=["http", "https"])


def checked_name(name: str) -> str:
    """Return a name as it is kept. Raises ValidationError: no letter, or a picture, in it."""
    name = tidy_name(name)
    if any(unicodedata.category(char) in {"So", "Sk", "Cs", "Co", "Cc"} for char in name):
        raise ValidationError(_("Leave pictures and symbols out of your name."), code="symbols")
    if any(mark in name.casefold() for mark in ("://", "www.", "@")):
        raise ValidationError(_("Write only your name here."), code="address")
    if not any(char.isalpha() for char in name):
        raise ValidationError(_("Write your name in letters, of any alphabet."), code="no_letters")
    return name


class ApplyForm(HumanForm):
    """What somebody sends to apply. The file is checked by its content."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Give your name.")},
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We write to you there about this application."),
        error_messages={
            "required": _("Give the address that we should answer to."),
            "invalid": _("That is not an email address. It looks like name@mail.example."),
        },
    )
    file = forms.FileField(
        label=_("Your CV"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, DOCX, ODT, RTF or TXT, up to 10 MB."),
        allow_empty_file=True,  # named by the check of its content
    )
    link = forms.CharField(
        label=_("Or a link to your CV or profile"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url", "dir": "ltr"}),
        help_text=_("A file or a link is enough."),
    )
    phone = forms.CharField(
        label=_("Your phone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"}),
    )
    note = forms.CharField(
        label=_("Anything else we should know"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    job_emails = forms.BooleanField(required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, questions: Sequence[Question], offer: Offer
    ) -> None:
        super().__init__(data, files)
        self.questions, self.offer = questions, offer
        self.fields["job_emails"].label = offer.wording
        for question in questions:
            self.fields[_key(question)] = _field(question)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The questions of this job, in their order."""
        return [self[_key(question)] for question in self.questions]

    @property
    def had_file(self) -> bool:
        """A file was chosen and must be chosen again: no browser keeps it."""
        return self.is_bound and bool(self.files.get("file")) and not self.has_error("file")

    @property
    def is_trapped(self) -> bool:
        return self.is_bound and self.has_error("homepage")

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and len(canonical_phone(phone).lstrip("+")) < 5:
            raise ValidationError(
                _(
                    "That is not a phone number. Write it with the country, such as"
                    " +44 117 496 0000."
                ),
                code="not_a_phone",
            )
        return phone

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"].strip()
        link = f"https://{link}" if link and "://" not in link else link
        if link:
            try:
                _is_web_address(link)
            except ValidationError:
                raise ValidationError(
                    _("That is not a web address. It looks like https://site.example/you."),
                    code="not_a_link",
                ) from None
        return link

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file:
            return None
        content = file.read(MOST_BYTES + 1)  # one byte too many is enough to be told so
        try:
            kind_of(clean_name(file.name), content)
        except ValidationError as refusal:
            words = _TO_THEM.get(str(refusal.code), refusal.messages[0])
            raise ValidationError(words, code=refusal.code) from None
        return clean_name(file.name), content

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (
            not {"file", "link"} & set(self.errors)
            and not values.get("file")
            and not values["link"]
        ):
            self.add_error("file", _("Choose a file, or give a link below instead."))
        return values

    def for_action(self) -> Sent:
        values = self.cleaned_data
        file_name, content = values["file"] or ("", b"")
        return Sent(
            form_id=self.form_id,
            name=values["name"],
            email=values["email"],
            phone=values["phone"],
            link=values["link"],
            note=values["note"].strip(),
            file_name=file_name,
            content=content,
            answers=[(question, values[_key(question)].strip()) for question in self.questions],
            wants_job_emails=self.offer if values["job_emails"] else None,
        )


def _key(question: Question) -> str:
    return f"q-{question.public_id}"


def _field(question: Question) -> forms.CharField | forms.ChoiceField:
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": question.help,
        "required": question.is_required,
    }
    if offered := question.offered:
        common["error_messages"] = {"required": _("Choose an answer.")}
        if len(offered) <= FEW:
            rows = [(answer, answer) for answer in offered]
            return forms.ChoiceField(choices=rows, widget=forms.RadioSelect, **common)
        rows = [("", gettext("Choose")), *((answer, answer) for answer in offered)]
        return forms.ChoiceField(choices=rows, **common)
    common["error_messages"] = {"required": _("Answer this question.")}
    if question.kind == Question.Kind.LONG:
        widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        return forms.CharField(max_length=5000, widget=widget, **common)
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs={"dir": "auto"}), **common)

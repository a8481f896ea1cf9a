"""What an admin may say about the sending domain."""

import re

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation
from engagement.models import SendingDomain

_SELECTOR = re.compile(r"[a-z0-9]([-_.a-z0-9]*[a-z0-9])?", re.IGNORECASE)
_MECHANISM = re.compile(r"(include|a|mx|ip4|ip6|exists)(:\S+)?|redirect=\S+", re.IGNORECASE)
MOST_SELECTORS = 5


class SendingDomainForm(forms.Form):
    selectors = forms.CharField(
        label="Selectors of our signature (DKIM)",
        required=False,
        max_length=300,
        help_text="Stand in the settings of your mail provider, and after s= in the"
        " DKIM-Signature of an email. Several with spaces between them.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    mechanism = forms.CharField(
        label="What the SPF record is to name",
        required=False,
        max_length=200,
        help_text="As your mail provider writes it, such as include:spf.provider.example.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    demands_ready_domain = forms.BooleanField(
        label="Send job emails only while the domain is ready",
        required=False,
        help_text="Letters and answers leave all the same: people wait for them.",
    )

    @classmethod
    def initial_of(cls, row: SendingDomain | None, organisation: Organisation) -> dict[str, object]:
        return {
            "selectors": " ".join(row.selectors) if row else "",
            "mechanism": row.mechanism if row else "",
            "demands_ready_domain": organisation.demands_ready_domain,
        }

    def clean_selectors(self) -> list[str]:
        found = list(dict.fromkeys(self.cleaned_data["selectors"].replace(",", " ").split()))
        if len(found) > MOST_SELECTORS:
            raise ValidationError(f"At most {MOST_SELECTORS} selectors.", code="too_many")
        for selector in found:
            if len(selector) > 63 or not _SELECTOR.fullmatch(selector):
                raise ValidationError(
                    f"“{selector}” is no selector: it is a short word, such as s1 or mail2026.",
                    code="selector",
                )
        return found

    def clean_mechanism(self) -> str:
        mechanism: str = self.cleaned_data["mechanism"].strip()
        if mechanism and not _MECHANISM.fullmatch(mechanism):
            raise ValidationError(
                "One part of an SPF record, such as include:spf.provider.example or ip4:192.0.2.1.",
                code="mechanism",
            )
        return mechanism

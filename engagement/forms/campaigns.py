"""The gate for what colleagues do with a campaign under way."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from engagement import arbiter
from engagement.models import Decision


class ButtonForm(forms.Form):
    """A button: nothing to fill in, but a place for the refusal."""


class SettleForm(forms.Form):
    """What a person found out about an email of which nobody knew whether it left."""

    answer = forms.ChoiceField(choices=[("arrived", "It arrived"), ("again", "Send it again")])

    @property
    def arrived(self) -> bool:
        return bool(self.cleaned_data["answer"] == "arrived")


class PeopleFilterForm(forms.Form):
    """Which of a campaign's people to list. An unknown value lists everybody."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "Everybody who was considered"),
            ("sent", "Those who got it"),
            ("waiting", "Those who will get it"),
            ("not", "Those who did not or will not"),
        ],
    )
    reason = forms.ChoiceField(
        label="Reason",
        required=False,
        choices=[("", "Any"), *((code, words) for code, words in arbiter.SHORT.items())],
    )

    def apply(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        """Narrow decisions that carry the state and reason of their message."""
        self.full_clean()
        chosen: dict[str, Any] = self.cleaned_data
        kept_back = Q(allowed=False) | Q(
            message_state__in=["withheld", "expired", "failed", "bounced"]
        )
        if chosen.get("show") == "not":
            decisions = decisions.filter(kept_back)
        elif chosen.get("show") == "sent":
            got = ["handed", "delivered", "complained", "uncertain"]
            decisions = decisions.filter(Q(message_state__in=got))
        elif chosen.get("show") == "waiting":
            waits = ["planned", "due", "claimed", "armed"]
            decisions = decisions.filter(Q(allowed=True, message_state__in=waits))
        if code := chosen.get("reason"):
            decisions = decisions.filter(Q(message_reason=code) | Q(allowed=False, reasons__0=code))
        return decisions

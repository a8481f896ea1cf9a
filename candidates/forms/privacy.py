"""The gate for what privacy officers type."""

from typing import Any

from django import forms

from candidates.actions.pool_bases import Grounds
from candidates.forms.days import DateField
from candidates.forms.three_way import ThreeWayForm
from candidates.models import ArchiveReason, PoolBasis
from candidates.policies import Policy, Span


class ArchiveFilterForm(forms.Form):
    """Whom to look for in the archive. Every field may stay empty."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Name or email address",
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        required=False, label="Why they are here", choices=[("", "Any"), *ArchiveReason.choices]
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that could be understood; the rest stays out without a fuss."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class OpenForm(forms.Form):
    reason = forms.CharField(
        label="Why you open it",
        max_length=300,
        help_text="Such as: a question of theirs, a claim, a request of an authority.",
    )


class RestoreForm(forms.Form):
    why = forms.CharField(
        label="What allows us to use their details again",
        max_length=300,
        help_text="Such as: they applied again on 3 May. It goes on their timeline.",
    )


class PageForm(forms.Form):
    """The number of a page in the address; anything else is the first."""

    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def number(self) -> int:
        return self.cleaned_data["page"] or 1 if self.is_valid() else 1


class HoldForm(forms.Form):
    matter = forms.CharField(max_length=120, help_text="Such as: claim 14/2026.")
    reason = forms.CharField(
        label="Why it needs this record", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_on = DateField(label="Look again on", help_text="Within a year.")


class ReviewForm(forms.Form):
    """was: the day to look again when the page was made."""

    review_on = DateField(label="Still needed; look again on")
    was = DateField(required=False, widget=forms.HiddenInput)


class LiftForm(forms.Form):
    """was: as in `ReviewForm`."""

    why = forms.CharField(label="Why it is no longer needed", max_length=500)
    was = DateField(required=False, widget=forms.HiddenInput)


_FOR_INTEREST = "Needed for a legitimate interest."
_FOR_SALE = "Needed for a soft opt-in."


def _long(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
    )


class PolicyForm(ThreeWayForm):
    """The figures of one row of the pack. `version` is the one that the form was made from."""

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    evidence_months = forms.IntegerField(
        label="After a decision, without a yes of theirs: months",
        required=False,
        min_value=0,
        max_value=120,
        help_text="Leave months and days empty where no law ends it.",
    )
    evidence_days = forms.IntegerField(label="and days", required=False, min_value=0, max_value=366)
    pool_months = forms.IntegerField(label="With their consent: months", min_value=1, max_value=120)
    unasked_months = forms.IntegerField(
        label="Never applied and never asked: months", min_value=1, max_value=120
    )
    keep_months = forms.IntegerField(
        label="Must be kept at least: months",
        required=False,
        min_value=0,
        max_value=120,
        help_text="In the restricted archive, once nothing else allows to keep it.",
    )
    reason = forms.CharField(
        label="Who decided it, and on what ground",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def values_of(cls, policy: Policy) -> dict[str, Any]:
        return {
            "evidence_months": policy.evidence.months if policy.evidence else None,
            "evidence_days": (policy.evidence.days or None) if policy.evidence else None,
            "pool_months": policy.pool.months,
            "unasked_months": policy.unasked.months or 1,
            "keep_months": policy.keep.months if policy.keep else None,
            "reason": policy.source if policy.is_changed else "",
            "version": policy.version,
        }

    def for_action(self) -> dict[str, Any]:
        values = self.cleaned_data
        months, days = values["evidence_months"] or 0, values["evidence_days"] or 0
        return {
            "evidence": Span(months, days) if months or days else None,
            "pool": Span(months=values["pool_months"]),
            "unasked": Span(months=values["unasked_months"]),
            "keep": Span(months=values["keep_months"]) if values["keep_months"] else None,
            "reason": values["reason"],
            "version": self.seen_version,
        }


class PoolBasisForm(ThreeWayForm):
    """What, besides consent, may carry keeping a profile; who answers for it, and why.

    `version` is the one that the form was made from.
    """

    CONSENT = "consent"

    version = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Keep profiles on",
        widget=forms.RadioSelect,
        choices=[
            (CONSENT, "Their consent alone"),
            (
                PoolBasis.Kind.LEGITIMATE_INTEREST,
                "Consent, or a legitimate interest that was assessed: six months, no job emails",
            ),
            (
                PoolBasis.Kind.SOFT_OPT_IN,
                "Consent, or a soft opt-in of customers. Never of people who applied",
            ),
        ],
    )
    purpose = _long("What the interest is", _FOR_INTEREST)
    necessity = _long("Why nothing milder would do", _FOR_INTEREST)
    balance = _long("Why their interest does not weigh more", _FOR_INTEREST)
    reviewer = forms.CharField(
        label="Who reviewed it", required=False, max_length=200, help_text=_FOR_INTEREST
    )
    review_on = DateField(label="To be reviewed again on", required=False, help_text=_FOR_INTEREST)
    notice_version = forms.CharField(
        label="Version of the notice that they get",
        required=False,
        max_length=40,
        help_text=_FOR_INTEREST,
    )
    months = forms.IntegerField(
        label="For how many months",
        min_value=1,
        initial=PoolBasis.MOST_MONTHS,
        help_text="Six at most.",
    )
    sale_context = _long("What is sold, and to whom", _FOR_SALE)
    similar_product = _long("What about a job is similar to it", _FOR_SALE)
    opt_out = _long("The way out that was shown when you got the address", _FOR_SALE)

    @classmethod
    def values_of(cls, row: PoolBasis | None) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name not in {"kind", "version"}]
        if row is None:
            empty = {name: getattr(cls.base_fields[name], "empty_value", None) for name in names}
            return {**empty, "kind": cls.CONSENT, "months": PoolBasis.MOST_MONTHS, "version": ""}
        known = {name: getattr(row, name) for name in names}
        return {**known, "kind": row.kind, "version": row.version}

    def grounds(self) -> Grounds:
        names = self.cleaned_data.keys() - {"kind", "version"}
        return Grounds(**{name: self.cleaned_data[name] for name in names})


class VetoForm(forms.Form):
    reason = forms.CharField(label="Why it must wait a week", max_length=300)


class KeepForm(forms.Form):
    sale = forms.CharField(
        label="What they bought, and when",
        required=False,
        max_length=500,
        help_text="Only where the ground is a soft opt-in.",
    )

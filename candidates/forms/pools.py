"""The gate for what colleagues say about a talent pool."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Role, User
from candidates.forms.three_way import ThreeWayForm
from candidates.models import TalentPool


class PoolForm(ThreeWayForm):
    """What a pool is called, who looks after it, and how a living one fills."""

    name = forms.CharField(max_length=80)
    description = forms.CharField(
        max_length=500,
        required=False,
        label="What it is for",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    query = forms.CharField(
        max_length=4000,
        required=False,
        label="The search that fills it",
        help_text="Leave it empty for a pool by hand. For a living pool, set the filters in the"
        " list of people, copy the address of that page, and paste it here.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    filling = forms.ChoiceField(
        label="With this search",
        choices=[
            ("living", "a living pool: the search goes on filling it"),
            ("by_hand", "a pool by hand: whom it finds now comes in, and nobody by itself later"),
        ],
        initial="living",
        widget=forms.RadioSelect,
        required=False,
    )
    joining = forms.ChoiceField(
        label="Whoever the search finds",
        choices=[("approval", "waits for approval"), ("itself", "joins by themselves")],
        widget=forms.RadioSelect,
        required=False,
    )
    leaving = forms.ChoiceField(
        label="Whoever it no longer finds",
        choices=[("stay", "stays"), ("leave", "leaves, if the search brought them")],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, pool: TalentPool | None = None, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool = pool
        self.fields["owner"] = forms.ModelChoiceField(
            User.objects.active().with_role(Role.RECRUITER),
            to_field_name="public_id",
            empty_label=None,
            label="Looked after by",
            help_text="The search of a living pool finds whom this colleague may see.",
        )
        self.order_fields(["name", "description", "owner"])
        if pool and not pool.is_living:
            for name in ("query", "filling", "joining", "leaving"):
                del self.fields[name]
        elif pool:
            del self.fields["filling"]
            self.fields["query"].required = True
            self.fields["query"].help_text = "The filters of the list of people, as its address."
        if pool:
            self.remember()
        else:
            for field in self.fields.values():
                field.show_hidden_initial = False

    def clean_query(self) -> str:
        """Take a whole address as well as a query string, and leave the place in the list out."""
        text: str = self.cleaned_data["query"].strip()
        asked = QueryDict(text.partition("?")[2] if "?" in text else text, mutable=True)
        asked.pop("after", None)
        asked.pop("view", None)
        if text and not any(value for values in asked.lists() for value in values[1]):
            raise ValidationError(
                "No filter stands in this address. Set at least one in the list of people, else the"
                " pool would hold everybody.",
                code="no_filter",
            )
        return asked.urlencode()

    @property
    def taken_in_now(self) -> str:
        """The search whose people come into a pool by hand at once, or nothing."""
        is_once = self.cleaned_data.get("filling") == "by_hand"
        return str(self.cleaned_data.get("query", "")) if is_once else ""

    def for_action(self) -> dict[str, Any]:
        """Return what the actions want."""
        values = self.cleaned_data
        fields = {key: values[key] for key in ("name", "description", "owner")}
        if "query" not in self.fields:
            return fields
        living = bool(values["query"]) and not self.taken_in_now
        fields |= {
            "query": values["query"] if living else "",
            "joins_by_itself": living and values["joining"] == "itself",
            "leaves_by_itself": living and values["leaving"] == "leave",
        }
        if self.pool is None:
            kinds = TalentPool.Kind
            fields["kind"] = kinds.LIVING if living else kinds.BY_HAND
        return fields

    def was(self) -> dict[str, Any]:
        """Return what the pool was when the form was made, as the action wants it."""
        known = self.made_from()
        if "joining" in known:
            known["joins_by_itself"] = known.pop("joining") == "itself"
        if "leaving" in known:
            known["leaves_by_itself"] = known.pop("leaving") == "leave"
        return known

    @staticmethod
    def values_of(pool: TalentPool) -> dict[str, Any]:
        return {
            "name": pool.name,
            "description": pool.description,
            "owner": pool.owner,
            "query": pool.query,
            "joining": "itself" if pool.joins_by_itself else "approval",
            "leaving": "leave" if pool.leaves_by_itself else "stay",
        }


class ProposalsForm(forms.Form):
    """The proposals that were ticked, or all of them; and what becomes of them."""

    everybody = forms.BooleanField(required=False)
    answer = forms.ChoiceField(choices=[("approve", "Take in"), ("decline", "Decline")])

    def __init__(self, *args: Any, pool: TalentPool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = forms.ModelMultipleChoiceField(
            pool.memberships.proposed(), required=False
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("everybody") and not values.get("item"):
            raise ValidationError("Tick at least one of them, or all.", code="nobody")
        return values


class PersonForm(forms.Form):
    """Who comes into a pool or leaves it."""

    person = forms.UUIDField(widget=forms.HiddenInput)


class PoolPickForm(forms.Form):
    """Which pool a person comes into, or leaves."""

    def __init__(self, *args: Any, pools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"] = forms.ModelChoiceField(
            pools, to_field_name="public_id", empty_label="Choose a pool", label="Add to a pool"
        )

"""How long people are kept, country by country, and changing it here."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission
from candidates import policies
from candidates.actions.policies import change_policy, reset_policy
from candidates.actions.pool_bases import end_pool_basis, set_pool_basis
from candidates.forms.privacy import PolicyForm, PoolBasisForm
from candidates.models import PolicyOverride, PoolBasis
from candidates.policies import Policy
from candidates.views.common import privacy_tabs


@require_GET
@requires(Permission.MANAGE_PRIVACY)
def policy_list(request: StaffRequest) -> HttpResponse:
    bases = {row.code: row.get_kind_display() for row in PoolBasis.objects.all()}
    context = {
        "policies": [(row, bases.get(row.code, "")) for row in policies.in_force().values()],
        "default": policies.BY_CODE[policies.default_code()],
        "tabs": privacy_tabs(request, "candidates:policies"),
    }
    return render(request, "candidates/privacy/policies.html", context)


@requires(Permission.MANAGE_PRIVACY)
def policy(request: StaffRequest, code: str) -> HttpResponse:
    """Change the figures of one row, with who decided it."""
    shown = _policy_of(code)
    form = PolicyForm(request.POST or None, initial=PolicyForm.values_of(shown))
    if request.method == "POST" and form.is_valid():
        _save(form, code, by=request.user)
        if form.is_valid():
            messages.success(request, f"Saved. {shown.name} goes by these figures from now on.")
            return redirect("candidates:policies")
    more: dict[str, Any] = {}
    if form.has_error("__all__", code="conflict"):
        shown = _policy_of(code)
        stored = PolicyForm.values_of(shown)
        settled = [("version", shown.version), *form.settled(stored)]
        row = PolicyOverride.objects.filter(code=code).first()
        more = {
            "differences": form.differences(stored),
            "settled": settled,
            "changed": audit.last_change(row),
        }
    return _policy(request, shown, form, status=422 if form.is_bound else 200, **more)


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def policy_basis(request: StaffRequest, code: str) -> HttpResponse:
    """Say what else than consent carries keeping a profile, with the assessment it needs."""
    shown = _policy_of(code)
    form = PoolBasisForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            kind, version = form.cleaned_data["kind"], form.seen_version
            if kind == PoolBasisForm.CONSENT:
                end_pool_basis(code, by=request.user, version=version)
            else:
                set_pool_basis(code, kind, form.grounds(), by=request.user, version=version)
    if not form.is_valid():
        figures = PolicyForm(initial=PolicyForm.values_of(shown))
        more: dict[str, Any] = {"basis_form": form}
        if form.has_error("__all__", code="conflict"):
            row = PoolBasis.objects.filter(code=code).first()
            stored = PoolBasisForm.values_of(row)
            more["changed"] = audit.last_change(row)
            more["basis_differences"] = form.differences(stored)
            more["basis_settled"] = [("version", stored["version"]), *form.settled(stored)]
        return _policy(request, shown, figures, status=422, **more)
    messages.success(request, f"Saved for {shown.name}.")
    return redirect("candidates:policies")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def policy_reset(request: StaffRequest, code: str) -> HttpResponse:
    """Take the figures of the pack again."""
    shown = _policy_of(code)
    try:
        reset_policy(code, by=request.user)
    except ValidationError as refusal:
        form = PolicyForm(initial=PolicyForm.values_of(shown))
        return _policy(request, shown, form, status=422, refusals=refusal.messages)
    messages.success(request, f"{shown.name} has the figures of the pack again.")
    return redirect("candidates:policies")


def _save(form: PolicyForm, code: str, *, by: User) -> None:
    """Save what a valid form says. Whoever saved the same meanwhile is no conflict."""
    values = form.for_action()
    with refusals_shown_on(form):
        try:
            change_policy(code, by=by, **values)
        except ValidationError as refusal:
            shown = _policy_of(code)
            if refusal.code != "conflict" or form.differences(PolicyForm.values_of(shown)):
                raise
            change_policy(code, by=by, **(values | {"version": shown.version}))


def _policy_of(code: str) -> Policy:
    found = policies.in_force().get(code)
    if found is None:
        raise Http404
    return found


def _policy(
    request: StaffRequest, shown: Policy, form: PolicyForm, *, status: int, **more: Any
) -> HttpResponse:
    row = PoolBasis.objects.filter(code=shown.code).first()
    context = {
        "policy": shown,
        "pack": policies.BY_CODE[shown.code],
        "form": form,
        "basis": row,
        "basis_form": PoolBasisForm(initial=PoolBasisForm.values_of(row)),
        **more,
    }
    return render(request, "candidates/privacy/policy.html", context, status=status)

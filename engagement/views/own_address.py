"""Another address of a person, given on their own page (C-23, C-24)."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import limits
from accounts.http import hint
from accounts.limits import Limit
from candidates.identity import canonical_email
from engagement import tasks
from engagement.actions import own_address as actions
from engagement.choices import masked
from engagement.forms.access import WRONG_CODE, CodeForm, NewAddressForm
from engagement.models import AddressChange
from engagement.recipients import masked_address
from engagement.views.status import to_page
from engagement.views.visits import Visit, visitors_page

_PER_PERSON = Limit("address:person", 3)
_PER_ADDRESS = Limit("code:address", 3)
_PER_NETWORK = Limit("code:network", 20)


@visitors_page("POST")
def address(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a new address, and send a code there. The same is said whoever has it (C-24)."""
    if visit.candidate.archived_at:
        return to_page()
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, visit, form, 422 if form.is_bound else 200)
    typed = form.cleaned_data["address"]
    wait = limits.count(
        (_PER_PERSON, str(visit.candidate.public_id)),
        (_PER_ADDRESS, canonical_email(typed)),
        (_PER_NETWORK, limits.network_of(request)),
    )
    if wait:
        said = gettext("Too many codes were asked for. Try again in {time}.").format(
            time=limits.in_words(wait)
        )
        form.add_error(None, said)
        response = _page(request, visit, form, 429)
        response["Retry-After"] = str(wait)
        return response
    try:
        actions.ask_change(visit.candidate, typed)
    except ValidationError as refusal:
        form.add_error("address", refusal)
        return _page(request, visit, form, 422)
    hint(tasks.deliver)
    return HttpResponseRedirect(reverse("engagement:status_address_code"), status=303)


@visitors_page("POST")
def code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take the code that went to the new address."""
    change = AddressChange.objects.filter(
        candidate=visit.candidate,
        changed_at=None,
        asked_at__gt=timezone.now() - AddressChange.COUNTS_FOR,
    ).first()
    if change is None or visit.candidate.archived_at:
        return HttpResponseRedirect(reverse("engagement:status_address"), status=303)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if actions.prove(change.public_id, visit.candidate, form.cleaned_data["code"]):
            hint(tasks.deliver)
            return to_page("address")
        form.add_error("code", WRONG_CODE)
    context = {"visit": visit, "form": form, "masked": masked(change.address)}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/status_address_code.html", context, status=status)


def _page(request: HttpRequest, visit: Visit, form: NewAddressForm, status: int) -> HttpResponse:
    context = {"visit": visit, "form": form, "masked": masked_address(visit.candidate)}
    return render(request, "engagement/candidate/status_address.html", context, status=status)

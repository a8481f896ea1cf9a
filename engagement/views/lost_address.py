"""Somebody cannot read the mailbox that we write to any more (C-25). No page tells whom we know."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import limits
from accounts.http import hint
from accounts.limits import Limit
from candidates.identity import broad_email
from engagement import links, tasks
from engagement.actions import lost_address as actions
from engagement.choices import masked
from engagement.forms.lost_address import LostForm
from engagement.links import Opened, Purpose
from engagement.models import AddressClaim
from engagement.recipients import person_behind
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)

_PER_ADDRESS = Limit("lost:address", 3, seconds=24 * 3600)
_PER_NETWORK = Limit("lost:network", 10)


@candidate_page("POST")
def lost(request: HttpRequest) -> HttpResponse:
    """Take what somebody says who cannot read their mailbox. The same is said whoever it is."""
    if "asked" in request.GET:
        return render(request, "engagement/candidate/lost_asked.html")
    form = LostForm(
        request.POST if request.method == "POST" else None, initial={"form_id": uuid.uuid4()}
    )
    if not form.is_bound or not form.is_valid():
        return _page(request, form, 422 if form.is_bound else 200)
    values = form.cleaned_data
    wait = limits.count(
        (_PER_ADDRESS, broad_email(values["former"])),
        (_PER_ADDRESS, broad_email(values["address"])),
        (_PER_NETWORK, limits.network_of(request)),
    )
    if wait:
        said = gettext("Too many asked for this from here. Try again in {time}.")
        form.add_error(None, said.format(time=limits.in_words(wait)))
        response = _page(request, form, 429)
        response["Retry-After"] = str(wait)
        return response
    actions.claim(
        values["form_id"],
        former=values["former"],
        address=values["address"],
        name=values["name"],
        facts=values["facts"],
    )
    hint(tasks.look_up_claims)
    return HttpResponseRedirect(f"{reverse('engagement:lost_address')}?asked=yes", status=303)


@candidate_page()
def new_address_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.NEW_ADDRESS,), "new_address")


@candidate_page("POST")
def new_address(request: HttpRequest) -> HttpResponse:
    """Ask whoever reads the new mailbox whether it is theirs, and take their yes."""
    opened = _opened(request)
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    claims = AddressClaim.objects.filter(candidate=candidate)
    asked = claims.filter(public_id=opened.about).first() if candidate and opened.about else None
    if candidate is None or asked is None or not actions.is_open(asked, timezone.now()):
        return nothing_here(request)
    if request.method == "POST":
        if actions.confirm(asked.public_id, candidate) is None:
            return nothing_here(request)
        hint(tasks.deliver)
        response = HttpResponseRedirect(reverse("engagement:new_address"), status=303)
        return with_cookie(response, "new_address", request.POST["proof"])
    context = {
        "masked": masked(asked.address),
        "is_done": asked.state == AddressClaim.State.CONFIRMED,
        "proof": links.make_token(Purpose.NEW_ADDRESS, candidate.public_id, asked.public_id),
    }
    return render(request, "engagement/candidate/new_address.html", context)


def _opened(request: HttpRequest) -> Opened | None:
    if request.method != "POST":
        return from_cookie(request, "new_address", (Purpose.NEW_ADDRESS,))
    opened = links.open_token(Purpose.NEW_ADDRESS, request.POST.get("proof", ""))
    return opened if isinstance(opened, Opened) else None


def _page(request: HttpRequest, form: LostForm, status: int) -> HttpResponse:
    return render(request, "engagement/candidate/lost.html", {"form": form}, status=status)

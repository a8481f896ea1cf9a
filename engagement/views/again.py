"""Asking for job emails again: an address, an email to it, and a yes on the page behind its link.

Whether we know the address, or ever did, is nobody's to find out here: the answer is the same.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accounts import limits
from accounts.limits import Limit
from candidates.identity import broad_email
from engagement import links
from engagement.actions import again as actions
from engagement.forms.again import AgainForm, AskForm
from engagement.links import Opened
from engagement.recipients import masked_address, person_behind
from engagement.refusals import said
from engagement.views.arriving import candidate_page

_PER_ADDRESS = Limit("again:address", 3)
_PER_NETWORK = Limit("again:network", 20)


@candidate_page("POST")
def again_ask(request: HttpRequest) -> HttpResponse:
    """Ask for the address that the link goes to."""
    form = AskForm(request.POST if request.method == "POST" else None)
    wait = 0
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["address"]
        mailbox, network = broad_email(address), limits.network_of(request)
        wait = limits.count((_PER_ADDRESS, mailbox), (_PER_NETWORK, network))
        if not wait:
            actions.ask(address)
            return HttpResponseRedirect(f"{reverse('engagement:again')}?asked=yes", status=303)
        form.add_error(
            None,
            gettext("Too many emails were asked for. Try again in {time}.").format(
                time=limits.in_words(wait)
            ),
        )
    context = {"form": form, "asked": "asked" in request.GET, "minutes": links.POWER_MINUTES}
    status = 429 if wait else 422 if form.is_bound else 200
    response = render(request, "engagement/candidate/again_ask.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@candidate_page("POST")
def again_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what they would agree to, and take their yes. Looking changes nothing."""
    opened = links.open_token(links.Purpose.AGAIN, token)
    if not isinstance(opened, Opened):
        return render(request, "engagement/candidate/incomplete.html", status=404)
    if request.GET.get("done") and person_behind(opened.candidate):
        return render(request, "engagement/candidate/again.html", {"done": True})
    if not opened.is_fresh:
        return render(request, "engagement/candidate/again_over.html", status=410)
    candidate = person_behind(opened.candidate)
    if candidate is None:
        return render(request, "engagement/candidate/nothing_here.html")
    form = AgainForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.start(candidate)
        except ValidationError as refusal:
            form.add_error(None, said(refusal.messages)[0])
        else:
            return HttpResponseRedirect(f"{request.path}?done=yes", status=303)
    context = {"form": form, "masked": masked_address(candidate), "months": actions.MONTHS}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/again.html", context, status=status)

"""The talent community: the form, and the page behind the link where the owner of the address says
yes. Whether we know the address is nobody's to find out here: the answer is the same.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import limits
from accounts.limits import Limit
from candidates.identity import broad_email
from engagement import links
from engagement.actions import joining as actions
from engagement.choices import Choices, kinds_in_words
from engagement.forms.joining import JoinForm
from engagement.links import Opened
from engagement.models import SignUp
from engagement.recipients import all_kinds, masked_address, person_behind
from engagement.views.arriving import candidate_page

_PER_ADDRESS = Limit("join:address", 3)
_PER_NETWORK = Limit("join:network", 20)


@candidate_page("POST")
def join(request: HttpRequest) -> HttpResponse:
    """Ask who wants to hear about jobs, and about which. `prefill`: only show what was typed."""
    known = all_kinds()
    if request.method != "POST" or "prefill" in request.POST:
        typed = {name: request.POST.get(name, "")[:254] for name in ("name", "email")}
        families = request.POST.getlist("families")
        form = JoinForm(known=known, initial={**typed, "families": families})
        return _page(request, form)
    form = JoinForm(request.POST, known=known)
    if not form.is_valid():
        return _page(request, form, status=422)
    email = form.cleaned_data["email"]
    mailbox, network = broad_email(email), limits.network_of(request)
    if wait := limits.count((_PER_ADDRESS, mailbox), (_PER_NETWORK, network)):
        form.add_error(
            None,
            gettext(
                "Too many came from you or your network. Try again in {time}."
                " What you typed is still here."
            ).format(time=limits.in_words(wait)),
        )
        response = _page(request, form, status=429)
        response["Retry-After"] = str(wait)
        return response
    name = form.cleaned_data["name"]
    actions.sign_up(form.form_id, name=name, email=email, choices=form.choices)
    return HttpResponseRedirect(f"{reverse('engagement:join')}?asked=yes", status=303)


@candidate_page("POST")
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what they would agree to, and take their yes. Looking changes nothing."""
    opened = links.open_token(links.Purpose.JOIN, token)
    if not isinstance(opened, Opened):
        return render(request, "engagement/candidate/incomplete.html", status=404)
    candidate, about = person_behind(opened.candidate), opened.about
    found = SignUp.objects.filter(public_id=about, candidate=candidate).first() if about else None
    if candidate is None or found is None:
        return render(request, "engagement/candidate/nothing_here.html")
    if found.proved_at:
        return _yes_page(request, found, {"done": True})
    if actions.is_over(found, timezone.now()):
        return render(request, "engagement/candidate/join_over.html", status=410)
    refusal = ""
    if request.method == "POST":
        try:
            actions.prove(found)
        except ValidationError as error:
            refusal = error.messages[0]
        else:
            return HttpResponseRedirect(request.path, status=303)
    context = {"masked": masked_address(candidate), "refusal": refusal}
    return _yes_page(request, found, context, status=422 if refusal else 200)


def _page(request: HttpRequest, form: JoinForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "asked": "asked" in request.GET, "days": actions.PROVE_DAYS}
    return render(request, "engagement/candidate/join.html", context, status=status)


def _yes_page(
    request: HttpRequest, found: SignUp, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    choices = Choices.from_json(found.choices)
    context |= {
        "words": actions.words(),
        "monthly": choices.monthly,
        "only": kinds_in_words(choices.only) if choices.only else "",
    }
    return render(request, "engagement/candidate/join_yes.html", context, status=status)

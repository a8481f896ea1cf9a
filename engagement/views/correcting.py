"""“This is wrong”: one fact of the page that says why a message came, and what is right instead.

It changes nothing by itself: it is a request to us, with its clock, that a person answers (GDPR
Art. 16). So whoever has a forwarded link can at most make us ask.
"""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import languages
from candidates.actions.requests import receive_request
from candidates.models import PrivacyRequest
from engagement import explanation, links
from engagement.forms.correcting import CorrectForm, FactForm
from engagement.links import Purpose
from engagement.models import Message
from engagement.recipients import masked_address, message_to, person_behind
from engagement.views.arriving import candidate_page, from_cookie, incomplete, nothing_here

BEFORE = _(
    "You told us before that something is wrong, and we have not answered yet. What you wrote here"
    " is still below: send it to the address at the end of this page."
)


@candidate_page("POST")
def why_correct(request: HttpRequest) -> HttpResponse:
    """Ask what is wrong with one fact, and take the answer as a request for correction."""
    opened = from_cookie(request, "why", (Purpose.WHY,))
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    message = message_to(candidate, opened.about) if candidate else None
    if candidate is None or message is None:
        return nothing_here(request)
    said = explanation.of(message)
    fact = FactForm(request.POST or request.GET).of(said.facts)
    if fact is None:
        return HttpResponseRedirect(reverse("engagement:why"), status=303)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if person_behind(form.cleaned_data["proof"].candidate) != candidate:
            return incomplete(request)
        try:
            receive_request(
                candidate,
                PrivacyRequest.Kind.RECTIFICATION,
                how=PrivacyRequest.How.PAGE,
                by="candidate",
                details=f"“{_in_english(message, said.facts.index(fact))}” is wrong."
                f" They wrote: {form.cleaned_data['instead']}",
            )
        except ValidationError:  # words for colleagues
            form.add_error(None, BEFORE)
        if form.is_valid():
            return HttpResponseRedirect(f"{reverse('engagement:why')}?corrected=1", status=303)
    context = {
        "form": form,
        "fact": fact,
        "number": said.facts.index(fact),
        "masked": masked_address(candidate),
        "proof": links.make_token(Purpose.FORM, candidate.public_id, uuid4()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/correct.html", context, status=status)


def _in_english(message: Message, number: int) -> str:
    """Return a fact as colleagues read it, whatever the language of the page."""
    with languages.speaking(languages.ENGLISH):
        return explanation.of(message).facts[number]

"""The page behind the link that asks whether we may keep somebody longer (P-10).

Looking changes nothing. The two buttons post the proof that they were rendered for this person and
this request: the proof of another page of theirs is no use here, or a link that can only reduce
could extend.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts import languages
from candidates.models import Candidate, ExtensionRequest
from engagement import extension_page, links
from engagement.actions import extension_answers as actions
from engagement.forms.preferences import AnswerForm
from engagement.links import Opened, Purpose
from engagement.recipients import masked_address, person_behind
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)

STATUS = {"over": 410}


@candidate_page()
def extension_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.EXTENSION,), "extension")


@candidate_page("POST")
def extension(request: HttpRequest) -> HttpResponse:
    """Ask whether we may keep their details longer, or say what they answered."""
    form = AnswerForm(request.POST) if request.method == "POST" else None
    if form is not None:
        opened: Opened | None = form.cleaned_data["proof"] if form.is_valid() else None
    else:
        opened = from_cookie(request, "extension", (Purpose.EXTENSION,))
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    asked = _request_of(candidate, opened)
    if candidate is None or asked is None:
        return nothing_here(request)
    if form is None:
        return _shown(request, candidate, asked)
    answer = actions.keep if form.cleaned_data["do"] == "keep" else actions.delete
    try:
        answer(candidate, asked)
    except ValidationError:
        return _shown(request, candidate, asked, is_changed=True)
    response = HttpResponseRedirect(f"{reverse('engagement:extension')}?done", status=303)
    token = links.make_token(Purpose.EXTENSION, opened.candidate, asked.public_id)
    return with_cookie(response, "extension", token)


def _request_of(candidate: Candidate | None, opened: Opened) -> ExtensionRequest | None:
    """Return the request of a token, if it was made to this person or one merged into them."""
    if candidate is None or opened.about is None:
        return None
    found = ExtensionRequest.objects.select_related("candidate").filter(public_id=opened.about)
    asked = found.first()
    if asked is None:
        return None
    return asked if person_behind(asked.candidate.public_id) == candidate else None


def _shown(
    request: HttpRequest, candidate: Candidate, asked: ExtensionRequest, *, is_changed: bool = False
) -> HttpResponse:
    page = extension_page.page_of(candidate, asked)
    context: dict[str, Any] = {
        "page": page,
        "page_language": page.words.code,
        "for_address": page.words.address.split("{address}"),
        "masked": masked_address(candidate),
        "proof": links.make_token(Purpose.ANSWER, candidate.public_id, asked.public_id),
        "stop": links.path(Purpose.STOP, candidate.public_id),
        "choose": links.path(Purpose.PREFERENCES, candidate.public_id),
        "is_done": "done" in request.GET,
        "is_changed": is_changed and page.state != "over",
    }
    status = STATUS.get(page.state, 409 if is_changed else 200)
    with languages.speaking(page.words.code):  # as the email did
        return render(request, "engagement/candidate/extension.html", context, status=status)

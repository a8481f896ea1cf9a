"""The page behind “I would like to hear more” in a job email: one button, no account, no script."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from applications import first_look
from engagement import links
from engagement.actions import interest
from engagement.forms.preferences import ProofForm
from engagement.links import Purpose
from engagement.recipients import masked_address, message_to, person_behind
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)

PAGE = "interested"


@candidate_page()
def interested_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.INTERESTED,), PAGE)


@candidate_page("POST")
def interested(request: HttpRequest) -> HttpResponse:
    """Ask whether they would like to hear more; looking says nothing, the button does."""
    opened = from_cookie(request, PAGE, (Purpose.INTERESTED,))
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    message = message_to(candidate, opened.about) if candidate else None
    if candidate is None or message is None:
        return nothing_here(request)
    if request.method == "POST":
        form = ProofForm(request.POST)
        if not form.is_valid() or person_behind(form.cleaned_data["proof"].candidate) != candidate:
            return incomplete(request)
        interest.say_interested(candidate, message)
        response = HttpResponseRedirect(reverse(f"engagement:{PAGE}"), status=303)
        token = links.make_token(Purpose.INTERESTED, candidate.public_id, message.public_id)
        return with_cookie(response, PAGE, token)
    job = message.job
    context = {
        "masked": masked_address(candidate),
        "job": job,
        "job_address": first_look.url_of(job) if job and job.is_open else "",
        "is_over": bool(job and job.is_over),
        "sender": message.sender.name if message.sender else "",
        "said": interest.has_said_so(message),
        "proof": links.make_token(Purpose.FORM, candidate.public_id, uuid4()),
        "stop": links.path(Purpose.STOP, candidate.public_id, message.public_id),
    }
    return render(request, "engagement/candidate/interested.html", context)

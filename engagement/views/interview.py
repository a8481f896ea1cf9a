"""The page behind an invitation: choose a time, or say that none fits. No account, no script.

It shows what the candidate has been told and no more: an application that was closed changes
nothing here before its letter has left.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.http import refusals_shown_on
from applications import interviews as thinking
from applications.actions import interviews as actions
from applications.actions import inviting
from applications.models import Interview, Letter, ProposedTime
from candidates.models import Candidate
from engagement import links
from engagement.forms.interviews import AnswerForm
from engagement.links import Opened, Purpose
from engagement.recipients import person_behind
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)

PAGE = "interview"


@candidate_page()
def interview_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.INTERVIEW,), PAGE)


@candidate_page("POST")
def interview(request: HttpRequest) -> HttpResponse:
    """Show an interview to the candidate, and take their answer."""
    opened = _opened(request)
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    found = _interview_of(candidate, opened.about) if candidate and opened.about else None
    if candidate is None or found is None:
        return nothing_here(request)
    offered = _offered(found)
    form = AnswerForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            done = _answer(found, form)
        if form.is_valid():
            target = f"{reverse('engagement:interview')}?done={done}"
            token = links.make_token(Purpose.INTERVIEW, candidate.public_id, found.public_id)
            return with_cookie(HttpResponseRedirect(target, status=303), PAGE, token)
        found = _interview_of(candidate, found.public_id) or found
    context = {
        "interview": found,
        "form": form,
        "proof": links.make_token(Purpose.INTERVIEW_FORM, candidate.public_id, found.public_id),
        "done": request.GET.get("done", ""),
        **_shown(found, is_offered=bool(offered)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/interview.html", context, status=status)


def _opened(request: HttpRequest) -> Opened | None:
    if request.method != "POST":
        return from_cookie(request, PAGE, (Purpose.INTERVIEW,))
    opened = links.open_token(Purpose.INTERVIEW_FORM, request.POST.get("proof", ""))
    return opened if isinstance(opened, Opened) else None


def _interview_of(candidate: Candidate, public_id: UUID) -> Interview | None:
    return (
        Interview.objects.filter(public_id=public_id, application__candidate=candidate)
        .select_related("application__candidate", "application__job", "application__stage", "by")
        .prefetch_related("panel__user", "application__job__offices")
        .first()
    )


def _offered(interview: Interview) -> list[tuple[ProposedTime, str]]:
    if interview.state != Interview.State.PROPOSED or not interview.application.is_open:
        return []
    times = interview.times.filter(starts_at__gt=timezone.now())
    return [(time, thinking.said_to_candidate(interview, time.starts_at)) for time in times]


def _answer(interview: Interview, form: AnswerForm) -> str:
    """Do what they asked. Raises ValidationError: it cannot be done any more."""
    if form.cleaned_data["do"] == AnswerForm.CHOOSE:
        actions.choose_time(interview, form.chosen)
        return "chosen"
    actions.ask_for_another(interview, form.cleaned_data["words"])
    return "asked"


def _shown(interview: Interview, *, is_offered: bool) -> dict[str, Any]:
    """Return what they see: `standing` is what holds for all that they were told."""
    is_open = interview.application.is_open
    standing = "over"
    if interview.state == Interview.State.CANCELLED:
        standing = "called_off" if _knows_of_ending(interview) else "closed"
    elif interview.state == Interview.State.PROPOSED:
        standing = "closed" if not is_open else "offered" if is_offered else "over"
    elif interview.is_ahead:
        standing = "settled"
    starts_at = interview.starts_at
    return {
        "standing": standing,
        "when": thinking.said_to_candidate(interview, starts_at) if starts_at else "",
        "people": [panel.user for panel in interview.panel.all()],
        "may_ask": is_open and standing in {"offered", "settled"},
        "writer": interview.by,
    }


def _knows_of_ending(interview: Interview) -> bool:
    now = timezone.now()
    called_off = inviting.letters_told(interview, now).filter(kind=Letter.Kind.CALLED_OFF)
    decided = interview.application.letters.filter(kind=Letter.Kind.DECISION, sent_at__isnull=False)
    return called_off.exists() or decided.exists()

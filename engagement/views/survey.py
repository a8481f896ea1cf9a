"""The page behind the question how it was to apply. No account, no script; looking changes nothing.

It takes one answer, which may be changed until it closes. It shows nobody else's, and nothing about
the application but its job.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import languages
from accounts.http import refusals_shown_on
from candidates.models import Candidate
from engagement import links, schedule
from engagement.actions import surveys as actions
from engagement.forms.surveys import SurveyForm
from engagement.links import Opened, Purpose
from engagement.models import Survey
from engagement.recipients import person_behind, zone_of
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)

PAGE = "survey"


@candidate_page()
def survey_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.SURVEY,), PAGE)


@candidate_page("POST")
def survey(request: HttpRequest) -> HttpResponse:
    """Ask the four questions, or say that the answer is kept."""
    opened = _opened(request)
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    found = _survey_of(candidate, opened.about)
    if candidate is None or found is None:
        return nothing_here(request)
    if request.method != "POST":
        initial = {name: getattr(found, name) for name in SurveyForm.QUESTIONS}
        return _shown(request, candidate, found, SurveyForm(initial=initial))
    form = SurveyForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            done = _carry_out(candidate, found, form)
        if form.is_valid():
            target = f"{reverse('engagement:survey')}?done={done}"
            token = links.make_token(Purpose.SURVEY, candidate.public_id, found.public_id)
            return with_cookie(HttpResponseRedirect(target, status=303), PAGE, token)
    return _shown(request, candidate, found, form)


def _opened(request: HttpRequest) -> Opened | None:
    if request.method != "POST":
        return from_cookie(request, PAGE, (Purpose.SURVEY,))
    opened = links.open_token(Purpose.SURVEY_FORM, request.POST.get("proof", ""))
    return opened if isinstance(opened, Opened) else None


def _survey_of(candidate: Candidate | None, public_id: UUID | None) -> Survey | None:
    if candidate is None or public_id is None:
        return None
    mine = Survey.objects.filter(candidate=candidate, public_id=public_id)
    return mine.select_related("application__job").first()


def _carry_out(candidate: Candidate, found: Survey, form: SurveyForm) -> str:
    """Do what they asked. Raises ValidationError: it cannot be done any more."""
    if form.cleaned_data["do"] == SurveyForm.NEVER:
        actions.ask_no_more(candidate)
        return "never"
    actions.answer_survey(found, **form.answers)
    return "answered"


def _shown(
    request: HttpRequest, candidate: Candidate, found: Survey, form: SurveyForm
) -> HttpResponse:
    now = timezone.now()
    closes_at = found.closes_at(now)
    is_over = now >= closes_at
    context = {
        "survey": found,
        "form": form,
        "is_over": is_over,
        "until": languages.day_in_words(schedule.local_date(closes_at, zone_of(candidate))),
        "done": request.GET.get("done", ""),
        "proof": links.make_token(Purpose.SURVEY_FORM, candidate.public_id, found.public_id),
    }
    status = 410 if is_over else 422 if form.is_bound else 200
    return render(request, "engagement/candidate/survey.html", context, status=status)

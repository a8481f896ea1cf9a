"""A person's own page: where each application stands, and what they can do about it (page C)."""

import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from applications import record_words
from applications.actions import own_wish
from applications.actions.feedback_ratings import say_useful
from applications.models import Application, FeedbackRating
from applications.models.feedback_ratings import may_still_say
from engagement.details import details_of
from engagement.forms.status import KeepForm, UsefulForm
from engagement.refusals import said
from engagement.status import Line, is_considered, lines_of, sent_letter
from engagement.views import unsaved
from engagement.views.arriving import candidate_page
from engagement.views.signing_in import ask_page
from engagement.views.visits import Visit, visit_of, visitors_page

_DONE = {
    "withdrawn": _("You withdrew your application. An email from us confirms it."),
    "back": _("Your application goes on. We told the recruiter."),
    "kept": _("We write to you when a job opens that may suit you."),
    "copy": _("We make a copy of your data for you."),
    "deleting": _("We delete your details in seven days. Until then you can take it back here."),
    "locked": _("We removed you from all searches and emails today."),
    "waits": _("We delete your details once you have heard about your open applications."),
    "staying": _("We keep your details. Nothing is deleted."),
    "address": _(
        "Thank you: that mailbox is yours. We write there from now on. If a colleague has to"
        " look at something first, it takes a few days."
    ),
    "feedback": _("We asked for you. The answer comes as a letter, and stands here then."),
}


@candidate_page()
def status(request: HttpRequest) -> HttpResponse:
    """Show somebody who came in their page; ask everybody else for an address."""
    visit = visit_of(request)
    return page_of(request, visit) if visit else ask_page(request)


@visitors_page("POST")
def withdraw(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """Ask whether they are sure, then close the application."""
    line = _line_of(visit, public_id)
    if request.method == "POST":
        return _do(request, visit, own_wish.withdraw_themselves, line, "withdrawn")
    if not line.may_withdraw:
        return to_page()
    context = {"visit": visit, "line": line}
    return render(request, "engagement/candidate/status_withdraw.html", context)


@visitors_page("POST")
def take_back(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    line = _line_of(visit, public_id)
    if request.method != "POST":
        return to_page()
    return _do(request, visit, own_wish.take_back_withdrawal, line, "back")


@visitors_page("POST")
def feedback(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """Ask why they were not chosen."""
    line = _line_of(visit, public_id)
    if request.method != "POST" or not line.is_closed:
        return to_page()
    return _do(request, visit, own_wish.ask_feedback, line, "feedback")


@visitors_page("POST")
def letter(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """Show a decision or feedback as it was sent; of feedback ask for a while how useful it was."""
    found = sent_letter(visit.candidate, public_id)
    if found is None:
        raise Http404
    is_asked = may_still_say(found, timezone.now())
    said_before = FeedbackRating.objects.filter(letter=found).values_list("useful", flat=True)
    form = UsefulForm(request.POST or None, initial={"useful": said_before.first()})
    if request.method == "POST" and is_asked and form.is_valid():
        say_useful(found, form.cleaned_data["useful"])
        address = reverse("engagement:status_letter", args=[public_id])
        return HttpResponseRedirect(f"{address}?said", status=303)
    context = {
        "visit": visit,
        "letter": found,
        "form": form if is_asked else None,
        "is_said": "said" in request.GET and said_before.first() is not None,
    }
    code = 422 if form.is_bound and form.errors else 200
    return render(request, "engagement/candidate/status_letter.html", context, status=code)


def page_of(
    request: HttpRequest,
    visit: Visit,
    refusals: list[str] | None = None,
    keep_form: KeepForm | None = None,
) -> HttpResponse:
    """Page C."""
    now = timezone.now()
    lines = lines_of(visit.candidate, now)
    details = details_of(visit.candidate, now, is_considered=is_considered(lines))
    context = {
        "visit": visit,
        "lines": lines,
        "is_archived": visit.candidate.archived_at is not None,
        "done": _DONE.get(request.GET.get("done", ""), ""),
        "refusals": said(refusals or []),
        "details": details,
        "response": record_words.response_of(Organisation.current(), now) if lines else None,
        "waiting": unsaved.of(request, visit.candidate),
        "keep_form": keep_form or KeepForm(words=details.keep),
    }
    code = 422 if refusals or keep_form else 200
    return render(request, "engagement/candidate/status.html", context, status=code)


def _do(
    request: HttpRequest,
    visit: Visit,
    action: Callable[[Application], object],
    line: Line,
    done: str,
) -> HttpResponse:
    try:
        action(line.application)
    except ValidationError as refusal:
        return page_of(request, visit, list(refusal.messages))
    return to_page(done)


def _line_of(visit: Visit, public_id: uuid.UUID) -> Line:
    """Return one of their own applications; somebody else's is not found."""
    if visit.candidate.archived_at:
        raise Http404
    for line in lines_of(visit.candidate, timezone.now()):
        if line.application.public_id == public_id:
            return line
    raise Http404


def to_page(done: str = "") -> HttpResponse:
    address = reverse("engagement:status")
    return HttpResponseRedirect(f"{address}?done={done}" if done else address, status=303)

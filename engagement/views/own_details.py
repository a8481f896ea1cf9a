"""The part of a person's own page about their details: keep, copy, delete."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candidates.models import PrivacyRequest
from engagement.actions import own_details as actions
from engagement.forms.status import DeleteForm, KeepForm
from engagement.status import is_considered, lines_of
from engagement.views.status import page_of, to_page
from engagement.views.visits import Visit, visitors_page


@visitors_page("POST")
def keep(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Record the tick, in the words that stood beside it."""
    if request.method != "POST":
        return to_page()
    _refuse_archived(visit)
    form = KeepForm(request.POST, words=actions.keep_words(visit.candidate))
    if not form.is_valid():
        return page_of(request, visit, keep_form=form)
    return _do(request, visit, lambda: actions.keep_for_similar_jobs(visit.candidate), "kept")


@visitors_page("POST")
def copy(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return to_page()
    return _do(request, visit, lambda: actions.ask_copy(visit.candidate), "copy")


@visitors_page("POST")
def delete(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what deletion means, ask about open applications, then begin with it."""
    _refuse_archived(visit)
    asks = is_considered(lines_of(visit.candidate, timezone.now()))
    form = DeleteForm(request.POST if request.method == "POST" else None, asks=asks)
    if form.is_bound and form.is_valid():
        wait = form.cleaned_data.get("when") == "wait"
        try:
            asked = actions.ask_deletion(visit.candidate, wait=wait)
        except ValidationError as refusal:
            return page_of(request, visit, list(refusal.messages))
        is_locked = asked.state == PrivacyRequest.State.RESTRICTED
        return to_page("waits" if wait else "locked" if is_locked else "deleting")
    context = {"visit": visit, "form": form, "asks": asks}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/status_delete.html", context, status=status)


@visitors_page("POST")
def delete_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return to_page()
    return _do(request, visit, lambda: actions.take_deletion_back(visit.candidate), "staying")


def _do(
    request: HttpRequest, visit: Visit, action: Callable[[], object], done: str
) -> HttpResponse:
    try:
        action()
    except ValidationError as refusal:
        return page_of(request, visit, list(refusal.messages))
    return to_page(done)


def _refuse_archived(visit: Visit) -> None:
    if visit.candidate.archived_at:
        raise Http404

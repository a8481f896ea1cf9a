"""Complaining about how we use one's data: a form that every candidate page links to (P-22)."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from accounts import limits
from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.limits import Limit
from accounts.permissions import Permission
from candidates.actions import complaints
from candidates.identity import canonical_email
from candidates.models import PrivacyRequest
from engagement import tasks
from engagement.actions import complaints as actions
from engagement.choices import in_words
from engagement.forms.complaints import AnswerForm, ComplaintForm
from engagement.recipients import masked_address
from engagement.views.arriving import candidate_page
from engagement.views.visits import Visit, is_proven, visit_of

_PER_ADDRESS = Limit("complaint:address", 5)
_PER_NETWORK = Limit("complaint:network", 20)


@candidate_page("POST")
def complain(request: HttpRequest) -> HttpResponse:
    """Take a complaint, and say at once that we have it and by when they hear."""
    visit = visit_of(request)
    if request.method == "POST" and visit and not is_proven(request, visit):
        visit = None
    form = ComplaintForm(
        request.POST if request.method == "POST" else None,
        asks_address=visit is None,
        initial={"form_id": uuid.uuid4()},
    )
    if not form.is_bound or not form.is_valid():
        return _page(request, form, visit, 422 if form.is_bound else 200)
    address = form.cleaned_data.get("address", "")
    whom = str(visit.candidate.public_id) if visit else canonical_email(address)
    if wait := limits.count((_PER_ADDRESS, whom), (_PER_NETWORK, limits.network_of(request))):
        form.add_error(
            None,
            gettext("Too many complaints came from here. Try again in {time}.").format(
                time=limits.in_words(wait)
            ),
        )
        response = _page(request, form, visit, 429)
        response["Retry-After"] = str(wait)
        return response
    made = complaints.complain(
        form.cleaned_data["form_id"],
        form.cleaned_data["words"],
        address=address,
        candidate=visit.candidate if visit else None,
    )
    hint(tasks.acknowledge_complaints)
    target = reverse("engagement:complained", args=[made.public_id])
    return HttpResponseRedirect(target, status=303)


@candidate_page()
def complained(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that we have it. Shows a number and two days, whoever opens it."""
    found = PrivacyRequest.objects.filter(
        public_id=public_id, kind=complaints.KIND, received_how=PrivacyRequest.How.PAGE
    ).first()
    if found is None:
        raise Http404
    context = {
        "number": found.number,
        "received": in_words(found.received_at.date()),
        "due": in_words(found.due_on),
    }
    return render(request, "engagement/candidate/complained.html", context)


@requires(Permission.MANAGE_PRIVACY)
def complaint_answer(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write the outcome letter from its template; sending it closes the complaint."""
    found = complaints.answerable(public_id, request.user)
    if found is None:
        raise Http404
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={
            "subject": actions.SUBJECT,
            "letter": actions.letter_of(found, request.user),
        },
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            actions.answer(found, by=request.user, **form.cleaned_data)
        if form.is_valid():
            hint(tasks.deliver)
            messages.success(request, "The letter is on its way, and the complaint is closed.")
            return redirect("candidates:request", public_id)
    context = {"found": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/complaint_answer.html", context, status=status)


def _page(
    request: HttpRequest, form: ComplaintForm, visit: Visit | None, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "visit": visit,
        "masked": masked_address(visit.candidate) if visit else "",
    }
    return render(request, "engagement/candidate/complain.html", context, status=status)

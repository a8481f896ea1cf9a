"""One fact of a person at a time, changed where it stands; and how any stale form is settled."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission, may
from candidates.actions.people import change_candidate, set_owner
from candidates.forms import EditForm, OwnerForm
from candidates.forms.facts import FACTS, Fact, FactForm, OwnerFactForm, fact_form
from candidates.forms.three_way import UNKNOWN
from candidates.models import Candidate
from candidates.places import language_name
from candidates.views.common import person_of


@requires(Permission.EDIT_PEOPLE)
def fact(request: StaffRequest, public_id: uuid.UUID, fact: str) -> HttpResponse:
    """Show the form of one fact in its place, save it, or show both sides of a conflict."""
    candidate = person_of(request, public_id)
    asked = FACTS.get(fact)
    if asked is None or (asked.is_pay and not may(request.user, Permission.VIEW_PAY)):
        raise Http404
    if request.method != "POST":
        if "cancelled" in request.GET:
            return _shown(request, candidate, asked)
        return _form(request, candidate, asked, fact_form(asked, candidate))
    form = fact_form(asked, candidate, request.POST)
    if form.is_valid():
        save(form, candidate, by=request.user)
    if not form.is_valid():
        return _form(request, candidate, asked, form)
    if not request.htmx:
        return redirect(f"{reverse('candidates:profile', args=[public_id])}#fact-{asked.key}")
    response = _shown(request, person_of(request, public_id), asked)
    if asked.is_heading:
        response.headers["HX-Refresh"] = "true"  # it stands in the head of the page as well
    return response


def save(form: EditForm | OwnerForm, candidate: Candidate, *, by: User) -> None:
    """Save what a valid form says. A refusal is put on the form, like any other error.

    Who saved something else about this person meanwhile is no conflict: only the fields of this
    form count.
    """
    if isinstance(form, OwnerForm):
        before = form.before("owner")
        with refusals_shown_on(form):
            was = "anybody" if before is UNKNOWN else before
            set_owner(candidate, form.cleaned_data["owner"], by=by, was=was)
        return
    values = dict(form.cleaned_data)
    try:
        change_candidate(candidate, by=by, **values)
    except ValidationError as refusal:
        if refusal.code != "conflict":
            form.add_error(None, refusal)
            return
        candidate.refresh_from_db()
        if form.differences(stored_in(form, candidate)):
            form.add_error(None, refusal)
            return
        with refusals_shown_on(form):
            change_candidate(candidate, by=by, **(values | {"version": candidate.version}))


def conflict_of(form: EditForm | OwnerForm, candidate: Candidate) -> dict[str, Any]:
    """Return what the page of a conflict shows; nothing if there is none."""
    if not form.has_error("__all__", code="conflict"):
        return {}
    candidate.refresh_from_db()
    stored = stored_in(form, candidate)
    return {
        "differences": form.differences(stored),
        "settled": [("version", str(candidate.version)), *form.settled(stored)],
        "changed": audit.last_change(candidate, "candidate.changed", "candidate.owner_changed"),
    }


def stored_in(form: EditForm | OwnerForm, candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in form.fields if name != "version"}


def shown_facts(request: StaffRequest, candidate: Candidate) -> dict[str, Any]:
    """Return what the facts of a person need to be shown, on their page or one by one."""
    may_see_pay = may(request.user, Permission.VIEW_PAY)
    return {
        "candidate": candidate,
        "facts": [fact for fact in FACTS.values() if may_see_pay or not fact.is_pay],
        "language": language_name(candidate.language) if candidate.language else "",
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
    }


def _shown(request: StaffRequest, candidate: Candidate, fact: Fact) -> HttpResponse:
    context = {**shown_facts(request, candidate), "fact": fact, "is_back": True}
    return render(request, "candidates/fact.html", context)


def _form(
    request: StaffRequest, candidate: Candidate, fact: Fact, form: FactForm | OwnerFactForm
) -> HttpResponse:
    context = {
        "candidate": candidate,
        "fact": fact,
        "form": form,
        "address": reverse("candidates:fact", args=[candidate.public_id, fact.key]),
        **conflict_of(form, candidate),
    }
    name = "fact_form.html" if request.htmx else "fact_page.html"
    status = 422 if form.errors else 200
    return render(request, f"candidates/{name}", context, status=status)

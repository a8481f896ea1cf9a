"""The list of people, and adding one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates import due, search
from candidates.actions.people import create_candidate
from candidates.filters import PeopleFilterForm
from candidates.forms import NewPersonForm
from candidates.forms.duplicates import NoneOfTheseForm
from candidates.models import Candidate
from candidates.resolving import Resolution, resolve_candidate


@requires(Permission.VIEW_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody we know, by last contact; narrowed by what stands in the URL."""
    form = PeopleFilterForm(request.GET)
    visible = Candidate.objects.visible_to(request.user)
    found, is_similar = form.apply_name(form.apply(visible))
    after = (
        visible.filter(public_id=form.chosen["after"]).first() if "after" in form.chosen else None
    )
    page, has_older = search.page_of(found.select_related("owner"), after=after)
    context = {
        "form": form,
        "people": page,
        "count": search.capped_count(found),
        "is_similar": is_similar,
        "query": request.GET.urlencode(),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "is_first_page": after is None,
        "duplicates": due.duplicates_count(request.user),
        "older": form.query_with(after=str(page[-1].public_id)) if has_older else "",
    }
    return render_part(request, "candidates/people.html", "results", context)


@requires(Permission.EDIT_PEOPLE)
def person_new(request: StaffRequest) -> HttpResponse:
    """Add somebody by hand. An address that is known leads to the person who has it; whoever is
    like somebody we know is asked about first."""
    form = NewPersonForm(request.POST or None, initial={"basis": NewPersonForm.NOTHING})
    found = Resolution()
    if request.method == "POST" and form.is_valid():
        found = resolve_candidate(form.said(), Candidate.objects.visible_to(request.user))
        if not found.likely or NoneOfTheseForm(request.POST).says_so:
            with refusals_shown_on(form):
                values = form.for_action()
                candidate = create_candidate(by=request.user, owner=request.user, **values)
            if form.is_valid():
                messages.success(request, f"{candidate} is added.")
                return redirect("candidates:profile", candidate.public_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "known": found.person, "likely": found.likely}
    return render(request, "candidates/person_new.html", context, status=status)

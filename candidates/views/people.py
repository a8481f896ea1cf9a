"""The list of people, and adding one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates import due
from candidates.actions.people import create_candidate
from candidates.facets import Facet
from candidates.filters import PeopleFilterForm
from candidates.forms import NewPersonForm
from candidates.forms.duplicates import NoneOfTheseForm
from candidates.looks import note_address_search
from candidates.models import Candidate, SavedView
from candidates.resolving import Resolution, resolve_candidate
from candidates.saved_views import new_in
from candidates.search.finding import RANKED
from candidates.search.paging import Order, page_of
from candidates.search.snippets import Snippet, snippets_of


@dataclass(frozen=True)
class Mark:
    """What a facet says of a person on their row. tone, icon: "" where words are enough."""

    label: str
    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Row:
    """One person of the list, what facets say of them, and the text in which the words stand."""

    candidate: Candidate
    marks: list[Mark]
    snippet: Snippet | None


@require_GET
@requires(Permission.VIEW_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody we know, narrowed by what stands in the address."""
    views = list(SavedView.objects.for_page(request.user))
    if not request.GET and (start := next((one for one in views if one.is_default), None)):
        return redirect(f"{request.path}?{start.query}&view={start.public_id}")
    form = PeopleFilterForm(request.GET, user=request.user)
    current = next((one for one in views if one.public_id == form.cleaned_data.get("view")), None)
    after = form.starting_after()
    said = [facet for facet in form.facets if facet.on_rows]
    counts = form.counts()
    found, has_older = page_of(
        form.find(), form.order, form.search, after=after, facets=said, latest=counts.latest
    )
    if after is None and "@" in str(request.GET.get("q", "")):
        note_address_search(request.user, found)
    texts = snippets_of(form.search, [one.pk for one in found], request.user)
    context = {
        "form": form,
        "facet_groups": form.groups(counts),
        "chips": form.chips(),
        "counts": counts,
        "people": [Row(one, _marks(one, said), texts.get(one.pk)) for one in found],
        "is_similar": form.search.is_similar,
        "is_first_page": after is None,
        "views": views,
        "starts_narrowed": any(one.is_default for one in views),
        "current": current,
        "saved": form.query_with(view=""),
        "is_edited": current is not None and current.query != form.query_with(view=""),
        "new": new_in([current], request.user).get(current.pk, "") if current else "",
        "duplicates": due.duplicates_count(request.user),
        "older": form.query_with(after=str(found[-1].public_id)) if has_older else "",
        "too_many": form.order == Order.RELEVANCE and counts.total > RANKED,
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
    }
    return render_part(request, "candidates/people/people.html", "found", context)


def _marks(candidate: Candidate, said: list[Facet]) -> list[Mark]:
    marks = []
    for facet in said:
        value = getattr(candidate, f"row_{facet.code}")
        look = facet.looks.get(value) or (dict(facet.options)[value], "", "")
        marks.append(Mark(facet.label, *look))
    return marks


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

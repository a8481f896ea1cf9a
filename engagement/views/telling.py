"""People whom we found ourselves and have not told yet: who, by when, and telling them (P-05)."""

import uuid
from datetime import date

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, hint, requires
from accounts.permissions import Permission, may
from applications import untold
from candidates.forms.privacy import PageForm
from candidates.models import Candidate, EmailAddress
from candidates.models.people import CandidateQuerySet
from candidates.views.common import privacy_tabs
from engagement import tasks
from engagement.actions import telling as actions
from engagement.forms.telling import TellForm

PER_PAGE = 50


@requires(Permission.RECORD_REQUESTS)
def untold_people(request: StaffRequest) -> HttpResponse:
    """Show whom to tell, the most urgent first; a POST sends them the letter."""
    everybody = untold.people(request.user)
    form = TellForm(request.POST if request.method == "POST" else None, offered=everybody)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["people"]
        if form.cleaned_data["who"] == TellForm.ALL:
            chosen = _reachable(everybody)[: actions.AT_ONCE]
        return _tell(request, [candidate.pk for candidate in chosen])
    page = PageForm(request.GET).number
    on_its_way = actions.on_their_way().filter(candidate=OuterRef("pk"))
    shown = everybody.prefetch_related("emails").annotate(is_on_its_way=Exists(on_its_way))
    rows = list(shown[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    today = timezone.localdate()
    context = {
        "form": form,
        "people": [(one, (_due(one) - today).days) for one in rows[:PER_PAGE]],
        "at_once": actions.AT_ONCE,
        "tabs": privacy_tabs(request, "engagement:untold_people")
        if may(request.user, Permission.MANAGE_PRIVACY)
        else [],
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if len(rows) > PER_PAGE else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/untold.html", context, status=status)


@require_POST
@requires(Permission.RECORD_REQUESTS)
def person_tell(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send the letter to one person, in use or locked because nobody told them."""
    people = Candidate.objects.visible_to(request.user)
    people |= Candidate.objects.restricted_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    told = actions.tell([candidate.pk], by=request.user)
    if told:
        hint(tasks.deliver)
        messages.success(request, "The notice is on its way. That they were told is noted then.")
    else:
        messages.error(
            request,
            "No notice was sent: they were told already, one is on its way, or there is no address"
            " that works. If you told them another way, record it below.",
        )
    if candidate.archived_at and may(request.user, Permission.VIEW_RESTRICTED):
        return redirect("candidates:archived", public_id)
    return redirect("candidates:privacy", public_id)


def _tell(request: StaffRequest, people: list[int]) -> HttpResponse:
    told = actions.tell(people, by=request.user)
    if told:
        hint(tasks.deliver)
        who = "1 person" if told == 1 else f"{told} people"
        messages.success(request, f"The notice to {who} is on its way.")
    else:
        messages.error(request, "No notice was sent: nobody of them has an address that works.")
    return redirect("engagement:untold_people")


def _due(candidate: Candidate) -> date:
    due: date = candidate.notice_due  # type: ignore[attr-defined]  # annotated by `untold`
    return due


def _reachable(people: CandidateQuerySet) -> CandidateQuerySet:
    addresses = EmailAddress.objects.filter(
        candidate=OuterRef("pk"), is_primary=True, released_at=None, bounced_at=None
    )
    waiting = actions.on_their_way().filter(candidate=OuterRef("pk"))
    return people.filter(Exists(addresses), ~Exists(waiting))

"""The restricted archive: a list without names, and one person at a time for who says why (P-13).

Each look at somebody is in the audit trail: the opening with its reason, and every page after it.
"""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates import archive as reading
from candidates import timeline
from candidates.actions.archive import may_read, open_archived, restore_candidate
from candidates.forms import NoticeForm
from candidates.forms.privacy import ArchiveFilterForm, OpenForm, RestoreForm
from candidates.grounds import purposes_of
from candidates.models import ArchiveReason, Candidate
from candidates.views.common import clock_panel, privacy_tabs

# Parts of the record that floors above show, each by its own view, and only to be read.
PARTS = (
    ("applications:archived_panel", "Applications"),
    ("engagement:archived_panel", "Messages"),
)


@require_GET
@never_cache
@requires(Permission.VIEW_RESTRICTED)
def archive(request: StaffRequest) -> HttpResponse:
    """Show who is in the archive, since when and why: references, no names."""
    form = ArchiveFilterForm(request.GET)
    chosen = form.chosen
    page = reading.page_of(
        request.user,
        query=chosen.get("q", ""),
        reason=chosen.get("reason", ""),
        after=chosen.get("after"),
    )
    older = urlencode({**chosen, "after": page.older}) if page.older else ""
    context = {
        "form": form,
        "people": page.people,
        "older": f"?{older}" if older else "",
        "tabs": privacy_tabs(request, "candidates:archive"),
        "is_filtered": bool(set(chosen) - {"after"}),
    }
    return render(request, "candidates/privacy/archive.html", context)


@never_cache
@requires(Permission.VIEW_RESTRICTED)
def archived(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one person to whoever said why within the hour; ask everybody else (a POST opens)."""
    candidate = _person_of(request, public_id)
    if request.method != "POST":
        return archived_page(request, candidate)
    form = OpenForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            open_archived(candidate, form.cleaned_data["reason"], by=request.user)
    if not form.is_valid():
        return _ask(request, candidate, form)
    return redirect("candidates:archived", public_id)


@require_POST
@requires(Permission.VIEW_RESTRICTED)
def restore(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Bring somebody back into use."""
    candidate = _person_of(request, public_id)
    form = RestoreForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            restore_candidate(candidate, form.cleaned_data["why"], by=request.user)
    if not form.is_valid():
        return archived_page(request, candidate, restore_form=form)
    messages.success(request, f"{candidate} is back in use.")
    return redirect("candidates:profile", public_id)


def opened_person_of(request: StaffRequest, public_id: uuid.UUID, what: str) -> Candidate:
    """Return an archived person to whoever said why within the hour; else 404. Each look is written
    down. For the parts of their record that floors above show. what: such as "applications".
    """
    candidate = _person_of(request, public_id)
    if not may_read(candidate, request.user, timezone.now()):
        raise Http404
    audit.read(request.user, f"archived_{what}", candidate)
    return candidate


def _parts(candidate: Candidate) -> list[tuple[str, str]]:
    """Return the parts that floors above show: title and address."""
    found = []
    for name, title in PARTS:
        try:
            found.append((title, reverse(name, args=[candidate.public_id])))
        except NoReverseMatch:
            continue
    return found


def _person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    people = Candidate.objects.restricted_to(request.user)
    return get_object_or_404(
        people.prefetch_related("emails", "phones", "links"), public_id=public_id
    )


def archived_page(request: StaffRequest, candidate: Candidate, **refused: Any) -> HttpResponse:
    """Show the page to whoever said why within the hour, with a form that was refused."""
    if not may_read(candidate, request.user, timezone.now()):
        return _ask(request, candidate, OpenForm())
    audit.read(request.user, "archived_person", candidate)
    page = timeline.read(candidate, request.user)
    context: dict[str, Any] = {
        "candidate": candidate,
        "purposes": purposes_of(candidate),
        "parts": _parts(candidate),
        **clock_panel(request, candidate),
        "timeline": page,
        "readings": candidate.archive_readings.select_related("by")[:20],
        "is_locked": candidate.archive_reason == ArchiveReason.NO_NOTICE,
        "notice_form": NoticeForm(),
        "restore_form": RestoreForm(),
        **refused,
    }
    status = 422 if refused else 200
    return render(request, "candidates/privacy/archived.html", context, status=status)


def _ask(request: StaffRequest, candidate: Candidate, form: OpenForm) -> HttpResponse:
    """Ask why, without a word about who it is."""
    context = {"candidate": candidate, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "candidates/privacy/archive_open.html", context, status=status)

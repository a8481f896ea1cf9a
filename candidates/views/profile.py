"""The page of one person: the person is the page, everything else is a section of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates import pairs, timeline
from candidates.actions.contact import log_contact
from candidates.actions.notes import write_note
from candidates.contact import contact_state
from candidates.forms import ContactForm, JustDoneForm, NoteForm, TimelineFilterForm
from candidates.looks import note_pay
from candidates.models import Candidate
from candidates.places import language_name
from candidates.views import follow_ups, tags
from candidates.views.common import person_of, whole_person_of

# Sections that are rendered apart, each with its own permission and query.
PANELS = (
    ("applications:candidate_panel", "Applications"),
    ("applications:candidate_matches_panel", "Open jobs they may fit"),
    ("engagement:candidate_panel", "Campaigns and messages"),
    ("candidates:person_pools", "Talent pools"),
    ("candidates:files", "Files"),
    ("candidates:records", "One person, one record"),
)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def profile(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one person; one who was merged leads to the person they were merged into."""
    try:
        return _profile(request, public_id)
    except Http404:
        survivor = Candidate.objects.survivor_of(public_id)
        if survivor is None:
            raise
        return redirect("candidates:profile", survivor.public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def note_write(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    candidate = person_of(request, public_id)
    form = NoteForm(request.POST, team=request.user.team)
    if form.is_valid():
        with refusals_shown_on(form):
            write_note(candidate, by=request.user, **form.cleaned_data)
    if not form.is_valid():
        return _profile(request, public_id, note_form=form)
    if request.htmx:
        return _profile(request, public_id)
    return redirect(f"{_address(candidate)}#timeline")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def contact_log(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Log a call or a reply. It stops job emails that wait for this person."""
    candidate = person_of(request, public_id)
    form = ContactForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            log_contact(
                candidate,
                form.cleaned_data["kind"],
                form.cleaned_data["summary"],
                by=request.user,
                at=form.at,
            )
    if not form.is_valid():
        return _profile(request, public_id, contact_form=form)
    messages.success(request, "Logged. Job emails that were waiting for them will not leave.")
    return redirect(f"{_address(candidate)}#timeline")


def _profile(request: StaffRequest, public_id: uuid.UUID, **forms: Any) -> HttpResponse:
    candidate = whole_person_of(request, public_id)
    if request.method == "GET" and not request.htmx and may(request.user, Permission.VIEW_PAY):
        note_pay(request.user, candidate)
    chosen = TimelineFilterForm(request.GET)
    show = chosen.cleaned_data.get("show", "") if chosen.is_valid() else ""
    before = chosen.cleaned_data.get("before") if chosen.is_valid() else None
    page = timeline.read(
        candidate, request.user, group=show, before=int(before) if before else None
    )
    just_done = _just_done(request)
    address = _address(candidate)
    context: dict[str, Any] = {
        "candidate": candidate,
        "language": language_name(candidate.language) if candidate.language else "",
        "contact": contact_state(candidate),
        "panels": _panels(candidate),
        "just_merged": pairs.just_merged(candidate, request.GET.get("merged", "")),
        "timeline": page,
        "is_continued": bool(before),
        "show": show,
        "tabs": [
            {
                "label": label,
                "href": f"{address}?show={value}#timeline" if value else f"{address}#timeline",
                "current": value == show,
            }
            for value, label in TimelineFilterForm.base_fields["show"].choices  # type: ignore[attr-defined]  # a choice field
        ],
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "may_see_pay": may(request.user, Permission.VIEW_PAY),
        "note_form": NoteForm(team=request.user.team),
        "contact_form": ContactForm(),
        **tags.panel_context(request, candidate, untagged=tags.named(just_done["untagged"])),
        **follow_ups.panel_context(
            request,
            candidate,
            finished=follow_ups.finished_of(candidate, just_done["finished"]),
        ),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render_part(request, "candidates/profile.html", "timeline", context, status)


def _panels(candidate: Candidate) -> list[tuple[str, str]]:
    """Return the sections of other floors that exist, as (address, title)."""
    found = []
    for name, title in PANELS:
        try:
            found.append((reverse(name, args=[candidate.public_id]), title))
        except NoReverseMatch:
            continue
    return found


def _just_done(request: StaffRequest) -> dict[str, uuid.UUID | None]:
    """Return what the address says was just done; what it cannot mean counts as nothing."""
    form = JustDoneForm(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}


def _address(candidate: Candidate) -> str:
    return reverse("candidates:profile", args=[candidate.public_id])

"""The page of one person: the person is the page, everything else is a section of it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates import clock_words, pairs, policies, timeline
from candidates.actions.contact import log_contact
from candidates.actions.notes import write_note
from candidates.clocks import clock_of
from candidates.contact import contact_state, with_contact
from candidates.forms import ContactForm, JustDoneForm, NoteForm, TimelineFilterForm
from candidates.looks import note_pay
from candidates.models import Candidate, CandidateSkill, Link, Phone
from candidates.models.people import CandidateQuerySet
from candidates.views import facts, follow_ups, tags
from candidates.views.common import person_of

# Sections that are rendered apart, each with its own permission and query. The first stands above
# the timeline.
PANELS = (
    ("applications:candidate_panel", "Applications"),
    ("applications:candidate_interviews", "Interviews and scorecards"),
    ("candidates:files", "Files"),
    ("applications:candidate_matches_panel", "Open jobs they may fit"),
    ("engagement:candidate_panel", "Campaigns and messages"),
    ("candidates:person_pools", "Talent pools"),
    ("candidates:records", "One person, one record"),
)
# What can be begun with a person elsewhere: route, words, icon, key. Each stands on the page when
# its route exists.
BEGIN = (
    ("engagement:message_new", "Message", "mail", "m"),
    ("applications:candidate_add", "Add to job", "briefcase", "a"),
)


OLDER = "older"  # what htmx swaps when older lines are asked for


@dataclass(frozen=True)
class Section:
    """A panel that loads by itself, and is a plain link without JavaScript."""

    href: str
    title: str

    @property
    def key(self) -> str:
        return f"{slugify(self.title)}-section"


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
    candidate = get_object_or_404(_people(request), public_id=public_id)
    if request.method == "GET" and not request.htmx and may(request.user, Permission.VIEW_PAY):
        note_pay(request.user, candidate)
    show, before = _chosen(request)
    may_edit = may(request.user, Permission.EDIT_PEOPLE)
    context: dict[str, Any] = {
        "candidate": candidate,
        "may_edit": may_edit,
        "timeline": timeline.read(candidate, request.user, group=show, before=before),
        "is_continued": before is not None,
        "show": show,
    }
    if request.htmx and request.htmx.target == OLDER:
        return render_part(request, "candidates/profile.html", "entries", context)
    just_done = _just_done(request)
    laws = policies.in_force()
    context |= {
        "contact": contact_state(candidate),
        "clocks": clock_words.both(clock_of(candidate, known=laws), laws),
        "just_merged": pairs.just_merged(candidate, request.GET.get("merged", "")),
        "sections": _sections(candidate),
        "begin": _begin(candidate) if may_edit else [],
        "tabs": _tabs(candidate, show),
        "note_form": NoteForm(team=request.user.team),
        "contact_form": ContactForm(),
        **facts.shown_facts(request, candidate),
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


def _people(request: StaffRequest) -> CandidateQuerySet:
    """Whom the user may see, each with all that the page shows of them."""
    skills = CandidateSkill.objects.filter(candidate=OuterRef("pk")).order_by("skill__name")
    phones = Phone.objects.filter(candidate=OuterRef("pk"))
    links = Link.objects.filter(candidate=OuterRef("pk"))
    link = JSONObject(url="url", canonical="canonical")
    return (
        with_contact(Candidate.objects.visible_to(request.user))
        .select_related("owner")
        .prefetch_related("emails")
        .annotate(
            skill_names=ArraySubquery(skills.values("skill__name")),
            phone_numbers=ArraySubquery(phones.values("number")),
            link_addresses=ArraySubquery(links.values_list(link)),
        )
    )


def _chosen(request: StaffRequest) -> tuple[str, int | None]:
    """Return which part of the timeline is asked for, and after which line it goes on."""
    form = TimelineFilterForm(request.GET)
    if not form.is_valid():
        return "", None
    before = form.cleaned_data.get("before")
    return form.cleaned_data.get("show", ""), int(before) if before else None


def _tabs(candidate: Candidate, show: str) -> list[dict[str, Any]]:
    address = _address(candidate)
    choices = TimelineFilterForm.base_fields["show"].choices  # type: ignore[attr-defined]  # a choice field
    return [
        {
            "label": label,
            "href": f"{address}?show={value}#timeline" if value else f"{address}#timeline",
            "current": value == show,
        }
        for value, label in choices
    ]


def _sections(candidate: Candidate) -> list[Section]:
    """Return the sections that exist."""
    found = []
    for name, title in PANELS:
        try:
            found.append(Section(reverse(name, args=[candidate.public_id]), title))
        except NoReverseMatch:
            continue
    return found


def _begin(candidate: Candidate) -> list[dict[str, str]]:
    found = []
    for name, label, icon, key in BEGIN:
        try:
            address = reverse(name, args=[candidate.public_id])
        except NoReverseMatch:
            continue
        found.append({"href": address, "label": label, "icon": icon, "key": key})
    return found


def _just_done(request: StaffRequest) -> dict[str, uuid.UUID | None]:
    """Return what the address says was just done; what it cannot mean counts as nothing."""
    form = JustDoneForm(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}


def _address(candidate: Candidate) -> str:
    return reverse("candidates:profile", args=[candidate.public_id])

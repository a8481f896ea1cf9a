"""People you already know: who fits a job, with reasons for and against. Nobody is hidden."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from applications import matching
from applications.actions import matches as act
from applications.forms.matches import NarrowForm, NotAFitForm, PersonForm
from applications.models import Job, Match
from applications.views.common import address_of, job_of, job_tabs
from candidates.models import Candidate


@require_GET
@requires(Permission.VIEW_JOBS)
def known_people(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who of the people we know fits a job.

    A colleague of the hiring team sees names and the criteria that are met: no outcome, no reason.
    """
    return _known_people(request, job_of(request, public_id))


@require_POST
@requires(Permission.EDIT_JOBS)
def not_a_fit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that somebody does not fit this job, with a reason that concerns the job."""
    job = job_of(request, public_id)
    form = NotAFitForm(request.POST)
    person = _person_of(request, form)
    if form.is_valid():
        with refusals_shown_on(form):
            act.say_not_a_fit(job, person, form.sentence(), by=request.user)
    if not form.is_valid():
        return _known_people(request, job, form)
    messages.success(request, f"{person} is set aside for this job. Emails about it pass them by.")
    return redirect("applications:known_people", job.public_id)


@require_POST
@requires(Permission.EDIT_JOBS)
def take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back that somebody does not fit."""
    match = _match_of(request, public_id)
    act.take_back(match, by=request.user)
    messages.success(request, f"Taken back. {match.candidate} counts for this job again.")
    return redirect("applications:known_people", match.job.public_id)


@require_POST
@requires(Permission.VIEW_MATCHES)
def look(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the page of a person from the list, and remember that somebody looked (P-35)."""
    job = job_of(request, public_id)
    person = _person_of(request, PersonForm(request.POST))
    act.look(job, person, by=request.user)
    return redirect("candidates:profile", person.public_id)


@require_GET
@requires(Permission.VIEW_MATCHES)
def match(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the stored record: what was compared, by which version, and what was said (P-32)."""
    found = _match_of(request, public_id)
    context = {
        "match": found,
        "criteria": [row for row in found.criteria if _may_read(request, row)],
        "past": [row for row in found.criteria if row["verdict"] == "note"],
        "may_edit": may(request.user, Permission.EDIT_JOBS),
    }
    return render(request, "applications/matches/match.html", context)


@require_GET
@requires(Permission.VIEW_MATCHES)
def candidate_matches_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the open jobs that a person was found for: a section of their page."""
    person = get_object_or_404(Candidate.objects.visible_to(request.user), public_id=public_id)
    found = (
        Match.objects.filter(candidate=person, job__status=Job.Status.OPEN)
        .select_related("job")
        .order_by("-score", "-job__opened_at", "pk")
    )
    context = {"candidate": person, "matches": list(found[:20])}
    return render_part(request, "applications/matches/candidate_panel.html", "panel", context)


def _may_read(request: StaffRequest, row: dict[str, str]) -> bool:
    is_pay = row["code"] == "pay"
    return row["verdict"] != "note" and (not is_pay or may(request.user, Permission.VIEW_PAY))


def _match_of(request: StaffRequest, public_id: uuid.UUID) -> Match:
    visible = Match.objects.filter(
        candidate__in=Candidate.objects.visible_to(request.user),
        job__in=Job.objects.visible_to(request.user),
    )
    people = visible.select_related("candidate", "job", "verdict_by")
    return get_object_or_404(people, public_id=public_id)


def _person_of(request: StaffRequest, form: PersonForm) -> Candidate:
    """Return the person whom the form names; one who is not there is not to be found."""
    form.is_valid()
    if "person" not in form.cleaned_data:
        raise Http404
    visible = Candidate.objects.visible_to(request.user)
    return get_object_or_404(visible, public_id=form.cleaned_data["person"])


def _known_people(
    request: StaffRequest, job: Job, refused: NotAFitForm | None = None
) -> HttpResponse:
    sees_all = may(request.user, Permission.VIEW_MATCHES)
    form = NarrowForm(request.GET)
    narrowing = form.narrowing() if sees_all else None
    start = form.chosen.get("after")
    after = Candidate.objects.live().filter(public_id=start).first() if start else None
    known = matching.known_people(job, at=timezone.now(), narrowing=narrowing, after=after)
    last = known.people[-1].candidate if known.people else None
    context: dict[str, Any] = {
        "job": job,
        "known": known,
        "tabs": job_tabs(request, job, "applications:known_people"),
        "is_on": matching.is_on(),
        "form": form,
        "is_narrowed": bool(narrowing),
        "is_first_page": after is None,
        "next": form.query(after=str(last.public_id)) if known.has_more and last else "",
        "first": form.query(),
        "not_a_fit_form": NotAFitForm(auto_id=False),
        "refused": refused,
        "refused_person": refused.cleaned_data.get("person") if refused else None,
        "may_edit": may(request.user, Permission.EDIT_JOBS),
        "may_see_pay": may(request.user, Permission.VIEW_PAY),
        "skills_address": address_of("applications:job_skills", job.public_id),
        "edit_address": address_of("applications:job_edit", job.public_id),
        "campaign_address": address_of("engagement:campaign_new"),
    }
    if not may(request.user, Permission.EDIT_CAMPAIGNS) or not job.is_open:
        context["campaign_address"] = ""
    page = "known_people" if sees_all else "known_people_of_team"
    status = 422 if refused else 200
    return render_part(
        request, f"applications/matches/{page}.html", "people", context, status=status
    )

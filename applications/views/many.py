"""Answering many people of a job: choose them, read every letter, send, and take it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.bulk_letters import AnswerMany, Group, groups_of, who_gets_which
from applications.forms.closing import ChosenForm, ReasonsForm
from applications.forms.pipeline import PipelineFilterForm
from applications.gate import unanswered_of
from applications.models import Application, Job
from applications.pipeline import considered
from applications.views.common import job_of
from candidates.actions import work as actions
from candidates.bulk import persons
from candidates.bulk.selection import ConfirmForm
from candidates.models import Candidate, Work
from candidates.tasks import do_work
from candidates.tray import show_in_tray

MOST = 500  # letters that one page can show, each to be read


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def answer_many(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Freeze those who were chosen in the pipeline or at the gate. Nothing happens to them yet.

    All of a pipeline means those whom its filter leaves.
    """
    job = job_of(request, public_id)
    unanswered = unanswered_of(job, request.user)
    filtered = PipelineFilterForm(request.GET, job=job, user=request.user)
    if request.GET and filtered.is_narrowed:
        shown = filtered.apply(considered(job, request.user, timezone.now()))
        unanswered = unanswered.filter(pk__in=shown.order_by().values("pk"))
    form = ChosenForm(request.POST, unanswered=unanswered)
    if form.is_valid():
        with refusals_shown_on(form), transaction.atomic():
            chosen = form.cleaned_data["people"].order_by().values("candidate")
            people = Candidate.objects.visible_to(request.user).filter(pk__in=chosen)
            work = actions.freeze(
                people, by=request.user, most=MOST, kind=AnswerMany.key, values={"job": job.pk}
            )
    if not form.is_valid():
        for refusal in form.non_field_errors():
            messages.error(request, str(refusal))
        return redirect("applications:job_end", public_id)
    return redirect("applications:letters_to_many", work.public_id)


@requires(Permission.CLOSE_APPLICATION)
def letters_to_many(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say why, read and change the letters, and start. Only `send` starts anything."""
    drafts = Work.objects.filter(by=request.user, kind=AnswerMany.key)
    work = get_object_or_404(drafts, public_id=public_id)
    if work.state != Work.State.DRAFT:  # confirmed already, perhaps in another window
        return redirect("candidates:task", public_id)
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=work.values["job"])
    people = _applications(request, work, job)
    form = ReasonsForm(request.POST or None, applications=people)
    groups: list[Group] = []
    if request.method == "POST" and form.is_valid():
        typed = _typed(request)
        groups = groups_of(people, form.reasons(), typed, by=request.user)
    sure = ConfirmForm(request.POST or None, total=len(people))
    unresolved = [one for group in groups for one in group.letters if one.empty]
    found = [(group, sentence) for group in groups for sentence in group.found]
    is_accepted = bool(request.POST.get("warnings_accepted")) or not found
    wants = bool(request.POST.get("send")) and bool(groups)
    shown = who_gets_which(groups)
    is_unread = wants and not {*shown} <= {*request.POST.get("shown", "").split()}
    problems = any(group.problems for group in groups)
    blocked = bool(unresolved or problems or not is_accepted or is_unread)
    if wants and not blocked and sure.is_valid():
        with refusals_shown_on(sure), transaction.atomic():
            _start(work, job, groups, request)
        if sure.is_valid():
            response = redirect("candidates:task", work.public_id)
            show_in_tray(response)
            return response
    context = {
        "job": job,
        "work": work,
        "people": people,
        "gone": work.total - len(people),
        "form": form,
        "groups": groups,
        "unresolved": unresolved,
        "found": found,
        "is_accepted": is_accepted,
        "shown": " ".join(shown),
        "is_unread": is_unread,
        "sure": sure if wants else ConfirmForm(total=len(people)),
        "chosen": persons(len(people)),
        "wants": wants,
    }
    failed = (form.is_bound and form.errors) or wants
    return render(request, "applications/closing/many.html", context, status=422 if failed else 200)


def _applications(request: StaffRequest, work: Work, job: Job) -> list[Application]:
    """Return one unanswered application of each frozen person: the open one, if there are two."""
    frozen = work.items.order_by().values("candidate")
    found = unanswered_of(job, request.user).filter(candidate__in=frozen)
    by_person: dict[int, Application] = {}
    for application in found.order_by("-closed_at", "pk"):  # nulls first: open ones
        by_person.setdefault(application.candidate_id, application)
    return sorted(by_person.values(), key=lambda one: (one.candidate.name, one.pk))


def _typed(request: StaffRequest) -> dict[str, tuple[str, str]]:
    keys = [name.removeprefix("text-") for name in request.POST if name.startswith("text-")]
    return {
        key: (request.POST.get(f"subject-{key}", "")[:200], request.POST[f"text-{key}"][:10_000])
        for key in keys
    }


def _start(work: Work, job: Job, groups: list[Group], request: StaffRequest) -> None:
    total = sum(len(group.letters) for group in groups)
    values: dict[str, Any] = {
        "job": job.pk,
        "groups": {
            group.key: {"reason": group.reason, "subject": group.subject, "text": group.text}
            for group in groups
        },
        "people": {
            str(one.application.candidate_id): {
                "application": one.application.pk,
                "group": group.key,
            }
            for group in groups
            for one in group.letters
        },
    }
    title = f"Answer {persons(total)} about {job.title}"
    actions.start(work, kind=AnswerMany.key, title=title, by=request.user, values=values)
    hint(do_work, work.pk)

"""The page of one interview: found as far as the colleague may see it, and shown."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.http import StaffRequest
from accounts.permissions import Permission, may
from applications import blind, reading
from applications import interviews as thinking
from applications.models import Application, Interview
from applications.views.cards import cards_context


def interview_of(request: StaffRequest, public_id: uuid.UUID) -> Interview:
    """Return an interview that the colleague may see; else 404."""
    found = Interview.objects.visible_to(request.user).filter(
        application__candidate__merged_into=None
    )
    related = found.select_related(
        "application__candidate", "application__job", "application__stage", "by"
    ).prefetch_related("panel__user", "times", "application__job__offices")
    return get_object_or_404(related, public_id=public_id)


def show_interview(
    request: StaffRequest,
    interview: Interview,
    *,
    refusals: list[str] | None = None,
    card_form: Any = None,
) -> HttpResponse:
    user, application = request.user, interview.application
    blind.unveil(user, [application])
    document, pages = reading.cv_of(application)
    if application.is_veiled:
        pages = [blind.without_names(page, application.candidate) for page in pages]
    panel = [seat.user for seat in interview.panel.all()]
    schedules = may(user, Permission.SCHEDULE_INTERVIEWS)
    holds = user in panel
    context: dict[str, Any] = {
        "interview": interview,
        "application": application,
        "work_line": blind.work_line_of(application),
        "refusals": refusals or [],
        "when": when_of(interview),
        "proposed": [
            thinking.said_to_staff(application, time.starts_at) for time in interview.times.all()
        ],
        "panel": panel,
        "document": document,
        "cv": pages,
        "holds": holds,
        "schedules": schedules,
        "sees_people": may(user, Permission.VIEW_PEOPLE),
        "sees_application": may(user, Permission.VIEW_JOBS)
        and Application.objects.visible_to(user).filter(pk=application.pk).exists(),
        "may_settle": (holds or schedules) and interview.is_unsettled,
        "may_cancel": schedules
        and application.is_open
        and (interview.is_ahead or interview.is_unsettled),
        "may_change": schedules and application.is_open and interview.is_ahead,
        "may_undo": schedules and application.is_open and interview.before is not None,
        **cards_context(user, interview, form=card_form),
    }
    is_refused = bool(refusals) or (card_form is not None and card_form.errors)
    status = 422 if is_refused else 200
    return render(request, "applications/interviews/interview.html", context, status=status)


def when_of(interview: Interview) -> str:
    if interview.starts_at is None:
        return ""
    return thinking.said_to_staff(interview.application, interview.starts_at)

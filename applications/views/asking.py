"""Asking the hiring team for a view of an application, and what became of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission, may
from applications import blind
from applications.actions import reviews as act
from applications.forms.reviews import AskForm, team_to_ask
from applications.models import Application, Review
from applications.views.common import address_of, application_of


@requires(Permission.MOVE_APPLICATION)
def review_ask(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask a member of the hiring team what they think, by a day."""
    application = application_of(request, public_id)
    if not application.is_open:
        messages.info(request, "This application is closed: there is nothing to ask.")
        return redirect("applications:application", public_id)
    form = AskForm(request.POST or None, application=application, by=request.user)
    back = address_after(request, application)
    if request.method == "POST" and form.is_valid():
        reviewer = form.cleaned_data.pop("reviewer")
        with refusals_shown_on(form):
            act.ask_for_view(application, reviewer, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, f"{reviewer.name} is asked. It stands on their Today page.")
            return redirect(back)
    blind.unveil(request.user, [application])
    context = {
        "application": application,
        "form": form,
        "back": back,
        "has_nobody": not team_to_ask(application).exclude(pk=request.user.pk).exists(),
        "may_staff": may(request.user, Permission.EDIT_JOBS),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/reviews/ask.html", context, status=status)


@require_POST
@requires(Permission.MOVE_APPLICATION)
def review_call_off(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop asking for a view."""
    found = get_object_or_404(
        Review.objects.visible_to(request.user).select_related("application", "reviewer"),
        public_id=public_id,
    )
    try:
        act.call_off(found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"{found.reviewer.name} is asked no more.")
    return redirect("applications:application", found.application.public_id)


def views_context(user: User, application: Application) -> dict[str, Any]:
    """Return the views of an application as far as this colleague may read them. Two queries."""
    found = (
        Review.objects.visible_to(user)
        .filter(application=application)
        .select_related("reviewer", "asked_by", "passed_to__reviewer")
        .order_by("asked_at", "pk")
    )
    views = list(found)
    mine = next((one for one in views if one.reviewer_id == user.pk and one.is_waiting), None)
    return {
        "views": views,
        "my_review": mine if may(user, Permission.GIVE_VIEWS) else None,
        "may_ask": may(user, Permission.MOVE_APPLICATION),
        "today": timezone.localdate(),
    }


def address_after(request: StaffRequest, application: Application) -> str:
    """Return where to go on once something is done: in review mode, else with the application."""
    if request.GET.get("from") == "review-mode":
        asked = {
            "job": str(application.job.public_id),
            "stage": str(application.stage.public_id),
        }
        return f"{address_of('applications:review_mode')}?{urlencode(asked)}"
    return address_of("applications:application", application.public_id)

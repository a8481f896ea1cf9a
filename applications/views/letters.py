"""Letters that wait: read, changed, cancelled, sent now."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications import letters as thinking
from applications.actions import letters as act
from applications.forms.applications import LetterForm, PageForm
from applications.models import Letter
from applications.views.common import page_of

DECISION_CANCELLED = (
    "The letter is cancelled, so nobody tells them the decision. They stand on Today until somebody"
    " writes to them anew or records how they know."
)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def letters(request: StaffRequest) -> HttpResponse:
    return _letters(request)


@requires(Permission.CLOSE_APPLICATION)
def letter(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read one letter, and change it while it waits."""
    letter = _letter(request, public_id)
    initial = {"subject": letter.subject, "text": letter.text}
    form = LetterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.change_letter(letter, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The letter is changed.")
            return redirect("applications:letters")
    context = {
        "letter": letter,
        "form": form,
        "leaves": thinking.said_here_and_there(letter.application, letter.send_after),
        "has_warnings": form.is_bound and form.has_error("__all__", code="letter_warning"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/letter.html", context, status=status)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def letter_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    is_decision = _letter(request, public_id).kind == Letter.Kind.DECISION
    done = DECISION_CANCELLED if is_decision else "The letter is cancelled."
    return _post(request, public_id, act.cancel_letter, done)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def letter_send_now(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _post(request, public_id, act.send_now, "The letter leaves now.")


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def letter_try_again(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _post(request, public_id, act.try_again, "The letter leaves again now.")


def _letter(request: StaffRequest, public_id: uuid.UUID) -> Letter:
    visible = Letter.objects.visible_to(request.user).select_related(
        "application__candidate", "application__job", "by"
    )
    return get_object_or_404(visible, public_id=public_id)


def _post(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., Any], done: str
) -> HttpResponse:
    letter = _letter(request, public_id)
    try:
        action(letter, by=request.user)
    except ValidationError as refusal:
        return _letters(request, refusals=list(refusal.messages))
    messages.success(request, done)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("applications:letters")


def _letters(request: StaffRequest, refusals: list[str] | None = None) -> HttpResponse:
    chosen = PageForm(request.GET)
    found = Letter.objects.visible_to(request.user).for_list()
    page = page_of(found, chosen.cleaned_data.get("page") if chosen.is_valid() else None)
    rows = [
        (letter, thinking.said_here_and_there(letter.application, letter.send_after))
        for letter in page
    ]
    context = {
        "page": page,
        "letters": rows,
        "refusals": refusals or [],
        "may_edit_templates": may(request.user, Permission.EDIT_LETTERS),
    }
    return render(request, "applications/letters.html", context, status=422 if refusals else 200)

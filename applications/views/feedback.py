"""The letter with which a candidate gets the feedback that they asked for."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import languages
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import Organisation
from accounts.permissions import Permission
from applications import letters
from applications.actions.feedback import answer_feedback
from applications.forms.applications import LetterForm
from applications.views.common import application_of


@requires(Permission.CLOSE_APPLICATION)
def feedback(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write it. It waits like every letter, so it can be changed and cancelled."""
    application = application_of(request, public_id)
    if application.feedback_asked_at is None:
        messages.info(request, "They did not ask for feedback.")
        return redirect("applications:application", public_id)
    house = Organisation.current()
    with languages.speaking(letters.language_of(application, house)):
        initial = {
            "subject": letters.feedback_subject(application.job),
            "text": letters.feedback_text(application, by=request.user, organisation=house.name),
        }
    form = LetterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            answer_feedback(application, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The letter waits for the next working morning.")
            return redirect("applications:application", public_id)
    leaves = letters.leaves_at(application, timezone.now())
    context = {
        "application": application,
        "form": form,
        "leaves": letters.said_here_and_there(application, leaves),
        "has_warnings": form.is_bound and form.has_error("__all__", code="letter_warning"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/feedback.html", context, status=status)

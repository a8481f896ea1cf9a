"""Rating letters of feedback: the sample of each month, a letter at a time (M-10)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions.feedback_ratings import rate_feedback
from applications.forms.feedback_ratings import RubricForm
from applications.models import FeedbackRating
from applications.views.reports import tabs_of

MOST = 40  # shown at once: two months, the older one first


@require_safe
@requires(Permission.CLOSE_APPLICATION)
def feedback_ratings(request: StaffRequest) -> HttpResponse:
    """List what was drawn and waits for a colleague; never who wrote it (M-R3)."""
    context = {
        "ratings": FeedbackRating.objects.to_rate(request.user)[:MOST],
        "tabs": tabs_of(request.user, "applications:feedback_ratings"),
    }
    return render(request, "applications/feedback_ratings.html", context)


@requires(Permission.CLOSE_APPLICATION)
def feedback_rate(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one letter with the four questions. A letter of one's own is not found."""
    waiting = FeedbackRating.objects.to_rate(request.user)
    rating = get_object_or_404(waiting, letter__public_id=public_id)
    form = RubricForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            rate_feedback(rating, by=request.user, **form.rubric)
        if form.is_valid():
            messages.success(request, "Thank you: your answer is kept.")
            return redirect("applications:feedback_ratings")
    status = 422 if form.is_bound and form.errors else 200
    context = {"rating": rating, "letter": rating.letter, "form": form}
    return render(request, "applications/feedback_rate.html", context, status=status)

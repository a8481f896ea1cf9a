"""Giving a view: what waits, one application at a time, and what one says of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications import blind
from applications.actions import reviews as act
from applications.forms.reviews import PassOnForm, ReviewForm, team_to_ask
from applications.models import Review, Scorecard
from applications.reviews import asked_about, paper_of
from applications.views.common import address_of
from candidates import hygiene

SHOWN = 10


@require_GET
@requires(Permission.GIVE_VIEWS)
def reviews(request: StaffRequest) -> HttpResponse:
    """Show what waits for the colleague's view, the oldest first, ten at most."""
    asked = Review.objects.asked_of(request.user).for_page()
    waiting = asked.waiting().order_by("asked_at", "pk")
    shown = list(waiting[:SHOWN])
    more = waiting.count() - SHOWN if len(shown) == SHOWN else 0
    lately = list(asked.settled_lately(timezone.now()).select_related("passed_to__reviewer"))
    sent = [one for one in lately if one.is_sent]
    passed = [one for one in lately if one.passed_on_at][:SHOWN]
    blind.unveil(request.user, [one.application for one in [*shown, *sent, *passed]])
    context = {
        "waiting": shown,
        "more": more,
        "sent": sent,
        "passed": passed,
        "today": timezone.localdate(),
    }
    return render(request, "applications/reviews/list.html", context)


@require_GET
@requires(Permission.GIVE_VIEWS)
def review(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one application to read, and the form for one's view."""
    return _review(request, _review_of(request, public_id))


@require_POST
@requires(Permission.GIVE_VIEWS)
def review_save(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the view as a draft, or send it."""
    found = _review_of(request, public_id)
    form = _form(found, request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            found = act.save_view(
                found,
                form.said(),
                version=form.cleaned_data["version"],
                by=request.user,
                send="send" in request.POST,
            )
    if not form.is_valid():
        found = _review_of(request, public_id)  # as it is now: somebody was faster
        return _review(request, found, form=form)
    if not found.is_sent:
        messages.success(request, "The draft is kept. Nobody else sees it.")
        return redirect(f"{address_of('applications:review', public_id)}#view")
    who = found.asked_by.name if found.asked_by else "The recruiter"
    late = " It came after the decision and is kept with it." if found.is_late else ""
    messages.success(request, late.strip() or f"Sent. {who} will act.")
    return redirect("applications:reviews")


@require_POST
@requires(Permission.GIVE_VIEWS)
def review_hints(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what may be said better, while it is being written. Keeps nothing."""
    form = _form(_review_of(request, public_id), request.POST)
    found = hygiene.hints(form.texts())
    return render(request, "candidates/note_hints.html", {"hints": found})


@require_POST
@requires(Permission.GIVE_VIEWS)
def review_take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _review_of(request, public_id)
    try:
        act.take_back_view(found, by=request.user)
    except ValidationError as refusal:
        return _review(request, found, refusals=list(refusal.messages))
    messages.success(request, "Taken back. It is a draft again, as you wrote it.")
    return redirect(f"{address_of('applications:review', public_id)}#view")


@requires(Permission.GIVE_VIEWS)
def review_pass_on(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let somebody else on the hiring team give the view; recruiters do it for the late."""
    recruits = may(request.user, Permission.MOVE_APPLICATION)
    found = _review_of(request, public_id, everybodys=recruits)
    form = PassOnForm(request.POST or None, review=found)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        with refusals_shown_on(form):
            act.pass_on(found, to, words=form.cleaned_data["words"], by=request.user)
        if form.is_valid():
            messages.success(request, f"Passed on: {to.name} is asked now.")
            if found.reviewer_id == request.user.pk:
                return redirect("applications:reviews")
            return redirect("applications:application", found.application.public_id)
    blind.unveil(request.user, [found.application])
    context = {
        "review": found,
        "application": found.application,
        "form": form,
        "back": address_of("applications:review", public_id)
        if found.reviewer_id == request.user.pk
        else address_of("applications:application", found.application.public_id),
        "has_nobody": not team_to_ask(found.application).exists(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/reviews/pass_on.html", context, status=status)


@require_GET
@requires(Permission.GIVE_VIEWS)
def review_text(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give what the page shows as a text to take along: never the file, which says more."""
    found = _review_of(request, public_id)
    if _is_over(found):
        return redirect("applications:review", public_id)
    blind.unveil(request.user, [found.application])
    paper = paper_of(found.application)
    response = HttpResponse(paper.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="application.txt"'
    return response


def _review_of(request: StaffRequest, public_id: uuid.UUID, *, everybodys: bool = False) -> Review:
    """Return a view that the colleague was asked for (or may pass on); else 404."""
    reviews = Review.objects
    found = reviews.visible_to(request.user) if everybodys else reviews.asked_of(request.user)
    return get_object_or_404(found.for_page(), public_id=public_id)


def _is_over(review: Review) -> bool:
    """It is somebody else's now, or nobody's: there is nothing to read for it any more."""
    return review.passed_on_at is not None or review.called_off_at is not None


def _form(review: Review, data: Any = None) -> ReviewForm:
    """Return the form of a view. What it rated before stays in it, though the job has changed."""
    criteria = asked_about(review.application.job)
    criteria = list(dict.fromkeys([*criteria, *(one["criterion"] for one in review.points)]))
    return ReviewForm(
        data,
        initial=ReviewForm.values_of_review(review, criteria),
        criteria=criteria,
        asked_by=review.asked_by.name if review.asked_by else "",
        hints_at=address_of("applications:review_hints", review.public_id),
    )


def _review(
    request: StaffRequest,
    found: Review,
    *,
    form: ReviewForm | None = None,
    refusals: list[str] | None = None,
) -> HttpResponse:
    user, application = request.user, found.application
    blind.unveil(user, [application])
    keys = list(
        Review.objects.asked_of(user)
        .waiting()
        .order_by("asked_at", "pk")
        .values_list("public_id", flat=True)
    )
    place = keys.index(found.public_id) if found.public_id in keys else None
    following = keys[place + 1] if place is not None and place + 1 < len(keys) else None
    others = Review.objects.visible_to(user).sent().filter(application=application)
    cards = (
        Scorecard.objects.visible_to(user).submitted().filter(interview__application=application)
    )
    is_over = _is_over(found)
    context = {
        "review": found,
        "application": application,
        "paper": None if is_over else paper_of(application),
        "form": form or (_form(found) if found.is_waiting else None),
        "is_over": is_over,
        "others": others.exclude(reviewer=user).select_related("reviewer"),
        "cards": cards.exclude(author=user).select_related("author"),
        "place": place + 1 if place is not None else 0,
        "of": len(keys),
        "next": address_of("applications:review", following)
        if following
        else address_of("applications:reviews"),
        "today": timezone.localdate(),
        "refusals": refusals or [],
        "hints": hygiene.hints(f"{found.why}\n\n" + "\n\n".join(s for _, _, s in found.said)),
    }
    status = 422 if refusals or (form is not None and form.errors) else 200
    return render(request, "applications/reviews/review.html", context, status=status)

"""Writing to one person who did not write first."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.models import Candidate
from engagement import arbiter, listing, tasks
from engagement.actions import handovers, personal
from engagement.forms.handovers import HandoverForm
from engagement.forms.personal import PersonalForm
from engagement.models import Handover, Message, Reply
from engagement.views.handovers import in_touch, settle


@requires(Permission.EDIT_PEOPLE)
def person_write(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write to a person, or say why nobody may. It leaves in a minute."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    if "do" in request.POST:
        return _settled(request, candidate)
    form = PersonalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with refusals_shown_on(form):
            message = personal.write(
                candidate, said["subject"], said["text"], by=request.user, key=said["key"]
            )
        if form.is_valid():
            hint(tasks.deliver)
            messages.success(
                request, f"It leaves in {personal.HOLD_SECONDS} seconds. Until then, take it back."
            )
            return redirect("engagement:message", message.public_id)
    return _page(request, candidate, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def personal_take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep an email back; its text stands in the box again."""
    visible = Message.objects.visible_to(request.user).select_related("candidate")
    mine = visible.filter(purpose=Message.Purpose.PERSONAL, answers=None)
    message = get_object_or_404(mine, public_id=public_id)
    try:
        personal.take_back(message, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("engagement:message", public_id)
    messages.success(request, "Taken back. Nothing was sent; your text is in the box.")
    form = PersonalForm(initial={"subject": message.subject, "text": message.text})
    return _page(request, message.candidate, form)


def _settled(request: StaffRequest, candidate: Candidate) -> HttpResponse:
    """Ask the colleague who was in touch, or decide without them. What was typed stays."""
    form, typed = HandoverForm(request.POST, is_campaign=False), PersonalForm.kept(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            said = settle(request, None, candidate, form)
    if not form.is_valid():
        return _page(request, candidate, typed, form)
    messages.success(request, said)
    if typed.is_typed:
        return _page(request, candidate, typed)
    return redirect("engagement:person_write", candidate.public_id)


def _page(
    request: StaffRequest,
    candidate: Candidate,
    form: PersonalForm,
    refused: HandoverForm | None = None,
) -> HttpResponse:
    """refused: what was decided about a colleague's contact, if that was refused."""
    now = timezone.now()
    decision = arbiter.decide_personal(candidate, request.user, now)
    context: dict[str, Any] = {
        "candidate": candidate,
        "form": form,
        "reasons": listing.words_of(decision.reasons),
        "waiting": Reply.objects.visible_to(request.user)
        .to_answer()
        .filter(candidate=candidate)
        .order_by("-at")
        .first(),
    }
    if decision.reasons == ("colleague_wrote",):
        contacts = handovers.contacts_of(candidate, now, others_than=request.user)
        asked = Handover.objects.filter(campaign=None, candidate=candidate, asked_by=request.user)
        handover_form = refused or HandoverForm(is_campaign=False)
        context |= in_touch(request, list(contacts), asked, handover_form)
    elif refused:
        context["handover_form"] = refused
    status = 422 if refused or (form.is_bound and form.errors) else 200
    return render(request, "engagement/person_write.html", context, status=status)

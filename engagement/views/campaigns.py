"""Writing a campaign, step by step. Each step saves a draft; nothing is sent before approval."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.models import Organisation
from accounts.permissions import Permission, may
from engagement import (
    arbiter,
    audiences,
    emails_preview,
    listing,
    planning,
    rendering,
    tasks,
    wording,
)
from engagement.actions import drafts, lifecycle
from engagement.forms.campaigns import (
    ApproveForm,
    PreviewForm,
    SenderForm,
    StepForm,
    UseTemplateForm,
)
from engagement.models import Campaign, Step
from engagement.views.common import builder, campaign_of, told, with_value

NO_OVERSIGHT_ABOVE = 20
# A message may look as it likes, and that is all: it runs, fetches and submits nothing.
MESSAGE_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'"
)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaigns(request: StaffRequest) -> HttpResponse:
    page, older = listing.campaigns_page(request.user, _key(request, "after"))
    context = {
        "campaigns": page,
        "older": f"?after={older}" if older else "",
        "is_first_page": "after" not in request.GET,
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
    }
    return render(request, "engagement/campaigns.html", context)


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_messages(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write one to three messages. Saving keeps mistakes and says where they are."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    position = _position(request)
    steps = list(campaign.steps.select_related("template_version__template"))
    step = next((each for each in steps if each.position == position), None)
    if step is None and position > len(steps) + 1:
        position = len(steps) + 1
    form = StepForm(request.POST or None, position=position, step=step)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            step = drafts.write_step(
                campaign,
                position,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                wait_days=form.cleaned_data.get("wait_days", 0),
                by=request.user,
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            if _problems(step) or "next" not in request.POST:
                messages.success(request, f"Message {position} is saved.")
                return redirect(f"{_address(campaign, 'messages')}?step={position}")
            return redirect("engagement:campaign_sender", public_id)
    is_conflict = form.has_error(NON_FIELD_ERRORS, "conflict") if form.is_bound else False
    if is_conflict:  # the next save has seen what stands there now
        step = campaign.steps.select_related("template_version").filter(position=position).first()
        with_value(form, request.POST, "seen", step.template_version.fingerprint if step else "")
    context = {
        "form": form,
        "theirs": step.template_version if step and is_conflict else None,
        "position": position,
        "step": step,
        "steps": steps,
        "may_add": len(steps) < Step.MOST and len(steps) > 0,
        "adds": len(steps) + 1,
        "problems": _problems(step) if step else [],
        "advice": wording.advice(step.template_version.subject, step.template_version.text)
        if step
        else [],
        "template_form": UseTemplateForm(user=request.user),
        "fields": rendering.FIELDS.values(),
    }
    return builder(request, campaign, 2, context, form)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_use_template(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign, position = campaign_of(request, public_id), _position(request)
    form = UseTemplateForm(request.POST, user=request.user)
    if form.is_valid():
        with refusals_shown_on(form):
            drafts.use_template(campaign, position, form.cleaned_data["template"], by=request.user)
    if not form.is_valid():
        messages.error(request, "Choose a template first.")
    return redirect(f"{_address(campaign, 'messages')}?step={position}")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_remove_step(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign, position = campaign_of(request, public_id), _position(request)
    with told(request, f"Message {position} is removed."):
        drafts.remove_step(campaign, position, by=request.user)
    return redirect("engagement:campaign_messages", public_id)


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_sender(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    form = SenderForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            drafts.set_sender(campaign, form.cleaned_data["sender"], by=request.user)
        if form.is_valid():
            return redirect("engagement:campaign_check", public_id)
    return builder(request, campaign, 3, {"form": form, "first": Campaign.FIRST_BATCH}, form)


@require_GET
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_check(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The dry run: who will get it, who will not and why, and what still is in the way."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    return builder(request, campaign, 4, _checked(campaign))


@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_approve(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Approve the audience that was shown. Then a minute passes in which it can be taken back."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    checked = _checked(campaign)
    plan = checked["plan"]
    form = ApproveForm(
        request.POST or None, initial={"sha256": plan.sha256}, will_get=plan.will_get
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            lifecycle.approve(
                campaign, by=request.user, audience_sha256=form.cleaned_data["sha256"]
            )
        if form.is_valid():
            hint(tasks.plan)
            return redirect("engagement:campaign", public_id)
        with_value(form, request.POST, "sha256", plan.sha256)
    context = {
        **checked,
        "form": form,
        "hold": Campaign.HOLD_SECONDS,
        "first": Campaign.FIRST_BATCH,
    }
    return builder(request, campaign, 5, context, form)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_discard(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    with told(request, f"The draft “{campaign}” is gone. Nothing was sent."):
        drafts.discard(campaign, by=request.user)
    return redirect("engagement:campaigns")


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_preview(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a message as somebody would get it: both parts."""
    campaign = campaign_of(request, public_id)
    position, reader = PreviewForm(request.GET).as_whom()
    step = get_object_or_404(campaign.steps.select_related("template_version"), position=position)
    context = {
        "campaign": campaign,
        "steps": campaign.steps.count(),
        "position": position,
        "reader": reader,
        "readers": emails_preview.readers(campaign),
        "preview": _previewed(campaign, step, reader),
        "problems": _problems(step),
    }
    return render(request, "engagement/preview.html", context)


@require_GET
@xframe_options_sameorigin
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_preview_html(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the HTML part alone, for the frame of the preview."""
    campaign = campaign_of(request, public_id)
    position, reader = PreviewForm(request.GET).as_whom()
    step = get_object_or_404(campaign.steps.select_related("template_version"), position=position)
    html = _previewed(campaign, step, reader).html
    return HttpResponse(html, headers={"Content-Security-Policy": MESSAGE_POLICY})


def _checked(campaign: Campaign) -> dict[str, Any]:
    """Return the dry run and everything that stands in the way of an approval."""
    plan = planning.dry_run(campaign, timezone.now())
    steps = list(campaign.steps.select_related("template_version"))
    organisation = Organisation.current()
    blocks = [f"Message {s.position}: {problem}" for s in steps for problem in _problems(s)]
    if not steps:
        blocks.append("Write at least one message first.")
    if not organisation.is_ready_to_write:
        missing = ", ".join(organisation.missing_to_write)
        blocks.append(f"The organisation cannot write yet. Missing: {missing}.")
    if plan.missing_ids:
        blocks.append(
            f"A field of the text is empty for {len(plan.missing_ids)} of the people, and has no"
            " fallback. Give it one, such as {{ candidate.call_name|there }}."
        )
    if campaign.job and not campaign.job.is_open:
        blocks.append("The job is not open.")
    opened = audiences.opened_profiles(campaign, plan.will_get_ids)
    return {
        "plan": plan,
        "counts": [(code, arbiter.REASONS[code], n) for code, n in plan.counts.items()],
        "blocks": blocks,
        "steps": steps,
        "advice": [
            f"Message {s.position}: {line}"
            for s in steps
            for line in wording.advice(s.template_version.subject, s.template_version.text)
        ],
        "opened": opened,
        "unreviewed": opened == 0 and plan.will_get > NO_OVERSIGHT_ABOVE,
    }


def _problems(step: Step) -> list[str]:
    version = step.template_version
    found = [f"Subject: {problem}" for problem in rendering.problems(version.subject)]
    return found + [f"Text: {problem}" for problem in rendering.problems(version.text)]


def _previewed(campaign: Campaign, step: Step, reader: str) -> emails_preview.Preview:
    if _problems(step):
        return emails_preview.Preview(trouble="Mend the mistakes in the text first.")
    person = emails_preview.reader_of(campaign, reader)
    return emails_preview.preview(step.template_version, campaign.job, campaign.sender, person)


def _position(request: StaffRequest) -> int:
    given = request.GET.get("step", "1")
    return int(given) if given in {"1", "2", "3"} else 1


def _key(request: StaffRequest, name: str) -> str:
    """Return a UUID of the address as text, or "" for anything else."""
    try:
        return str(uuid.UUID(request.GET.get(name, "")))
    except ValueError:
        return ""


def _address(campaign: Campaign, page: str) -> str:
    return reverse(f"engagement:campaign_{page}", args=[campaign.public_id])

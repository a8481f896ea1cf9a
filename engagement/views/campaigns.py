"""Writing a campaign, step by step. Each step saves a draft; nothing is sent before approval."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.models import Organisation, User
from accounts.permissions import Permission, may
from candidates.models import Candidate
from engagement import (
    arbiter,
    audiences,
    comparing,
    emails_preview,
    listing,
    pace,
    planning,
    rendering,
    tasks,
    wording,
)
from engagement.actions import approval, drafts, lifecycle
from engagement.forms.campaigns import (
    ApproveForm,
    AskForm,
    PreviewForm,
    SenderForm,
    StepForm,
    UseTemplateForm,
)
from engagement.forms.texts import NAMES
from engagement.models import Brake, Campaign, Step, Worded
from engagement.views.common import builder, campaign_of, said_at, told, with_value
from engagement.views.translations import languages_of, translations_of

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
        "guard": Brake.objects.guard().on().first(),
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
    form = StepForm(
        request.POST or None, position=position, step=step, is_about_job=campaign.job is not None
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            step = drafts.write_step(
                campaign,
                position,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                wait_days=form.cleaned_data.get("wait_days", 0),
                html=form.cleaned_data["html"],
                condition=form.cleaned_data.get("condition", ""),
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
        with_value(form, request.POST, "seen", step.fingerprint if step else "")
    context = {
        "form": form,
        "theirs": step.template_version if step and is_conflict else None,
        "position": position,
        "step": step,
        "steps": steps,
        "may_add": len(steps) < Step.MOST and len(steps) > 0,
        "adds": len(steps) + 1,
        "problems": _problems(step) if step else [],
        "advice": wording.advice(
            step.template_version.subject, step.template_version.text, step.template_version.html
        )
        if step
        else [],
        "translations": translations_of(step) if step else [],
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
            drafts.set_sender(
                campaign,
                form.cleaned_data["sender"],
                by=request.user,
                seen=form.cleaned_data["seen"],
                cap_days=form.cleaned_data["cap_days"],
                cap_quarter=form.cleaned_data["cap_quarter"],
                daily_ceiling=form.cleaned_data["daily_ceiling"],
            )
        if form.is_valid():
            return redirect("engagement:campaign_check", public_id)
        campaign = campaign_of(request, public_id)
        with_value(form, request.POST, "seen", str(campaign.sender.public_id))
    return builder(request, campaign, 3, {"form": form, "first": Campaign.FIRST_BATCH}, form)


@require_GET
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_check(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The dry run: who will get it, who will not and why, and what still is in the way."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    context = {**_checked(campaign), "ask_form": AskForm(written_by=approval.writers_of(campaign))}
    return builder(request, campaign, 4, context)


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
        "not_you": _why_not_you(campaign, request.user),
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
    form = PreviewForm(request.GET)
    (position, reader), named = form.as_whom(), form.whose_name()
    worded = said_at(campaign, position, is_new=form.is_new())
    readers = emails_preview.readers(campaign, named)
    found = [value for value, _ in readers if value not in emails_preview.INVENTED]
    if named and found and reader not in found:
        reader = found[0]
    context = {
        "campaign": campaign,
        "steps": campaign.steps.count(),
        "position": position,
        "reader": reader,
        "readers": readers,
        "named": named,
        "is_nobody": bool(named and not found),
        "trial": campaign.trials.filter(user=request.user, position=position).first(),
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
        "new": "&new=1" if form.is_new() else "",
        "preview": _previewed(campaign, worded, reader),
        "problems": _problems(worded),
    }
    return render(request, "engagement/preview.html", context)


@require_GET
@xframe_options_sameorigin
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_preview_html(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the HTML part alone, for the frame of the preview."""
    campaign = campaign_of(request, public_id)
    form = PreviewForm(request.GET)
    position, reader = form.as_whom()
    worded = said_at(campaign, position, is_new=form.is_new())
    html = _previewed(campaign, worded, reader).html
    return HttpResponse(html, headers={"Content-Security-Policy": MESSAGE_POLICY})


def _checked(campaign: Campaign) -> dict[str, Any]:
    """Return the dry run and everything that stands in the way of an approval."""
    plan = planning.dry_run(campaign, timezone.now())
    related = campaign.steps.select_related("template_version")
    steps = list(related.prefetch_related("translations"))
    organisation = Organisation.current()
    said = [(f"Message {s.position}", s.template_version) for s in steps]
    said += [
        (f"Message {s.position}, {NAMES.get(version.language, version.language)}", version)
        for s in steps
        for version in s.translations.all()
    ]
    blocks = [
        f"{of}: {each}" for of, version in said for each in rendering.version_problems(version)
    ]
    if not steps:
        blocks.append("Write at least one message first.")
    if not organisation.is_ready_to_write:
        missing = ", ".join(organisation.missing_to_write)
        blocks.append(f"The organisation cannot write yet. Missing: {missing}.")
    if rendering.lacks_answer_link(steps):
        blocks.append(
            "A message is for those who want to hear more, and no message before it holds"
            " {{ answer.url }}, where they say so."
        )
    if plan.missing_ids:
        blocks.append(
            f"A field of the text is empty for {len(plan.missing_ids)} of the people, and has no"
            " fallback. Give it one, such as {{ candidate.call_name|there }}."
        )
    if campaign.job and not campaign.job.is_open:
        blocks.append("The job is not open.")
    opened = audiences.opened_profiles(campaign, plan.will_get_ids)
    changed = comparing.difference(campaign, plan)
    shown = [*changed.came[: comparing.SHOWN], *changed.fell[: comparing.SHOWN]] if changed else []
    names = Candidate.objects.live().in_bulk(shown)
    return {
        "plan": plan,
        "languages": languages_of(steps, plan.will_get_ids),
        "changed": changed,
        "came": [names[pk] for pk in shown if pk in names and pk in plan.will_get_set],
        "fell": [
            (names[pk], changed.reasons[pk])
            for pk in shown
            if changed and pk in names and pk not in plan.will_get_set
        ],
        "counts": [(code, arbiter.REASONS[code], n) for code, n in plan.counts.items()],
        "blocks": blocks,
        "steps": steps,
        "pace": pace.pace_of(
            campaign, plan.will_get, [step.wait_days for step in steps], timezone.now()
        ),
        "answers_to": settings.REPLIES_TO or campaign.sender.email,
        "advice": [
            f"{of}: {line}"
            for of, version in said
            for line in wording.advice(version.subject, version.text, version.html)
        ],
        "opened": opened,
        "unreviewed": audiences.is_unreviewed(opened, plan.will_get),
    }


def _why_not_you(campaign: Campaign, user: User) -> str:
    """Return why this colleague may not approve it, or ""."""
    try:
        approval.refuse_approver(campaign, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _problems(worded: Worded) -> list[str]:
    return rendering.version_problems(worded.template_version)


def _previewed(campaign: Campaign, worded: Worded, reader: str) -> emails_preview.Preview:
    """Show it as that person would read it: in their language, where it is written in it."""
    person = emails_preview.reader_of(campaign, reader)
    version = worded.version_for(person.language)
    if rendering.version_problems(version):
        return emails_preview.Preview(trouble="Mend the mistakes in the text first.")
    real = emails_preview.real_reader(campaign, reader)
    return emails_preview.preview(version, campaign.job, campaign.sender, person, real)


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

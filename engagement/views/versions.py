"""A new version of what a message says, while its campaign runs."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from engagement import audiences, next_versions, rendering, versioning, wording
from engagement.actions import versions as actions
from engagement.actions.messages import progress
from engagement.forms.campaigns import AskForm, PreviewForm
from engagement.forms.texts import LANGUAGES, NAMES, LanguageForm, TranslationForm
from engagement.forms.versions import ApproveVersionForm
from engagement.models import Campaign, Step, StepVersion
from engagement.views.common import campaign_of, told, with_value


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_version(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what a message says, who got which version, and the one that waits, as a difference."""
    campaign, step = _found(request, public_id)
    return _shown(request, campaign, step)


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_version_write(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write the next version in one language. Saving keeps mistakes and says where they are."""
    campaign, step = _found(request, public_id)
    if not next_versions.is_possible(campaign):
        return redirect(_address(campaign, step))
    before = next_versions.of(step) or step.now
    language = LanguageForm.chosen(request.GET, before.template_version.language)
    text = next((said for said in before.all_languages if said.language == language), None)
    form = TranslationForm(request.POST or None, version=text)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_shown_on(form):
            actions.write(
                campaign,
                step.position,
                subject=given["subject"],
                text=given["text"],
                html=given["html"],
                language=language,
                by=request.user,
                seen=given["seen"],
            )
        if form.is_valid():
            messages.success(request, "The new version is saved. Nobody gets it before approval.")
            return redirect(_address(campaign, step))
    theirs = None
    if form.is_bound and form.has_error(NON_FIELD_ERRORS, "conflict"):
        before = next_versions.of(step) or step.now
        theirs = next((said for said in before.all_languages if said.language == language), None)
        with_value(form, request.POST, "seen", theirs.fingerprint if theirs else "")
    context = {
        "campaign": campaign,
        "step": step,
        "form": form,
        "language": language,
        "language_name": NAMES.get(language, language),
        "theirs": theirs,
        "back": _address(campaign, step),
        "fields": rendering.FIELDS.values(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "engagement/campaign_version_write.html", context, status=status)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_version_ask(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask one colleague to approve the version that waits."""
    campaign, step = _found(request, public_id)
    waiting = next_versions.of(step)
    form = AskForm(request.POST, written_by=waiting.written_by if waiting else ())
    if not form.is_valid():
        messages.error(request, "Choose a colleague who may approve it.")
        return redirect(_address(campaign, step))
    colleague = form.cleaned_data["colleague"]
    with told(request, f"{colleague.name} is asked. It stands on their Today page."):
        actions.ask_to_approve(campaign, step.position, colleague, by=request.user)
    return redirect(_address(campaign, step))


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_version_approve(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Approve the version that was shown."""
    campaign, step = _found(request, public_id)
    form = ApproveVersionForm(request.POST, whom=next_versions.reach(campaign, step))
    if not form.is_valid():
        messages.error(request, "Choose again who gets it. The people in the campaign changed.")
        return redirect(_address(campaign, step))
    with told(request, "Approved."):
        actions.approve(
            campaign,
            step.position,
            by=request.user,
            seen=form.cleaned_data["seen"],
            reaches_inside=form.reaches_inside(),
        )
    return redirect(_address(campaign, step))


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_version_discard(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign, step = _found(request, public_id)
    with told(request, "Thrown away. The message says what it said before."):
        actions.discard(campaign, step.position, by=request.user)
    return redirect(_address(campaign, step))


def _shown(request: StaffRequest, campaign: Campaign, step: Step) -> HttpResponse:
    steps = versioning.steps_of(campaign, progress(campaign)["texts"])
    shown = next(each for each in steps if each.position == step.position)
    context: dict[str, Any] = {
        "campaign": campaign,
        "step": step,
        "now": step.now.template_version,
        "shown": shown,
        "current": shown.versions[0],
        "waiting": None,
        "languages": LANGUAGES,
        "own": step.now.template_version.language,
        "whom": next_versions.reach(campaign, step),
        "is_possible": next_versions.is_possible(campaign),
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
        "may_approve": may(request.user, Permission.APPROVE_CAMPAIGNS),
    }
    if waiting := next_versions.of(step):
        context |= _waiting(campaign, step, waiting, context["whom"])
    return render(request, "engagement/campaign_version.html", context)


def _waiting(
    campaign: Campaign, step: Step, waiting: StepVersion, whom: next_versions.Reach
) -> dict[str, Any]:
    """Return what an approver needs to see of the version that waits."""
    opened = audiences.opened_profiles(campaign, whom.inside)
    seen = next_versions.fingerprint(waiting)
    return {
        "waiting": waiting,
        "changes": versioning.changes(step.now, waiting),
        "blocks": next_versions.problems(campaign, step, waiting, whom),
        "missing": next_versions.missing(campaign, waiting, whom.inside),
        "advice": [
            f"{NAMES.get(said.language, said.language)}: {line}"
            for said in waiting.all_languages
            for line in wording.advice(said.subject, said.text, said.html)
        ],
        "opened": opened,
        "unreviewed": audiences.is_unreviewed(opened, len(whom.inside)),
        "form": ApproveVersionForm(whom=whom, initial={"seen": seen}),
        "ask_form": AskForm(written_by=waiting.written_by),
    }


def _found(request: StaffRequest, public_id: uuid.UUID) -> tuple[Campaign, Step]:
    campaign = campaign_of(request, public_id)
    position, _ = PreviewForm(request.GET).as_whom()
    for step in rendering.steps_of(campaign):
        if step.position == position and campaign.state != Campaign.State.DRAFT:
            return campaign, step
    raise Http404


def _address(campaign: Campaign, step: Step) -> str:
    address = reverse("engagement:campaign_version", args=[campaign.public_id])
    return f"{address}?step={step.position}"

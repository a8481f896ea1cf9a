"""What a message of a draft says to those who read another language."""

import uuid

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.models import Candidate
from engagement import footers, rendering, wording
from engagement.actions import drafts
from engagement.forms.campaigns import PreviewForm
from engagement.forms.texts import LANGUAGES, NAMES, LanguageForm, TranslationForm
from engagement.models import Campaign, Step, TemplateVersion
from engagement.views.common import builder, campaign_of, told, with_value


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_translation(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write one message in another language. Saving keeps mistakes and says where they are."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    step, language = _step_and_language(request, campaign)
    version = step.translations.filter(language=language).first()
    form = TranslationForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_shown_on(form):
            drafts.write_translation(
                campaign,
                step.position,
                language,
                subject=given["subject"],
                text=given["text"],
                html=given["html"],
                by=request.user,
                seen=given["seen"],
            )
        if form.is_valid():
            messages.success(request, f"Message {step.position} is saved in {NAMES[language]}.")
            return redirect(_address(campaign, step, language))
    is_conflict = form.has_error(NON_FIELD_ERRORS, "conflict") if form.is_bound else False
    if is_conflict:  # the next save has seen what stands there now
        version = step.translations.filter(language=language).first()
        with_value(form, request.POST, "seen", version.fingerprint if version else "")
    context = {
        "form": form,
        "step": step,
        "language": language,
        "language_name": NAMES[language],
        "theirs": version if is_conflict else None,
        "version": version,
        "own": step.template_version,
        "problems": rendering.version_problems(version) if version else [],
        "advice": wording.advice(version.subject, version.text, version.html) if version else [],
        "fields": rendering.FIELDS.values(),
    }
    return builder(request, campaign, 2, context, form, template="campaign_translation")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_translation_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    step, language = _step_and_language(request, campaign)
    with told(request, f"Those who read {NAMES[language]} get the message itself."):
        drafts.remove_translation(campaign, step.position, language, by=request.user)
    address = reverse("engagement:campaign_messages", args=[public_id])
    return redirect(f"{address}?step={step.position}")


def translations_of(step: Step) -> list[tuple[str, str, TemplateVersion | None]]:
    """Return the other languages, each with its name and with what the step says in it."""
    written = {version.language: version for version in step.translations.all()}
    own = step.template_version.language
    return [(code, name, written.get(code)) for code, name in LANGUAGES if code != own]


def languages_of(steps: list[Step], people: list[int]) -> list[tuple[str, int]]:
    """Return in which languages the first message goes to how many, most first. One query."""
    if not steps or not people:
        return []
    found: dict[str, int] = {}
    counted = Candidate.objects.filter(pk__in=people).order_by().values_list("language")
    for language, number in counted.annotate(number=Count("pk")):
        code = steps[0].version_for(footers.code_of(language)).language
        name = NAMES.get(code, code)
        found[name] = found.get(name, 0) + number
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))


def _step_and_language(request: StaffRequest, campaign: Campaign) -> tuple[Step, str]:
    position, _ = PreviewForm(request.GET).as_whom()
    related = campaign.steps.select_related("template_version")
    step = get_object_or_404(related.prefetch_related("translations"), position=position)
    language = LanguageForm.chosen(request.GET, "")
    if not language or language == step.template_version.language:
        raise Http404
    return step, language


def _address(campaign: Campaign, step: Step, language: str) -> str:
    address = reverse("engagement:campaign_translation", args=[campaign.public_id])
    return f"{address}?step={step.position}&language={language}"

"""The library of texts that campaigns use."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from engagement import listing, rendering, wording
from engagement.actions import templates as actions
from engagement.forms.texts import LANGUAGES, NAMES, LanguageForm, NewTemplateForm, TemplateForm
from engagement.models import Template
from engagement.views.common import told, with_value


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def templates(request: StaffRequest) -> HttpResponse:
    context = {
        "templates": listing.templates_list(request.user),
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
    }
    return render(request, "engagement/templates.html", context)


@requires(Permission.EDIT_CAMPAIGNS)
def template_new(request: StaffRequest) -> HttpResponse:
    form = NewTemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with refusals_shown_on(form):
            template = actions.create_template(
                values["name"],
                values["subject"],
                values["text"],
                html=values["html"],
                language=values["language"] or "en",
                by=request.user,
            )
        if form.is_valid():
            messages.success(request, f"{template} is added.")
            return redirect("engagement:template", template.public_id)
    context = {"form": form, "fields": rendering.FIELDS.values()}
    return render(
        request, "engagement/template_new.html", context, status=422 if form.is_bound else 200
    )


@requires(Permission.VIEW_CAMPAIGNS)
def template(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a text with its versions; a change of it follows as the next version."""
    found = _template(request, public_id)
    main = actions.main_language(found)
    language = LanguageForm.chosen(request.GET, main)
    last = actions.version_in(found, language)
    may_edit = may(request.user, Permission.EDIT_CAMPAIGNS)
    initial: dict[str, Any] = {"seen": 0}
    if last:
        values = {"subject": last.subject, "text": last.text, "html": last.html}
        initial = {**values, "seen": last.number}
    form = TemplateForm(request.POST if may_edit and request.POST else None, initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            version = actions.write_version(
                found,
                form.cleaned_data["subject"],
                form.cleaned_data["text"],
                html=form.cleaned_data["html"],
                language=language,
                by=request.user,
                seen=form.cleaned_data["seen"] or 0,
            )
        if form.is_valid():
            messages.success(request, f"Saved as version {version.number}.")
            address = reverse("engagement:template", args=[public_id])
            return redirect(f"{address}?language={language}")
        last = actions.version_in(found, language)
        with_value(form, request.POST, "seen", str(last.number if last else 0))
    context = {
        "template": found,
        "form": form,
        "last": last,
        "language": language,
        "language_name": NAMES.get(language, language),
        "languages": _languages(found, main),
        "versions": found.versions.filter(language=language)
        .select_related("by")
        .order_by("-number", "-pk"),
        "problems": rendering.version_problems(last) if last else [],
        "advice": wording.advice(last.subject, last.text, last.html) if last else [],
        "fields": rendering.FIELDS.values(),
        "may_edit": may_edit,
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/template.html", context, status=status)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def template_archive(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _template(request, public_id)
    with told(request, f"{found} is archived. Campaigns that use it keep it."):
        actions.archive_template(found, by=request.user)
    return redirect("engagement:template", public_id)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def template_restore(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _template(request, public_id)
    with told(request, f"{found} is back in the choice."):
        actions.restore_template(found, by=request.user)
    return redirect("engagement:template", public_id)


def _languages(found: Template, main: str) -> list[tuple[str, str, bool]]:
    """Return the languages, the template's own first: code, name, and whether it is written."""
    written = set(found.versions.order_by().values_list("language", flat=True).distinct())
    rows = [(code, name, code in written) for code, name in LANGUAGES]
    return sorted(rows, key=lambda row: row[0] != main)


def _template(request: StaffRequest, public_id: uuid.UUID) -> Template:
    return get_object_or_404(Template.objects.visible_to(request.user), public_id=public_id)

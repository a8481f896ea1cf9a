"""The words that letters start from: read, changed, looked at, and given back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import Organisation
from accounts.permissions import Permission, may
from applications import letter_templates as thinking
from applications import letter_wording
from applications.actions import letter_templates as act
from applications.forms.letter_templates import (
    FromForm,
    NewTemplateForm,
    ReadForm,
    SeenForm,
    TemplateForm,
)
from applications.letter_templates import Key, Standing
from applications.models import Letter


@require_GET
@requires(Permission.EDIT_LETTERS)
def letter_templates(request: StaffRequest) -> HttpResponse:
    """Every letter with the words that it starts from, by kind, reason and language."""
    rows = thinking.standing()
    context = {
        "decisions": [row for row in rows if row.key.kind == Letter.Kind.DECISION],
        "laters": [row for row in rows if row.key.kind == Letter.Kind.LATER],
        "notices": [row for row in rows if row.key.kind == Letter.Kind.NOTICE],
        "may_read_letters": may(request.user, Permission.VIEW_PEOPLE),
    }
    return render(request, "applications/letter_templates/list.html", context)


@require_GET
@requires(Permission.EDIT_LETTERS)
def letter_template_new(request: StaffRequest) -> HttpResponse:
    """Choose a letter and a language; the words are written on the next page."""
    form = NewTemplateForm(request.GET if "letter" in request.GET else None)
    if form.is_valid():
        return redirect("applications:letter_template", str(form.key()))
    status = 422 if form.is_bound else 200
    return render(request, "applications/letter_templates/new.html", {"form": form}, status=status)


@requires(Permission.EDIT_LETTERS)
def letter_template(request: StaffRequest, key: str) -> HttpResponse:
    """Show the words of a letter and how they look; changed ones follow as the next version."""
    which = _key(key)
    now = thinking.standing_of(which)
    if request.method != "POST":
        return _page(request, now, TemplateForm(initial=_initial(request, now)), ReadForm())
    form, pressed = TemplateForm(request.POST), ReadForm(request.POST)
    pressed.is_valid()
    if form.is_valid() and not pressed.cleaned_data["look"]:
        _save(request, form, which, is_read=pressed.cleaned_data["warnings_accepted"])
        if form.is_valid():
            messages.success(request, "The words are saved. Letters begin with them from now on.")
            return redirect("applications:letter_template", key)
    return _page(request, thinking.standing_of(which), form, pressed)


@require_POST
@requires(Permission.EDIT_LETTERS)
def letter_template_reset(request: StaffRequest, key: str) -> HttpResponse:
    """Give a letter back what stands in without words of one's own."""
    which = _key(key)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Open this page anew, then try again.")
        return redirect("applications:letter_template", key)
    try:
        act.reset_template(which, by=request.user, seen=form.cleaned_data["version"])
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(request, f"{sentence} Nothing was reset.")
    else:
        messages.success(request, "Your words are out of use. They stay below as a version.")
    return redirect("applications:letter_template", key)


def _key(text: str) -> Key:
    key = Key.parse(text)
    if key is None:
        raise Http404
    return key


def _initial(request: StaffRequest, now: Standing) -> dict[str, Any]:
    """Return what the form starts with: what stands now, or a former version that was chosen."""
    words = {"subject": now.subject, "text": now.text, "version": now.number}
    chosen = FromForm(request.GET)
    if now.template and chosen.is_valid():
        former = now.template.versions.filter(
            number=chosen.cleaned_data["version"], is_own=True
        ).first()
        if former:
            words |= {"subject": former.subject, "text": former.text}
    return words


def _save(request: StaffRequest, form: TemplateForm, key: Key, *, is_read: bool) -> None:
    """Save the words. Who saved something else meanwhile is put on the form as a conflict."""
    values = form.cleaned_data
    words = {"subject": values["subject"], "text": values["text"]}
    try:
        act.write_template(
            key, **words, by=request.user, seen=values["version"], warnings_accepted=is_read
        )
    except ValidationError as refusal:
        stored = thinking.standing_of(key)
        if getattr(refusal, "code", "") != "conflict" or form.differences(_stored(stored)):
            form.add_error(None, refusal)
            return
        with refusals_shown_on(form):
            act.write_template(
                key, **words, by=request.user, seen=stored.number, warnings_accepted=is_read
            )


def _stored(now: Standing) -> dict[str, str]:
    return {"subject": now.subject, "text": now.text}


def _page(
    request: StaffRequest, now: Standing, form: TemplateForm, pressed: ReadForm
) -> HttpResponse:
    key = now.key
    context: dict[str, Any] = {
        "now": now,
        "form": form,
        "pressed": pressed,
        "address": reverse("applications:letter_template", args=[str(key)]),
        "fields": letter_wording.fields_of(key.kind),
        "has_warnings": form.is_bound and form.has_error("__all__", code="letter_warning"),
        "stands_in": thinking.stands_in(key) if now.is_own else None,
        "versions": now.template.versions.select_related("by") if now.template else [],
    }
    words = form.cleaned_data if form.is_bound and form.is_valid() else form.initial or {}
    if form.is_bound:
        words = {name: form.data.get(name, "") for name in ("subject", "text")}
    context |= _shown(request, key, words["subject"], words["text"])
    if form.is_bound and form.has_error("__all__", code="conflict"):
        stored = _stored(now)
        context["differences"] = form.differences(stored)
        context["changed"] = audit.last_change(now.template)
        context["settled"] = [
            ("version", str(now.number)),
            *form.settled(stored),
            *([("warnings_accepted", "on")] if pressed.cleaned_data["warnings_accepted"] else []),
        ]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/letter_templates/template.html", context, status=status)


def _shown(request: StaffRequest, key: Key, subject: str, text: str) -> dict[str, Any]:
    """Return how words look, and what the check finds in them; mistakes if they cannot be shown."""
    text = text.replace("\r\n", "\n")
    if wrong := letter_wording.problems(subject, text, letter_wording.fields_of(key.kind)):
        return {"mistakes": wrong, "looks": [], "findings": []}
    house = Organisation.current()
    return {
        "mistakes": [],
        "looks": thinking.looks(key, subject, text, by=request.user, house=house),
        "findings": thinking.found_in(key, subject, text),
    }

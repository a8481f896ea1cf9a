"""Changing what is known about a person: details, addresses, links, skills, owner."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.actions import addresses as act
from candidates.actions import skills as skill_actions
from candidates.actions.people import set_owner
from candidates.forms import (
    EditForm,
    EmailForm,
    LinkForm,
    OwnerForm,
    PhoneForm,
    PickForm,
    SkillForm,
)
from candidates.models import Candidate
from candidates.views.common import person_of, whole_person_of
from candidates.views.facts import conflict_of, save


@requires(Permission.EDIT_PEOPLE)
def edit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change details. If somebody saved meanwhile, show what they saved beside what was typed."""
    candidate = person_of(request, public_id)
    if request.method != "POST":
        return _edit(request, public_id)
    form = _edit_form(request, candidate, request.POST)
    if form.is_valid():
        save(form, candidate, by=request.user)
    if form.is_valid():
        messages.success(request, "Saved.")
        return redirect("candidates:profile", public_id)
    return _edit(request, public_id, form=form, **conflict_of(form, candidate))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def owner(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(candidate: Candidate, values: dict[str, Any]) -> None:
        set_owner(candidate, values["owner"], by=request.user)

    return _post(request, public_id, "owner_form", OwnerForm(request.POST), run, "Saved.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def email_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(candidate: Candidate, values: dict[str, Any]) -> None:
        act.add_email(candidate, values["address"], by=request.user)

    form = EmailForm(request.POST)
    return _post(request, public_id, "email_form", form, run, "The address is added.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def email_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pick(request, public_id, "emails", act.remove_email, "The address is removed.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def email_primary(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pick(request, public_id, "emails", act.make_primary, "We write to that address now.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def phone_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(candidate: Candidate, values: dict[str, Any]) -> None:
        act.add_phone(candidate, values["number"], by=request.user)

    form = PhoneForm(request.POST)
    return _post(request, public_id, "phone_form", form, run, "The number is added.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def phone_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pick(request, public_id, "phones", act.remove_phone, "The number is removed.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def link_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(candidate: Candidate, values: dict[str, Any]) -> None:
        act.add_link(candidate, values["url"], by=request.user)

    form = LinkForm(request.POST)
    return _post(request, public_id, "link_form", form, run, "The link is added.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def link_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pick(request, public_id, "links", act.remove_link, "The link is removed.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def skill_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(candidate: Candidate, values: dict[str, Any]) -> None:
        skill_actions.add_skill(candidate, values["spelling"], by=request.user)

    form = SkillForm(request.POST)
    return _post(request, public_id, "skill_form", form, run, "The skill is noted.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def skill_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pick(request, public_id, "skills", skill_actions.remove_skill, "The skill is removed.")


def _post(
    request: StaffRequest,
    public_id: uuid.UUID,
    form_name: str,
    form: forms.Form,
    run: Callable[[Candidate, dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """Run one action on the person with what the form says, and come back to the page."""
    candidate = person_of(request, public_id)
    if form.is_valid():
        with refusals_shown_on(form):
            run(candidate, form.cleaned_data)
    if not form.is_valid():
        return _edit(request, public_id, **{form_name: form})
    messages.success(request, done)
    return redirect("candidates:edit", public_id)


def _pick(
    request: StaffRequest,
    public_id: uuid.UUID,
    relation: str,
    action: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """Run one action on something the person has. What is not theirs is not to be found."""
    candidate = person_of(request, public_id)
    items: models.QuerySet[Any] = getattr(candidate, relation).all()
    form = PickForm(request.POST, choices=items)
    if not form.is_valid():
        raise Http404
    with refusals_shown_on(form):
        action(form.cleaned_data["item"], by=request.user)
    if not form.is_valid():
        return _edit(request, public_id, refusals=form.non_field_errors())
    messages.success(request, done)
    return redirect("candidates:edit", public_id)


def _edit_form(request: StaffRequest, candidate: Candidate, data: Any = None) -> EditForm:
    return EditForm(
        data,
        initial=EditForm.values_of(candidate),
        may_see_pay=may(request.user, Permission.VIEW_PAY),
    )


def _edit(request: StaffRequest, public_id: uuid.UUID, **overrides: Any) -> HttpResponse:
    candidate = whole_person_of(request, public_id)
    context = {
        "candidate": candidate,
        "form": _edit_form(request, candidate),
        "owner_form": OwnerForm(initial=OwnerForm.values_of(candidate)),
        "email_form": EmailForm(),
        "phone_form": PhoneForm(),
        "link_form": LinkForm(),
        "skill_form": SkillForm(),
        "refusals": [],
        "differences": [],
        "address": reverse("candidates:edit", args=[public_id]),
        **overrides,
    }
    return render(request, "candidates/edit.html", context, status=422 if overrides else 200)

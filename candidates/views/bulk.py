"""Doing one thing to many people: choose them, say what, look at what would happen, confirm."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import confirmation
from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.actions import work as actions
from candidates.bulk import BulkKind, kind_called, kinds_for, persons
from candidates.bulk.selection import ConfirmForm, SelectionForm
from candidates.models import Candidate, Work
from candidates.models.people import CandidateQuerySet
from candidates.tasks import do_work
from candidates.tray import show_in_tray

FIRST = 8  # names that stand for the chosen people


@require_POST
@requires(Permission.EDIT_PEOPLE)
def bulk(request: StaffRequest) -> HttpResponse:
    """Freeze the people who were chosen in a list, or all that its query finds."""
    form = SelectionForm(request.POST, user=request.user)
    if form.is_valid():
        with refusals_shown_on(form):
            work = actions.freeze(
                form.people, by=request.user, query=form.list_query, most=form.MOST
            )
    if not form.is_valid():
        for refusal in form.non_field_errors():
            messages.error(request, str(refusal))
        return redirect(f"{reverse('candidates:people')}?{form.list_query}")
    if form.cleaned_data["kind"] and kind_called(form.cleaned_data["kind"], request.user):
        return redirect("candidates:bulk_kind", work.public_id, form.cleaned_data["kind"])
    return redirect("candidates:bulk_choose", work.public_id)


@require_safe
@requires(Permission.EDIT_PEOPLE)
def bulk_choose(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask what to do with the chosen people."""
    work = _own(request, public_id)
    if work.state != Work.State.DRAFT:
        return redirect("candidates:task", public_id)
    context = _chosen(request, work) | {"kinds": kinds_for(request.user)}
    return render(request, "candidates/bulk_choose.html", context)


@requires(Permission.EDIT_PEOPLE)
def bulk_kind(request: StaffRequest, public_id: uuid.UUID, key: str) -> HttpResponse:
    """Ask for the particulars, show what would become of whom, and start it once confirmed."""
    work = _own(request, public_id)
    kind = kind_called(key, request.user)
    if kind is None:
        raise Http404
    if work.state != Work.State.DRAFT:  # confirmed already, perhaps in another window
        return redirect("candidates:task", public_id)
    here = request.get_full_path()
    if kind.asks_password and (challenge := confirmation.challenge(request, back=here)):
        return challenge
    if request.method == "POST":
        return _confirm(request, work, kind)
    return _preview(request, work, kind, request.GET)


def _confirm(request: StaffRequest, work: Work, kind: BulkKind) -> HttpResponse:
    people = _people(request, work)
    form = kind.form_class(request.POST, people=people, by=request.user)
    sure = ConfirmForm(request.POST, total=work.total)
    if form.is_valid() and sure.is_valid():
        with refusals_shown_on(sure), transaction.atomic():
            actions.start(
                work,
                kind=kind.key,
                title=kind.title(form.cleaned_data, work.total),
                values=kind.values(form.cleaned_data, request.user),
                by=request.user,
            )
            hint(do_work, work.pk)
    if not form.is_valid() or not sure.is_valid():
        return _preview(request, work, kind, request.POST, sure)
    response = redirect("candidates:task", work.public_id)
    show_in_tray(response)
    return response


def _preview(
    request: StaffRequest,
    work: Work,
    kind: BulkKind,
    asked: QueryDict,
    sure: ConfirmForm | None = None,
) -> HttpResponse:
    people = _people(request, work)
    form = kind.form_class(people=people, by=request.user)
    is_asked = not form.fields or not form.fields.keys().isdisjoint(asked)
    if is_asked:
        form = kind.form_class(asked, people=people, by=request.user)
    context = _chosen(request, work) | {"kind": kind, "form": form}
    if is_asked and form.is_valid():
        effects = kind.effects(people, form.cleaned_data, request.user)
        context |= {
            "effects": [effect for effect in effects if effect.count],
            "changes": sum(effect.count for effect in effects if effect.is_change),
            "gone": work.total - people.count(),
            "title": kind.title(form.cleaned_data, work.total),
            "sure": sure or ConfirmForm(total=work.total),
            "sent": [(name, value) for name in form.fields for value in asked.getlist(name)],
        }
    failed = form.errors or (sure and sure.errors)
    return render(request, "candidates/bulk_kind.html", context, status=422 if failed else 200)


def _own(request: StaffRequest, public_id: uuid.UUID) -> Work:
    return get_object_or_404(Work.objects.filter(by=request.user), public_id=public_id)


def _people(request: StaffRequest, work: Work) -> CandidateQuerySet:
    frozen = work.items.order_by().values("candidate")
    return Candidate.objects.visible_to(request.user).filter(pk__in=frozen)


def _chosen(request: StaffRequest, work: Work) -> dict[str, Any]:
    first = list(_people(request, work).order_by("name", "pk")[:FIRST])
    return {
        "work": work,
        "chosen": persons(work.total),
        "first": first,
        "others": work.total - len(first),
    }

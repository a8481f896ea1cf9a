"""Notes: changed, deleted and brought back by their author, with what they said before."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.forms import ButtonForm
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates import hygiene
from candidates.actions import notes as act
from candidates.forms import NoteChangeForm, NoteForm
from candidates.models import Candidate, Note


@requires(Permission.VIEW_PEOPLE)
def note(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a note with what it said before; its author can change it here."""
    found = _visible(request, public_id)
    if request.method != "POST":
        return _note(request, found)
    if found.author_id != request.user.pk:
        raise Http404  # for whoever did not write it there is nothing to change
    data = request.POST.copy()
    form = NoteChangeForm(data, team=request.user.team)
    if form.is_valid():
        with refusals_shown_on(form):
            act.change_note(found, by=request.user, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, "The note is changed.")
        return redirect(_timeline(found.candidate))
    if form.has_error("__all__", code="conflict"):
        found.refresh_from_db()
        data["version"] = str(found.version)  # saving once more means: this text, knowingly
    return _note(request, found, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def delete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Delete one's own note. The timeline offers to bring it back."""
    found = _visible(request, public_id)
    form = ButtonForm(request.POST)
    with refusals_shown_on(form):
        act.delete_note(found, by=request.user)
    return _back(request, found, form, "The note is deleted. You can bring it back for 30 days.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def restore(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    people = Candidate.objects.visible_to(request.user)
    own = Note.objects.filter(author=request.user, candidate__in=people)
    found = get_object_or_404(own, public_id=public_id)
    form = ButtonForm(request.POST)
    with refusals_shown_on(form):
        act.restore_note(found, by=request.user)
    return _back(request, found, form, "The note is back.")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def hints(request: StaffRequest) -> HttpResponse:
    """Say what in a text may be said better, while it is being written. Keeps nothing of it."""
    form = NoteForm(request.POST, team=request.user.team)
    form.is_valid()
    found = hygiene.hints(form.cleaned_data.get("text", ""))
    return render(request, "candidates/note_hints.html", {"hints": found})


def _visible(request: StaffRequest, public_id: uuid.UUID) -> Note:
    people = Candidate.objects.visible_to(request.user)
    visible = Note.objects.visible_to(request.user).filter(candidate__in=people)
    return get_object_or_404(visible.select_related("candidate", "author"), public_id=public_id)


def _note(request: StaffRequest, note: Note, form: NoteChangeForm | None = None) -> HttpResponse:
    is_own = note.author_id == request.user.pk
    context: dict[str, Any] = {
        "note": note,
        "candidate": note.candidate,
        "versions": note.versions.all(),
        "hints": hygiene.hints(note.text) if is_own else [],
        "form": (form or NoteChangeForm.of(note, team=request.user.team)) if is_own else None,
    }
    return render(request, "candidates/note.html", context, status=422 if form else 200)


def _back(request: StaffRequest, note: Note, form: Form, done: str) -> HttpResponse:
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    if form.is_valid():
        messages.success(request, done)
    return redirect(_timeline(note.candidate))


def _timeline(candidate: Candidate) -> str:
    return f"{reverse('candidates:profile', args=[candidate.public_id])}#timeline"

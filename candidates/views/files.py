"""The files of a person: the list, adding, one file as text, its original, removing."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import ButtonForm
from accounts.http import StaffRequest, hint, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates.actions import documents as actions
from candidates.actions import findings, scans
from candidates.documents.forms import DecisionForm, FilesForm, SkillsForm
from candidates.documents.kinds import (
    MAY_HOLD,
    MOST_BYTES,
    MOST_FILES,
    Kind,
    clean_name,
)
from candidates.documents.reader import HOLDS
from candidates.models import Candidate, Document, Finding
from candidates.tasks import read_document
from candidates.views.common import person_of
from candidates.views.downloads import hand_over


@requires(Permission.VIEW_PEOPLE)
def files(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the files of a person: a section of their page, or a page of its own."""
    return _files(request, person_of(request, public_id))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def files_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take several files. Each is added or told why not; one that fails stops no other."""
    candidate = person_of(request, public_id)
    form = FilesForm(request.POST, request.FILES)
    done: list[str] = []
    for file in form.cleaned_data["file"] if form.is_valid() else []:
        try:
            done.append(_add(candidate, file, request))
        except ValidationError as refusal:
            name = clean_name(file.name or "")
            form.add_error("file", [f"“{name}”: {text}" for text in refusal.messages])
    if form.errors or request.htmx:
        return _files(request, candidate, form if form.errors else None, done)
    for text in done:
        messages.success(request, text)
    return redirect("candidates:files", public_id)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def file(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the text of a file, and what was found in it."""
    return _file(request, _document(request, public_id))


@require_http_methods(["GET", "POST"])
@requires(Permission.VIEW_PEOPLE)
def file_original(request: StaffRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Say what may be in the original; when that is confirmed, give the bytes as they came.

    They are had by POST, because who took them is recorded. Access is asked each time (X-19).
    """
    document = _document(request, public_id)
    form = ButtonForm(request.POST) if request.method == "POST" else None
    if form is not None:
        with refusals_shown_on(form), transaction.atomic():
            document = actions.hand_out(document, by=request.user)
            return hand_over(document, user=request.user)
    context = {
        "document": document,
        "candidate": document.candidate,
        "is_there": bool(document.file) and document.removed_at is None,
        "is_closed": document.is_in_quarantine or document.awaits_scan,
        "may_hold": MAY_HOLD[Kind(document.kind)],
        "holds": _holds(document),
        "form": form,
    }
    status = 422 if form else 200
    return render(request, "candidates/file_original.html", context, status=status)


@require_POST
@requires(Permission.VIEW_PEOPLE)
def file_copy(request: StaffRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Give the safe copy of a PDF, under a name that tells nothing of the person."""
    document, form = _document(request, public_id), ButtonForm(request.POST)
    answer: HttpResponseBase | None = None
    with refusals_shown_on(form), transaction.atomic():
        document = actions.hand_out_copy(document, by=request.user)
        answer = hand_over(document, is_copy=True, user=request.user)
    return answer or _file(request, document, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def file_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.remove_document)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def file_restore(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.restore_document)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def file_scan(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have a file in quarantine scanned once more."""
    document, form = _document(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form), transaction.atomic():
        scans.scan_again(document, by=request.user)
        hint(read_document, document.pk)
    if not form.is_valid():
        return _file(request, document, form)
    return redirect("candidates:file", public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def found_decide(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add one thing that was found in a file, or turn it down."""
    document = _document(request, public_id)
    form = DecisionForm(request.POST, choices=document.findings.all())
    if not form.is_valid():
        raise Http404
    decide = findings.add_finding if form.is_wanted else findings.dismiss_finding
    with refusals_shown_on(form):
        decide(form.cleaned_data["item"], by=request.user)
    if not form.is_valid() or request.htmx:
        return _file(request, document, form)
    return redirect(f"{reverse('candidates:file', args=[public_id])}#found")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def found_skills(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add all skills that the page showed, each with its place in the text."""
    document = _document(request, public_id)
    form = SkillsForm(request.POST, choices=document.findings.filter(kind=Finding.Kind.SKILL))
    if not form.is_valid():
        raise Http404
    with refusals_shown_on(form):
        count = findings.add_skills(document, form.shown, by=request.user)
        messages.success(request, f"{count} skill{'' if count == 1 else 's'} added.")
    if not form.is_valid():
        return _file(request, document, form)
    return redirect(f"{reverse('candidates:file', args=[public_id])}#found")


def _add(candidate: Candidate, file: "UploadedFile[bytes]", request: StaffRequest) -> str:
    """Add one file and say what became of it."""
    content = file.read(MOST_BYTES + 1)  # one byte more than we take is enough to refuse it
    document, is_new = actions.add_document(candidate, file.name or "", content, by=request.user)
    if is_new:
        hint(read_document, document.pk)
        return f"“{document}” is added."
    return f"“{clean_name(file.name or '')}” is here already, as “{document}”. It is kept once."


def _press(request: StaffRequest, public_id: uuid.UUID, action: Any) -> HttpResponse:
    document, form = _document(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form):
        action(document, by=request.user)
    if not form.is_valid():
        return _file(request, document, form)
    return redirect("candidates:files", document.candidate.public_id)


def _holds(document: Document) -> list[str]:
    """Return what was found in the original besides text, in words."""
    return [HOLDS[what] for what in document.holds if what in HOLDS]


def _document(request: StaffRequest, public_id: uuid.UUID) -> Document:
    visible = Document.objects.visible_to(request.user).select_related("candidate", "uploaded_by")
    return get_object_or_404(visible, public_id=public_id)


def _files(
    request: StaffRequest,
    candidate: Candidate,
    form: FilesForm | None = None,
    done: list[str] | None = None,
) -> HttpResponse:
    documents = list(candidate.documents.select_related("uploaded_by").defer("text", "hidden"))
    present = [document for document in documents if document.removed_at is None]
    context = {
        "candidate": candidate,
        "documents": present,
        "removed": [document for document in documents if document.removed_at],
        "is_in_hand": any(document.is_in_hand for document in present),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "may_add": len(present) < MOST_FILES,
        "most": MOST_FILES,
        "form": form or FilesForm(),
        "done": done or [],
    }
    return render_part(
        request, "candidates/files.html", "panel", context, status=422 if form else 200
    )


def _file(request: StaffRequest, document: Document, form: BaseForm | None = None) -> HttpResponse:
    found = document.findings.to_decide().select_related("document", "skill")
    context = {
        "document": document,
        "candidate": document.candidate,
        "holds": _holds(document),
        "groups": _groups(list(found) if document.removed_at is None else []),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "form": form,
    }
    status = 422 if form and form.errors else 200
    return render_part(request, "candidates/file.html", "found", context, status)


def _groups(found: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """Return what was found by kind, addresses before skills: (heading, findings)."""
    headings = {
        Finding.Kind.EMAIL: "Email addresses",
        Finding.Kind.PHONE: "Phone numbers",
        Finding.Kind.LINK: "Links",
        Finding.Kind.SKILL: "Skills",
    }
    groups = [
        (words, [one for one in found if one.kind == kind]) for kind, words in headings.items()
    ]
    return [(words, group) for words, group in groups if group]

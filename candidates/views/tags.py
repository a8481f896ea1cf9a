"""Tags: on the page of a person, and the small page where a tag is renamed, merged or deleted."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.actions import tags as act
from candidates.forms import PersonTagForm, PickForm, TagMergeForm, TagRenameForm
from candidates.models import Candidate, CandidateTag, Tag
from candidates.views.common import person_of

OFFERED = 300  # tags that a field offers; the others can be typed


@require_POST
@requires(Permission.EDIT_PEOPLE)
def tag_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Tag a person, with a new tag if none has that name."""
    candidate = person_of(request, public_id)
    form = PersonTagForm(request.POST, take_focus=True)
    if form.is_valid():
        with refusals_shown_on(form):
            tag = act.name_tag(form.cleaned_data["name"], by=request.user)
            act.tag_people(Candidate.objects.filter(pk=candidate.pk), tag, by=request.user)
    if form.is_valid() and not request.htmx:
        return redirect(f"{reverse('candidates:profile', args=[public_id])}#tags")
    return _panel(request, candidate, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def tag_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a tag off a person. What they do not have is not to be found here."""
    candidate = person_of(request, public_id)
    form = PickForm(request.POST, choices=tags_of(candidate))
    if not form.is_valid():
        raise Http404
    tag = form.cleaned_data["item"].tag
    with refusals_shown_on(form):
        act.untag_people(Candidate.objects.filter(pk=candidate.pk), tag, by=request.user)
    if not request.htmx:
        page = reverse("candidates:profile", args=[public_id])
        return redirect(f"{page}?untagged={tag.public_id}#tags")
    return _panel(request, candidate, form, untagged=tag)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def tags(request: StaffRequest) -> HttpResponse:
    """Every tag, with how many people have it."""
    known = Tag.objects.with_people(request.user)
    return render(request, "candidates/tags.html", {"tags": known})


@require_GET
@requires(Permission.EDIT_PEOPLE)
def tag(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _tag(request, public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def rename(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    data = request.POST.copy()

    def run(tag: Tag, values: dict[str, Any]) -> str:
        data["was"] = tag.name  # pressing the button once more means: this name, knowingly
        return f"The tag is called “{act.rename_tag(tag, by=request.user, **values)}” now."

    return _change(request, public_id, "rename_form", TagRenameForm(data), run)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def merge(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(tag: Tag, values: dict[str, Any]) -> str:
        act.merge_tags(tag, values["into"], by=request.user)
        return f"“{tag}” is merged into “{values['into']}”."

    form = TagMergeForm(request.POST, tag=_found(public_id))
    return _change(request, public_id, "merge_form", form, run)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def delete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(tag: Tag, values: dict[str, Any]) -> str:
        act.delete_tag(tag, by=request.user)
        return f"The tag “{tag}” is deleted."

    return _change(request, public_id, "delete_form", Form(request.POST), run)


def tags_of(candidate: Candidate) -> QuerySet[CandidateTag]:
    return candidate.tags.select_related("tag").order_by("tag__name", "pk")


def named(public_id: uuid.UUID | None) -> Tag | None:
    return Tag.objects.filter(public_id=public_id).first() if public_id else None


def panel_context(request: StaffRequest, candidate: Candidate, **more: Any) -> dict[str, Any]:
    """Return what the panel of tags shows on the page of a person."""
    may_edit = may(request.user, Permission.EDIT_PEOPLE)
    known = Tag.objects.values_list("name", flat=True)[:OFFERED] if may_edit else []
    return {
        "candidate": candidate,
        "tags": tags_of(candidate),
        "known_tags": known,
        "tag_form": PersonTagForm(),
        "may_edit": may_edit,
        **more,
    }


def _panel(request: StaffRequest, candidate: Candidate, form: Form, **more: Any) -> HttpResponse:
    """Answer with the panel, or with a page of its own where there is no htmx."""
    failed = isinstance(form, PersonTagForm) and form.errors
    more["tag_form"] = form if failed else PersonTagForm(take_focus=True)
    context = panel_context(request, candidate, **more)
    template = "candidates/tags_panel.html" if request.htmx else "candidates/tags_of_person.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _found(public_id: uuid.UUID) -> Tag:
    return get_object_or_404(Tag, public_id=public_id)


def _change(
    request: StaffRequest,
    public_id: uuid.UUID,
    form_name: str,
    form: Form,
    run: Callable[[Tag, dict[str, Any]], str],
) -> HttpResponse:
    """Run one action on the tag with what the form says, and come back to the list."""
    tag = _found(public_id)
    done = ""
    if form.is_valid():
        with refusals_shown_on(form):
            done = run(tag, form.cleaned_data)
    if not form.is_valid():
        return _tag(request, public_id, **{form_name: form})
    messages.success(request, done)
    return redirect("candidates:tags")


def _tag(request: StaffRequest, public_id: uuid.UUID, **forms: Form) -> HttpResponse:
    tag = get_object_or_404(Tag.objects.with_people(request.user), public_id=public_id)
    context = {
        "tag": tag,
        "rename_form": TagRenameForm(initial={"name": tag.name, "was": tag.name}),
        "merge_form": TagMergeForm(tag=tag),
        "delete_form": None,
        **forms,
    }
    return render(request, "candidates/tag.html", context, status=422 if forms else 200)

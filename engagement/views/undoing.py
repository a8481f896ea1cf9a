"""Taking one change back behind a link: of choices, of an answer, or of an address (C-15)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from candidates.models import Candidate, ExtensionAnswer, PreferenceChange
from engagement import links
from engagement.actions import extension_answers, own_address
from engagement.actions import preferences as actions
from engagement.choices import Choices, in_words, said_to_them
from engagement.extension_page import said_of
from engagement.forms.preferences import UndoForm
from engagement.links import Opened, Purpose
from engagement.models import AddressChange
from engagement.recipients import person_behind, standing_of
from engagement.refusals import said
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)
from engagement.views.candidate import page_about

Change = PreferenceChange | ExtensionAnswer | AddressChange


@candidate_page()
def undo_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.UNDO,), "undo")


@candidate_page("POST")
def undo(request: HttpRequest) -> HttpResponse:
    """Take one change back."""
    opened = _opened(request)
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    change = _change_of(candidate, opened.about) if candidate and opened.about else None
    if candidate is None or change is None:
        return nothing_here(request)
    refusal = ""
    if request.method == "POST":
        try:
            _take_back(candidate, change)
        except ValidationError as error:
            refusal = said(error.messages)[0]
        else:
            response = HttpResponseRedirect(reverse("engagement:undo"), status=303)
            return with_cookie(response, "undo", request.POST["proof"])
    context = {
        **page_about(request, candidate, standing_of(candidate)),
        "change": change,
        "changed_on": in_words(change.at.date()),
        "said": _said(change),
        "answer": change if isinstance(change, ExtensionAnswer) else None,
        "moved": isinstance(change, AddressChange),
        "proof": links.make_token(Purpose.UNDO, candidate.public_id, change.public_id),
        "refusal": refusal,
        "choose": links.path(Purpose.PREFERENCES, candidate.public_id),
    }
    status = 422 if refusal else 200
    return render(request, "engagement/candidate/undo.html", context, status=status)


def _opened(request: HttpRequest) -> Opened | None:
    if request.method != "POST":
        return from_cookie(request, "undo", (Purpose.UNDO,))
    form = UndoForm(request.POST)
    opened: Opened | None = form.cleaned_data["proof"] if form.is_valid() else None
    return opened


def _change_of(candidate: Candidate, public_id: UUID) -> Change | None:
    answers = ExtensionAnswer.objects.filter(candidate=candidate)
    choices = PreferenceChange.objects.filter(candidate=candidate)
    addresses = AddressChange.objects.filter(candidate=candidate, changed_at__isnull=False)
    return (
        answers.filter(public_id=public_id).first()
        or choices.filter(public_id=public_id).first()
        or addresses.filter(public_id=public_id, is_shared=False).first()
    )


def _take_back(candidate: Candidate, change: Change) -> None:
    """Raises ValidationError: it cannot be taken back any more."""
    if isinstance(change, ExtensionAnswer):
        extension_answers.undo(candidate, change.public_id)
    elif isinstance(change, AddressChange):
        own_address.undo(candidate, change.public_id)
    else:
        actions.undo(candidate, change.public_id)


def _said(change: Change) -> list[str]:
    if isinstance(change, ExtensionAnswer):
        return [said_of(change)]
    if isinstance(change, AddressChange):
        return [own_address.said_of(change)]
    return said_to_them(Choices.from_json(change.before), Choices.from_json(change.after))

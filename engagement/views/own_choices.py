"""The part of a person's own page about job emails: what they choose there may also be more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from candidates.models import Candidate, EmailAddress, PreferenceChange
from engagement import links
from engagement.actions import preferences as actions
from engagement.choices import Choices, in_words, kinds_in_words, masked, said_to_them
from engagement.forms.own_choices import OwnChoicesForm
from engagement.recipients import all_kinds, standing_of, today_of, zone_of
from engagement.refusals import said
from engagement.views.arriving import version_in
from engagement.views.status import to_page
from engagement.views.visits import Visit, visitors_page


@visitors_page("POST")
def choices(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what holds, and take what they choose instead."""
    candidate = visit.candidate
    if candidate.archived_at:
        return to_page()
    form = OwnChoicesForm(
        request.POST if request.method == "POST" else None,
        holds=standing_of(candidate).choices,
        known=all_kinds(),
        today=today_of(candidate),
    )
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            change = actions.choose(candidate, form.choices, version=version_in(request))
        except ValidationError as refusal:
            form.add_error(None, said(refusal.messages)[0])
            status = 409
        else:
            page = reverse("engagement:status_choices")
            saved = change.public_id if change else "same"
            return HttpResponseRedirect(f"{page}?saved={saved}", status=303)
    context = {"visit": visit, "form": form, **_standing(candidate)}
    change = actions.last_change(candidate)
    context |= (_undo_of(change) if change else {}) | _just_saved(request, change)
    return render(request, "engagement/candidate/status_choices.html", context, status=status)


def _standing(candidate: Candidate) -> dict[str, Any]:
    standing, zone = standing_of(candidate), zone_of(candidate)
    held = standing.choices
    kept = standing.kept_until.astimezone(zone).date() if standing.kept_until else None
    stopped = standing.stopped_at
    emails = EmailAddress.objects.filter(candidate=candidate, released_at=None)
    return {
        "choices": held,
        "version": standing.version,
        "only": kinds_in_words(held.only) if held.only else "",
        "paused_until": in_words(held.paused_until) if held.paused_until else "",
        "stopped_on": in_words(stopped.astimezone(zone).date()) if stopped else "",
        "kept_until": in_words(kept) if kept and kept >= today_of(candidate) else "",
        "ends_first": bool(kept and held.paused_until and kept < held.paused_until),
        "addresses": [masked(one.address) for one in emails.order_by("-is_primary", "pk")],
    }


def _just_saved(request: HttpRequest, change: PreferenceChange | None) -> dict[str, Any]:
    saved = request.GET.get("saved", "")
    if saved == "same":
        return {"saved": [gettext("Nothing had to be changed.")], "undo": ""}
    if change and saved == str(change.public_id):
        return {"saved": _said(change)}
    return {}


def _undo_of(change: PreferenceChange) -> dict[str, Any]:
    candidate = change.candidate
    return {
        "changed": _said(change),
        "changed_on": in_words(change.at.astimezone(zone_of(candidate)).date()),
        "undo": links.make_token(links.Purpose.UNDO, candidate.public_id, change.public_id),
    }


def _said(change: PreferenceChange) -> list[str]:
    return said_to_them(Choices.from_json(change.before), Choices.from_json(change.after))

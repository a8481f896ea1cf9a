"""How each page about one person finds them."""

import uuid
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts.http import StaffRequest
from accounts.permissions import Permission, may
from candidates import clock_words
from candidates.clocks import clock_of
from candidates.models import Candidate, CandidateSkill


def person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    """Return a live person that the colleague may see; else 404."""
    return get_object_or_404(Candidate.objects.visible_to(request.user), public_id=public_id)


def kept_person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    """Return a person in use whom the colleague may see, or one in the archive whom they may open.

    For what a person may ask of us: it does not end with the archive.
    """
    people = Candidate.objects.visible_to(request.user)
    people |= Candidate.objects.restricted_to(request.user)
    return get_object_or_404(people, public_id=public_id)


def whole_person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    """The same, with everything that a page about them shows."""
    skills = CandidateSkill.objects.select_related("skill").order_by("skill__name")
    people = (
        Candidate.objects.visible_to(request.user)
        .select_related("owner")
        .prefetch_related("emails", "phones", "links", Prefetch("skills", skills))
    )
    return get_object_or_404(people, public_id=public_id)


# The parts of Privacy, in the order of a privacy officer's day; what does not exist is left out.
PRIVACY = (
    ("Requests", "candidates:requests", Permission.MANAGE_PRIVACY),
    ("People to tell", "engagement:untold_people", Permission.RECORD_REQUESTS),
    ("Lost mailboxes", "engagement:address_claims", Permission.RECORD_REQUESTS),
    ("Retention", "candidates:retention", Permission.MANAGE_PRIVACY),
    ("Legal holds", "candidates:holds", Permission.MANAGE_PRIVACY),
    ("Restricted archive", "candidates:archive", Permission.VIEW_RESTRICTED),
    ("How long we keep", "candidates:policies", Permission.MANAGE_PRIVACY),
)


def privacy_tabs(request: StaffRequest, current: str) -> list[dict[str, Any]]:
    """Return the parts of Privacy that this colleague may open."""
    rows = []
    for label, name, permission in PRIVACY:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if may(request.user, permission):
            rows.append({"label": label, "href": address, "current": name == current})
    return rows


def clock_panel(request: StaffRequest, candidate: Candidate) -> dict[str, Any]:
    """Return what `candidates/privacy/clocks.html` shows about a kept person. Three queries.

    And, in `must_tell` and `tell_address`, whether and where they are told that we keep them.
    """
    clock = clock_of(candidate)
    may_hold = may(request.user, Permission.MANAGE_PRIVACY)
    return {
        "clock_lines": clock_words.lines(clock),
        "clock_outcome": clock_words.outcome(clock),
        "hold_address": reverse("candidates:hold_new", args=[candidate.public_id])
        if may_hold
        else "",
        "must_tell": clock.notice_due,
        "tell_address": _tell_address(candidate),
    }


def _tell_address(candidate: Candidate) -> str:
    """Return where the letter that tells them is sent from; "" where no floor sends it."""
    try:
        return reverse("engagement:person_tell", args=[candidate.public_id])
    except NoReverseMatch:
        return ""

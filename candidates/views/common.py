"""How each page about one person finds them."""

import uuid

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from accounts.http import StaffRequest
from candidates.models import Candidate, CandidateSkill


def person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    """Return a live person that the colleague may see; else 404."""
    return get_object_or_404(Candidate.objects.visible_to(request.user), public_id=public_id)


def whole_person_of(request: StaffRequest, public_id: uuid.UUID) -> Candidate:
    """The same, with everything that a page about them shows."""
    skills = CandidateSkill.objects.select_related("skill").order_by("skill__name")
    people = (
        Candidate.objects.visible_to(request.user)
        .select_related("owner")
        .prefetch_related("emails", "phones", "links", Prefetch("skills", skills))
    )
    return get_object_or_404(people, public_id=public_id)

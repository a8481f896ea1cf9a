"""Beginning to delete somebody who asked for it on a page of ours, and taking that back."""

from candidates import erasing
from candidates.actions.archive import restore_candidate
from candidates.actions.erasure import (
    MUST_KEEP,
    THEIRS,
    ask_erasure,
    put_out_of_use,
    take_back_erasure,
    wait_for_decision,
)
from candidates.models import ArchiveReason, Candidate, PrivacyRequest
from engagement import extension_page
from engagement.actions.preferences import ACTOR
from engagement.extension_words import ENGLISH


def begin(request: PrivacyRequest, candidate: Candidate) -> PrivacyRequest:
    """Begin the seven days before their details go. Once they run, it changes nothing.

    Whom a law or a claim makes us keep goes into the restricted archive instead, today (C-27).
    Whoever is being considered for a job is deleted once they have heard (C-26).
    """
    obstacles = {one.code for one in erasing.obstacles_of(candidate)}
    if THEIRS in obstacles:
        return wait_for_decision(request, by=ACTOR)
    if MUST_KEEP & obstacles:
        why = extension_page.must_keep(candidate, ENGLISH)
        return put_out_of_use(request, why, by=ACTOR)
    if request.state == PrivacyRequest.State.COOLING_OFF:
        return request
    return ask_erasure(request, by=ACTOR)


def take_back(request: PrivacyRequest, candidate: Candidate) -> PrivacyRequest:
    """They want to stay after all: out of the archive too, if their wish had put them there."""
    if candidate.archive_reason == ArchiveReason.ASKED:
        restore_candidate(candidate, "They took back that they want to be deleted.", by=ACTOR)
    return take_back_erasure(request, by=ACTOR)

"""Somebody who comes in by themselves: recognised by their address, never overwritten.

Whoever knows an address can type it, so what is typed changes nothing about a person whom we know.
The floor above keeps it as it was typed, and colleagues see where it differs.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.together import written_together
from candidates import timeline
from candidates.actions.addresses import attach_email, attach_link, attach_phone
from candidates.actions.archive import restore_candidate
from candidates.identity import tidy_name
from candidates.models import Basis, Candidate, GroundEvent, Purpose
from candidates.resolving import Said, resolve_candidate

ACTOR = "The candidate"
SOURCE = "Careers site"


def take_in(
    said: Said, *, source: str = SOURCE, from_archive: bool = True
) -> tuple[Candidate, bool]:
    """Return the person behind an address, and whether they are new to us. For actions.

    said: with one address, which was checked. Somebody in the restricted archive comes back: it is
    they who ask. Of two who come at once with one address, both get the same person.

    Raises ValidationError: they are in the archive, and not `from_archive` (`archived`).
    """
    (address,) = said.emails
    if person := resolve_candidate(said, Candidate.objects.live(), suggest=False).person:
        return person, False
    try:
        return _add(said, address, source), True
    except ValidationError as refusal:
        if refusal.code not in {"known_email", "archived"}:
            raise
        if refusal.code == "archived" and not from_archive:
            raise
    person = resolve_candidate(said, Candidate.objects.kept(), suggest=False).person
    if person is None:  # merged or erased this very moment
        raise ValidationError("Please send the form once more.", code="moved")
    if person.archived_at:
        restore_candidate(person, "They came back through the careers site.", by=ACTOR)
    return person, False


@transaction.atomic
@written_together()
def _add(said: Said, address: str, source: str) -> Candidate:
    """Make the person in a savepoint: if the address was taken meanwhile, nothing is left."""
    candidate = Candidate.objects.create(
        name=tidy_name(said.name),
        source=source,
        language=languages.current(),  # of the page that they filled in
    )
    attach_email(candidate, address, is_primary=True)
    for number in said.phones:
        attach_phone(candidate, number, by=ACTOR)
    for url in said.links:
        attach_link(candidate, url, by=ACTOR)
    timeline.remember(candidate, "candidate.created", f"Came to us. Source: {source}.", by=ACTOR)
    audit.record(ACTOR, "candidate.created", candidate)
    return candidate


def note_privacy_notice(candidate: Candidate, *, version: str, language: str) -> None:
    """Record that the privacy notice stood above what they sent (GDPR Art. 13). Allows no mail."""
    GroundEvent.objects.create(
        candidate=candidate,
        purpose=Purpose.APPLICATION,
        kind=GroundEvent.Kind.NOTICE_GIVEN,
        basis=Basis.PRE_CONTRACT,
        jurisdiction=candidate.country,
        occurred_at=timezone.now(),
        channel=GroundEvent.Channel.FORM,
        notice_version=version,
        language=language,
        actor=ACTOR,
    )

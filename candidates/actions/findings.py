"""Deciding what was found in a file: a colleague adds it or turns it down, nothing else does."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.actions.addresses import add_email, add_link, add_phone
from candidates.actions.skills import add_skill
from candidates.models import Candidate, CandidateSkill, Document, Finding

_HERE_ALREADY = {"known_skill", "known_phone", "known_link"}


@transaction.atomic
def add_finding(finding: Finding, *, by: User) -> Finding:
    """Add what was found to the person, by the same action as if it had been typed.

    Raises ValidationError: it was decided meanwhile, its file is gone, or the action refuses: an
    address that belongs to somebody else, for one.
    """
    candidate, finding = _locked(finding)
    try:
        _write(candidate, finding, by)
    except ValidationError as refusal:
        if refusal.code not in _HERE_ALREADY:
            raise
    _decide(candidate, finding, Finding.State.ADDED, by)
    return finding


@transaction.atomic
def add_skills(document: Document, shown: Iterable[int], *, by: User) -> int:
    """Add the skills found in a file that a colleague saw, all of them or none. Returns how many.

    shown: keys of the findings that stood on the page: what was found since is not added unseen,
    and what was decided since is left.

    Raises ValidationError: nothing is left to add, the file is gone, or an action refuses.
    """
    waiting = document.findings.to_decide().filter(pk__in=list(shown), kind=Finding.Kind.SKILL)
    found = list(waiting.order_by("pk"))
    for finding in found:
        add_finding(finding, by=by)
    if not found:
        raise ValidationError("Somebody decided these meanwhile.", code="decided")
    return len(found)


@transaction.atomic
def dismiss_finding(finding: Finding, *, by: User) -> Finding:
    """Turn down what was found. It does not come back, in whatever file it stands.

    Raises ValidationError: it was decided meanwhile, or its file is gone.
    """
    candidate, finding = _locked(finding)
    _decide(candidate, finding, Finding.State.DISMISSED, by)
    return finding


def _locked(finding: Finding) -> tuple[Candidate, Finding]:
    candidate = Candidate.objects.locked(finding.document.candidate_id)
    finding = (
        Finding.objects.select_for_update(of=("self",))
        .select_related("document", "skill")
        .get(pk=finding.pk)
    )
    if finding.state != Finding.State.OPEN:
        raise ValidationError("Somebody decided this meanwhile.", code="decided")
    if finding.document.removed_at or finding.document.candidate_id != candidate.pk:
        raise ValidationError("The file that it stands in was removed.", code="gone")
    return candidate, finding


def _write(candidate: Candidate, finding: Finding, by: User) -> None:
    if finding.kind == Finding.Kind.SKILL and finding.skill:
        add_skill(candidate, finding.skill.name, by=by, source=CandidateSkill.Source.PARSED)
    elif finding.kind == Finding.Kind.EMAIL:
        add_email(candidate, finding.shown, by=by)
    elif finding.kind == Finding.Kind.PHONE:
        add_phone(candidate, finding.shown, by=by)
    else:
        add_link(candidate, finding.shown, by=by)


def _decide(candidate: Candidate, finding: Finding, state: str, by: User) -> None:
    """Settle the same thing wherever it was found for this person."""
    finding.state, finding.decided_by, finding.decided_at = state, by, timezone.now()
    Finding.objects.filter(
        document__candidate=candidate,
        kind=finding.kind,
        value=finding.value,
        state=Finding.State.OPEN,
    ).update(state=state, decided_by=by, decided_at=finding.decided_at)
    audit.record(by, f"document.finding_{state}", finding.document, kind=["", finding.kind])

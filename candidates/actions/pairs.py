"""Saying of two records that they may be one person, or that they are two."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.duplicates.finding import BY_COLLEAGUE, PROVED_BOTH
from candidates.duplicates.weighing import SURE
from candidates.models import Candidate, ContactGate, DuplicateSuggestion

__all__ = ["PROVED_BOTH", "dismiss_pair", "name_pair", "reopen_pair"]


@transaction.atomic
def name_pair(
    one: Candidate, other: Candidate, *, by: User | str, reason: str = BY_COLLEAGUE
) -> DuplicateSuggestion:
    """Put a pair that somebody knows of into the queue. Until it is settled, job emails wait.

    A pair that was dismissed is looked at anew. Naming it twice does it once.

    Raises ValidationError: it is one record, or one of them is no longer here.
    """
    if one.pk == other.pk:
        raise ValidationError("This is the same record. Name the other one.", code="same_record")
    people = sorted([one.pk, other.pk])
    for pk in people:
        ContactGate.objects.locked(pk)
    first, second = (Candidate.objects.locked(pk) for pk in people)
    pair, is_new = DuplicateSuggestion.objects.select_for_update(of=("self",)).get_or_create(
        one=first,
        other=second,
        defaults={"reasons": [reason], "bits": round(SURE * 100), "is_sure": True},
    )
    if pair.state == DuplicateSuggestion.State.OPEN and reason in pair.reasons:
        if is_new:
            audit.record(by, "duplicate.named", pair)
        return pair
    pair.reasons = [reason, *(code for code in pair.reasons if code != reason)]
    pair.is_sure, pair.state, pair.why_not = True, DuplicateSuggestion.State.OPEN, ""
    pair.settled_at, pair.settled_by = None, None
    pair.save()
    audit.record(by, "duplicate.named", pair)
    return pair


@transaction.atomic
def dismiss_pair(suggestion: DuplicateSuggestion, why: str, *, by: User) -> DuplicateSuggestion:
    """Say that two records are two people. The pair is never suggested again.

    Raises ValidationError: no reason is given, or somebody settled it meanwhile.
    """
    suggestion = DuplicateSuggestion.objects.locked(suggestion.pk)
    why = why.strip()
    if suggestion.state != DuplicateSuggestion.State.OPEN:
        raise ValidationError("Somebody settled this pair meanwhile.", code="settled")
    if not why:
        raise ValidationError("Say in a few words why they are two people.", code="no_reason")
    suggestion.state, suggestion.why_not = DuplicateSuggestion.State.DISMISSED, why
    suggestion.settled_at, suggestion.settled_by = timezone.now(), by
    suggestion.save(update_fields=["state", "why_not", "settled_at", "settled_by"])
    audit.record(by, "duplicate.dismissed", suggestion, state=["open", "dismissed"])
    return suggestion


@transaction.atomic
def reopen_pair(suggestion: DuplicateSuggestion, *, by: User) -> DuplicateSuggestion:
    """Take a dismissal back: the pair waits in the queue again.

    Raises ValidationError: it is not dismissed.
    """
    suggestion = DuplicateSuggestion.objects.locked(suggestion.pk)
    if suggestion.state != DuplicateSuggestion.State.DISMISSED:
        raise ValidationError("This pair is not dismissed.", code="not_dismissed")
    suggestion.state, suggestion.why_not = DuplicateSuggestion.State.OPEN, ""
    suggestion.settled_at, suggestion.settled_by = None, None
    suggestion.save(update_fields=["state", "why_not", "settled_at", "settled_by"])
    audit.record(by, "duplicate.reopened", suggestion, state=["dismissed", "open"])
    return suggestion

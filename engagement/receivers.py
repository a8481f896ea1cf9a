"""What happens on this floor when a person's record changes as a whole."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from candidates.models import Candidate
from candidates.signals import candidate_erased, candidate_merged, candidate_unmerged
from engagement import residue
from engagement.actions.merging import give_back_claimed, settle_for_merge


@receiver(candidate_erased)
def keep_counts(*, people: list[int], application_stays: bool, **_: Any) -> None:
    """Keep the counts before the rows go. What waited for the person goes with the rows, under
    their gate: nothing of it can be armed any more."""
    residue.keep_messages(people, but_letters_stay=application_stays)
    residue.keep_enrolments(people)
    residue.keep_choices(people)
    residue.keep_cases(people)
    residue.forget_unclaimed(people)


@receiver(candidate_merged)
def end_one_of_two(*, survivor: Candidate, merged: Candidate, at: datetime, **_: Any) -> None:
    """One person is in a campaign once."""
    settle_for_merge(survivor.pk, merged.pk, at)


@receiver(candidate_unmerged)
def write_anew(*, survivor: Candidate, merged: Candidate, **_: Any) -> None:
    """What a worker holds for one of them may be for the other again."""
    give_back_claimed([survivor.pk, merged.pk])

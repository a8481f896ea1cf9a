"""What happens on this floor when a person's record changes as a whole."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from applications import residue
from applications.actions.duplicates import close_duplicates
from candidates.models import Candidate
from candidates.signals import candidate_erased, candidate_merged


@receiver(candidate_erased)
def keep_counts(*, people: list[int], at: datetime, application_stays: bool, **_: Any) -> None:
    """Keep the counts before the rows go: erasing somebody moves no total (M-R2)."""
    residue.keep_applications(people, at, but_open_stay=application_stays)
    residue.keep_promises(people)


@receiver(candidate_merged)
def close_one_of_two(*, survivor: Candidate, merged: Candidate, at: datetime, **_: Any) -> None:
    """One person is considered for a job once."""
    close_duplicates(survivor, merged, at)

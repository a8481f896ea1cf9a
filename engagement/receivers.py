"""What happens on this floor when a person's record changes as a whole."""

from typing import Any

from django.dispatch import receiver

from candidates.signals import candidate_erased
from engagement import residue


@receiver(candidate_erased)
def keep_counts(*, people: list[int], **_: Any) -> None:
    """Keep the counts before the rows go. What waited for the person goes with the rows, under
    their gate: nothing of it can be armed any more."""
    residue.keep_messages(people)
    residue.keep_enrolments(people)

"""What the end of a job email says to whoever reads it: why they get it, how long we keep them."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Organisation
from engagement import rendering


def why_sentence(
    asked_on: date | None, basis: str, facts: Iterable[str], organisation: Organisation
) -> str:
    """Return why somebody gets this, in words for them. Names no earlier application: another
    person may be reading. facts: whole sentences about what fits."""
    if asked_on and basis == "consent":
        sentence = (
            f"On {asked_on:%-d %B %Y} you asked {organisation.name} to tell you about jobs that "
            "may suit you."
        )
    else:
        sentence = (
            f"{organisation.name} knows you from an earlier contact, and you have not asked us to "
            "stop writing about jobs."
        )
    return " ".join([sentence, *(rendering.one_line(fact) for fact in facts if fact)])


def kept_sentence(until: date | None) -> str:
    if until is None:
        return "We keep your details until you ask us to delete them."
    return f"We keep your details until {until:%-d %B %Y}."

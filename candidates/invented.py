"""People who do not exist, to see how a text looks with names that break layouts. Never saved."""

from candidates.models import Candidate


def longest() -> Candidate:
    """Return somebody whose name is as long as names get."""
    return Candidate(
        name="Dr Ana Maria de los Angeles Ruiz-Cortes y Pena",
        call_name="Ana Maria",
        city="Bristol",
    )


def right_to_left() -> Candidate:
    """Return somebody whose name is written from right to left."""
    return Candidate(name="كريم حداد", call_name="كريم", city="بيروت", language="ar")

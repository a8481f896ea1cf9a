"""What a job pays and asks for, in the language that is spoken now."""

from django.utils.translation import gettext

from candidates.models import Seniority


def pay_in_words(currency: str, low: int | None, high: int | None) -> str:
    """Return the range in whole units, such as “GBP 41,000 to 47,000”; "" where none is said.

    low, high: in minor units.
    """
    ends = [f"{end // 100:,}" if end is not None else "" for end in (low, high)]
    if not any(ends):
        return ""
    if all(ends):
        return gettext("{currency} {low} to {high}").format(
            currency=currency, low=ends[0], high=ends[1]
        )
    said = gettext("{currency} from {amount}") if low else gettext("{currency} up to {amount}")
    return said.format(currency=currency, amount=ends[0] or ends[1])


def levels_in_words(low: int | None, high: int | None) -> str:
    """Return the levels, such as “Experienced to Lead”."""
    ends = [end for end in dict.fromkeys([low, high]) if end is not None]
    names = [gettext(Seniority(end).label) for end in ends]
    if len(names) < 2:
        return "".join(names)
    return gettext("{low} to {high}").format(low=names[0], high=names[1])

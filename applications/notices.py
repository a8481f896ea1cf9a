"""What some places ask to be said where software helps to choose (P-37). Hints, no legal advice."""

from dataclasses import dataclass

from applications.models import Office

# European Union and the rest of the European Economic Area.
_EEA = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip


@dataclass(frozen=True)
class Hint:
    place: str
    text: str


_EU = Hint(
    "European Union",
    "Say that software sorts or suggests people, what it looks at, that a person decides, and whom"
    " to ask for an explanation (GDPR Art. 13 and 22; AI Act Art. 26 and 86).",
)
_UK = Hint(
    "United Kingdom",
    "Say whether software takes part in the decision, that a person can change its outcome, and how"
    " to contest it (Data (Use and Access) Act 2025).",
)
_BY_REGION = {
    ("US", "new york"): Hint(
        "New York City",
        "If the software counts as an automated employment decision tool: at least 10 business"
        " days before it is used, say so, what it looks at, and how to ask for another way. Its"
        " audit may not be older than a year, and a summary must be public (Local Law 144).",
    ),
    ("US", "illinois"): Hint(
        "Illinois",
        "Say that artificial intelligence influences the choice, where it does (HB 3773, since"
        " 1 January 2026).",
    ),
    ("US", "colorado"): Hint(
        "Colorado",
        "From 1 January 2027: say it before, explain an adverse outcome within 30 days, and offer"
        " correction and a human review (SB 26-189).",
    ),
    ("CA", "ontario"): Hint(
        "Ontario",
        "The public posting says whether artificial intelligence screens, assesses or selects, and"
        " whether there is a vacancy (Employment Standards Act, since 1 January 2026).",
    ),
}


def hints_for(offices: list[Office]) -> list[Hint]:
    """Return what the places of a job ask for; where no office is named, what each place asks."""
    everywhere = [_EU, _UK, *_BY_REGION.values()]
    if not offices:
        return everywhere
    found: dict[Hint, None] = {}
    for office in offices:
        if office.country in _EEA:
            found[_EU] = None
        if office.country == "GB":
            found[_UK] = None
        for (country, region), hint in _BY_REGION.items():
            words = f"{office.region} {office.city}".casefold()
            if office.country == country and region in words:
                found[hint] = None
    return list(found)

"""What a text says about a person: skills, addresses, numbers, links, each with its place.

The text is data from outside. Everything here runs in time that grows with its length alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import connection
from phonenumbers import Leniency, PhoneNumberMatcher

from candidates.documents.spellings import Spelling, Spellings
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.models import Finding, Skill, SkillAlias

MOST_OF_A_KIND = 60
LOOKED_THROUGH = 60_000  # letters; addresses stand at the beginning or at the end of a page
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@])")
_LINK = re.compile(
    r"(?:https?://|www\."
    r"|(?<![\w.@/-])(?:[\w-]{1,20}\.)?(?:linkedin|github|gitlab|xing|behance)\.com/)"
    r"[^\s<>\"'“”()\[\]{}|]{2,300}",
    re.IGNORECASE,
)
_is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Found:
    """One thing at one place. `value` is what it is compared by."""

    kind: str
    value: str
    shown: str
    start: int
    end: int
    skill_id: int | None = None


def find(text: str, country: str = "") -> list[Found]:
    """Return what stands in a text, each thing once, in reading order."""
    beginning = text[:LOOKED_THROUGH]
    found: dict[tuple[str, str], Found] = {}
    for kind in (_skills(text), _emails(beginning), _links(beginning), _phones(beginning, country)):
        fresh: dict[tuple[str, str], Found] = {}
        for one in kind:
            if len(fresh) == MOST_OF_A_KIND:
                break
            fresh.setdefault((one.kind, one.value), one)
        found |= fresh
    return sorted(found.values(), key=lambda one: one.start)


def _skills(text: str) -> Iterator[Found]:
    for hit in spellings().find(text):
        shown = text[hit.start : hit.end]
        value = str(hit.skill_id)
        yield Found(Finding.Kind.SKILL, value, shown, hit.start, hit.end, hit.skill_id)


def _emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        try:
            validate_email(match[0])
        except ValidationError:
            continue
        yield Found(Finding.Kind.EMAIL, canonical_email(match[0]), match[0], *match.span())


def _links(text: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        shown = match[0].rstrip(".,;:!?*_")
        address = shown if "://" in shown else f"https://{shown}"
        try:
            _is_web_address(address)
            value = canonical_link(address)
        except (ValidationError, ValueError):
            continue
        yield Found(Finding.Kind.LINK, value, shown, match.start(), match.start() + len(shown))


def _phones(text: str, country: str) -> Iterator[Found]:
    region = country.upper() if country.upper() in phonenumbers.SUPPORTED_REGIONS else None
    matches = PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE, max_tries=2_000)
    for match in matches:
        if not _is_meant_as_phone(match):
            continue
        value = canonical_phone(match.raw_string, country)
        yield Found(Finding.Kind.PHONE, value, match.raw_string, match.start, match.end)


def _is_meant_as_phone(match: phonenumbers.PhoneNumberMatch) -> bool:
    """Years and days are possible numbers, too. These are valid, or written as one writes them."""
    looks_like_one = re.match(r"\(?[+0]", match.raw_string) and not re.search(
        r"[./]", match.raw_string
    )
    digits = sum(letter.isdigit() for letter in match.raw_string)
    return phonenumbers.is_valid_number(match.number) or bool(looks_like_one and digits >= 9)


# Counts and sums would miss an exchange: another demo has as many rows, and of two spellings each
# may be given the skill of the other.
_FINGERPRINT = """
SELECT (SELECT md5(string_agg(concat_ws('|', id, spelling, skill_id, is_ambiguous), ','
                              ORDER BY id)) FROM candidates_skillalias),
       (SELECT md5(string_agg(concat_ws('|', id, family, merged_into_id), ','
                              ORDER BY id)) FROM candidates_skill)
"""
_built: tuple[tuple[object, ...], Spellings] | None = None


def spellings() -> Spellings:
    """Return all spellings, built once in each process and again when the catalogue changed."""
    global _built  # noqa: PLW0603  # a cache: what it holds depends on the catalogue alone
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT)
        state = cursor.fetchone()
    if _built is None or _built[0] != state:
        _built = (state, Spellings(_known_spellings()))
    return _built[1]


def _known_spellings() -> Iterator[Spelling]:
    absorbed = Skill.objects.filter(merged_into__isnull=False)
    merged = {skill.pk: skill.merged_into_id or skill.pk for skill in absorbed}
    families = dict(Skill.objects.values_list("pk", "family"))
    rows = SkillAlias.objects.values_list("spelling", "skill", "is_ambiguous")
    for normal, named, is_ambiguous in rows.iterator():
        skill = named
        while skill in merged:
            skill = merged[skill]
        yield Spelling(normal, skill, families[skill], is_ambiguous)

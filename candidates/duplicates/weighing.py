"""How much speaks for two records being one person: a sum of weights, each with its reason. Pure.

After Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969): every field that two
records can be compared by adds log2(m / u), where m is how often it agrees so between two records
of one person, and u how often between two strangers. u of a name, a city or an employer is its
share among all people (Winkler's frequency-based weights), so that sharing “Smith” says little and
sharing “Halvorsrud” much. The sum is added to the log-odds that two strangers drawn at random are
one person. 0 bits: as likely as not; 7 bits: 99 in 100.

The weights of disagreement, and of what no share can be counted for, are set by hand from what
people do: they change their employer and city, write their name in four ways, share a phone at
home. They are plain numbers below; `tests/candidates/test_duplicates_measured.py` holds what they
achieve.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Final

import jellyfish

from candidates.duplicates.names import is_same_name

SURE: Final = 7.0  # bits: 99 in 100
POSSIBLE: Final = -2.0  # bits: 1 in 5
DUPLICATES: Final = 0.05  # of all people, assumed to have a second record
MANY: Final = 2000  # people we have not met yet, when a share is estimated from few

# What identifies by itself, so that a pair may be called sure.
HARD: Final = frozenset({"same_mailbox", "same_phone", "same_link", "same_local"})
WHOLE_NAMES: Final = frozenset({"same_name", "swapped_name"})
PROFILE_SITES: Final = ("linkedin.com/in/", "github.com/", "gitlab.com/", "xing.com/profile/")


@dataclass(frozen=True)
class Facts:
    """What is compared of one record, folded: lower case, no accents."""

    words: tuple[str, ...]
    emails: frozenset[str] = frozenset()
    locals: frozenset[str] = frozenset()  # letters before the @
    phones: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    employer: str = ""
    title: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Rarity:
    """How many people share a word of a name, an employer, a city, a phone, a link."""

    people: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    employers: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    phones: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)

    def bits(self, counts: Mapping[str, int], value: str, most: float) -> float:
        """Return log2(1 / share), at most `most`. The share is smoothed: nobody is unheard of."""
        share = (counts.get(value, 1) + 2) / (self.people + MANY)
        return min(most, max(1.0, -log2(share)))

    @property
    def prior(self) -> float:
        """Return the log-odds that two people drawn at random are one."""
        return log2(2 * DUPLICATES / max(self.people, MANY))


@dataclass(frozen=True)
class Verdict:
    """The answer for one pair. `reasons` are codes, the heaviest first."""

    bits: float
    reasons: tuple[str, ...]
    is_sure: bool

    @property
    def is_possible(self) -> bool:
        return self.bits >= POSSIBLE


Evidence = list[tuple[str, float]]


def weigh(one: Facts, other: Facts, rarity: Rarity) -> Verdict:
    """Weigh all evidence about a pair."""
    found: Evidence = [
        *_names(one, other, rarity),
        *_phones(one, other, rarity),
        *_links(one, other, rarity),
        *_emails(one, other),
        *_employers(one, other, rarity),
        *_cities(one, other, rarity),
    ]
    bits = rarity.prior + sum(weight for _, weight in found)
    said = sorted((e for e in found if e[0]), key=lambda e: -abs(e[1]))
    codes = tuple(dict.fromkeys(code for code, _ in said))
    return Verdict(bits, codes, is_sure=bits >= SURE and _may_be_sure(frozenset(codes)))


def _may_be_sure(codes: frozenset[str]) -> bool:
    """Names and places alone never make it sure, and neither does anything if a name differs."""
    if "other_name" in codes or "other_link" in codes:
        return False
    return bool(codes & HARD) or ("same_employer" in codes and bool(codes & WHOLE_NAMES))


# ---------------------------------------------------------------------- names


def _names(one: Facts, other: Facts, rarity: Rarity) -> Evidence:
    if not one.words or not other.words:
        return []
    pairs, left_one, left_other = _matched(one.words, other.words)
    found: Evidence = []
    for mine, theirs, how in pairs:
        found.append(("", _word(mine, theirs, how, rarity)))
    total = min(26.0, sum(weight for _, weight in found))
    kinds = {how for _, _, how in pairs}
    differing = min(_full(left_one), _full(left_other))
    extra = len(left_one) + len(left_other) - 2 * differing
    against: Evidence = [("other_name", -5.0 * differing)] if differing else []
    if not pairs:
        return [("other_name", -9.0)]
    total -= 0.5 * extra
    if "initial" in kinds:
        code = "initial"
    elif "close" in kinds:
        code = "close_name"
    elif "nickname" in kinds:
        code = "nickname"
    elif differing or extra:
        code = "part_of_name"
    else:
        in_order = [mine for mine, _, _ in sorted(pairs, key=lambda p: one.words.index(p[0]))]
        code = "same_name" if tuple(in_order) == other.words else "swapped_name"
    return [(code, total), *against]


def _full(words: Iterable[str]) -> int:
    return sum(len(word) > 1 for word in words)


_BEST_FIRST = ("same", "nickname", "close", "initial")


def _matched(
    one: tuple[str, ...], other: tuple[str, ...]
) -> tuple[list[tuple[str, str, str]], list[str], list[str]]:
    """Pair up the words of two names, the best first. Returns what is left on each side, too."""
    left, right = list(one), list(other)
    pairs = []
    for how in _BEST_FIRST:
        for mine in list(left):
            for theirs in right:
                if _alike(mine, theirs) == how:
                    pairs.append((mine, theirs, how))
                    left.remove(mine)
                    right.remove(theirs)
                    break
    return pairs, left, right


def _alike(mine: str, theirs: str) -> str:
    """Say how two words of names agree: same, nickname, close, initial, or "" for not at all."""
    if mine == theirs:
        return "same"
    shorter = min(len(mine), len(theirs))
    if shorter == 1:
        return "initial" if mine[0] == theirs[0] else ""
    if is_same_name(mine, theirs) or (shorter >= 3 and _begins(mine, theirs)):
        return "nickname"
    if shorter >= 3 and abs(len(mine) - len(theirs)) <= 2:
        most = 1 if shorter <= 5 else 2
        if jellyfish.damerau_levenshtein_distance(mine, theirs) <= most:
            return "close"
    return ""


def _begins(mine: str, theirs: str) -> bool:
    """Bea and Beatriz: the one is how the other begins."""
    return mine.startswith(theirs) or theirs.startswith(mine)


def _word(mine: str, theirs: str, how: str, rarity: Rarity) -> float:
    commoner = min(rarity.bits(rarity.words, word, 15.0) for word in (mine, theirs))
    if how == "same":
        return commoner
    if how == "nickname":
        return commoner - 1.5
    if how == "close":
        return commoner - 3.0
    return 3.0


# ------------------------------------------------------------ phones and links


def _phones(one: Facts, other: Facts, rarity: Rarity) -> Evidence:
    if not one.phones or not other.phones:
        return []
    if shared := one.phones & other.phones:
        people = min(rarity.phones.get(number, 2) for number in shared)
        return [("same_phone", 13.0 - 2 * log2(max(people, 2) / 2))]
    for mine in sorted(one.phones):
        for theirs in sorted(other.phones):
            if jellyfish.damerau_levenshtein_distance(mine, theirs) == 1:
                return [("close_phone", 6.0)]
    return [("other_phone", -1.0)]


def _links(one: Facts, other: Facts, rarity: Rarity) -> Evidence:
    if shared := one.links & other.links:
        people = min(rarity.links.get(link, 2) for link in shared)
        return [("same_link", 15.0 - 3 * log2(max(people, 2) / 2))]
    for site in PROFILE_SITES:
        if _on(one.links, site) and _on(other.links, site):
            return [("other_link", -5.0)]
    return []


def _on(links: frozenset[str], site: str) -> bool:
    return any(link.startswith(site) for link in links)


def _emails(one: Facts, other: Facts) -> Evidence:
    if not one.emails or not other.emails:
        return []
    if one.emails & other.emails:
        return [("same_mailbox", 13.0)]
    for local in sorted(one.locals & other.locals):
        # Made of the name, it says little beyond the name.
        of_name = sum(len(word) for word in one.words if len(word) > 2 and word in local)
        return [("same_local" if of_name < len(local) - 3 else "", 3.0 if of_name else 8.0)]
    return [("", -0.5)]


# ------------------------------------------------------------ work and place


def _employers(one: Facts, other: Facts, rarity: Rarity) -> Evidence:
    found: Evidence = []
    if one.employer and other.employer:
        if one.employer == other.employer:
            found.append(("same_employer", rarity.bits(rarity.employers, one.employer, 9.0) - 0.5))
        elif _is_close(one.employer, other.employer):
            commoner = min(
                rarity.bits(rarity.employers, e, 9.0) for e in (one.employer, other.employer)
            )
            found.append(("close_employer", commoner - 3.0))
        else:
            found.append(("other_employer", -0.6))
    if one.title and one.title == other.title:
        found.append(("same_title", 1.5))
    return found


def _cities(one: Facts, other: Facts, rarity: Rarity) -> Evidence:
    if one.city and one.city == other.city:
        return [("same_city", rarity.bits(rarity.cities, one.city, 8.0) - 0.4)]
    if one.country and other.country and one.country != other.country:
        return [("other_country", -3.0)]
    if one.city and other.city:
        if _is_close(one.city, other.city):
            commoner = min(rarity.bits(rarity.cities, c, 8.0) for c in (one.city, other.city))
            return [("same_city", commoner - 2.0)]
        return [("other_city", -1.8)]
    return []


def _is_close(mine: str, theirs: str) -> bool:
    return (
        min(len(mine), len(theirs)) >= 4 and jellyfish.jaro_winkler_similarity(mine, theirs) >= 0.93
    )

"""Invented people with second records of some of them, spoilt as people and forms spoil data.

After FEBRL's generator (Christen, 2005): each duplicate is an original with a few fields changed:
typing errors, swapped or shortened names, another writing, values that are missing or that really
changed since. Names follow Zipf's law, so some people who are not the same share a name. The
same seed gives the same records. All addresses are under `.example`.
"""

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from candidates.duplicates.names import ROOTS
from candidates.identity import canonical_email, canonical_link, canonical_phone

_GIVEN = [
    *sorted(name for name in ROOTS if len(name) > 3),
    "aino", "amara", "beatriz", "bjorn", "chidi", "dario", "deniz", "edda", "elif", "emeka", "ewa",
    "farid", "fatima", "freya", "gita", "goran", "hana", "ines", "isak", "jada", "kaito", "karim",
    "leila", "linnea", "mads", "maja", "nadia", "nils", "noor", "olga", "omar", "priya", "rosa",
    "runa", "sami", "selma", "tara", "tariq", "ulla", "viggo", "wanda", "xenia", "yara", "yusuf",
]  # fmt: skip
_STEMS = [
    "al", "an", "bar", "ber", "bran", "cal", "cor", "dal", "dun", "el", "fal", "fer", "gal", "gar",
    "hal", "har", "hol", "ing", "jar", "kal", "kar", "kow", "lam", "lin", "lor", "mal", "mar",
    "mor", "nak", "nor", "ol", "os", "pal", "par", "quin", "ras", "rod", "sal", "sand", "shaw",
    "sol", "stan", "tal", "tor", "ul", "val", "van", "wal", "wes", "yam",
]  # fmt: skip
_ENDS = [
    "son", "sen", "ström", "berg", "feld", "ford", "ton", "ski", "wicz", "ov", "ez", "ini", "etti",
    "mann", "meyer", "oglu", "ian", "aru", "moto", "wood", "ley", "by", "gård", "quist", "dottir",
    "well", "more", "ham", "ault", "ier", "escu", "ak", "in", "a", "e", "as", "ella", "ide", "ward",
    "worth",
]  # fmt: skip
_FAMILY = [(stem + end).capitalize() for stem in _STEMS for end in _ENDS]
_CITIES = [
    ("Bristol", "GB"), ("Leeds", "GB"), ("Cardiff", "GB"), ("Lyon", "FR"), ("Nantes", "FR"),
    ("Gdańsk", "PL"), ("Łódź", "PL"), ("Hamburg", "DE"), ("Köln", "DE"), ("Porto", "PT"),
    ("Braga", "PT"), ("Malmö", "SE"), ("Göteborg", "SE"), ("Bergen", "NO"), ("Aarhus", "DK"),
    ("Tampere", "FI"), ("Utrecht", "NL"), ("Gent", "BE"), ("Kingston", "CA"), ("Halifax", "CA"),
    ("Toronto", "CA"), ("Boston", "US"), ("Portland", "US"), ("Austin", "US"), ("Sevilla", "ES"),
    ("Bilbao", "ES"), ("Torino", "IT"), ("Genova", "IT"), ("Zürich", "CH"), ("Graz", "AT"),
]  # fmt: skip
_TRADES = ["Marine", "Cable", "Power", "Data", "Turbine", "Harbour", "Switchgear", "Survey"]
_HOUSES = ["Works", "Services", "Systems", "Partners", "Engineering", "Labs", "Group", "Offshore"]
_TITLES = [
    "Electrician", "Data Analyst", "Marine Engineer", "Project Planner", "Buyer", "Welder",
    "Backend Engineer", "Control Room Operator", "Surveyor", "Technician",
]  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: beside for row in _ROWS for key, beside in pairwise(row)}


@dataclass
class Record:
    """One record. `person`: who it is really about."""

    person: int
    given: str
    family: str
    middle: str = ""
    emails: list[str] = field(default_factory=list)
    phone: str = ""
    link: str = ""
    employer: str = ""
    title: str = ""
    city: str = ""
    country: str = ""
    swapped: bool = False

    @property
    def name(self) -> str:
        parts = [self.given, self.middle, self.family]
        if self.swapped:
            parts = [self.family, self.given, self.middle]
        return " ".join(filter(None, parts))


def records(originals: int, duplicates: int, seed: int = 4242) -> list[Record]:
    """Return originals and their duplicates, mixed. At most two duplicates of one person."""
    dice = random.Random(seed)
    people = [_original(dice, number) for number in range(originals)]
    chosen = [dice.randrange(originals) for _ in range(duplicates)]
    seen: dict[int, int] = {}
    made = []
    for one in chosen:
        number = one
        while seen.get(number, 0) >= 2:
            number = dice.randrange(originals)
        seen[number] = seen.get(number, 0) + 1
        made.append(_spoilt(dice, people[number], len(made)))
    everybody = people + made
    dice.shuffle(everybody)
    return everybody


def true_pairs(found: Sequence[Record]) -> set[tuple[int, int]]:
    """Return the positions of all pairs that are one person, in order."""
    of_person: dict[int, list[int]] = {}
    for position, record in enumerate(found):
        of_person.setdefault(record.person, []).append(position)
    return {
        (one, other)
        for same in of_person.values()
        for index, one in enumerate(same)
        for other in same[index + 1 :]
    }


def _zipf(dice: random.Random, values: Sequence[str]) -> str:
    """Pick by Zipf's law: few values are common, most are rare."""
    return values[min(int(len(values) ** dice.random()) - 1, len(values) - 1)]


def _original(dice: random.Random, number: int) -> Record:
    given, family = _zipf(dice, _GIVEN).capitalize(), _zipf(dice, _FAMILY)
    city, country = dice.choice(_CITIES)
    record = Record(
        person=number,
        given=given,
        family=family,
        middle=_zipf(dice, _GIVEN).capitalize() if dice.random() < 0.12 else "",
        emails=[_address(dice, given, family, number)] if dice.random() < 0.92 else [],
        phone=f"+4477{dice.randrange(10**8):08}" if dice.random() < 0.7 else "",
        link=f"https://www.linkedin.com/in/{given}-{family}-{number:x}".lower()
        if dice.random() < 0.35
        else "",
        employer=_employer(dice) if dice.random() < 0.75 else "",
        title=dice.choice(_TITLES) if dice.random() < 0.7 else "",
        city=city if dice.random() < 0.85 else "",
    )
    record.country = country if record.city or dice.random() < 0.5 else ""
    return record


def _employer(dice: random.Random) -> str:
    name = f"{_zipf(dice, _STEMS).capitalize()}{dice.choice(_ENDS)}"
    return f"{name} {dice.choice(_TRADES)} {dice.choice(_HOUSES)}"


def _address(dice: random.Random, given: str, family: str, number: int) -> str:
    shape = dice.choice(["{g}.{f}", "{g}{f}{n}", "{i}{f}", "{g}_{f}{n}", "{w}{n}"])
    local = shape.format(
        g=given.lower(), f=family.lower(), i=given[0].lower(), n=number % 97,
        w="".join(dice.choice(string.ascii_lowercase) for _ in range(8)),
    )  # fmt: skip
    return f"{local}@{dice.choice(['post', 'mailbox', 'inbox'])}{number % 400}.example"


def _spoilt(dice: random.Random, original: Record, number: int) -> Record:
    """Return a second record of a person: another address, and one to five other changes."""
    copy = replace(original, emails=[])
    if dice.random() < 0.9:
        copy.emails = [_second_address(dice, original, number)]
    changes = [
        (0.30, _typo_in_name), (0.14, _nickname), (0.07, _initial), (0.10, _swap), (0.15, _middle),
        (0.30, _lose_phone), (0.15, _new_phone), (0.20, _write_phone), (0.05, _typo_in_phone),
        (0.45, _lose_link), (0.25, _new_job), (0.20, _lose_job), (0.15, _write_employer),
        (0.15, _move), (0.15, _lose_city), (0.05, _typo_in_city), (0.25, _lose_title),
        (0.04, _marry),
    ]  # fmt: skip
    done = 0
    for likelihood, change in dice.sample(changes, len(changes)):
        if done < 5 and dice.random() < likelihood:
            change(dice, copy)
            done += 1
    return copy


def _second_address(dice: random.Random, original: Record, number: int) -> str:
    if original.emails and dice.random() < 0.35:
        local = original.emails[0].partition("@")[0]
    else:
        local = f"{original.given.lower()}.{original.family.lower()}{number % 89}"
    return f"{local}@second{number}.example"


def _typo(dice: random.Random, text: str) -> str:
    """One slip: a letter left out, doubled, swapped with the next, or its neighbour on the keys."""
    if len(text) < 4:
        return text
    at = dice.randrange(1, len(text) - 1)
    kind = dice.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + _BESIDE.get(text[at], "x") + text[at + 1 :]


def _typo_in_name(dice: random.Random, copy: Record) -> None:
    if dice.random() < 0.5:
        copy.given = _typo(dice, copy.given)
    else:
        copy.family = _typo(dice, copy.family)


def _nickname(dice: random.Random, copy: Record) -> None:
    mine = ROOTS.get(copy.given.lower(), frozenset())
    forms = sorted(form for form, roots in ROOTS.items() if roots & mine)
    if dice.random() < 0.4:  # one that no list knows
        copy.given = copy.given[: dice.choice([3, 4])]
    elif forms:
        copy.given = dice.choice(forms).capitalize()


def _initial(dice: random.Random, copy: Record) -> None:
    copy.given = f"{copy.given[0]}."


def _swap(dice: random.Random, copy: Record) -> None:
    copy.swapped = True


def _middle(dice: random.Random, copy: Record) -> None:
    copy.middle = "" if copy.middle else _zipf(dice, _GIVEN).capitalize()


def _lose_phone(dice: random.Random, copy: Record) -> None:
    copy.phone = ""


def _new_phone(dice: random.Random, copy: Record) -> None:
    copy.phone = f"+4477{dice.randrange(10**8):08}"


def _write_phone(dice: random.Random, copy: Record) -> None:
    if copy.phone.startswith("+44"):
        copy.phone = f"0{copy.phone[3:7]} {copy.phone[7:]}"


def _typo_in_phone(dice: random.Random, copy: Record) -> None:
    if copy.phone:
        at = dice.randrange(5, len(copy.phone))
        copy.phone = copy.phone[:at] + str(dice.randrange(10)) + copy.phone[at + 1 :]


def _lose_link(dice: random.Random, copy: Record) -> None:
    copy.link = ""


def _new_job(dice: random.Random, copy: Record) -> None:
    copy.employer, copy.title = _employer(dice), dice.choice(_TITLES)


def _lose_job(dice: random.Random, copy: Record) -> None:
    copy.employer = ""


def _write_employer(dice: random.Random, copy: Record) -> None:
    if copy.employer:
        name = copy.employer
        copy.employer = dice.choice([f"{name} Ltd", name.upper(), _typo(dice, name)])


def _move(dice: random.Random, copy: Record) -> None:
    copy.city, copy.country = dice.choice(_CITIES)


def _lose_city(dice: random.Random, copy: Record) -> None:
    copy.city = ""


def _typo_in_city(dice: random.Random, copy: Record) -> None:
    copy.city = _typo(dice, copy.city)


def _lose_title(dice: random.Random, copy: Record) -> None:
    copy.title = ""


def _marry(dice: random.Random, copy: Record) -> None:
    copy.family = _zipf(dice, _FAMILY)


def write(found: Sequence[Record]) -> list[int]:
    """Write the records as people. Returns their ids, in the order of the records."""
    from candidates.models import Candidate, EmailAddress, Link, Phone

    people = Candidate.objects.bulk_create(
        [
            Candidate(
                name=record.name,
                city=record.city,
                country=record.country,
                current_employer=record.employer,
                current_title=record.title,
            )
            for record in found
        ],
        batch_size=2000,
    )
    rows = list(zip(people, found, strict=True))
    taken = set(EmailAddress.objects.values_list("canonical", flat=True))
    emails = []
    for person, record in rows:
        for address in record.emails:
            if (canonical := canonical_email(address)) not in taken:
                taken.add(canonical)
                emails.append(
                    EmailAddress(
                        candidate=person, address=address, canonical=canonical, is_primary=True
                    )
                )
    EmailAddress.objects.bulk_create(emails, batch_size=2000)
    Phone.objects.bulk_create(
        [
            Phone(candidate=p, number=r.phone, canonical=canonical_phone(r.phone, r.country))
            for p, r in rows
            if r.phone
        ],
        batch_size=2000,
    )
    Link.objects.bulk_create(
        [
            Link(candidate=p, url=r.link, canonical=canonical_link(r.link))
            for p, r in rows
            if r.link
        ],
        batch_size=2000,
    )
    return [person.pk for person in people]

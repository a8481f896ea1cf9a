"""The letters that have words to start from: which there are, what they say now, how they look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts import languages
from accounts.models import Organisation, User
from applications import letter_wording, letters
from applications.models import Application, Job, Letter, LetterTemplate, RejectionReason
from candidates import invented, merge_text
from candidates.models import Candidate
from candidates.places import language_name

ANY: Final = "any"
_LABELS = {
    Letter.Kind.DECISION: "Not chosen",
    Letter.Kind.LATER: "A later day",
    Letter.Kind.NOTICE: "We keep their details",
}
_EXAMPLE_JOB: Final = "Senior High-Voltage Cable Technician (offshore, day and night shifts)"
_EXAMPLE_DAY: Final = date(2026, 12, 30)  # a Wednesday: the longest name of a day in English
_EXAMPLE_SOURCE: Final = "a colleague who recommended you"
_INSTEAD: Final = "Write {{ promise }} for it, which is filled when one is recorded"
# Fields whose words the product writes: in the languages of its pages, and else in English.
_ENGLISH = {
    "reason": "Write the reason out in your own words: there is a template for each.",
    "promise": "They will read an English sentence there when somebody promises to keep them"
    " in mind.",
    "date": "They will read the English name of the day and month there.",
    **dict.fromkeys(letter_wording.OWED, "They will read an English sentence there."),
}


@dataclass(frozen=True)
class Key:
    """Which letter: its kind, the reason if it is for one alone, and the language."""

    kind: str
    reason: str
    language: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.reason or ANY}-{self.language}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """Read what `str` wrote; None for a letter that does not exist."""
        kind, _, rest = text.partition("-")
        reason, _, language = rest.partition("-")
        reason = "" if reason == ANY else reason
        if f"{kind}-{reason or ANY}" not in dict(letters_known()) or len(language) > 10:
            return None
        if language_name(language) == language:  # a language that nobody knows has no name
            return None
        return cls(kind, reason, language)

    @property
    def what(self) -> str:
        """The letter in words, without its language."""
        return dict(letters_known())[f"{self.kind}-{self.reason or ANY}"]

    @property
    def language_name(self) -> str:
        return language_name(self.language)


@dataclass(frozen=True)
class Standing:
    """What a letter starts from now. template: None until colleagues wrote words for it."""

    key: Key
    subject: str
    text: str
    origin: str  # whose words they are, as a sentence
    template: LetterTemplate | None

    @property
    def number(self) -> int:
        return self.template.number if self.template else 0

    @property
    def is_own(self) -> bool:
        return bool(self.template and self.template.is_own)


@dataclass(frozen=True)
class Look:
    """A letter as one reader would get it."""

    reader: str
    subject: str
    text: str
    empty: list[str]


def letters_known() -> list[tuple[str, str]]:
    """Return (kind and reason, words) of each letter that has words to start from."""
    decision = Letter.Kind.DECISION
    return [
        (f"{decision}-{ANY}", f"{_LABELS[decision]}: any reason"),
        *(
            (f"{decision}-{reason.value}", f"{_LABELS[decision]}: {str(reason.label).lower()}")
            for reason in RejectionReason
        ),
        *((f"{kind}-{ANY}", _LABELS[kind]) for kind in (Letter.Kind.LATER, Letter.Kind.NOTICE)),
    ]


def standing() -> list[Standing]:
    """Return every letter in the language of the house, and those that have others. Two queries."""
    house = Organisation.current().language
    known = _templates()
    keys = [Key(*_parts(letter), house) for letter, _ in letters_known()]
    order = {(key.kind, key.reason): number for number, key in enumerate(keys)}
    keys += [key for key, row in known.items() if row.is_own and key.language != house]
    keys.sort(key=lambda key: (order[key.kind, key.reason], key.language != house, key.language))
    return [_standing(key, known) for key in keys]


def standing_of(key: Key) -> Standing:
    return _standing(key, _templates(kind=key.kind, language=key.language))


def stands_in(key: Key) -> Standing:
    """Return what stands in for a letter that has no words of its own."""
    known = _templates(kind=key.kind, language=key.language)
    row = known.pop(key, None)
    found = _standing(key, known)
    return Standing(key, found.subject, found.text, found.origin, row)


def found_in(key: Key, subject: str, text: str) -> list[str]:
    """Return what the check of letters finds in the words of a template, each as a sentence.

    They are looked at as a reader gets them who was promised nothing: the field of the promise is
    the one way to make one.
    """
    reader = _reader(invented.longest())
    values = _values(reader, key, by=User(name="Ada Lindqvist"), house=Organisation(name="We"))
    filled = letter_wording.fill(subject, text, values)
    found = letters.lint(filled[0], filled[1], has_promise=False, instead=_INSTEAD)
    used = {slot.name for slot in _slots(subject, text)}
    if key.kind == Letter.Kind.LATER and "date" not in used:
        found.append("It does not name the day: write {{ date }} where they read it.")
    if key.kind == Letter.Kind.NOTICE:
        found += [
            f"The law wants it to say {what}: write {{{{ {name} }}}} where they read it."
            for name, what in letter_wording.OWED.items()
            if name not in used
        ]
    if not languages.known(key.language):
        found += [f"“{name}” is in English. {_ENGLISH[name]}" for name in _ENGLISH if name in used]
    return found


def looks(key: Key, subject: str, text: str, *, by: User, house: Organisation) -> list[Look]:
    """Return a letter as people who do not exist would get it: one for what names nobody. It has
    no `problems`."""
    with languages.speaking(key.language):
        promise = letters.promise_sentence(_EXAMPLE_DAY, ["Electrical"])
    is_decision = key.kind == Letter.Kind.DECISION
    readers = [
        ("The longest name" + (", with a promise" if is_decision else ""), _longest(),
         promise if is_decision else ""),
        ("A name written from right to left", invented.right_to_left(), ""),
    ]  # fmt: skip
    if key.kind == Letter.Kind.NOTICE:
        readers = [("As it is read", _longest(), "")]
    return [
        Look(
            label,
            *letter_wording.fill(
                subject, text, _values(_reader(person), key, by=by, house=house), sentence
            ),
        )
        for label, person, sentence in readers
    ]


def _longest() -> Candidate:
    person = invented.longest()
    person.call_name = ""  # a letter greets by the whole name where nobody said another
    return person


def _reader(person: Candidate) -> Application:
    return Application(candidate=person, job=Job(title=_EXAMPLE_JOB))


def _values(application: Application, key: Key, *, by: User, house: Organisation) -> dict[str, str]:
    if key.kind == Letter.Kind.NOTICE:
        return letter_wording.notice_values(
            house=house, source=_EXAMPLE_SOURCE, until=_EXAMPLE_DAY, language=key.language
        )
    is_later = key.kind == Letter.Kind.LATER
    reason = "" if is_later else key.reason or RejectionReason.STRONGER_APPLICANT
    day = _EXAMPLE_DAY if is_later else None
    return letter_wording.values_of(
        application, by=by, house=house, language=key.language, reason=reason, day=day
    )


def _slots(*texts: str) -> list[merge_text.Slot]:
    pieces = (piece for text in texts for piece in merge_text.parse(text, letter_wording.FIELDS))
    return [piece for piece in pieces if isinstance(piece, merge_text.Slot)]


def _parts(letter: str) -> tuple[str, str]:
    kind, _, reason = letter.partition("-")
    return kind, "" if reason == ANY else reason


def _templates(**which: str) -> dict[Key, LetterTemplate]:
    rows: Iterable[LetterTemplate] = LetterTemplate.objects.filter(**which).select_related("by")
    return {Key(row.kind, row.reason, row.language): row for row in rows}


def _standing(key: Key, known: dict[Key, LetterTemplate]) -> Standing:
    """Say what counts for a letter: its own words, those for any reason, or the product's."""
    row = known.get(key)
    if row and row.is_own:
        return Standing(key, row.subject, row.text, "Your own words.", row)
    wide = known.get(Key(key.kind, "", key.language))
    if key.reason and wide and wide.is_own:
        origin = "The words for any reason stand in."
        return Standing(key, wide.subject, wide.text, origin, row)
    subject, text = letter_wording.default(key.kind, key.language)
    return Standing(key, subject, text.strip(), "The words that come with the product.", row)

"""The merge language of letters and job emails, and nothing else that is executed.

`{{ candidate.call_name|there }}` names one field of an allow-list, and what to write when it is
empty. No filter, no tag, no attribute walk: the text of a template never reaches a template engine.
Each caller has an allow-list of its own.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_FIELD = re.compile(r"\{\{(?P<inside>.*?)\}\}", re.DOTALL)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Slot:
    """A field as it stands in a text, with what to write when it is empty."""

    name: str
    fallback: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a text, where: lines and columns count from 1."""

    code: str
    sentence: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.sentence}"


class MergeError(ValueError):
    """A text cannot be filled in. `field` is the empty or unknown field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"nothing to fill in for {field}")
        self.field = field


def parse(text: str, known: Collection[str]) -> list[str | Slot]:
    """Split a text into plain pieces and slots. Raises MergeError for a field that is not known."""
    pieces: list[str | Slot] = []
    end = 0
    for found in _FIELD.finditer(text):
        pieces.append(text[end : found.start()])
        name, _, fallback = found["inside"].partition("|")
        if name.strip() not in known:
            raise MergeError(name.strip())
        pieces.append(Slot(name.strip(), one_line(fallback)))
        end = found.end()
    return [*pieces, text[end:]]


def problems(text: str, known: Collection[str]) -> list[Problem]:
    """Return everything that keeps a text from being sent, in the order it stands there."""
    found: list[Problem] = []
    for field in _FIELD.finditer(text):
        name = field["inside"].partition("|")[0].strip()
        if name not in known:
            these = ", ".join(known)
            sentence = f"“{name[:60]}” is not a field. These are: {these}."
            found.append(_problem("unknown_field", sentence, text, field.start()))
    rest = _FIELD.sub(lambda match: "\0" * len(match[0]), text)
    for code, mark, sentence in (
        ("unclosed_field", "{{", "This field is not closed with “}}”."),
        ("stray_braces", "}}", "Nothing was opened that “}}” could close."),
        ("tag", "{%", "“{%” is not part of this language: it has only fields."),
    ):
        start = rest.find(mark)
        if start >= 0:
            found.append(_problem(code, sentence, text, start))
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def fill(pieces: Iterable[str | Slot], values: dict[str, str]) -> str:
    """Return the text with its slots filled. Raises MergeError: a field is empty, no fallback."""
    return "".join(p if isinstance(p, str) else filled(p, values) for p in pieces)


def filled(slot: Slot, values: dict[str, str]) -> str:
    value = values.get(slot.name, "") or slot.fallback
    if not value:
        raise MergeError(slot.name)
    return value


def empty_fields(pieces: Iterable[str | Slot], values: dict[str, str]) -> list[str]:
    """Return the fields of a text that nothing fills, each once, in the order they stand there."""
    slots = (piece for piece in pieces if isinstance(piece, Slot))
    empty = (s.name for s in slots if not values.get(s.name) and not s.fallback)
    return list(dict.fromkeys(empty))


def one_line(value: str) -> str:
    """Return a value that cannot start a new line, and so no new header (X-24)."""
    return _SPACES.sub(" ", value).strip()


def _problem(code: str, sentence: str, text: str, position: int) -> Problem:
    before = text[:position]
    return Problem(code, sentence, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)

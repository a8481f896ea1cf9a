"""Where in a text the words stand that were searched for.

The parts are plain text, for a template to escape: a hostile text stays text. Words are compared
by their stems, as the database cut them, and without case and accents.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Value
from django.db.models.functions import Concat, Left

from accounts.models import User
from candidates.models import Document, Note
from candidates.search.finding import Search

READ: Final = 20_000  # letters of one text
BEFORE, AFTER = 50, 130  # letters around the first hit
_LEXEME: Final = re.compile(r"'((?:[^']|'')+)'")
_UNWANTED: Final = re.compile(r"!\s*(?:\([^)]*\)|'(?:[^']|'')+')")
_ENDING: Final = 5  # letters that a word may have after its stem


@dataclass(frozen=True)
class Part:
    text: str
    is_hit: bool


@dataclass(frozen=True)
class Snippet:
    """A piece of a text. label: whose text it is."""

    label: str
    parts: list[Part]


class _Fold(dict[int, str]):
    """One letter for each letter, so that places in the folded text are places in the text."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code))[:1].lower() or " "
        self[code] = plain if len(plain) == 1 else plain[0]
        return self[code]


_FOLD = _Fold()


def snippet(text: str, stems: Iterable[str]) -> list[Part]:
    """Return the text around the first hit, in parts; nothing if there is none."""
    wanted = sorted({stem for stem in stems if stem}, key=len, reverse=True)
    if not wanted:
        return []
    plain = text.translate(_FOLD)
    # A stem may end in a letter that the word has not (“batteri”, battery).
    stem = "|".join(
        re.escape(one[:-1] if len(one) > 4 and one[-1] == "i" else one) for one in wanted
    )
    hits = re.compile(rf"(?<![^\W_])(?:{stem})\w{{0,{_ENDING}}}(?![^\W_])")
    first = hits.search(plain)
    if first is None:
        return []
    start = max(0, first.start() - BEFORE)
    end = min(len(text), first.end() + AFTER)
    start = start if start == 0 else _next_word(plain, start, first.start())
    end = end if end == len(text) else max(first.end(), plain.rfind(" ", first.end(), end))
    parts = [Part("… ", is_hit=False)] if start else []
    place = start
    for hit in hits.finditer(plain, start, end):
        parts.append(Part(_tidy(text[place : hit.start()]), is_hit=False))
        parts.append(Part(text[hit.start() : hit.end()], is_hit=True))
        place = hit.end()
    parts.append(Part(_tidy(text[place:end]), is_hit=False))
    if end < len(text):
        parts.append(Part(" …", is_hit=False))
    return [part for part in parts if part.text]


def stems_of(search: Search) -> list[str]:
    """Return the stems that were asked for, in every language, without those not wanted."""
    if not search.question or search.is_address:
        return []
    asked = " ".join([search.asked.prefixes, *(stems for stems, _ in search.asked.stems)])
    return [lexeme.replace("''", "'") for lexeme in _LEXEME.findall(_UNWANTED.sub(" ", asked))]


def snippets_of(search: Search, people: Iterable[int], user: User) -> Mapping[int, Snippet]:
    """Return for each of these people the first text in which a word stands. One query."""
    stems = stems_of(search)
    ids = list(people)
    if not stems or not ids:
        return {}
    found: dict[int, Snippet] = {}
    for row in _texts(ids, user):
        if row["candidate_id"] not in found and (parts := snippet(row["start"], stems)):
            found[row["candidate_id"]] = Snippet(row["label"], parts)
    return found


def _texts(ids: list[int], user: User) -> list[dict[str, Any]]:
    """Notes, the newest first, then documents."""
    columns = ("candidate_id", "start", "label", "order", "at", "pk")
    notes = (
        Note.objects.visible_to(user)
        .filter(candidate_id__in=ids)
        .annotate(
            start=Left("text", READ),
            label=Concat(Value("Note by "), "author__name"),
            order=Value(0),
            at=F("created_at"),
        )
        .values(*columns)
        .order_by()
    )
    documents = (
        Document.objects.visible_to(user)
        .searchable()
        .filter(candidate_id__in=ids)
        .annotate(
            start=Left("text", READ), label=F("file_name"), order=Value(1), at=F("uploaded_at")
        )
        .values(*columns)
        .order_by()
    )
    return list(notes.union(documents, all=True).order_by("order", "-at", "-pk"))


def _next_word(plain: str, start: int, before: int) -> int:
    space = plain.find(" ", start, before)
    return start if space < 0 else space + 1


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text)

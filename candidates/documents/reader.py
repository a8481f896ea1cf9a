"""Starting the extracting process, and believing nothing that it says.

One process for one file (`apart`), twenty seconds. It answers with one JSON object.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from candidates.documents import apart
from candidates.documents.extraction.limits import COPY, OUTPUT
from candidates.documents.extraction.process import SAFE_COPY
from candidates.documents.extraction.text import HIDDEN_LENGTH, MOST_HIDDEN, MOST_TEXT

SECONDS = 20

# What stops a file from being kept at all: it was made to do harm, or is not what it says.
REFUSALS = {
    "not_what_it_says": "Inside, this file is not what its name says. Ask for it as a PDF.",
    "two_formats": "This file is two things at once, a document and something else, which no"
    " program makes by accident. It was not kept.",
    "bomb": "This file unpacks to far more than a document needs, which can bring a computer to a"
    " halt. It was not kept. Ask for it as a PDF.",
    "strange_names": "This file holds parts that lead out of it. It was not kept. Ask for it as a"
    " PDF.",
    "nested": "This file holds another archive, such as a spreadsheet behind a chart. It was not"
    " kept. Ask for it as a PDF.",
    "entities": "This file defines entities of its own, which no word processor does. It was not"
    " kept. Ask for it as a PDF.",
    "macros": "This file contains macros, which are programs. It was not kept. Ask for it as a"
    " PDF.",
}
# What we only could not read. The original stays and can be downloaded.
UNREAD = {
    "no_text": "We found no text in this file. It may be a scan.",
    "password": "This file asks for a password, so we could not read it. Ask for one without.",
    "broken": "This file is damaged, so we could not read it. Ask for it once more.",
    "too_long": f"Reading this file took longer than {SECONDS} seconds, so it was stopped. Ask for"
    " a simpler copy, such as a PDF without pictures.",
    "too_heavy": "Reading this file took more memory than a document needs, so it was stopped. Ask"
    " for a simpler copy, such as a PDF without pictures.",
    "stopped": "The reader broke off over this file. Ask for another copy, such as a PDF.",
}
# Why there is no safe copy. The original can still be had, after its warning.
NO_COPY = {
    "password": "It asks for a password, so no safe copy could be made. Ask for one without.",
    "broken": "It is damaged, so no safe copy could be made. Ask for it once more.",
    "too_large": "Its safe copy would be too large. Ask for one with smaller pictures.",
    "too_long": f"Making a safe copy took longer than {SECONDS} seconds, so it was stopped.",
    "too_heavy": "Making a safe copy took more memory than a document needs, so it was stopped.",
    "stopped": "The program that makes safe copies broke off over this file.",
}
HOLDS = {
    "script": "a script",
    "launch": "an action that starts another program",
    "opens_itself": "something that happens as soon as it is opened",
    "attachments": "attached files",
    "outside": "references to something outside of it",
    "objects": "embedded objects",
    "macros": "macros",
}


@dataclass(frozen=True)
class Reading:
    """What was read. `problem` is a key of REFUSALS or UNREAD, or empty."""

    problem: str = ""
    text: str = ""
    hidden: list[tuple[int, str]] = field(default_factory=list)
    pages: int | None = None
    holds: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SafeCopy:
    """A copy that does nothing, or why there is none: `problem` is a key of NO_COPY, or empty."""

    problem: str = ""
    content: bytes = b""


def read(content: bytes, kind: str, *, seconds: float = SECONDS) -> Reading:
    """Return the text of a file, or why there is none. Never raises over what is in the file."""
    problem, answer = _run(kind, content, OUTPUT, seconds)
    return Reading(problem) if problem else _believed(answer)


def safe_copy(content: bytes, *, seconds: float = SECONDS) -> SafeCopy:
    """Return a copy of a PDF without all that acts or tells. Never raises over what is in it."""
    problem, answer = _run(SAFE_COPY, content, COPY + 1024, seconds)
    if problem:
        return SafeCopy(problem)
    said, _, made = answer.partition(b"\n")
    try:
        problem = json.loads(said)["problem"]
    except (ValueError, TypeError, KeyError):
        return SafeCopy("stopped")
    if problem:
        return SafeCopy(problem if problem in NO_COPY else "stopped")
    return SafeCopy(content=made) if made.startswith(b"%PDF-") else SafeCopy("stopped")


def _run(what: str, content: bytes, most: int, seconds: float) -> tuple[str, bytes]:
    return apart.run("candidates.documents.extraction.process", what, content, most, seconds)


def _believed(answer: bytes) -> Reading:
    """Return what the process said, as far as it has the shape that it must have."""
    try:
        said: Any = json.loads(answer)
        problem, text = said["problem"], said.get("text", "")
        if problem in REFUSALS or (problem in UNREAD and problem != "no_text"):
            return Reading(problem)
        hidden = [(int(place), str(words)[:HIDDEN_LENGTH]) for place, words in said["hidden"]]
        pages = None if said["pages"] is None else min(int(said["pages"]), 32_000)
        holds = [what for what in said["holds"] if what in HOLDS]
        is_whole = isinstance(text, str) and len(text) <= MOST_TEXT and "\x00" not in text
    except (ValueError, TypeError, KeyError, AttributeError):
        return Reading("stopped")
    if not is_whole or problem not in {"", "no_text"}:
        return Reading("stopped")
    return Reading(problem, text, hidden[:MOST_HIDDEN], pages, holds)

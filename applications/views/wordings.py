"""A letter that a form offers follows what is chosen there, unless a colleague wrote it themselves.

The form carries in `written_for` for which reason or day its words are.
"""

from collections.abc import Callable

from django.http import QueryDict

WORDS = ("subject", "text")
UNTOUCHED = "untouched"  # what a script asks to be written anew: only words that nobody changed


def wants_rewriting(data: QueryDict, write: Callable[[str], dict[str, str]]) -> bool:
    """Say whether somebody asked for the letter anew, or a script for one that nobody changed."""
    asked = data.get("rewrite", "")
    return bool(asked) and (asked != UNTOUCHED or _is_untouched(data, write))


def follow(data: QueryDict, chosen: str, write: Callable[[str], dict[str, str]]) -> str:
    """Make posted words follow the choice. Returns what to read before they leave; often nothing.

    Words that nobody changed are written anew. Those that somebody changed stay: they are pointed
    at once, and taken the second time. write: returns subject and text for a choice.
    """
    before = data.get("written_for", "")
    is_untouched = _is_untouched(data, write)
    if before == chosen or (not before and not is_untouched):
        return ""
    data["written_for"] = chosen
    if not is_untouched:
        return "You changed this letter before you chose this. Check that its words still fit."
    for name, words in write(chosen).items():
        data[name] = words
    return "The letter now says what you chose. Read it, then send it."


def _is_untouched(data: QueryDict, write: Callable[[str], dict[str, str]]) -> bool:
    offered = write(data.get("written_for", ""))
    return all(_plain(data.get(name, "")) == _plain(offered[name]) for name in WORDS)


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").strip()

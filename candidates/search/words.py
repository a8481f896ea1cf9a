"""What somebody typed into the search box, as a question that the database answers. Pure.

    electrician "high voltage" or turbine -marine

Words stand for people who have all of them; a phrase in quotation marks for the words in that
order; `or` for one side or the other; a minus for people who do not have the word.
"""

import re
from dataclasses import dataclass
from typing import Final

MOST_TERMS: Final = 12
QUOTE: Final = "\x01"  # stands for a quotation mark until the database has folded the words
# Names that punctuation tells apart; `candidates_plain` spells them the same way.
_SPELLED: Final = (("c++", "cplusplus "), ("c#", "csharp "), (".net", " dotnet"))
_WORD: Final = re.compile(r"[^\W_]+")
_PIECE: Final = re.compile(
    r"""(?P<minus>(?<!\S)[-−–])?(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<bare>[^\s"“”„]+))"""
)
_OR: Final = {"or", "|"}


@dataclass(frozen=True)
class Term:
    """One thing asked for: a word, or words that must stand side by side."""

    words: tuple[str, ...]
    is_phrase: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class Question:
    """Branches of which one must hold; in a branch every term."""

    branches: tuple[tuple[Term, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.branches)

    @property
    def has_unwanted(self) -> bool:
        return any(term.is_unwanted for branch in self.branches for term in branch)

    @property
    def has_phrase(self) -> bool:
        """Words that must stand side by side, which only the text itself can tell."""
        return any(
            term.is_phrase and len(term.words) > 1 for branch in self.branches for term in branch
        )

    @property
    def is_plain(self) -> bool:
        """Words alone: what may be a name that is spelled wrongly."""
        return len(self.branches) == 1 and not any(
            term.is_phrase or term.is_unwanted for term in self.branches[0]
        )

    @property
    def wanted(self) -> list[str]:
        """The words that may be highlighted."""
        return [
            word
            for branch in self.branches
            for term in branch
            if not term.is_unwanted
            for word in term.words
        ]

    def pattern(self, *, prefixes: bool) -> str:
        """Return the question in the language of `tsquery`, with QUOTE for quotation marks.

        prefixes: a word also stands for the words that begin with it.
        """
        return " | ".join(
            "(" + " & ".join(_term(term, prefixes=prefixes) for term in branch) + ")"
            for branch in self.branches
        )


def ask(text: str) -> Question:
    """Read what was typed. What holds no word is left out; at most twelve terms count."""
    text = text.casefold()
    for name, spelled in _SPELLED:
        text = text.replace(name, spelled)
    branches: list[list[Term]] = [[]]
    terms = 0
    for piece in _PIECE.finditer(text):
        bare, phrase = piece["bare"], piece["phrase"]
        if bare in _OR and not piece["minus"]:
            branches.append([])
            continue
        words = tuple(_WORD.findall(phrase if bare is None else bare))
        if not words or terms == MOST_TERMS:
            continue
        terms += 1
        branches[-1].append(
            Term(words, is_phrase=bare is None, is_unwanted=piece["minus"] is not None)
        )
    return Question(tuple(tuple(branch) for branch in branches if branch))


def _term(term: Term, *, prefixes: bool) -> str:
    """A word with a hyphen or an apostrophe in it counts as its parts, side by side or not."""
    end = ":*" if prefixes and not term.is_phrase and not term.is_unwanted else ""
    words = [f"{QUOTE}{word}{QUOTE}{end}" for word in term.words]
    whole = (" <-> " if term.is_phrase else " & ").join(words)
    return f"!({whole})" if term.is_unwanted else whole

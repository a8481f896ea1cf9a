"""Finding people: what was typed (`words`), whom it finds (`finding`), pages of them (`paging`)."""

from candidates.search.finding import Search
from candidates.search.words import ask

__all__ = ["Search", "ask"]

"""What the writers of one chunk share: its lines, whom each is about, and what each made."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from candidates.imports.bulk import Columns, copy_in
from candidates.imports.staging import Line, Person
from candidates.models import Import

Made = list[tuple[Line, tuple[Any, ...]]]  # the line, and the row it makes


class Chunk:
    """Lines that are written together, in the order of the file."""

    def __init__(self, run: Import, lines: list[Line], now: datetime) -> None:
        self.run, self.lines, self.now = run, lines, now
        self.known: list[int] = []  # keys of the people who were there before
        self.taken: set[str] = set()  # canonical addresses that somebody holds
        self.named_together: list[tuple[Person, ...]] = []  # two people whom one line names

    def people(self) -> Iterable[tuple[Line, Person]]:
        """Yield each line that is about somebody; a refused one is not."""
        return ((line, line.person) for line in self.lines if line.person is not None)

    def write(self, key: str, model: type[models.Model], names: Columns, made: Made) -> None:
        """Insert what the lines made, and note the keys with the line each came from."""
        keys = copy_in(model, names, (values for _, values in made))
        for (line, _), pk in zip(made, keys, strict=True):
            line.did.setdefault(key, []).append(pk)

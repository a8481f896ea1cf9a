"""How a figure is written down: one JSON object a line for machines, a table for people."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One figure. `limit` is the bound it is held against and `ratio` how much of it is reached."""

    bench: str
    size: int
    value: float
    unit: str
    limit: float | None
    ratio: float | None


@dataclass
class Report:
    """The lines of one benchmark, printed as they come; also appended to `file` where it is set."""

    file: Path | None = None
    lines: list[Line] = field(default_factory=list)

    def line(
        self,
        *,
        bench: str,
        size: int,
        value: float,
        unit: str,
        limit: float | None = None,
        ratio: float | None = None,
    ) -> None:
        """Record a figure. Without `ratio` it is value / limit, where there is a limit."""
        if ratio is None and limit:
            ratio = value / limit
        line = Line(bench, size, _short(value), unit, *(n and _short(n) for n in (limit, ratio)))
        self.lines.append(line)
        written = json.dumps(asdict(line))
        print(written, flush=True)
        if self.file:
            with self.file.open("a") as file:
                file.write(written + "\n")

    def table(self) -> str:
        """Return the lines as an aligned table."""
        head = ("bench", "size", "value", "unit", "limit", "ratio")
        rows = [head, *(tuple(map(_shown, asdict(line).values())) for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        return "\n".join(_row(row, widths) for row in rows)


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    words = [0, 3]  # the columns that hold words and stand to the left
    aligned = [
        cell.ljust(width) if column in words else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _short(number: float) -> float:
    """Round to what a measurement can say: whole numbers from 100 on, else three digits."""
    return round(number) if abs(number) >= 100 else float(f"{number:.3g}")

"""How figures and their change are said."""

import math
from datetime import date, timedelta

from applications.measures.shapes import Measure, Quarter, Value


def said(measure: Measure, key: str, value: Value) -> str:
    """Say a figure: “2.6 days”, “more than 30 days”, “4.1 %”, or that there are too few."""
    number = value.number
    if number is None:
        return "too few" if value.n else "none"
    figure = measure.figure(key)
    if figure.kind in {"share", "score"}:
        return percent(number) if figure.kind == "share" else scored(number)
    unit = figure.unit or measure.unit
    if figure.kind == "time" and is_beyond(measure, number, figure.unit):
        return f"more than {measure.horizon} {measure.unit}"
    return f"{plain(number)} {unit.removesuffix('s') if plain(number) == '1' else unit}"


def is_beyond(measure: Measure, number: float, unit: str = "") -> bool:
    """Say whether a time is longer than the measure looks. unit: its own, if it has one."""
    if measure.horizon is None:
        return False
    return math.isinf(number) if unit else number > measure.horizon


def plain(number: float) -> str:
    """Say a number with one digit after the point, and without it where that is nought."""
    return f"{number:.1f}".removesuffix(".0")


def percent(number: float) -> str:
    """Say a share of a hundred; a small one with two digits, so that 0.04 % is not nothing."""
    text = f"{number:.2f}" if 0 < number < 1 else plain(number)
    return f"{text.rstrip('0') if text.startswith('0.') else text} %"


def scored(number: float) -> str:
    """Say a score in whole points, with a real minus: −32."""
    return f"{round(number)}".replace("-", "\u2212")


def days(number: float, horizon: int) -> str:
    if number > horizon:
        return f"more than {horizon} days"
    text = plain(number)
    return f"{text} day{'' if text == '1' else 's'}"


def than_before(
    quarter: Quarter, former: Quarter | None, key: str, *, unit: str, more: str, less: str
) -> str:
    """Say a change against the quarter before, as the end of a sentence; nothing if unknown."""
    now, before = quarter.number(key), former.number(key) if former else None
    if now is None or before is None or float("inf") in {now, before}:
        return ""
    change = round(now, 1) - round(before, 1)
    if abs(change) < 0.05:
        return ", as in the quarter before"
    size = plain(abs(change))
    noun = unit.removesuffix("s") if size == "1" else unit
    return f", {size} {noun} {more if change > 0 else less} than in the quarter before"


def quarter_name(start: date | None, this: date | None = None) -> str:
    """Say a quarter: “July to September 2026”; of this one, that it is so far."""
    if start is None:
        return "Today"
    name = f"{start:%B} to {start.replace(month=start.month + 2):%B %Y}"
    return f"{name} so far" if start == this else name


def short_name(start: date | None) -> str:
    """Say a quarter where there is little room: “Q3 2026”."""
    return f"Q{(start.month + 2) // 3} {start.year}" if start else "Today"


def quarter_before(start: date, steps: int = 1) -> date:
    for _ in range(steps):
        start = (start - timedelta(days=1)).replace(day=1)
        start = start.replace(month=(start.month - 1) // 3 * 3 + 1)
    return start

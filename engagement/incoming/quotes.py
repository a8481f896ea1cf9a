"""Which part of an answer is new, and which repeats what it answers. Pure."""

import re

_BEGINS_QUOTE = re.compile(
    r"""^(?:
      On\b.{4,200}\bwrote\s*: | Le\b.{4,200}\ba\s+[ée]crit\s*: | Am\b.{4,200}\bschrieb\b.{0,120}:
    | -{2,}\s*(?:Original\ Message|Forwarded\ message|Urspr.ngliche\ Nachricht
      |Message\ d.origine|Message\ transf.r.)\b.*
    | (?:From|Von|De)\s?:\s.+\n\*?(?:Sent|Date|Gesendet|Datum|Envoy.|To|An|.)\s?:
    | _{10,}\s*$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_MOST_LINES = 2_000


def split(text: str) -> tuple[str, str]:
    """Return what is new and what is quoted below it. Answers between the lines stay new."""
    lines = text.split("\n")
    for number in range(min(len(lines), _MOST_LINES)):
        # The words before a quote may be broken over two lines by the program that sent it.
        two = f"{lines[number]} {lines[number + 1]}" if number + 1 < len(lines) else lines[number]
        as_they_stand = "\n".join(lines[number : number + 2])
        if any(_BEGINS_QUOTE.match(one[:400]) for one in (lines[number], two, as_they_stand)):
            return _parted(lines, number)
    for number, line in enumerate(lines):
        if line.startswith(">") and all(
            not rest.strip() or rest.startswith(">") for rest in lines[number:]
        ):
            return _parted(lines, number)
    return text.strip("\n"), ""


def _parted(lines: list[str], number: int) -> tuple[str, str]:
    new = "\n".join(lines[:number]).strip("\n")
    quoted = "\n".join(lines[number:]).strip("\n")
    if new.strip():
        return new, quoted
    own = [line for line in lines[number + 1 :] if line.strip() and not line.startswith(">")]
    return ("\n".join(own), quoted) if own else ("", quoted)


def without_signature(text: str) -> str:
    """Return the text above the line that begins a signature (RFC 3676, 4.3)."""
    return _SIGNATURE.split(text, maxsplit=1)[0].rstrip()

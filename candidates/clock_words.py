"""The clocks of a person in words: what ends when, by which rule, and what happens then."""

from dataclasses import dataclass
from datetime import date

from candidates import policies
from candidates.clocks import Clock
from candidates.policies import Policy

WHY: dict[str, str] = {
    "pool_ended": "What allowed us to keep the profile has ended.",
    "refused": "They do not want to be kept for other jobs.",
    "evidence_ended": "The decision no longer needs to be explained.",
    "keep_ended": "No law makes us keep the record any longer.",
    "unasked_ended": "They were never asked, and the time for that is over.",
    "no_notice": "Nobody told them within a month that we keep them.",
    "nothing_left": "Nothing makes us keep the record any longer.",
}
ARCHIVED_FOR: dict[str, str] = {  # why of a clock → reason of the archive
    "pool_ended": "expired",
    "refused": "refused",
    "evidence_ended": "expired",
    "no_notice": "no_notice",
}


@dataclass(frozen=True)
class Line:
    """One clock. `law`: the country whose rule decided, with its figure."""

    label: str
    sentence: str
    law: str = ""


def said(day: date) -> str:
    return f"{day:%-d %B %Y}"


def lines(clock: Clock) -> list[Line]:
    """Return the clocks that run or ran for this person, in the order of reading. One query."""
    known = policies.in_force()
    found = [*_pool(clock, known), *_evidence(clock, known), *_keep(clock, known)]
    if clock.unasked_ends:
        found.append(
            Line(
                "Without having been asked",
                f"We may keep them until {said(clock.unasked_ends)}, unless they agree to more.",
            )
        )
    if clock.notice_due:
        late = clock.today > clock.notice_due
        verb = "had to be told" if late else "must be told"
        found.append(
            Line("Telling them", f"They {verb} by {said(clock.notice_due)} that we keep them.")
        )
    return found


def both(clock: Clock, known: dict[str, Policy]) -> list[Line]:
    """Return the two clocks of P-08, each with a sentence even where it does not run."""
    pool = _pool(clock, known) or [Line("Keeping the profile", "They never agreed to it.")]
    evidence = _evidence(clock, known) or [
        Line("Explaining a decision", "There was no decision about them.")
    ]
    return [*pool, *evidence]


def outcome(clock: Clock) -> str:
    """Say in one sentence what becomes of the record, and when."""
    if clock.is_held:
        return "A legal hold keeps the record from being deleted, whatever ends meanwhile."
    if clock.is_needed:
        return "Nothing ends while they are considered for a job, or because they were hired."
    if clock.why == "no_notice":
        return f"{WHY[clock.why]} The record is locked within minutes."
    if clock.due:
        what = "goes into the restricted archive" if clock.due == "archive" else "is deleted"
        return f"{WHY[clock.why]} The record {what} with the next retention run."
    if clock.ends is None:
        return "Nothing says how long we may keep them."
    if clock.pool == "given" and clock.pool_ends and clock.ends > clock.pool_ends:
        return (
            f"After {said(clock.pool_ends)} the record goes into the restricted archive, and after "
            f"{said(clock.ends)} it is deleted, unless they ask us to keep it."
        )
    return f"After {said(clock.ends)} the record is deleted, unless they ask us to keep it."


def _pool(clock: Clock, known: dict[str, Policy]) -> list[Line]:
    label = "Keeping the profile"
    if clock.pool == "none" or clock.pool_ends is None:
        return []
    if clock.pool == "given":
        law = known[clock.pool_law]
        base = "after the last contact" if law.from_contact else "after they agreed"
        sentence = f"They agreed until {said(clock.pool_ends)}."
        return [Line(label, sentence, f"{law.name}: at most {law.pool} {base}")]
    return [Line(label, f"What they agreed to ended on {said(clock.pool_ends)}.")]


def _evidence(clock: Clock, known: dict[str, Policy]) -> list[Line]:
    label = "Explaining a decision"
    if clock.is_needed:
        return [Line(label, "They are considered for a job, or were hired.")]
    if clock.evidence_ends is None:
        return []
    law = known[clock.evidence_law]
    span = law.evidence or law.unasked
    over = clock.today > clock.evidence_ends
    verb = "We could keep" if over else "We may keep"
    sentence = f"{verb} what explains it until {said(clock.evidence_ends)}."
    return [Line(label, sentence, f"{law.name}: {span} after the decision")]


def _keep(clock: Clock, known: dict[str, Policy]) -> list[Line]:
    if clock.keep_ends is None or clock.is_needed:
        return []
    law = known[clock.keep_law]
    sentence = f"A law makes us keep the record until {said(clock.keep_ends)}."
    return [Line("What we must keep", sentence, f"{law.name}: at least {law.keep}")]


# Both clocks as the person reads them: the same sentences, said to them. Longer words come first.
_TO_THEM = (
    ("what they agreed to", "what you agreed to"),
    ("What they agreed to", "What you agreed to"),
    ("they agreed", "you agreed"),
    ("They agreed", "You agreed"),
    ("They never agreed", "You never agreed"),
    ("They are considered", "You are considered"),
    ("they are considered", "you are considered"),
    ("they were hired", "you were hired"),
    ("They do not want", "You do not want"),
    ("They were never asked", "You were never asked"),
    ("They must be told", "We must tell you"),
    ("They had to be told", "We had to tell you"),
    ("Telling them", "Telling you"),
    ("told them", "told you"),
    ("about them", "about you"),
    ("keep them", "keep your details"),
    ("unless they agree", "unless you agree"),
    ("unless they ask", "unless you ask"),
)


def to_them(clock: Clock) -> list[Line]:
    """Return every clock that runs or ran, and both of P-08 in any case, as the person reads it."""
    found = {line.label: line for line in [*both(clock, policies.in_force()), *lines(clock)]}
    return [
        Line(_said_to_them(line.label), _said_to_them(line.sentence), _said_to_them(line.law))
        for line in found.values()
    ]


def outcome_to_them(clock: Clock) -> str:
    return _said_to_them(outcome(clock))


def _said_to_them(text: str) -> str:
    for about, to in _TO_THEM:
        text = text.replace(about, to)
    return text

"""What a person reads of their own data on this floor, when they ask for a copy (GDPR Art. 15)."""

from typing import Any

from candidates.rights import Show

_JOB = "Job"


def criteria_in_words(criteria: list[Any]) -> str:
    """Return the criteria of a match, one a line: what was asked, whether it was found, where."""
    lines = []
    for criterion in criteria:
        if not isinstance(criterion, dict):  # of an old version of the matcher
            lines.append(str(criterion))
            continue
        parts = [str(criterion.get("label", "")), str(criterion.get("verdict", ""))]
        evidence = criterion.get("evidence")
        lines.append(": ".join(filter(None, parts)) + (f" ({evidence})" if evidence else ""))
    return "\n".join(lines)


APPLICATIONS = Show(
    "Your applications",
    {
        "job__title": _JOB,
        "applied_at": "Applied",
        "stage__name": "Stage",
        "stage_entered_at": "In this stage since",
        "furthest": "Got as far as",
        "source": "Where it came from",
        "hear_by": "To hear from us by",
        "closed_at": "Closed",
        "outcome": "Outcome",
        "rejection_reason": "Reason",
        "would_hire": "We would hire you for another job",
    },
    left_out={
        "imported_by": "stands among the lines of files",
    },
)
STAGE_CHANGES = Show(
    "How your applications moved",
    {
        "application__job__title": _JOB,
        "at": "When",
        "from_stage__name": "From",
        "to_stage__name": "To",
        "by": "By",
        "undone_at": "Taken back",
    },
    left_out={
        "hear_by_before": "kept for taking the move back",
        "entered_at_before": "kept for taking the move back",
        "furthest_before": "kept for taking the move back",
    },
)
LETTERS = Show(
    "Letters about your applications",
    {
        "application__job__title": _JOB,
        "kind": "What it is",
        "subject": "Subject",
        "text": "Text",
        "created_at": "Written",
        "by": "By",
        "send_after": "To be sent after",
        "sent_at": "Sent",
        "cancelled_at": "Cancelled",
        "problem": "Why it did not leave",
    },
    as_sent=frozenset({"subject", "text"}),
)
PROMISES = Show(
    "What we promised you",
    {
        "made_at": "When",
        "families": "For which kinds of job",
        "until": "Until",
        "note": "Note",
        "state": "State",
        "owner": "Kept by",
        "application__job__title": "After your application for",
        "due_job__title": "A job of that kind opened",
        "due_at": "Opened",
        "settled_at": "Settled",
    },
)
MATCHES = Show(
    "Jobs that software set beside your details, and why",
    {
        "job__title": _JOB,
        "at": "When",
        "criteria": "What was asked and found",
        "score": "Place in the order, of 1000 (it only sorts)",
        "matcher_version": "Version of the software",
        "opened_at": "A colleague looked at it",
        "verdict": "What a colleague decided",
        "verdict_reason": "Because",
        "verdict_by": "By",
        "verdict_at": "Decided",
    },
    left_out={
        "inputs": "your details and those of the job, as they stand here",
    },
    words={"criteria": criteria_in_words},
)

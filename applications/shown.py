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


def points_in_words(points: list[Any]) -> str:
    """Return what a view says of each must-have, one a line."""
    lines = []
    for point in points:
        if not isinstance(point, dict):
            lines.append(str(point))
            continue
        level = {1: "no", 2: "some", 3: "yes"}.get(point.get("level") or 0, "")
        parts = [str(point.get("criterion", "")), level, str(point.get("evidence", ""))]
        lines.append(": ".join(filter(None, parts)))
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
        "hear_by_missed": "The day before that, which went by",
        "feedback_asked_at": "You asked for feedback",
        "closed_at": "Closed",
        "outcome": "Outcome",
        "rejection_reason": "Reason",
        "would_hire": "We would hire you for another job",
    },
    left_out={
        "number": "what you are called while names are hidden",
        "imported_by": "stands among the lines of files",
        "untold_since": "kept so that somebody tells you",
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
        "problem": "Why it did not reach them",
    },
    left_out={
        "interview": "stands among your interviews",
        "calendars": "the file for a calendar that came with it; says what the letter says",
        "hear_by_before": "kept in case the letter is cancelled",
    },
    as_sent=frozenset({"subject", "text"}),
)
FEEDBACK_RATINGS = Show(
    "How useful you found our feedback",
    {"letter__application__job__title": _JOB, "useful": "How useful, from 1 to 5"},
    left_out={
        "letter": "stands among the letters",
        "job": "stands beside it",
        "sent_month": "stands among the letters",
        **dict.fromkeys(
            ("is_sampled", "job_related", "specific", "usable", "respectful", "rated_by",
             "rated_at"),
            "what a colleague thinks of how we wrote, which says nothing of you",
        ),
    },
)  # fmt: skip
ARRIVALS = Show(
    "What you sent to apply",
    {
        "application__job__title": _JOB,
        "at": "When",
        "name": "Your name, as typed",
        "email": "Your email address, as typed",
        "phone": "Your phone number, as typed",
        "link": "Your link",
        "note": "What you added",
        "document__file_name": "File",
        "is_again": "Added to an application that was open",
        "job_emails": "Job emails",
        "file_lost": "About your file",
    },
    left_out={"form_id": "the number of a form, which says nothing about you"},
)
ANSWERS = Show(
    "Your answers to our questions",
    {
        "arrival__application__job__title": _JOB,
        "asked": "Question",
        "text": "Your answer",
        "mark": "What colleagues read beside it",
    },
    left_out={
        "position": "the place in the form",
        "question": "stands here as it was asked",
    },
)
_INTERVIEW_JOB = "interview__application__job__title"
_CARD_JOB = "scorecard__interview__application__job__title"
INTERVIEWS = Show(
    "Your interviews",
    {
        "application__job__title": _JOB,
        "kind": "What it is",
        "state": "State",
        "starts_at": "Begins",
        "ends_at": "Ends",
        "minutes": "Minutes",
        "place": "Place",
        "link": "Link",
        "words": "What the invitation said besides",
        "by": "Invited by",
        "created_at": "Planned",
        "asked_at": "You asked for another time",
        "asked_words": "What you wrote to that",
        "cancelled_side": "Cancelled at the wish of",
        "settled_at": "Settled",
    },
    left_out={
        "sequence": "counts what a calendar was told",
        "before": "kept for taking the last change back",
    },
)
PROPOSED_TIMES = Show("Times you could choose", {_INTERVIEW_JOB: _JOB, "starts_at": "Begins"})
INTERVIEWERS = Show("Who interviewed you", {_INTERVIEW_JOB: _JOB, "user": "Who"})
RESCHEDULES = Show(
    "How your interviews moved",
    {
        _INTERVIEW_JOB: _JOB,
        "at": "When",
        "side": "At the wish of",
        "was_at": "It had been",
        "by": "By",
    },
)
SCORECARDS = Show(
    "What interviewers wrote",
    {
        _INTERVIEW_JOB: _JOB,
        "author": "Who",
        "recommendation": "Their view",
        "summary": "Why",
        "submitted_at": "Submitted",
        "changed_at": "Changed",
        "version": "Version",
    },
)
RATINGS = Show(
    "What interviewers wrote, criterion by criterion",
    {
        _CARD_JOB: _JOB,
        "scorecard__author": "Who",
        "criterion": "Criterion",
        "level": "What you showed",
        "evidence": "What they saw or heard",
    },
    left_out={"scorecard": "stands among what interviewers wrote", "position": "the order"},
)
SCORECARD_VERSIONS = Show(
    "What interviewers wrote before they corrected it",
    {
        _CARD_JOB: _JOB,
        "scorecard__author": "Who",
        "version": "Version",
        "recommendation": "Their view",
        "summary": "Why",
        "ratings": "Criterion by criterion",
        "until": "Until",
    },
    left_out={"scorecard": "stands among what interviewers wrote"},
)
REVIEWS = Show(
    "What the hiring team wrote of your applications",
    {
        "application__job__title": _JOB,
        "reviewer": "Who",
        "asked_by": "Asked by",
        "asked_at": "Asked",
        "due_on": "Wanted by",
        "words": "What was asked",
        "recommendation": "Their view",
        "why": "Why",
        "points": "Criterion by criterion",
        "sent_at": "Sent",
        "is_late": "It came after the decision",
        "changed_at": "Changed",
        "version": "Version",
        "passed_on_at": "Passed on",
        "called_off_at": "Not asked for any more",
    },
    left_out={"passed_from": "stands among them as well"},
    words={"points": points_in_words},
)
TOLD = Show(
    "What we told you without a letter",
    {
        "application__job__title": _JOB,
        "about": "About",
        "how": "How",
        "note": "Note",
        "at": "When",
        "by": "By",
        "taken_back_at": "Taken back",
    },
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
        "why": "Why it ended",
        "words": "What was said then",
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

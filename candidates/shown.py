"""What a person reads of their own data on this floor, when they ask for a copy (GDPR Art. 15)."""

from candidates.places import country_name, language_name
from candidates.rights import Show

_SOFTWARE = "the same, spelt as software compares it"

PERSON = Show(
    "Who you are to us",
    {
        "name": "Name",
        "call_name": "What we call you",
        "headline": "Headline",
        "current_title": "Present title",
        "current_employer": "Present employer",
        "city": "City",
        "region": "Region",
        "country": "Country",
        "latitude": "Latitude",
        "longitude": "Longitude",
        "time_zone": "Time zone",
        "language": "Language",
        "seniority": "Level",
        "years": "Years of experience",
        "remote_preference": "Where you want to work",
        "salary_expectation": "Salary expectation (a year, in the smallest unit)",
        "salary_currency": "Currency",
        "source": "How we came to know you",
        "owner": "Who looks after you",
        "last_contact_at": "Last contact",
        "created_at": "Known to us since",
        "archived_at": "In the restricted archive since",
        "archive_reason": "Because",
    },
    left_out={
        "version": "counts how often the record was saved",
        "merged_into": "leads to this record",
        "erased_at": "empty, as you are here",
    },
    words={"country": country_name, "language": language_name},
)
EMAILS = Show(
    "Email addresses",
    {
        "address": "Address",
        "is_primary": "We write to it",
        "bounced_at": "Mail came back on",
        "suppressed": "Must not be written to",
    },
    left_out={
        "canonical": _SOFTWARE,
        "broad": _SOFTWARE,
        "released_at": "about two records of yours that became one",
    },
)
PHONES = Show("Phone numbers", {"number": "Number"}, left_out={"canonical": _SOFTWARE})
LINKS = Show("Links", {"url": "Address"}, left_out={"canonical": _SOFTWARE})
SKILLS = Show("Skills", {"skill__name": "Skill", "source": "How we know", "noted_at": "Noted"})
TAGS = Show("Words by which we group people", {"tag__name": "Tag", "tagged_at": "Since"})
FOLLOW_UPS = Show(
    "Days on which a colleague meant to come back to you",
    {"on": "Day", "text": "Why", "owner": "Who", "created_at": "Noted", "done_at": "Done"},
)
GROUND_EVENTS = Show(
    "What allows us to keep your details and to write to you",
    {
        "purpose": "What for",
        "kind": "What happened",
        "basis": "Basis",
        "occurred_at": "When",
        "expires_at": "Until",
        "counts_from": "Counted from",
        "channel": "How",
        "wording": "Exact words",
        "language": "Language",
        "notice_version": "Version of the words",
        "jurisdiction": "Law of",
        "evidence": "Where the proof is kept",
        "actor": "Recorded by",
        "recorded_at": "Recorded",
    },
)
PREFERENCE = Show(
    "Your email choices",
    {
        "frequency": "How often",
        "paused_until": "Paused until",
        "is_narrowed": "Only some jobs",
        "families": "Kinds of job",
        "places": "Places",
        "work_modes": "On site or remote",
        "levels": "Levels",
        "updated_at": "Last changed",
    },
    left_out={"version": "counts how often the choice was saved"},
)
PREFERENCE_CHANGES = Show(
    "How your email choices changed",
    {
        "at": "When",
        "channel": "How",
        "before": "Before",
        "after": "After",
        "why": "Why you stopped, if you said so",
        "undone_at": "Taken back",
    },
    left_out={"action_id": "tells two clicks on the same form apart"},
)
EXTENSION_REQUESTS = Show(
    "When we asked you whether we may keep your details",
    {
        "asked_at": "Asked",
        "ends_on": "Kept until, if you say nothing",
        "extends_to": "Kept until, if you say yes",
        "language": "Language",
        "sent_at": "The email left",
        "problem": "Why the email did not go",
    },
    left_out={
        "step": "which of two emails it is",
        "months": "stands between the two days",
        "moves_with_contact": "a rule of the law that is applied",
    },
)
EXTENSION_ANSWERS = Show(
    "What you answered",
    {
        "at": "When",
        "kind": "Answer",
        "ends_on": "Asked about",
        "keeps_until": "Kept until",
        "undone_at": "Taken back",
    },
    left_out={
        "request": "stands among what you asked",
        "before": "numbers of the records that it replaced",
        "after": "numbers of the records that it made",
    },
)
GATE = Show("When job emails were counted", {"job_emails_at": "Job emails of the last 90 days"})
STOPS = Show(
    "What stopped job emails",
    {"reason": "What happened", "at": "When"},
    left_out={
        "by": "which colleague it was stands in everything that happened",
        "carried_at": "when software had seen it",
    },
)
ACTIVITIES = Show(
    "Everything that happened",
    {"at": "When", "text": "What", "actor": "By", "group": "About"},
    left_out={
        "kind": "the same as a code",
        "data": "the numbers of rows that stand elsewhere here",
    },
)
NOTES = Show(
    "What colleagues wrote about you",
    {
        "created_at": "When",
        "author": "By",
        "text": "Note",
        "visibility": "Who could read it",
        "deleted_at": "Deleted by its author; gone for good thirty days later",
    },
    left_out={"version": "counts how often it was changed; what it said before is shown"},
)
NOTE_VERSIONS = Show(
    "What a note about you said before it was changed",
    {"replaced_at": "Until", "text": "Note", "visibility": "Who could read it"},
    left_out={"note": "leads to the note", "version": "their order, which the days show"},
)
DOCUMENTS = Show(
    "Files about you",
    {
        "file_name": "File",
        "uploaded_at": "Kept since",
        "uploaded_by": "By",
        "kind": "Kind",
        "size": "Bytes",
        "pages": "Pages",
        "state": "State",
        "reason": "Why there is no text",
        "text": "Text in it",
        "hidden": "Text in it that only software would read",
        "holds": "What else is in it",
        "threat": "What a virus scanner found in it",
        "removed_at": "Removed",
    },
    left_out={
        "sha256": "a number worked out from the file",
        "attempts": "how often software began to read it",
        "reading_since": "when software began to read it",
        "safe_file": "the same file once more, without what could do harm",
        "copy_problem": "about a copy that is made for our own safety",
        "copy_attempts": "how often software began to make that copy",
        "copying_since": "when software began to make that copy",
        "scanned_at": "when software looked for viruses in it",
        "scan_failed_at": "when that software did not answer",
    },
    file="file",
)
FINDINGS = Show(
    "What software found in the files and suggested to colleagues",
    {
        "document__file_name": "File",
        "kind": "Kind",
        "shown": "As it stands there",
        "skill__name": "Skill",
        "state": "What a colleague said",
        "decided_by": "By",
        "decided_at": "When",
    },
    left_out={
        "value": _SOFTWARE,
        "start": "the place in the text",
        "end": "the place in the text",
    },
)
ARCHIVE_READINGS = Show(
    "When your record in the restricted archive was read, and why",
    {"at": "When", "reason": "Why"},
    left_out={"by": "who it was is theirs to keep"},
)
POOL_MEMBERSHIPS = Show(
    "Talent pools that you are or were in",
    {
        "pool__name": "Pool",
        "state": "State",
        "how": "How you came in",
        "at": "Since",
        "left_at": "Until",
        "reason": "Why you left",
    },
    left_out={
        "by": "the colleague who did it, not you",
        "kept_out": "that a colleague took you out, which the state says",
    },
)
WORK_ITEMS = Show(
    "Work on many people at once that you were part of",
    {
        "work__title": "What",
        "work__created_at": "When",
        "result": "Result",
        "reason": "Why",
        "undo": "Taken back",
    },
    left_out={"did": "the numbers of rows that stand elsewhere here"},
)
IMPORT_ROWS = Show(
    "Lines of files in which you stood",
    {"run__file_name": "File", "number": "Line", "cells": "What it said", "state": "Result"},
    left_out={
        "cleaned": "the same, as software read it",
        "fingerprint": "the same, as a code",
        "errors": "about the file",
        "did": "the numbers of rows that stand elsewhere here",
        "undo_checked_at": "about the file",
    },
)
PRIVACY_TASKS = Show(
    "What our privacy officer looked at",
    {
        "at": "When",
        "kind": "What",
        "why": "Because",
        "outcome": "What we found",
        "outcome_text": "In words",
        "done_at": "Looked at on",
        "done_by": "By",
    },
)
REQUESTS = Show(
    "What you asked about your data",
    {
        "received_at": "When",
        "kind": "What",
        "received_how": "How",
        "details": "In short",
        "identity": "How you proved who you are",
        "due_on": "To be answered by",
        "state": "State",
        "cooling_off_until": "Time to think until",
        "paused_at": "Clock stopped",
        "pause_reason": "Because",
        "days_paused": "Days the clock stood still",
        "waits_for": "Waits for",
        "outcome": "Outcome",
        "outcome_text": "In words",
        "closed_at": "Closed",
        "recorded_by": "Recorded by",
        "closed_by": "Closed by",
        "acknowledged_at": "We told you that we have it",
    },
    left_out={
        "reply_to": "is empty once we know that it was you",
        "subject_id": "the number that the audit trail knows you by",
    },
)

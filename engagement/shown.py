"""What a person reads of their own data on this floor, when they ask for a copy (GDPR Art. 15)."""

from candidates.rights import Show
from engagement.arbiter import REASONS


def reason_in_words(code: str) -> str:
    return REASONS.get(code, code)


def reasons_in_words(codes: list[str]) -> str:
    return "\n".join(reason_in_words(code) for code in codes)


ACCESS_CODES = Show(
    "Codes for your own page, of the last day",
    {
        "asked_at": "Asked for",
        "attempts": "Tries",
        "used_at": "You came in",
        "ended_at": "You left",
    },
    left_out={
        "address": "is empty once the email was written",
        "looked_up_at": "when the email was written",
    },
)
ADDRESS_CHANGES = Show(
    "When you gave us another address of yours",
    {
        "asked_at": "You asked",
        "address": "The new one",
        "former": "The one before",
        "changed_at": "You typed the code",
        "undone_at": "It was taken back",
        "former_left_at": "The one before was deleted",
    },
    left_out={
        "attempts": "how often the code was typed",
        "is_shared": "would say whether somebody else has that address",
    },
)
ADDRESS_CLAIMS = Show(
    "When somebody said that they are you and cannot read their mailbox",
    {
        "asked_at": "When",
        "name": "The name they gave",
        "former": "The address of before",
        "address": "The new one",
        "facts": "In their words",
        "state": "What became of it",
        "checked_at": "Checked",
        "checked_by": "By",
        "checked_text": "What was compared",
        "settled_at": "Decided",
        "settled_by": "By a second colleague",
        "settled_text": "Why",
        "confirmed_at": "The new mailbox said yes",
    },
    left_out={"looked_up_at": "when it was found that it is about you"},
)
ENROLMENTS = Show(
    "Series of emails that you were part of",
    {
        "campaign__name": "Series",
        "campaign__job__title": "Job",
        "enrolled_at": "From",
        "state": "State",
        "end_reason": "Why it ended",
        "ended_at": "Ended",
    },
    left_out={
        "match": "stands among the jobs set beside your details",
        "next_step": "which email of the series would be next",
    },
    words={"end_reason": reason_in_words},
)
SURVEYS = Show(
    "When we asked how it was to apply",
    {
        "application__job__title": "Job",
        "outcome": "How it ended",
        "sent_at": "We asked",
        "answered_at": "You answered",
        "recommend": "Would you recommend others to apply, from 0 to 10",
        "relationship": "How you see us since",
        "knew": "You knew where you stood, from 1 to 5",
        "text": "What we should change",
    },
    left_out={"planned_at": "when software planned it"},
    as_sent=frozenset({"text"}),
)
HANDOVERS = Show(
    "When one colleague was in touch with you and another wanted to write",
    {
        "campaign__name": "Series",
        "colleague__name": "In touch",
        "asked_by__name": "Asked by",
        "asked_at": "Asked",
        "reason": "Why",
        "state": "Answer",
        "answer": "In words",
        "settled_by__name": "By",
        "settled_at": "When",
    },
    left_out={"contact": "which call or email it was about; those stand in what happened"},
)
SIGN_UPS = Show(
    "When you asked to hear about jobs",
    {
        "at": "When",
        "choices": "What you chose",
        "proved_at": "You said yes from your mailbox",
        "made_person": "We did not know you before",
    },
    left_out={"form_id": "the number of a form, which says nothing about you"},
)
REPLIES = Show(
    "What you, or your mail program, wrote to us",
    {
        "at": "When",
        "kind": "What it is",
        "name": "From",
        "address": "Your address",
        "to": "To",
        "subject": "Subject",
        "text": "Text",
        "quoted": "What it repeats",
        "files": "Files that came with it",
        "intent": "What we took it to mean",
        "suggestion": "What software took it to mean",
        "reasons": "Why",
        "back_on": "Day that it names",
        "holds": "Job emails wait because of it",
        "holds_until": "Until",
        "owner": "Who answers",
        "done_at": "Answered or done",
        "done_by": "By",
    },
    left_out={
        "message": "stands among the emails",
        "campaign": "stands among the series",
        "matched_by": "how we found that it is yours",
        "is_known_address": "how we found that it is yours",
        "their_id": "a number of your mail server",
        "thread": "numbers of mail servers",
        "is_cut": "whether its end is missing here",
        "is_open": "whether we still have to answer",
    },
    as_sent=frozenset({"subject", "text", "quoted"}),
)
MESSAGES = Show(
    "Emails to you",
    {
        "created_at": "Planned",
        "purpose": "What it is",
        "job__title": "Job",
        "subject": "Subject",
        "text": "Text",
        "notice": "Words by which it tells you that we keep your details",
        "notice_language": "Language of these words",
        "address": "Sent to",
        "to_address": "Meant for another address of yours",
        "sender": "In the name of",
        "state": "State",
        "reason": "Why not",
        "due_at": "Due",
        "armed_at": "Left our queue",
        "handed_at": "Taken by the mail server",
        "provider_reply": "What the mail server said",
    },
    left_out={
        "dedupe_key": "makes sure that it is there once",
        "campaign": "stands among the series",
        "enrolment": "stands among the series",
        "step": "stands among the series",
        "step_version": "stands among the series",
        "answers": "stands among what you wrote to us",
        "letter": "stands among the letters",
        "extension": "stands among what we asked you",
        "survey": "stands among what we asked you",
        "is_first_batch": "about the order of sending",
        "priority": "about the order of sending",
        "not_after": "about the order of sending",
        "lease": "about the order of sending",
        "lease_until": "about the order of sending",
        "attempts": "about the order of sending",
        "settled_at": "when software was done with it",
        "provider_id": "a number of the mail server",
    },
    words={"reason": reason_in_words},
    as_sent=frozenset({"subject", "text"}),
)
DELIVERY_EVENTS = Show(
    "What mail servers reported",
    {
        "message__subject": "Email",
        "kind": "What",
        "at": "When",
        "reply_code": "Code",
        "detail": "In their words",
    },
    left_out={
        "provider_event_id": "a number of the mail server",
    },
    as_sent=frozenset({"message__subject"}),
)
DECISIONS = Show(
    "Whether an email might go to you, each time it was asked",
    {
        "campaign__name": "Series",
        "phase": "When it was asked",
        "at": "When",
        "allowed": "Might go",
        "reasons": "Why not",
    },
    left_out={
        "message": "stands among the emails",
    },
    words={"reasons": reasons_in_words},
)

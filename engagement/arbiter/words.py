"""The codes of the arbiter's reasons, in words for colleagues."""

from typing import Final, NamedTuple

from candidates.models import Stop


class _Words(NamedTuple):
    short: str
    sentence: str


_WORDS: Final[dict[str, _Words]] = {
    "erased": _Words("Erased", "Their data was erased."),
    "merged": _Words("Merged", "Two records became one after this was planned."),
    "archived": _Words("Restricted archive", "Their record may be kept, but not used."),
    "legal_hold": _Words("Legal hold", "Their record is kept for a legal matter only."),
    "minor": _Words("Perhaps a minor", "They are, or may be, a minor."),
    "objected": _Words("Objected", "They objected to job emails."),
    "complained": _Words("Marked as spam", "They marked one of our emails as spam."),
    "unsubscribed": _Words("Stopped job emails", "They stopped job emails."),
    "no_surveys": _Words(
        "Wants no such questions", "They asked us not to ask them how it was to apply."
    ),
    "did_not_apply": _Words(
        "Did not apply", "They did not apply themselves, so nothing allows us to ask how it was."
    ),
    "surveys_off": _Words("Switched off", "We do not ask how it was to apply at present."),
    "not_told": _Words("Not told", "Our decision has not reached them."),
    "asked_lately": _Words("Asked lately", "They were asked how it was in the last six months."),
    "answered": _Words("Answered", "They have answered by now."),
    "asked_to_delete": _Words("Asked us to delete", "They asked us to delete their details."),
    "suppressed": _Words("Must not be written to", "Their address must not be written to."),
    "no_address": _Words("No email address", "We have no email address for them."),
    "bounced": _Words("Address bounced", "Their address does not take our email."),
    "no_ground": _Words("Never asked for job emails", "They never agreed to job emails."),
    "ground_expired": _Words("Consent ended", "Their consent to job emails has ended."),
    "ends_later": _Words(
        "Ends on another day", "What allows us to keep them ends on another day by now."
    ),
    "jurisdiction_unknown": _Words(
        "Country not known",
        "We do not know their country, so we would need their consent, and do not have it.",
    ),
    "paused_until": _Words("Paused", "They paused job emails."),
    "hired": _Words("Hired", "They were hired."),
    "employee": _Words("Works here", "They work here."),
    "active_application": _Words(
        "Open application", "They have an open application: talk to them about that one."
    ),
    "asked_to_stop": _Words(
        "May have asked to stop",
        "They may have asked to stop in an answer: a colleague has to say whether they did.",
    ),
    "not_now": _Words("Not now", "They asked to be written to again later."),
    "away": _Words("Out of office", "Their mail program says that they are away."),
    "replied": _Words("Replied", "They replied: a person should answer now."),
    "open_thread": _Words(
        "In conversation", "They wrote or booked in the last 7 days, or wait for our answer."
    ),
    "waits_for_answer": _Words(
        "Waits for an answer", "They wrote and wait for our answer: answer that email instead."
    ),
    "wrote_once": _Words(
        "Had the one email",
        "They never agreed to emails, and had the one that a colleague may write without that.",
    ),
    "colleague_wrote": _Words(
        "Spoke with a colleague", "A colleague was in touch with them in the last 7 days."
    ),
    "suspected_duplicate": _Words(
        "Possible duplicate", "Another record may be the same person. Settle that first."
    ),
    "not_a_fit": _Words("Not a fit", "A colleague said they do not fit this job."),
    "narrowed": _Words("Wants other jobs", "They asked for other jobs only."),
    "duplicate_of": _Words("Already written to", "They were already written to about this job."),
    "cool_off": _Words("Rejected lately", "They were rejected in the last 30 days."),
    "frequency_cap": _Words("Enough emails", "They have had as many job emails as they should."),
    "job_closed": _Words("Job not open", "The job is no longer open."),
    "first_look": _Words(
        "Not public yet",
        "The job is not public yet: first those hear of it to whom we promised to write, and who"
        " were close to such a job before.",
    ),
    "campaign_stopped": _Words("Campaign stopped", "The campaign was stopped for good."),
    "campaign_paused": _Words("Campaign paused", "The campaign is paused."),
    "all_held": _Words(
        "All job emails held",
        "All emails that nobody waits for are held: too many came back or were marked as spam.",
    ),
    "sender_gone": _Words("Sender has left", "The colleague in whose name it goes has left."),
    "domain_not_ready": _Words(
        "Organisation not ready",
        "The organisation's legal name, address or sending domain is missing, or the domain is not"
        " ready.",
    ),
    "missing_merge_field": _Words(
        "Something to fill in is missing", "A field of the text is empty for them."
    ),
    "step_condition": _Words(
        "Not meant for them", "This message is for those who answered the earlier one otherwise."
    ),
    "before_rule": _Words("Matched before", "They matched already when the rule was switched on."),
    "left_rule": _Words("Matches no more", "They no longer match what the campaign is for."),
    "letter_cancelled": _Words("Cancelled", "The letter was cancelled."),
    "quiet_hours": _Words(
        "Night, weekend or holiday",
        "It is night, evening, weekend or a public holiday where they live.",
    ),
    # Said by the delivery itself, not by a rule.
    "spaced": _Words(
        "Later today", "Emails in one colleague's name leave apart from each other: it is in line."
    ),
    "sender_day_full": _Words(
        "Sender's day is full",
        "As many emails have left in its sender's name as may leave in a day: it waits for the"
        " next.",
    ),
    "campaign_day_full": _Words(
        "Campaign's day is full",
        "As many emails of the campaign have left as may leave in a day: it waits for the next.",
    ),
    "told_already": _Words(
        "Told already", "They know by now that we keep their details, or they applied."
    ),
    "taken_back": _Words("Taken back", "A colleague took it back before it left."),
    "diverted": _Words(
        "Sandbox", "Sandbox mode is on: it went to the address for tests, not to them."
    ),
    "too_late": _Words("Too late", "It could not be sent in time."),
    "refused": _Words("Refused", "The mail server refused it."),
    "gave_up": _Words("Gave up", "The mail server put it off too often."),
    "address_unusable": _Words("Address unusable", "The mail server cannot write to this address."),
    "template_error": _Words("Text has a mistake", "The text could not be put together."),
}

REASONS: Final[dict[str, str]] = {code: words.sentence for code, words in _WORDS.items()}
SHORT: Final[dict[str, str]] = {code: words.short for code, words in _WORDS.items()}

# "Not now" rather than "no": the message waits instead of being withheld.
WAITS: Final = frozenset({"quiet_hours", "campaign_paused", "all_held"})

# What passes by itself: somebody whom only these keep out of a campaign comes in later.
PASSES: Final = frozenset(
    {
        *("paused_until", "active_application", "open_thread", "colleague_wrote"),
        *("suspected_duplicate", "cool_off", "frequency_cap", "sender_gone", "domain_not_ready"),
        *("first_look",),
    }
)

# The reason that an enrolment ends with, for each kind of stop.
CODE_OF_STOP: Final[dict[str, str]] = {
    Stop.Reason.REPLIED: "replied",
    Stop.Reason.CALLED: "colleague_wrote",
    Stop.Reason.APPLIED: "active_application",
    Stop.Reason.BOOKED: "open_thread",
    Stop.Reason.HIRED: "hired",
    Stop.Reason.UNSUBSCRIBED: "unsubscribed",
    Stop.Reason.PAUSED: "paused_until",
    Stop.Reason.OBJECTED: "objected",
    Stop.Reason.BOUNCED: "bounced",
    Stop.Reason.COMPLAINED: "complained",
    Stop.Reason.ERASED: "erased",
    Stop.Reason.MINOR: "minor",
    Stop.Reason.ARCHIVED: "archived",
}

"""The one mail that tells the owner of an address that their choices were changed (C-03, C-09).

Whoever holds a forwarded email can reduce job emails. So each such change is confirmed to the
address itself, with a link that takes it back.
"""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Organisation
from candidates.models import Candidate, PreferenceChange
from engagement import links
from engagement.choices import Choices, in_words, said_to_them


def subject_of(change: PreferenceChange, organisation: Organisation) -> str:
    after = Choices.from_json(change.after)
    before = Choices.from_json(change.before)
    if after.stopped:
        return f"You stopped job emails from {organisation.name}"
    if after.paused_until and after.paused_until != before.paused_until:
        return f"Job emails from {organisation.name} are paused"
    return f"You changed your job emails from {organisation.name}"


def text_of(change: PreferenceChange, candidate: Candidate) -> str:
    """Return the body in plain text; the delivery adds who we are."""
    before, after = Choices.from_json(change.before), Choices.from_json(change.after)
    local = timezone.localtime(change.at)
    until = in_words((local + timedelta(days=PreferenceChange.UNDO_DAYS)).date())
    said = " ".join(said_to_them(before, after))
    still = "Messages about an application you have open will still come."
    greeting = f"Hello {candidate.call_name or candidate.name},"
    return "\n\n".join(
        [
            greeting,
            f"On {in_words(local.date())} your choices about job emails were changed. {said}",
            still if after.stopped or after.paused_until else "You need to do nothing.",
            f"Was it not you, or did you change your mind? You can take it back until {until}:",
            links.undo_url(change),
        ]
    )

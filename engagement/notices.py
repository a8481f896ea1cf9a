"""The one mail that tells the owner of an address that their choices were changed (C-03, C-09).

Whoever holds a forwarded email can reduce job emails. So each such change is confirmed to the
address itself, with a link that takes it back.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Organisation
from candidates.models import Candidate, PreferenceChange
from engagement import links
from engagement.choices import Choices, in_words, said_to_them
from engagement.recipients import greeting


def subject_of(change: PreferenceChange, organisation: Organisation) -> str:
    after = Choices.from_json(change.after)
    before = Choices.from_json(change.before)
    if after.stopped:
        words = gettext("You stopped job emails from {name}")
    elif after.paused_until and after.paused_until != before.paused_until:
        words = gettext("Job emails from {name} are paused")
    else:
        words = gettext("You changed your job emails from {name}")
    return words.format(name=organisation.name)


def text_of(change: PreferenceChange, candidate: Candidate) -> str:
    """Return the body in plain text, in the language spoken; the delivery adds who we are."""
    before, after = Choices.from_json(change.before), Choices.from_json(change.after)
    local = timezone.localtime(change.at)
    until = in_words((local + timedelta(days=PreferenceChange.UNDO_DAYS)).date())
    changed = gettext("On {day} your choices about job emails were changed.")
    still = gettext("Messages about an application you have open will still come.")
    back = gettext("Was it not you, or did you change your mind? You can take it back until {day}:")
    said = [changed.format(day=in_words(local.date())), *said_to_them(before, after)]
    reduces = after.stopped or after.paused_until
    return "\n\n".join(
        [
            greeting(candidate),
            " ".join(said),
            still if reduces else gettext("You need to do nothing."),
            back.format(day=until),
            links.undo_url(change),
        ]
    )

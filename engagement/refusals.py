"""What actions refuse, as candidates read it: the sentences that their own pages can show."""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

# Raised on lower floors, in English, for colleagues and candidates alike.
KNOWN = frozenset(
    {
        gettext_noop("This application was not withdrawn."),
        gettext_noop("There is no decision to ask about."),
        gettext_noop(
            "A decision about this application has been made. Our answer is on its way to you."
        ),
        gettext_noop("There is nothing to take back."),
        gettext_noop("Another time is settled already."),
        gettext_noop("This time is no longer offered. Choose another."),
        gettext_noop("This time has passed. Choose another."),
        gettext_noop("This can no longer be changed here. Reply to our email instead."),
        gettext_noop("The time of this interview has passed."),
        gettext_noop("We were told never to write to this address again. Please write to us."),
        gettext_noop(
            "They asked for the same before, and it is not answered yet. Go on with that one."
        ),
        gettext_noop("That is too late: it was possible for seven days."),
        gettext_noop("That is the address that we write to already."),
        gettext_noop("That address is no longer with us."),
        gettext_noop("That was more than 28 days ago."),
        gettext_noop("Your choices were changed again after that."),
        gettext_noop("That is settled by now."),
        gettext_noop("You had asked us before, in another way. Write to us to take that back."),
        gettext_noop("Job emails are stopped. You can start them again."),
        gettext_noop("Your choices were changed after this page was opened."),
    }
)


def said(sentences: Iterable[str]) -> list[str]:
    """Return the sentences in the language of the page."""
    return [gettext(sentence) for sentence in sentences]

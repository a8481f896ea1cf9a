"""What a letter says before anybody changes it: templates of colleagues, else our own words.

Both are in the merge language (`candidates.merge_text`), with the fields below and no other.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from accounts import languages
from accounts.models import Organisation, User
from applications.letters import REASON_WORDS, decision_subject, hired_subject, hired_text
from applications.models import Application, Letter, LetterTemplate
from candidates import merge_text

# name → what it is, as the page of templates says it
FIELDS: Final[dict[str, str]] = {
    "candidate.call_name": "What to call them; else their name",
    "candidate.name": "Their whole name",
    "job.title": "Title of the job",
    "reason": "The reason, in words that they can use",
    "promise": "The promise to keep them in mind, if there is one",
    "date": "The day by which they hear from us",
    "sender.name": "Your name",
    "organisation.name": "Name of the organisation",
}
# What each kind of letter never fills: a field of it would stay a gap in every letter.
_NEVER: Final[dict[str, frozenset[str]]] = {
    Letter.Kind.DECISION: frozenset({"date"}),
    Letter.Kind.LATER: frozenset({"reason", "promise"}),
}
DEFAULTS: Final[dict[str, tuple[str, str]]] = {
    Letter.Kind.DECISION: (
        "Your application: {{ job.title }}",
        """Hello {{ candidate.call_name }},

Thank you for the time you gave to your application for {{ job.title }}. \
We have decided not to go on with it: {{ reason }}.

{{ promise }}

If anything in this letter is unclear, reply to it and I will answer.

{{ sender.name }}
{{ organisation.name }}
""",
    ),
    Letter.Kind.LATER: (
        "When you will hear from us: {{ job.title }}",
        """Hello {{ candidate.call_name }},

We need more time to decide about your application for {{ job.title }}. \
No decision has been made yet. You will hear from us by {{ date }}.

{{ sender.name }}
{{ organisation.name }}
""",
    ),
}
_PROMISE = re.compile(r"\{\{\s*promise\s*(\|[^}]*)?\}\}\s*")


class Wording:
    """The templates of a kind of letter, read once for as many people as are written to."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.house = Organisation.current()
        self._kept = {
            (row.reason, row.language): (row.subject, row.text)
            for row in LetterTemplate.objects.in_use().filter(kind=kind)
        }

    def language_of(self, application: Application, reason: str = "") -> str:
        """Return the language that their letter is in: theirs if there are words in it."""
        theirs = application.candidate.language
        if theirs and any((why, theirs) in self._kept for why in (reason, "")):
            return theirs
        return self.house.language

    def of(self, reason: str, language: str) -> tuple[str, str]:
        """Return subject and text, with their fields: for the reason, else for any reason."""
        for key in ((reason, language), ("", language)):
            if key in self._kept:
                return self._kept[key]
        return DEFAULTS[self.kind]


def fields_of(kind: str) -> dict[str, str]:
    """Return the fields that a kind of letter can fill, and what they hold."""
    return {name: words for name, words in FIELDS.items() if name not in _NEVER[kind]}


def problems(subject: str, text: str, known: Mapping[str, str] = FIELDS) -> list[str]:
    """Return what keeps a template from being used, each as a sentence.

    known: the fields that may stand in it. The subject has no place for a promise.
    """
    in_subject = [name for name in known if name != "promise"]
    found = [f"Subject: {one}" for one in merge_text.problems(subject, in_subject)]
    return found + [f"Text: {one}" for one in merge_text.problems(text, known)]


def values_of(
    application: Application, *, by: User, house: Organisation, reason: str = "", day: date | None
) -> dict[str, str]:
    """Return what the fields hold for one person."""
    person = application.candidate
    values = {
        "candidate.call_name": person.call_name or person.name,
        "candidate.name": person.name,
        "job.title": application.job.title,
        "reason": REASON_WORDS.get(reason, ""),
        "date": f"{day:%A %-d %B %Y}" if day else "",
        "sender.name": by.name,
        "organisation.name": house.name,
    }
    return {name: merge_text.one_line(value) for name, value in values.items()}


def fill(
    subject: str, text: str, values: dict[str, str], promise: str = ""
) -> tuple[str, str, list[str]]:
    """Return subject and text as the person reads them, and the fields that nothing fills.

    A paragraph that holds the promise alone goes when there is none. An empty field stays in the
    text as it is, so that the check of a letter finds it. The text has no other `problems`.
    """
    text = text.replace("\r\n", "\n")
    if promise and not _PROMISE.search(text):
        paragraphs = text.strip().split("\n\n")
        text = "\n\n".join([*paragraphs[:-1], "{{ promise }}", paragraphs[-1]]) + "\n"
    text = _PROMISE.sub(f"{promise}\n\n" if promise else "", text)
    done, empty = [], []
    for one in (subject, text):
        pieces = merge_text.parse(one, FIELDS)
        empty += merge_text.empty_fields(pieces, values)
        marked = {**{name: f"{{{{ {name} }}}}" for name in empty}, **_held(values)}
        done.append(merge_text.fill(pieces, marked))
    return merge_text.one_line(done[0]), done[1], list(dict.fromkeys(empty))


def decision(
    application: Application, reason: str, *, by: User, promise: str = ""
) -> tuple[str, str]:
    """Return subject and text of the letter that tells one person they were not chosen.

    Without a reason its field stays in the text, so that the check of a letter finds it.
    """
    wording = Wording(Letter.Kind.DECISION)
    subject, text = wording.of(reason, wording.language_of(application, reason))
    values = values_of(application, by=by, house=wording.house, reason=reason, day=None)
    subject, text, _ = fill(subject, text, values, promise)
    return subject or decision_subject(application.job), text


def later(application: Application, day: date, *, by: User) -> tuple[str, str]:
    """Return subject and text of the short letter that names a later day."""
    wording = Wording(Letter.Kind.LATER)
    subject, text = wording.of("", wording.language_of(application))
    values = values_of(application, by=by, house=wording.house, day=day)
    subject, text, _ = fill(subject, text, values)
    return subject, text


def hired(application: Application, *, by: User) -> tuple[str, str]:
    """Return subject and text of the letter that confirms to somebody that they are hired."""
    house = Organisation.current()
    with languages.speaking(languages.first_of(application.candidate.language, house.language)):
        text = hired_text(application, by=by, organisation=house.name)
        return hired_subject(application.job), text


def _held(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}

"""What a letter says before anybody changes it: templates of colleagues, else our own words.

Both are in the merge language (`candidates.merge_text`), with the fields below and no other.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext, gettext_noop

from accounts import languages
from accounts.models import Organisation, User
from applications.letters import (
    decision_subject,
    hired_subject,
    hired_text,
    language_of,
    promise_sentence,
    reason_in_words,
)
from applications.models import Application, Letter, LetterTemplate
from candidates import merge_text
from candidates.models import Candidate

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
    "organisation.legal_name": "Its legal name",
    "source": "From where we have their details, as a sentence",
    "until": "Until when we keep them, as a sentence",
    "contact": "Where to write to about them, as a sentence",
}
# What the law wants in the notice that we keep somebody (GDPR Art. 14), and what it says.
OWED: Final = {
    "source": "from where we have their details",
    "until": "until when we keep them",
    "contact": "where to write to about them",
}
_OF_NOTICE: Final = frozenset({"organisation.legal_name", *OWED})
# What each kind of letter never fills: a field of it would stay a gap in every letter.
_NEVER: Final[dict[str, frozenset[str]]] = {
    Letter.Kind.DECISION: frozenset({"date", *_OF_NOTICE}),
    Letter.Kind.LATER: frozenset({"reason", "promise", *_OF_NOTICE}),
    # It stands below a job email too, so it greets nobody and is in nobody's name.
    Letter.Kind.NOTICE: frozenset(FIELDS) - _OF_NOTICE - {"organisation.name"},
}
_GREETING: Final = gettext_noop("Hello {{ candidate.call_name }},")
_SIGNATURE: Final = "{{ sender.name }}\n{{ organisation.name }}\n"
# What comes with the product, in every language that its pages speak: subject, and paragraphs.
_DEFAULTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    Letter.Kind.DECISION: (
        gettext_noop("Your application: {{ job.title }}"),
        (
            _GREETING,
            gettext_noop(
                "Thank you for the time you gave to your application for {{ job.title }}. We have"
                " decided not to go on with it: {{ reason }}."
            ),
            "{{ promise }}",
            gettext_noop("If anything in this letter is unclear, reply to it and I will answer."),
        ),
    ),
    Letter.Kind.LATER: (
        gettext_noop("When you will hear from us: {{ job.title }}"),
        (
            _GREETING,
            gettext_noop(
                "We need more time to decide about your application for {{ job.title }}. No"
                " decision has been made yet. You will hear from us by {{ date }}."
            ),
        ),
    ),
    Letter.Kind.NOTICE: (
        gettext_noop("We keep your details: {{ organisation.name }}"),
        (
            gettext_noop(
                "{{ organisation.legal_name }} keeps your details, although you did not send them"
                " to us. {{ source }} We keep your name, how to reach you and what we know of your"
                " work, to find people for our jobs; that is what the law calls our legitimate"
                " interest. Our recruiters see them, nobody else. {{ until }} You may object, see"
                " them, correct them or have them deleted at any time: {{ contact }} You may also"
                " complain to a data protection authority."
            ),
        ),
    ),
}
_FIELD_ALONE: Final = "{{ promise }}"
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

    def language_of(self, person: Candidate, reason: str = "") -> str:
        """Return the language that their letter is in: theirs if there are words in it.

        Those of colleagues ("fr-CA", else "fr") come before those of the product.
        """
        theirs = person.language
        for code in dict.fromkeys((theirs, theirs.partition("-")[0])):
            if code and any((why, code) in self._kept for why in (reason, "")):
                return code
        return languages.known(theirs) or self.house.language

    def of(self, reason: str, language: str) -> tuple[str, str]:
        """Return subject and text, with their fields: for the reason, else for any reason."""
        for key in ((reason, language), ("", language)):
            if key in self._kept:
                return self._kept[key]
        return default(self.kind, language)


def default(kind: str, language: str) -> tuple[str, str]:
    """Return the subject and text that come with the product: in English where it has no other."""
    subject, paragraphs = _DEFAULTS[kind]
    with languages.speaking(language):
        said = [gettext(each) if each != _FIELD_ALONE else each for each in paragraphs]
        ends = [] if kind == Letter.Kind.NOTICE else [_SIGNATURE]
        return gettext(subject), "\n\n".join([*said, *ends])


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
    application: Application,
    *,
    by: User,
    house: Organisation,
    language: str,
    reason: str = "",
    day: date | None,
) -> dict[str, str]:
    """Return what the fields hold for one person, in the language of their letter."""
    person = application.candidate
    with languages.speaking(language):
        why = reason_in_words(reason)
        when = languages.weekday_in_words(day) if day else ""
    values = {
        "candidate.call_name": person.call_name or person.name,
        "candidate.name": person.name,
        "job.title": application.job.title,
        "reason": why,
        "date": when,
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
    application: Application,
    reason: str,
    *,
    by: User,
    promised: tuple[date, list[str]] | None = None,
) -> tuple[str, str]:
    """Return subject and text of the letter that tells one person they were not chosen.

    Without a reason its field stays in the text, so that the check of a letter finds it.

    promised: until when, and for which kinds of job, we keep them in mind.
    """
    wording = Wording(Letter.Kind.DECISION)
    language = wording.language_of(application.candidate, reason)
    subject, text = wording.of(reason, language)
    values = values_of(
        application, by=by, house=wording.house, language=language, reason=reason, day=None
    )
    with languages.speaking(language):
        promise = promise_sentence(*promised) if promised else ""
        subject, text, _ = fill(subject, text, values, promise)
        return subject or decision_subject(application.job), text


def later(application: Application, day: date, *, by: User) -> tuple[str, str]:
    """Return subject and text of the short letter that names a later day."""
    wording = Wording(Letter.Kind.LATER)
    language = wording.language_of(application.candidate)
    subject, text = wording.of("", language)
    values = values_of(application, by=by, house=wording.house, language=language, day=day)
    subject, text, _ = fill(subject, text, values)
    return subject, text


def hired(application: Application, *, by: User) -> tuple[str, str]:
    """Return subject and text of the letter that confirms to somebody that they are hired."""
    house = Organisation.current()
    with languages.speaking(language_of(application, house)):
        text = hired_text(application, by=by, organisation=house.name)
        return hired_subject(application.job), text


def notice_values(
    *, house: Organisation, source: str, until: date | None, language: str
) -> dict[str, str]:
    """Return what the fields of the notice hold, in one language, each a whole sentence."""
    with languages.speaking(language):
        values = {
            "organisation.name": house.name,
            "organisation.legal_name": house.legal_name or house.name,
            "source": gettext("We have them from: {source}.").format(source=source)
            if source
            else gettext("Ask us, and we tell you where from."),
            "until": gettext("We delete them after {day}, unless you agree to more.").format(
                day=languages.day_in_words(until)
            )
            if until
            else gettext(
                "We delete them when nothing allows us to keep them any more, or when you ask."
            ),
            "contact": gettext("write to us at {address}.").format(address=house.privacy_email)
            if house.privacy_email
            else gettext("write to us."),
        }
    return {name: merge_text.one_line(value) for name, value in values.items()}


def notice(wording: Wording, language: str, values: dict[str, str]) -> tuple[str, str]:
    """Return the subject, and the words as one paragraph, of the notice that we keep somebody."""
    subject, text, _ = fill(*wording.of("", language), values)
    return subject, merge_text.one_line(text)


def _held(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}

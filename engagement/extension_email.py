"""The email that asks somebody whether we may keep their details longer (P-10), both parts of it.

What silence brings is read from the clocks when the email leaves, so that it says what will happen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from django.utils import timezone

from accounts.models import Organisation
from applications.promises import kinds_promised
from candidates import clocks
from candidates.clocks import Clock
from candidates.models import Candidate, ExtensionRequest, Preference
from engagement import bodies, emails, links, rendering
from engagement.extension_words import Words, words_in
from engagement.models import Message


@dataclass(frozen=True)
class Ending:
    """What the email says beside the request: how it ends without an answer, the pause, and the
    kinds of work that a running promise names."""

    clock: Clock
    paused_until: date | None
    promised: tuple[str, ...] = ()


def endings_of(messages: list[Message]) -> dict[int, Ending]:
    """Return how it ends for everybody who is asked. Four queries, none for no messages."""
    people = [message.candidate_id for message in messages]
    if not people:
        return {}
    pauses = dict(
        Preference.objects.filter(candidate__in=people).values_list("candidate", "paused_until")
    )
    found = clocks.clocks(Candidate.objects.filter(pk__in=people), timezone.now())
    promised = kinds_promised(people)
    return {
        one.candidate_id: Ending(
            one,
            _later(pauses.get(one.candidate_id), one.today),
            promised.get(one.candidate_id, ()),
        )
        for one in found
    }


def compose(
    message: Message, ending: Ending, organisation: Organisation, at: datetime
) -> emails.Email:
    """Return the email: the question, two equal answers, what silence means, and the way out."""
    request = message.extension
    assert request is not None  # noqa: S101  (the caller has looked)
    words = words_in(request.language)
    values = values_of(request, words) | {
        "name": rendering.one_line(message.candidate.call_name or message.candidate.name),
        "organisation": organisation.name,
    }
    link = links.extension_url(request)
    choose = links.preference_url(message.candidate, message)
    before = [words.hello, words.allowed, words.ask]
    if ending.promised:
        before.insert(2, words.promised)
        values["kinds"] = rendering.one_line(", ".join(ending.promised))
    if request.step == request.Step.LAST:
        before.append(words.last)
    said = [sentence.format(**values) for sentence in before]
    if ending.paused_until:
        said.append(words.paused.format(day=words.day(ending.paused_until)))
    answers = [
        (words.keep.format(**values), f"{link}#keep"),
        (words.delete, f"{link}#delete"),
    ]
    silence = silence_of(ending.clock, request, words)
    text = "\n\n".join(
        [
            *said,
            *(f"{label}{words.colon}\n{address}" for label, address in answers),
            silence,
            f"- - -\n\n{words.choose}\n{choose}",
        ]
    )
    buttons = "\n".join(
        bodies.ACTION % (escape(address), escape(label)) for label, address in answers
    )
    body = "\n".join(
        [
            *(f"<p>{escape(sentence)}</p>" for sentence in said),
            f"<p>{buttons}</p>",
            f"<p><strong>{escape(silence)}</strong></p>",
            f'<hr>\n<p><a href="{escape(choose)}">{escape(words.choose_link)}</a></p>',
        ]
    )
    return emails.put_together(
        message,
        message.address,
        organisation,
        at,
        subject=words.subject.format(**values),
        text=text,
        body=body,
        language=words.code,
    )


def values_of(request: ExtensionRequest, words: Words) -> dict[str, str]:
    """Return what the sentences fill in, dates in the words of the language."""
    return {
        "ends": words.day(request.ends_on),
        "until": words.day(request.extends_to),
        "months": words.months(request.months),
    }


def silence_of(clock: Clock, request: ExtensionRequest, words: Words) -> str:
    """Say what really happens to the record if nobody answers."""
    ends = words.day(request.ends_on)
    if clock.is_needed:
        return words.silent_considered
    if clock.is_held:
        return words.silent_held.format(ends=ends)
    if clock.ends and clock.ends > request.ends_on:
        return words.silent_locked.format(ends=ends, day=words.day(clock.ends))
    return words.silent_deleted.format(ends=ends)


def _later(day: date | None, today: date) -> date | None:
    return day if day and day > today else None

"""The email that asks how it was to apply, in the language of its reader."""

from datetime import datetime
from html import escape

from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import Organisation
from engagement import bodies, emails, links, rendering, schedule
from engagement.models import Message
from engagement.models.surveys import OPEN_FOR


def compose(message: Message, organisation: Organisation, at: datetime) -> emails.Email:
    """Return the email. Asks no database: the survey, its application and job are at hand.

    Raises MergeError: the application is gone, so the arbiter says no in a moment.
    """
    survey = message.survey
    if survey is None or survey.application is None:
        raise rendering.MergeError("survey")
    person = message.candidate
    zone = schedule.zone_of(person.time_zone, organisation.time_zone)
    link = links.url(links.Purpose.SURVEY, person.public_id, survey.public_id)
    language = languages.known(person.language) or languages.known(organisation.language)
    with languages.speaking(language):
        values = {
            "name": rendering.one_line(person.call_name or person.name),
            "organisation": organisation.name,
            "title": rendering.one_line(survey.application.job.title),
            "day": languages.day_in_words(schedule.local_date(at + OPEN_FOR, zone)),
        }
        subject = _("How was it to apply to {organisation}? Four questions").format(**values)
        said = [
            sentence.format(**values)
            for sentence in (
                _("Hello {name},"),
                _(
                    "You applied for {title}, and you have our decision. How was it for you?"
                    " Four short questions help us to treat the next people better."
                ),
            )
        ]
        after = [
            sentence.format(**values)
            for sentence in (
                _("You can answer until {day}, and change your answer until then."),
                _(
                    "Your answer changes nothing about any application. Colleagues see totals"
                    " only, and what you write without your name."
                ),
                _(
                    "If you do nothing, we do not remind you. On the same page you can say that"
                    " you want no such questions."
                ),
            )
        ]
        label = _("Answer four questions")
        colon = _("{label}:").format(label=label)
    text = "\n\n".join(bodies.clean(part) for part in [*said, f"{colon}\n{link}", *after])
    body = "\n".join(
        [
            *(f"<p>{escape(sentence)}</p>" for sentence in said),
            f"<p>{bodies.ACTION % (escape(link), escape(label))}</p>",
            *(f"<p>{escape(sentence)}</p>" for sentence in after),
        ]
    )
    return emails.put_together(
        message,
        message.address,
        organisation,
        at,
        subject=subject,
        text=text,
        body=bodies.clean(body),
        language=language or languages.ENGLISH,
    )

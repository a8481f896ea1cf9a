"""The email that asks how it was to apply, in the language of its reader."""

from datetime import datetime
from html import escape

from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import Organisation
from engagement import bodies, emails, links, rendering, schedule
from engagement.models import Message, Survey
from engagement.models.surveys import OPEN_FOR


def compose(message: Message, organisation: Organisation, at: datetime) -> emails.Email:
    """Return the email. Asks no database: the survey, its application and job are at hand.

    Raises MergeError: the application is gone, so the arbiter says no in a moment.
    """
    survey = message.survey
    if survey is None or survey.application is None:
        raise rendering.MergeError("survey")
    person = message.candidate
    is_reminder = message.dedupe_key == survey.reminder_key
    left_at = survey.sent_at or at if is_reminder else at
    zone = schedule.zone_of(person.time_zone, organisation.time_zone)
    link = links.url(links.Purpose.SURVEY, person.public_id, survey.public_id)
    language = languages.known(person.language) or languages.known(organisation.language)
    with languages.speaking(language):
        values = {
            "name": rendering.one_line(person.call_name or person.name),
            "organisation": organisation.name,
            "title": rendering.one_line(survey.application.job.title),
            "day": languages.day_in_words(schedule.local_date(left_at + OPEN_FOR, zone)),
        }
        subject = (
            _("Once more: how was it to apply to {organisation}? Four questions")
            if is_reminder
            else _("How was it to apply to {organisation}? Four questions")
        ).format(**values)
        said = [
            sentence.format(**values)
            for sentence in (_("Hello {name},"), _opening(survey, is_reminder=is_reminder))
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
                    "This is the only reminder. On the same page you can say that you want no such"
                    " questions."
                )
                if is_reminder
                else _(
                    "If you do nothing, we remind you once. On the same page you can say that you"
                    " want no such questions."
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


def _opening(survey: Survey, *, is_reminder: bool) -> str:
    """Return the sentences that say why we ask, with the title left open."""
    if is_reminder:
        return _(
            "A week ago we asked you how it was to apply for {title}, and we have no answer yet."
            " If you like, there is still time: four short questions help us to treat the next"
            " people better."
        )
    if survey.outcome == Survey.Outcome.HIRED:
        return _(
            "You applied for {title}, and you were chosen. How was it for you? Four short"
            " questions help us to treat the next people better."
        )
    if survey.outcome == Survey.Outcome.WITHDRAWN:
        return _(
            "You applied for {title}, and then decided not to go on. How was it for you? Four short"
            " questions help us to treat the next people better."
        )
    return _(
        "You applied for {title}, and you have our decision. How was it for you? Four short"
        " questions help us to treat the next people better."
    )

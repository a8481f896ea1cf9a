"""Job emails again, for somebody who stopped them or was erased: by fresh proof alone (C-14)."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.models import Organisation
from candidates.actions.opting_in import opt_in
from candidates.identity import canonical_email
from candidates.models import Candidate, GroundEvent
from engagement import links
from engagement.actions import messages
from engagement.choices import in_words, months_later
from engagement.recipients import greeting, speaking_to, today_of, zone_of

MONTHS = 12
VERSION = "again-1"
WORDS = _(
    "Keep my details for 12 months and email me when a job opens that may suit me."
    " I can stop at any time from any email."
)
APART = 10 * 60  # seconds; who asks more often gets one email


@languages.recorded_in_english
def ask(address: str) -> None:
    """Send the link that starts job emails again to an address, if somebody we know has it.

    Whoever asks learns nothing either way.
    """
    people = Candidate.objects.live()
    candidate = people.filter(
        emails__canonical=canonical_email(address), emails__released_at=None
    ).first()
    if candidate is None:
        return
    with speaking_to(candidate):
        name = Organisation.current().name
        subject, text = gettext("Job emails from {name}").format(name=name), _text(candidate)
    messages.notify(
        candidate,
        key=f"again:{candidate.pk}:{int(timezone.now().timestamp()) // APART}",
        subject=subject,
        text=text,
    )


@transaction.atomic
def start(candidate: Candidate) -> list[GroundEvent]:
    """Let job emails go to a person again who opened the link we sent a moment ago.

    Raises ValidationError: see `opt_in`.
    """
    last_day = months_later(today_of(candidate), MONTHS)
    return opt_in(
        candidate,
        wording=str(WORDS),
        version=VERSION,
        language=languages.current(),
        expires_at=datetime.combine(last_day, time(23, 59), tzinfo=zone_of(candidate)),
    )


def _text(candidate: Candidate) -> str:
    until = in_words(months_later(today_of(candidate), MONTHS))
    link = links.url(links.Purpose.AGAIN, candidate.public_id)
    asked = gettext(
        "Somebody, probably you, asked us to send job emails to this address. This page shows what"
        " you would agree to, until {day}:"
    )
    counts = gettext(
        "The link counts for {minutes} minutes. Was it not you? Then do nothing, and nothing"
        " changes."
    )
    return "\n\n".join(
        [
            greeting(candidate),
            asked.format(day=until),
            link,
            counts.format(minutes=links.POWER_MINUTES),
        ]
    )

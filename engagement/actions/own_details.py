"""What a person asks about their own details, on their own page, with their mailbox proved."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, languages
from accounts.models import Organisation
from applications.actions import own_wish
from candidates import policies, timeline
from candidates.actions import erasure, requests
from candidates.actions.opting_in import opt_in
from candidates.models import Candidate, GroundEvent, PrivacyRequest
from engagement import links
from engagement.actions import deleting, messages
from engagement.choices import in_words
from engagement.extension_page import must_keep
from engagement.extension_words import words_in
from engagement.links import Purpose
from engagement.recipients import greeting, speaking_to, zone_of

ACTOR = own_wish.ACTOR
VERSION = "page-1"
KNOWN = PrivacyRequest.Identity.KNOWN_ADDRESS
PAGE = PrivacyRequest.How.PAGE
State = PrivacyRequest.State
MAY_BE_TAKEN_BACK = frozenset({State.COOLING_OFF, State.WAITING, State.RESTRICTED})


def keep_words(candidate: Candidate) -> str:
    """Return what they agree to when they want to be kept for similar jobs."""
    pool = policies.of_place(candidate.country, candidate.region).pool
    return gettext(
        "Keep my details for {pool} and email me when a similar job opens."
        " I can stop at any time from any email."
    ).format(pool=pool)


def keep_until(candidate: Candidate, now: datetime) -> datetime:
    return policies.of_place(candidate.country, candidate.region).pool.after(now)


def keep_for_similar_jobs(candidate: Candidate) -> list[GroundEvent]:
    """Record that they want to be kept, in the words they saw.

    Raises ValidationError: see `opt_in`.
    """
    return opt_in(
        candidate,
        wording=keep_words(candidate),
        version=VERSION,
        language=languages.current(),
        expires_at=keep_until(candidate, timezone.now()),
    )


@transaction.atomic
def choose_language(candidate: Candidate, code: str) -> None:
    """Remember in which language they want to read. Choosing the same again does nothing."""
    candidate = Candidate.objects.locked_kept(candidate.pk)
    before = candidate.language
    if before == code:
        return
    candidate.language = code
    candidate.save(update_fields=["language"])
    timeline.remember(
        candidate,
        "candidate.language_chosen",
        f"Chose to read {languages.IN_ENGLISH[code]}.",
        by=ACTOR,
    )
    audit.record(ACTOR, "candidate.language_chosen", candidate, language=[before, code])


@languages.recorded_in_english
def ask_copy(candidate: Candidate) -> PrivacyRequest:
    """Ask for a copy of their data: it comes into the queue of the privacy officer.

    Raises ValidationError: they asked before and were not answered yet.
    """
    kind = PrivacyRequest.Kind.ACCESS
    return requests.receive_request(candidate, kind, how=PAGE, by=ACTOR, identity=KNOWN)


@languages.recorded_in_english
@transaction.atomic
def ask_deletion(candidate: Candidate, *, wait: bool) -> PrivacyRequest:
    """Ask to be deleted. An email tells the owner of the mailbox, who can take it back.

    wait: only once their open applications are decided. Otherwise these are withdrawn, and the
    seven days begin in which they may change their mind, or a law makes us keep them locked away.

    Raises ValidationError: they asked before, or a decision is on its way to them.
    """
    kind = PrivacyRequest.Kind.ERASURE
    open_ones = list(candidate.applications.open())
    for application in open_ones if not wait else ():
        own_wish.withdraw_themselves(application)
    request = requests.receive_request(candidate, kind, how=PAGE, by=ACTOR, identity=KNOWN)
    if not wait:
        request = deleting.begin(request, candidate)
    elif open_ones:
        request = erasure.wait_for_decision(request, by=ACTOR)
    else:  # a decision that is on its way takes less than seven days
        request = erasure.ask_erasure(request, by=ACTOR)
    with speaking_to(candidate):
        subject = gettext("You asked {name} to delete your details").format(
            name=Organisation.current().name
        )
        text = _deletion_text(candidate, request)
    messages.notify(candidate, key=f"deletion:{request.public_id}", subject=subject, text=text)
    return request


@languages.recorded_in_english
@transaction.atomic
def take_deletion_back(candidate: Candidate) -> None:
    """Stay after all.

    Raises ValidationError: nothing was asked, or a colleague looks after it.
    """
    asked = candidate.privacy_requests.open_erasures().first()
    if asked is None or asked.state not in MAY_BE_TAKEN_BACK:
        raise ValidationError("There is nothing to take back.", code="nothing_asked")
    deleting.take_back(asked, candidate)


def _deletion_text(candidate: Candidate, request: PrivacyRequest) -> str:
    if request.cooling_off_until:
        day = in_words(request.cooling_off_until.astimezone(zone_of(candidate)).date())
        when = gettext("We delete them on {day}.").format(day=day)
    elif request.state == State.RESTRICTED:
        locked = must_keep(candidate, words_in(languages.current()))
        when = f"{gettext('We removed you from all searches and emails today.')} {locked}"
    else:
        when = gettext("We delete them once you have heard about your open applications.")
    asked = gettext("Somebody who has this mailbox asked us to delete all your details.")
    back = gettext(
        "Was it not you, or did you change your mind? Until then you can take it back on your page:"
    )
    link = links.url(Purpose.STATUS, candidate.public_id, request.public_id)
    return f"{greeting(candidate)}\n\n{asked} {when}\n\n{back}\n{link}\n"

"""Joining the talent community: asked for on a form, counted by a yes from the mailbox itself.

Anybody can type an address, so until its owner says yes nothing may be sent but that one question,
and who never answers is forgotten. Whoever asks gets the same answer (X-30).
"""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, languages
from accounts.models import Organisation
from applications.actions.applying import mark_asked
from applications.models import Arrival
from candidates import policies, timeline
from candidates.actions.arriving import note_privacy_notice, take_in
from candidates.actions.opting_in import ACTOR, opt_in
from candidates.models import Activity, Candidate, ContactGate
from candidates.person_data import declared
from candidates.resolving import Said
from engagement import links
from engagement.actions import messages, preferences
from engagement.choices import Choices, in_words, said_about_them
from engagement.models import SignUp
from engagement.recipients import speaking_to, standing_of

SOURCE = "Talent community"
VERSION = "join-1"
PROVE_DAYS = 3  # as long as the link counts
FORGET_DAYS = 14
# What a person has who did nothing but type an address here. Anything else keeps them.
_LITTLE = frozenset(
    {
        *("candidates.Activity", "candidates.ContactGate", "candidates.EmailAddress"),
        *("candidates.GroundEvent", "candidates.GroundState", "candidates.SearchText"),
        *("applications.MatchProfile", "engagement.SignUp", "engagement.Message"),
        *("engagement.Decision", "engagement.DeliveryEvent", "engagement.AccessCode"),
    }
)


def words() -> str:
    """Return what they agree to. The length is that of the organisation's place."""
    pool = policies.of_place(Organisation.current().country).pool
    return gettext(
        "Keep my details for {pool} and email me when a job like these opens."
        " I can stop at any time from any email."
    ).format(pool=pool)


def sign_up(form_id: uuid.UUID, *, name: str, email: str, choices: Choices) -> SignUp | None:
    """Keep what somebody asked for, and ask the owner of the address. The same form asks once.

    Returns None for a person in the restricted archive: nothing may be done with them here.
    """
    if first := SignUp.objects.filter(form_id=form_id).first():
        return first
    try:
        return _sign_up(form_id, name, email, choices)
    except IntegrityError:  # the same form, sent twice at once
        return SignUp.objects.get(form_id=form_id)
    except ValidationError as refusal:
        if refusal.code != "archived":
            raise
        return None


@transaction.atomic
def _sign_up(form_id: uuid.UUID, name: str, email: str, choices: Choices) -> SignUp:
    candidate, is_new = take_in(Said(name, (email,)), source=SOURCE, from_archive=False)
    found = SignUp.objects.create(
        candidate=candidate, form_id=form_id, choices=choices.as_json(), made_person=is_new
    )
    if is_new:
        note_privacy_notice(candidate, version=VERSION, language=languages.current())
    _ask(found)
    return found


@transaction.atomic
def prove(found: SignUp) -> SignUp:
    """Let job emails go to whoever opened the link that we sent and said yes. Twice counts once.

    Raises ValidationError: see `opt_in`.
    """
    ContactGate.objects.lock_mailboxes([found.candidate_id])  # as `opt_in` needs them
    candidate = Candidate.objects.locked(found.candidate_id)
    found = SignUp.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.proved_at:
        return found
    pool = policies.of_place(Organisation.current().country).pool
    opt_in(
        candidate,
        wording=words(),
        version=VERSION,
        language=languages.current(),
        expires_at=pool.after(timezone.now()),
    )
    choices = Choices.from_json(found.choices)
    before = standing_of(candidate)
    preferences.store(candidate, choices, before)
    said = " ".join(said_about_them(Choices(), choices)) or "Wants job emails about any job."
    timeline.remember(candidate, "preference.chosen", said, by=ACTOR, group=Activity.Group.CONSENT)
    audit.record(ACTOR, "candidate.joined", candidate)
    found.proved_at = timezone.now()
    found.save(update_fields=["proved_at"])
    return found


def is_over(found: SignUp, now: datetime) -> bool:
    """Say whether the link counts no more."""
    return now > found.at + timedelta(days=PROVE_DAYS)


def carry_opt_ins() -> int:
    """Ask for proof where somebody who had refused ticked job emails when applying (C-13)."""
    carried = 0
    while True:
        with transaction.atomic():
            arrival = (
                Arrival.objects.filter(job_emails=Arrival.JobEmails.TO_PROVE)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("application__candidate")
                .order_by("pk")
                .first()
            )
            if arrival is None:
                return carried
            person = arrival.application.candidate
            found = SignUp.objects.create(
                candidate=person, form_id=arrival.form_id, choices=Choices().as_json()
            )
            _ask(found)
            mark_asked(arrival)
        carried += 1


def forget_unproved(now: datetime) -> int:
    """Delete what nobody said yes to, and people of whom we know nothing else. Returns how many."""
    due = SignUp.objects.filter(proved_at=None, at__lte=now - timedelta(days=FORGET_DAYS))
    forgotten = 0
    for found in due.order_by("pk"):
        with transaction.atomic():
            ContactGate.objects.locked(found.candidate_id)
            candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=found.candidate_id)
            made_person = found.made_person
            found.delete()
            if made_person and _is_nobody_else(candidate):
                audit.record("forgetting sign-ups", "candidate.sign_up_forgotten", candidate)
                candidate.delete()
        forgotten += 1
    return forgotten


def _is_nobody_else(candidate: Candidate) -> bool:
    """Say whether nothing is known of a person but the address that somebody typed."""
    if candidate.owner_id or candidate.erased_at or candidate.merged_into_id:
        return False
    if SignUp.objects.filter(candidate=candidate).exists() or candidate.grounds.exists():
        return False
    return not any(
        QuerySet(data.model).filter(**{data.field: candidate}).exists()
        for data in declared()
        if data.model._meta.label not in _LITTLE
    )


@languages.recorded_in_english
def _ask(found: SignUp) -> None:
    """Leave the one email that may go before the yes. The typed name is not in it: it may be spam.

    The link itself changes nothing; the yes on its page does.
    """
    organisation = Organisation.current().name
    link = links.url(links.Purpose.JOIN, found.candidate.public_id, found.public_id)
    with speaking_to(found.candidate):
        subject = gettext("Please confirm: job emails from {name}").format(name=organisation)
        asked = gettext(
            "Somebody, probably you, asked {name} to write to this address when jobs open. Do you"
            " want that? This page shows what you would agree to:"
        )
        counts = gettext(
            "The link counts until {day}. Was it not you? Then do nothing: no job emails come, and"
            " what was typed is deleted after {days} days."
        )
        until = in_words((found.at + timedelta(days=PROVE_DAYS)).date())
        text = "\n\n".join(
            [
                gettext("Hello,"),
                asked.format(name=organisation),
                link,
                counts.format(day=until, days=FORGET_DAYS),
            ]
        )
    messages.notify(found.candidate, key=f"join:{found.pk}", subject=subject, text=text)

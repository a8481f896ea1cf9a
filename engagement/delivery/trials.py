"""Sends trials to the colleagues who asked for them: apart from the queue, and at most once."""

import logging
from datetime import timedelta

from django.utils import timezone

from accounts.models import Organisation
from engagement import emails, emails_preview, rendering
from engagement.delivery.sandbox import transport_for_settings
from engagement.delivery.transports import MailError
from engagement.models import Message, Trial

logger = logging.getLogger(__name__)

# A worker that died at it does not come back: then nobody knows whether it left.
FORGET_AFTER = timedelta(minutes=5)
MARK = "[Test] "


def send_trials() -> int:
    """Send the trials that wait. Returns how many the mail server took.

    Each is marked before the conversation begins, so a worker that dies sends none twice.
    """
    sent = 0
    lost = timezone.now() - FORGET_AFTER
    Trial.objects.filter(state=Trial.State.SENDING, created_at__lt=lost).update(
        state=Trial.State.FAILED,
        problem="The connection was lost: look into your mailbox, or send it again.",
    )
    related = Trial.objects.select_related("campaign__job", "campaign__sender", "user")
    for trial in related.select_related("template_version").filter(state=Trial.State.DUE):
        mine = Trial.objects.filter(pk=trial.pk, state=Trial.State.DUE).update(
            state=Trial.State.SENDING
        )
        if mine:
            sent += _send(trial)
    return sent


def _send(trial: Trial) -> bool:
    try:
        email = _composed(trial)
    except rendering.MergeError as error:
        _failed(trial, f"There is nothing to fill in for “{error.field}” for this person.")
        return False
    transport = transport_for_settings()
    try:
        transport.begin(email, trial.user.email)
        transport.offer()
        transport.say_dot()
        transport.answer()
    except MailError as why:
        logger.warning("a test was not sent", extra={"trial_id": trial.pk, "code": why.reply.code})
        transport.abandon()
        said = f"{why.reply.code} {why.reply.text}".strip()
        _failed(trial, f"The mail server did not take it. It said: {said}")
        return False
    finally:
        transport.close()
    Trial.objects.filter(pk=trial.pk).update(state=Trial.State.SENT, sent_at=timezone.now())
    return True


def _failed(trial: Trial, problem: str) -> None:
    Trial.objects.filter(pk=trial.pk).update(state=Trial.State.FAILED, problem=problem[:300])


def _composed(trial: Trial) -> emails.Email:
    """Put it together as it would leave, but to nobody, and marked as a test."""
    campaign = trial.campaign
    reader = emails_preview.reader_of(campaign, trial.reader)
    now = timezone.now()
    version = trial.template_version
    version.subject = f"{MARK}{version.subject}"
    whole = emails.JobEmails(version, campaign.job, campaign.sender, Organisation.current())
    person = emails_preview.person_of(reader, trial.user.email)
    message = Message(candidate=reader, job=campaign.job, created_at=now, public_id=trial.public_id)
    return whole.compose(message, person, now)

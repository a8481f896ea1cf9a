"""A message to oneself, to see it in one's own mailbox before it is approved."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from engagement import emails_preview, rendering
from engagement.models import Campaign, Step, Trial, Worded

MOST_AN_HOUR = 20


@transaction.atomic
def ask_for_trial(
    campaign: Campaign, step: Step, reader: str, *, by: User, worded: Worded | None = None
) -> Trial:
    """Leave a trial of one message for the colleague who asks, to go at once.

    reader: as whom it is written, as the preview names it. worded: what the step is to say, if that
    is not what it says now.

    Raises ValidationError: the text has a mistake, the organisation cannot write yet, or they asked
    too often.
    """
    Campaign.objects.locked(campaign.pk)
    version = (worded or step.now).version_for(emails_preview.reader_of(campaign, reader).language)
    for problem in rendering.version_problems(version):
        raise ValidationError(
            f"Mend the mistakes in the text first. {problem}", code="template_problem"
        )
    missing = Organisation.current().missing_to_write
    if missing:
        raise ValidationError(
            f"The organisation cannot write yet. Missing: {', '.join(missing)}.",
            code="domain_not_ready",
        )
    hour_ago = timezone.now() - timedelta(hours=1)
    if Trial.objects.filter(user=by, created_at__gt=hour_ago).count() >= MOST_AN_HOUR:
        raise ValidationError(
            "You sent yourself many tests within an hour. Wait a little, or use the preview.",
            code="too_many",
        )
    trial = Trial.objects.create(
        campaign=campaign,
        position=step.position,
        template_version=version,
        reader=reader[:36],
        user=by,
    )
    audit.record(by, "campaign.tested", campaign, step=["", str(step.position)])
    return trial

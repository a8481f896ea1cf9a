"""The list that a draft's audience is compared with after an edit. The caller holds its lock."""

from django.utils import timezone

from engagement import comparing, planning
from engagement.models import Campaign


def keep(campaign: Campaign) -> None:
    """Keep the present dry run as the one that later edits are compared with."""
    audience = campaign.audience
    audience.compared_with = comparing.kept(planning.dry_run(campaign, timezone.now()))
    audience.save(update_fields=["compared_with"])


def keep_before_edit(campaign: Campaign) -> None:
    """Keep the list as it was before the first edit that follows a check, unless it is long."""
    audience = campaign.audience
    if audience.compared_with is not None or not campaign.steps.exists():
        return
    some = planning.people_considered(campaign)[: comparing.BY_ITSELF + 1]
    if some.count() <= comparing.BY_ITSELF:
        keep(campaign)

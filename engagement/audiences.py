"""Whom a campaign is for: those picked by hand, or whoever its rule finds now. Reads only.

The rule is the kind of the campaign. Whether somebody may be written to is the arbiter's affair.
"""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Organisation
from applications import matching
from applications.models import Application, Job, Match
from applications.models.applications import Outcome
from applications.models.milestones import Milestone
from candidates.models import Candidate, PoolMembership, TalentPool
from engagement import arbiter
from engagement.arbiter import first_look
from engagement.models import Campaign, Decision

NO_OVERSIGHT_ABOVE: Final = 20  # so many approved with nobody looked at is "unreviewed"

_FIRST: Final = f"""
WITH j AS (SELECT * FROM applications_job WHERE id = %s), a AS (SELECT %s::timestamptz AS at)
SELECT candidate_id FROM j CROSS JOIN a CROSS JOIN LATERAL ({first_look.PEOPLE}) first
"""  # noqa: S608  (constants alone)


def people_considered(campaign: Campaign) -> QuerySet[Candidate]:
    """Return the people picked by hand or, when nobody was picked, all whom the rule finds."""
    audience = getattr(campaign, "audience", None)
    if audience is not None and audience.chosen is not None:
        return Candidate.objects.filter(pk__in=audience.chosen)
    found = people_of_rule(campaign)
    return found.exclude(pk__in=audience.left_out) if audience and audience.left_out else found


def people_of_rule(campaign: Campaign) -> QuerySet[Candidate]:
    """Return everybody whom the rule finds now, whether they may be written to or not."""
    if campaign.kind == Campaign.Kind.SILVER and campaign.source_job:
        return silver_medalists(campaign.source_job)
    if campaign.kind == Campaign.Kind.POOL and campaign.pool:
        return members_of(campaign.pool)
    if campaign.kind == Campaign.Kind.JOB_OPEN and campaign.job:
        is_first = campaign.job.has_first_look
        return people_of_first_look(campaign.job) if is_first else people_who_fit(campaign.job)
    return Candidate.objects.none()


def people_who_fit(job: Job) -> QuerySet[Candidate]:
    """Return everybody who fits the job, whether they may be written to or not."""
    found = matching.audience(job, at=timezone.now()).order_by().values("candidate_id")
    return Candidate.objects.live().filter(pk__in=found)


def people_of_first_look(job: Job) -> QuerySet[Candidate]:
    """Return who hears of the job before it is public: promised, or close to such a job before.

    Whether they fit is not asked: we promised to write. Everybody else comes in later, where the
    campaign stays switched on.
    """
    found = RawSQL(_FIRST, [job.pk, timezone.now()])  # noqa: S611  (constants; values are bound)
    return Candidate.objects.live().filter(pk__in=found)


def silver_medalists(job: Job) -> QuerySet[Candidate]:
    """Return those who came to the final round for this job, or declined its offer."""
    near = Application.objects.filter(
        Q(furthest__gte=Milestone.FINAL) | Q(outcome=Outcome.OFFER_DECLINED),
        job=job,
        candidate=OuterRef("pk"),
        closed_at__isnull=False,
    ).exclude(outcome__in=[Outcome.HIRED, Outcome.DUPLICATE])
    return Candidate.objects.live().filter(Exists(near))


def members_of(pool: TalentPool) -> QuerySet[Candidate]:
    members = PoolMembership.objects.members().filter(pool=pool, candidate=OuterRef("pk"))
    return Candidate.objects.live().filter(Exists(members))


def not_settled(campaign: Campaign) -> QuerySet[Candidate]:
    """Return those whom the rule finds and of whom nothing final was decided yet.

    Whoever was considered and was in, or was kept out by something that does not pass, is settled:
    no later look takes them in. So a rule never fires for what was there before.
    """
    decided = Decision.objects.filter(
        campaign=campaign, candidate=OuterRef("pk"), phase=Decision.Phase.PLANNING
    )
    final = decided.exclude(allowed=False, reasons__contained_by=sorted(arbiter.PASSES))
    return people_considered(campaign).filter(~Exists(final))


def never_considered(campaign: Campaign) -> QuerySet[Candidate]:
    decided = Decision.objects.filter(
        campaign=campaign, candidate=OuterRef("pk"), phase=Decision.Phase.PLANNING
    )
    return people_considered(campaign).filter(~Exists(decided))


def is_rule_over(campaign: Campaign, at: datetime) -> bool:
    """Say whether nobody comes in by themselves any more."""
    if not campaign.takes_in_later:
        return True
    today = at.astimezone(Organisation.current().zone).date()
    if campaign.takes_in_until and campaign.takes_in_until < today:
        return True
    if campaign.pool and campaign.pool.closed_at:
        return True
    return bool(campaign.job and campaign.job.is_over)


def opened_profiles(campaign: Campaign, candidate_ids: list[int]) -> int:
    """Count whose profile somebody opened, from the matches or from the campaign (P-35)."""
    audience = getattr(campaign, "audience", None)
    looked_at = set(audience.looked_at if audience else ()) & set(candidate_ids)
    if campaign.job:
        looked_at |= set(
            Match.objects.filter(
                job=campaign.job, candidate__in=candidate_ids, opened_at__isnull=False
            ).values_list("candidate_id", flat=True)
        )
    return len(looked_at)


def is_unreviewed(opened: int, will_get: int) -> bool:
    """Say whether many are to get it and nobody looked at one of them (P-35)."""
    return not opened and will_get > NO_OVERSIGHT_ABOVE

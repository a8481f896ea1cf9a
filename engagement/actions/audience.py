"""Whom a campaign is for, while it is a draft: its kind, its rule, and who is left out by hand."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from applications.models import Job
from candidates.models import Candidate, TalentPool
from engagement import audiences
from engagement.actions.drafts import draft_to_edit, saved
from engagement.models import Audience, Campaign

Kind = Campaign.Kind
CONFLICT = (
    "Somebody else changed this step while you did. What they chose is shown below; yours is still "
    "here. Save again to put yours in its place."
)


@dataclass(frozen=True)
class Entry:
    """Who comes in later and who leaves. Nobody comes in later: none of the rest counts."""

    takes_in_later: bool = False
    only_new: bool = False
    most_a_day: int = 20
    takes_in_until: date | None = None
    leaves_with_rule: bool = False


@transaction.atomic
def start_draft(
    job: Job | None,
    *,
    by: User,
    name: str = "",
    people: Iterable[Candidate] | None = None,
    kind: str = Kind.JOB_OPEN,
    source_job: Job | None = None,
    pool: TalentPool | None = None,
) -> Campaign:
    """Begin a campaign. people: picked by hand; None: everybody whom the rule of its kind finds.

    A one-off to a pool goes to those who are in it at this moment.

    Raises ValidationError: the job is not open, what its kind needs is missing, the pool is closed,
    or nobody was picked.
    """
    if kind == Kind.JOB_OPEN and job is None:
        raise ValidationError("Choose the job that opened.", code="no_job")
    if kind == Kind.SILVER and source_job is None:
        raise ValidationError("Choose the job whose silver medalists it is for.", code="no_job")
    if kind == Kind.POOL and pool is None:
        raise ValidationError("Choose the talent pool.", code="no_pool")
    if job and not job.is_open:
        raise ValidationError("Campaigns are for open jobs. Open the job first.", code="job_closed")
    if pool and pool.closed_at:
        raise ValidationError(
            "This talent pool is closed. Open it again first.", code="pool_closed"
        )
    chosen = None if people is None else sorted(person.pk for person in people)
    if kind == Kind.ONE_OFF and pool and chosen is None:
        chosen = sorted(audiences.members_of(pool).values_list("pk", flat=True))
    if chosen == [] or (kind == Kind.ONE_OFF and chosen is None):
        raise ValidationError("Pick somebody first.", code="nobody")
    campaign = Campaign(
        kind=kind,
        job=job,
        source_job=source_job if kind == Kind.SILVER else None,
        pool=pool if kind == Kind.POOL else None,
        by=by,
        sender=by,
        written_by=[by.pk],
    )
    campaign.name = (name or _name_of(campaign))[:120]
    campaign.save()
    Audience.objects.create(campaign=campaign, chosen=chosen)
    audit.record(
        by,
        "campaign.drafted",
        campaign,
        kind=["", kind],
        **({"job": ["", str(job.public_id)]} if job else {}),
    )
    return campaign


@transaction.atomic
def set_audience(
    campaign: Campaign,
    *,
    name: str,
    everybody: bool,
    by: User,
    entry: Entry | None = None,
    seen: str | None = None,
) -> Campaign:
    """Name the campaign, choose between those picked by hand and everybody whom the rule finds,
    and say who comes in later.

    seen: the fingerprint of what the form showed; None overwrites whatever is there.

    Raises ValidationError: it is no draft any more, its kind takes nobody in later, only some were
    picked though others are to come, or somebody else changed it meanwhile (`conflict`).
    """
    campaign = draft_to_edit(campaign)
    if seen is not None and seen != campaign.audience_fingerprint:
        raise ValidationError(CONFLICT, code="conflict")
    entry = entry or Entry()
    if campaign.kind == Kind.ONE_OFF and (everybody or entry.takes_in_later):
        raise ValidationError("A one-off goes to those who were picked.", code="one_off")
    if entry.takes_in_later and not everybody and campaign.audience.chosen is not None:
        raise ValidationError(
            "Only those picked by hand get it, so nobody can come in later. Choose everybody.",
            code="picked",
        )
    campaign.name = name
    is_rule = entry.takes_in_later
    campaign.takes_in_later = is_rule
    campaign.only_new = is_rule and entry.only_new
    campaign.most_a_day = entry.most_a_day
    campaign.takes_in_until = entry.takes_in_until if is_rule else None
    campaign.leaves_with_rule = entry.leaves_with_rule
    audience = campaign.audience
    if everybody:
        audience.chosen = None
        audience.save(update_fields=["chosen"])
    return saved(campaign, by, "audience")


@transaction.atomic
def leave_out(campaign: Campaign, candidate: Candidate, *, by: User) -> Campaign:
    """Take one person out of the audience: a person overrules the list (P-35).

    Raises ValidationError: it is no draft any more, or they are the last one picked.
    """
    campaign = draft_to_edit(campaign)
    audience = campaign.audience
    if audience.chosen is None:
        audience.left_out = sorted({*audience.left_out, candidate.pk})
        audience.save(update_fields=["left_out"])
        return saved(campaign, by, "audience")
    chosen = [pk for pk in audience.chosen if pk != candidate.pk]
    if not chosen:
        raise ValidationError("Somebody has to be left. Discard the draft instead.", code="nobody")
    audience.chosen = chosen
    audience.save(update_fields=["chosen"])
    return saved(campaign, by, "audience")


@transaction.atomic
def bring_back(campaign: Campaign, *, by: User) -> Campaign:
    """Let everybody whom a colleague left out of what the rule finds be in it again.

    Raises ValidationError: it is no draft any more.
    """
    campaign = draft_to_edit(campaign)
    campaign.audience.left_out = []
    campaign.audience.save(update_fields=["left_out"])
    return saved(campaign, by, "audience")


def entry_of(campaign: Campaign) -> Entry:
    return Entry(**{name: getattr(campaign, name) for name in asdict(Entry())})


def _name_of(campaign: Campaign) -> str:
    if campaign.kind == Kind.JOB_OPEN and campaign.job:
        return f"{campaign.job.title}: people we know"
    return "One-off" if campaign.kind == Kind.ONE_OFF else campaign.about

"""People who match later: they come into a campaign that stays switched on, and leave it again.

Only for what happens after it was switched on: whoever was considered then, or began to match
while it was paused, is not taken in. Each look is one transaction with the campaign locked, so two
at once, or one that dies, take nobody in twice and lose nobody: what was not committed is found
again by the next.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts import audit
from accounts.models import Organisation
from candidates.models import ContactGate
from engagement import arbiter, audiences
from engagement.actions import enrolments, entering
from engagement.models import Campaign, Decision, Enrolment, Message

_ENGINE = "Perennial"
BEFORE = arbiter.Decision(("before_rule",))


def look(now: datetime) -> int:
    """Take in who matches by now, and let go who matches no more. Returns how many came in.

    Safe to run at any time, any number of times, at once with itself.
    """
    came = 0
    for pk in Campaign.objects.taking_in().values_list("pk", flat=True):
        came += _take_in(pk, now)
    leaving = Campaign.objects.filter(state=Campaign.State.RUNNING, leaves_with_rule=True)
    for pk in leaving.values_list("pk", flat=True):
        _let_go(pk, now)
    return came


def switch_on(campaign: Campaign, now: datetime) -> None:
    """Let a rule begin to fire, with the campaign locked: what matches already is the past.

    Those whom only something that passes keeps out stay undecided: they were considered, and come
    in when it has passed.
    """
    entering.write_down(
        campaign,
        ((pk, BEFORE) for pk in audiences.never_considered(campaign).values_list("pk", flat=True)),
        now,
    )
    campaign.switched_on_at = now


def came_in_on_day(campaign: Campaign, now: datetime) -> int:
    """Count who came in by themselves since midnight, where the organisation is."""
    local = now.astimezone(Organisation.current().zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    late = campaign.enrolments.filter(enrolled_at__gt=campaign.approved_at)
    return late.filter(enrolled_at__gte=midnight).count()


@transaction.atomic
def _take_in(pk: int, now: datetime) -> int:
    campaign = Campaign.objects.locked(pk)
    is_on = campaign.state == Campaign.State.RUNNING and campaign.first_batch_checked_at
    if not is_on or audiences.is_rule_over(campaign, now):
        return 0
    if campaign.job and not campaign.job.is_open:
        return 0  # on hold: those who match meanwhile are looked at when it goes on
    room = campaign.most_a_day - came_in_on_day(campaign, now)
    if room <= 0:
        return 0
    decided = arbiter.decide_many(campaign, audiences.not_settled(campaign), now)
    if not decided:
        return 0
    allowed = [candidate for candidate, decision in decided if decision.allowed][:room]
    coming = set(allowed)
    said = _last_said(campaign, [candidate for candidate, _ in decided])
    news = [
        (candidate, decision)
        for candidate, decision in decided
        if candidate in coming
        or (not decision.allowed and said.get(candidate) != list(decision.reasons))
    ]
    entering.write_down(campaign, news, now)
    if not allowed:
        return 0
    entering.enter(campaign, allowed, at=now, earliest=now, state=Message.State.DUE)
    audit.record(_ENGINE, "campaign.took_in", campaign, people=["", str(len(allowed))])
    return len(allowed)


def _last_said(campaign: Campaign, people: list[int]) -> dict[int, list[str]]:
    """Return why each was kept out the last time, so that it is not written down again."""
    newest = Decision.objects.filter(
        campaign=campaign, candidate=OuterRef("candidate"), phase=Decision.Phase.PLANNING
    ).order_by("-at", "-pk")
    last = Decision.objects.filter(
        campaign=campaign, candidate__in=people, pk=Subquery(newest.values("pk")[:1])
    )
    return dict(last.values_list("candidate_id", "reasons"))


@transaction.atomic
def _let_go(pk: int, now: datetime) -> None:
    """End the enrolments of those whom the rule does not find any more."""
    campaign = Campaign.objects.locked(pk)
    if campaign.state != Campaign.State.RUNNING:
        return
    here = audiences.people_considered(campaign).values("pk")
    active = campaign.enrolments.filter(state=Enrolment.State.ACTIVE).exclude(candidate__in=here)
    leaving = dict(active.values_list("candidate_id", "pk"))
    if not leaving:
        return
    gates = ContactGate.objects.select_for_update().filter(pk__in=leaving).order_by("pk")
    list(gates.values("pk"))
    ended = sorted(leaving.values())
    enrolments.keep_back("m.enrolment_id = ANY(%(ended)s)", {"ended": ended}, "left_rule", at=now)
    Enrolment.objects.filter(pk__in=ended, state=Enrolment.State.ACTIVE).update(
        state=Enrolment.State.ENDED, end_reason="left_rule", ended_at=now
    )
    audit.record(_ENGINE, "campaign.let_go", campaign, people=["", str(len(ended))])

"""The retention run: plan what is due, let it be seen for 72 hours, then carry it out (P-11).

The clocks decide twice: when a plan is made, and again for each person at the moment of acting. A
worker may be killed at any point and a run may be repeated: each person is a transaction of their
own, and one who is planned already is not planned again.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import audit
from accounts.models import User
from candidates import clock_words, clocks
from candidates.actions.archive import archive_candidate
from candidates.actions.erasure import erase_candidate
from candidates.clocks import Clock
from candidates.models import (
    ArchiveReason,
    Candidate,
    GroundEvent,
    Purpose,
    RetentionItem,
    RetentionPlan,
    RetentionVeto,
)
from candidates.models.grounds import GIVING

RUN = "retention run"
CHUNK = 200


@transaction.atomic
def make_plan(now: datetime) -> RetentionPlan | None:
    """Plan what will be due when the 72 hours are over, so that nobody is kept longer than they
    may be: for everybody who is not planned, put off or, for deletion, held. What is due is asked
    once more when it is carried out.

    Returns the plan, or None when nothing is due. Running it again plans nobody twice.
    """
    planned = RetentionItem.objects.waiting().filter(candidate=OuterRef("pk"))
    put_off = RetentionVeto.objects.filter(candidate=OuterRef("pk"), until__gt=now)
    people = Candidate.objects.kept().filter(~Exists(planned), ~Exists(put_off))
    seen_until = now + RetentionPlan.VISIBLE_FOR
    found = [clock for clock in clocks.due(people, seen_until) if _may_plan(clock)]
    if not found:
        return None
    plan = RetentionPlan.objects.create(made_at=now, executes_at=seen_until)
    RetentionItem.objects.bulk_create(
        (
            RetentionItem(
                plan=plan,
                candidate_id=clock.candidate_id,
                action=clock.due,
                why=clock.why,
                law=_law_of(clock),
            )
            for clock in found
        ),
        batch_size=1000,
        ignore_conflicts=True,  # somebody else planned them at this moment
    )
    audit.record(RUN, "retention.planned", plan, people=["", str(len(found))])
    return plan


@transaction.atomic
def veto(item: RetentionItem, reason: str, *, by: User, now: datetime) -> RetentionVeto:
    """Put off what is due for a person by a week.

    Raises ValidationError: no reason, it is not planned (any more), or it was put off three times.
    """
    item = RetentionItem.objects.locked(item.pk)
    if item.state != RetentionItem.State.PLANNED:
        raise ValidationError("This is not planned any more.", code="settled")
    if not reason.strip():
        raise ValidationError("Say why it must wait.", code="no_reason")
    if item.candidate.retention_vetoes.count() >= RetentionVeto.AT_MOST:
        raise ValidationError(
            "It was put off three times. Place a legal hold if the record is needed.",
            code="too_often",
        )
    _settle(item, RetentionItem.State.VETOED, now)
    made = RetentionVeto.objects.create(
        candidate=item.candidate,
        by=by,
        reason=reason.strip(),
        at=now,
        until=now + RetentionVeto.FOR,
    )
    audit.record(by, "retention.vetoed", item, until=["", made.until.date().isoformat()])
    return made


def execute(now: datetime, most: int = CHUNK) -> int:
    """Carry out what was seen for 72 hours, up to `most` people. Returns how many were settled."""
    ripe = RetentionItem.objects.ripe(now).order_by("pk").values_list("pk", flat=True)[:most]
    return sum(_carry_out(pk, now) for pk in list(ripe))


@transaction.atomic
def _carry_out(pk: int, now: datetime) -> bool:
    item = (
        RetentionItem.objects.select_for_update(of=("self",), skip_locked=True)
        .waiting()
        .filter(pk=pk)
        .first()
    )
    if item is None:  # another worker has it, or somebody put it off
        return False
    candidate = Candidate.objects.get(pk=item.candidate_id)
    try:
        with transaction.atomic():
            _act(item, candidate, now)
    except LookupError:
        _settle(item, RetentionItem.State.DROPPED, now, "They are no longer here.")
    except ValidationError as refusal:
        _settle(item, RetentionItem.State.DROPPED, now, refusal.messages[0])
    else:
        _settle(item, RetentionItem.State.DONE, now)
    return True


def _act(item: RetentionItem, candidate: Candidate, now: datetime) -> None:
    clock = clocks.clock_of(candidate, now)
    if clock.due != item.action or not _may_plan(clock):
        raise ValidationError("Something changed meanwhile, and it is no longer due.", code="over")
    if clock.why == "pool_ended" and clock.pool == "over":
        _write_expiry(candidate, now)
    if item.action == RetentionItem.Action.ERASE:
        erase_candidate(candidate, by=RUN)
    else:
        reason = clock_words.ARCHIVED_FOR.get(clock.why, ArchiveReason.EXPIRED)
        archive_candidate(candidate, reason, by=RUN)


def _write_expiry(candidate: Candidate, now: datetime) -> None:
    """Say in the log of grounds that silence ended what they had agreed to."""
    states = {state.purpose: state.kind for state in candidate.grounds.all()}
    GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.EXPIRED,
            jurisdiction=candidate.country,
            occurred_at=now,
            channel=GroundEvent.Channel.STAFF,
            actor=RUN,
        )
        for purpose in (Purpose.POOL, Purpose.NURTURE)
        if states.get(purpose) in GIVING
    )


def _may_plan(clock: Clock) -> bool:
    """Whether it goes by a plan: who was not told in time is locked at once, and nobody waits."""
    if clock.why == "no_notice":
        return False
    return not (clock.is_held and clock.due == RetentionItem.Action.ERASE)


def _law_of(clock: Clock) -> str:
    if clock.why in {"pool_ended", "refused"}:
        return clock.pool_law
    return clock.keep_law if clock.why == "keep_ended" else clock.evidence_law


def _settle(item: RetentionItem, state: str, now: datetime, problem: str = "") -> None:
    RetentionItem.objects.filter(pk=item.pk).update(
        state=state, settled_at=now, problem=problem[:300]
    )

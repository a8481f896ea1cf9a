"""Changing how long people are kept, for this installation."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import policies
from candidates.models import PolicyOverride
from candidates.policies import Span

LONGEST = 120  # months: ten years is longer than any reason to keep an application


@transaction.atomic
def change_policy(
    code: str,
    *,
    evidence: Span | None,
    pool: Span,
    unasked: Span,
    keep: Span | None,
    reason: str,
    by: User,
    version: str | None = None,
) -> PolicyOverride:
    """Replace the figures of one row of the pack. The next retention run goes by them.

    version: the one that the form was made from; None: whatever is there.

    Raises ValidationError: no such row, no reason, a span of no length, one beyond ten years, or
    somebody else changed it meanwhile (`conflict`).
    """
    if code not in policies.BY_CODE:
        raise ValidationError("There is no such row.", code="unknown")
    if not reason.strip():
        raise ValidationError("Say who decided it, and on what ground.", code="no_reason")
    if not pool.months or not unasked.months:
        raise ValidationError("Give at least one month.", code="too_short")
    spans = [span for span in (evidence, pool, unasked, keep) if span]
    if any(span.months > LONGEST for span in spans):
        raise ValidationError("Nobody is kept for longer than ten years.", code="too_long")
    PolicyOverride.objects.select_for_update().filter(code=code).first()
    before = policies.in_force()[code]
    if version not in (None, before.version):
        raise ValidationError("Somebody else changed this row meanwhile.", code="conflict")
    row, _ = PolicyOverride.objects.update_or_create(
        code=code,
        defaults={
            "evidence_months": evidence.months if evidence else None,
            "evidence_days": evidence.days if evidence else None,
            "pool_months": pool.months,
            "unasked_months": unasked.months,
            "keep_months": keep.months if keep else None,
            "reason": reason.strip(),
            "by": by.email,
            "at": timezone.now(),
        },
    )
    after = policies.in_force()[code]
    audit.record(by, "policy.changed", row, **_differences(before, after))
    return row


@transaction.atomic
def reset_policy(code: str, *, by: User) -> None:
    """Go back to the figures of the pack.

    Raises ValidationError: the row has them already.
    """
    row = PolicyOverride.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise ValidationError("This row has the figures of the pack already.", code="unchanged")
    before = policies.in_force()[code]
    audit.record(by, "policy.reset", row, **_differences(before, policies.BY_CODE[code]))
    row.delete()


def _differences(before: policies.Policy, after: policies.Policy) -> dict[str, list[str]]:
    return {
        name: [_said(getattr(before, name)), _said(getattr(after, name))]
        for name in ("evidence", "pool", "unasked", "keep")
        if getattr(before, name) != getattr(after, name)
    }


def _said(span: Span | None) -> str:
    return str(span) if span else "no limit"

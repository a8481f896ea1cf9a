"""What a colleague puts off on Today, says is not theirs, or hands over. Nothing else changes."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import PutOff, User
from accounts.permissions import Permission, may


@transaction.atomic
def put_off(thing: str, until: date | None, *, by: User, today: date) -> PutOff:
    """Hide a thing from this colleague alone: until a day where they are, or, None, for good.

    Raises ValidationError: the day is not to come.
    """
    by = User.objects.locked(by.pk)
    if until is not None and until <= today:
        raise ValidationError("Choose a day that is still to come.", code="past")
    PutOff.objects.of(by).filter(until__lte=today).delete()
    row, _ = PutOff.objects.update_or_create(
        user=by, thing=thing, defaults={"until": until, "handed_to": None}
    )
    return row


@transaction.atomic
def hand_over(thing: str, colleague: User, *, needs: Permission, by: User) -> PutOff:
    """Hand a thing to a colleague who may do it: it stands on their day, no longer on one's own.

    Raises ValidationError: it is oneself, or they may not do it.
    """
    if colleague.pk == by.pk:
        raise ValidationError("It stands on your day already.", code="oneself")
    both = User.objects.select_for_update().filter(pk__in=[by.pk, colleague.pk])
    locked = {user.pk: user for user in both.order_by("pk")}
    colleague = locked[colleague.pk]
    if not may(colleague, needs):
        raise ValidationError(
            f"{colleague.name} may not do this. Choose a colleague who may.", code="not_theirs"
        )
    PutOff.objects.of(colleague).filter(thing=thing).delete()
    row, _ = PutOff.objects.update_or_create(
        user=locked[by.pk], thing=thing, defaults={"until": None, "handed_to": colleague}
    )
    audit.record(by, "today.handed_over", colleague, thing=["", thing])
    return row


@transaction.atomic
def bring_back(*, by: User) -> int:
    """Show again what was put off or is not theirs, but for what they handed over. How many."""
    by = User.objects.locked(by.pk)
    gone, _ = PutOff.objects.of(by).filter(handed_to=None).delete()
    return gone

"""What the house does when a person is erased: caught mail to them goes as well."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from candidates.models import EmailAddress
from candidates.signals import candidate_erased
from config import outbox


@receiver(candidate_erased)
def forget_caught_mail(*, people: list[int], application_stays: bool, **_: Any) -> None:
    """In development the catcher keeps what was sent to them. Elsewhere there is no catcher."""
    if settings.OUTBOX_DIR and not application_stays:
        held = EmailAddress.objects.filter(candidate__in=people)
        addresses = list(held.values_list("address", flat=True))
        transaction.on_commit(partial(outbox.forget, addresses))

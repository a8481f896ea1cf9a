"""Putting applications off in review mode. What else is done there are the actions of the board."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.models import Application, Postponed


@transaction.atomic
def look_later(application: Application, *, until: date | None = None, by: User) -> Postponed:
    """Put an application off for one colleague: behind all the others, or to a day.

    Raises ValidationError: it is closed, or the day is not to come.
    """
    application = Application.objects.locked(application.pk)
    if not application.is_open:
        raise ValidationError(
            "This application was answered meanwhile: there is nothing to look at later.",
            code="closed",
        )
    if until is not None and until <= timezone.localdate():
        raise ValidationError("Choose a day that is still to come.", code="past")
    put_off, _ = Postponed.objects.update_or_create(
        application=application, user=by, defaults={"until": until, "at": timezone.now()}
    )
    audit.record(by, "application.put_off", application, until=["", str(until or "the end")])
    return put_off


@transaction.atomic
def look_now(application: Application, *, by: User) -> None:
    """Take back that an application was put off. One that was not stays as it is."""
    application = Application.objects.locked(application.pk)
    deleted, _ = Postponed.objects.filter(application=application, user=by).delete()
    if deleted:
        audit.record(by, "application.put_off_undone", application)

"""Changes to the organisation in whose name we write."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Organisation, User


@transaction.atomic
def change_organisation(*, by: User, **values: Any) -> Organisation:
    """Set the given fields of the one organisation, and create it on the first call."""
    organisation = Organisation.objects.select_for_update().filter(pk=1).first()
    is_new = organisation is None
    organisation = organisation or Organisation(pk=1)
    changes = {
        field: [str(getattr(organisation, field)), str(value)]
        for field, value in values.items()
        if getattr(organisation, field) != value
    }
    if not changes and not is_new:
        return organisation
    for field, value in values.items():
        setattr(organisation, field, value)
    organisation.save()
    audit.record(by, "organisation.changed", organisation, **changes)
    return organisation

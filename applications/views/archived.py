"""Applications of somebody in the restricted archive: part of a record, only to be read (P-13)."""

import uuid

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest, render_part, requires
from accounts.permissions import Permission
from applications.models import Application
from candidates.views.archive import opened_person_of


@require_GET
@never_cache
@requires(Permission.VIEW_RESTRICTED)
def archived_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show each application with its stages and letters to whoever opened the record."""
    candidate = opened_person_of(request, public_id, "applications")
    applications = (
        Application.objects.filter(candidate=candidate)
        .select_related("job", "stage")
        .prefetch_related("letters", "stage_changes__to_stage")
        .order_by("-applied_at", "-pk")
    )
    context = {
        "candidate": candidate,
        "applications": applications,
        "promises": candidate.promises.order_by("-until", "-pk"),
    }
    return render_part(request, "applications/archived_panel.html", "panel", context)

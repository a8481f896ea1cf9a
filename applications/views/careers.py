"""What a candidate reads about a job. Public, and sets no cookie."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.models import Job


@require_safe
@login_not_required
def career(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show an open job and who to write to. A draft is nobody's to see; the others are closed."""
    jobs = Job.objects.exclude(status=Job.Status.DRAFT)
    job = get_object_or_404(
        jobs.select_related("owner", "department").prefetch_related("offices"), public_id=public_id
    )
    status = 200 if job.is_open else 410
    return render(request, "applications/career.html", {"job": job}, status=status)

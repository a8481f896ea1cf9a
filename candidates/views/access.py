"""Asking for the copy of one person's data. It is made in the background (P-14)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import confirmation
from accounts.http import StaffRequest, hint, requires
from accounts.permissions import Permission
from candidates.actions.access import make_copy
from candidates.tasks import do_work
from candidates.views.common import kept_person_of


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def copy_make(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Begin the copy, if the password was given just now, and show how far it is."""
    candidate = kept_person_of(request, public_id)
    page = "candidates:archived" if candidate.archived_at else "candidates:privacy"
    if challenge := confirmation.challenge(request, back=reverse(page, args=[public_id])):
        messages.info(request, "Once you have given your password, ask for the copy again.")
        return challenge
    work = make_copy(candidate, by=request.user)
    hint(do_work, work.pk)
    return redirect("candidates:task", work.public_id)

"""Messages to and answers from somebody in the restricted archive: only to be read (P-13)."""

import uuid

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest, render_part, requires
from accounts.permissions import Permission
from candidates.views.archive import opened_person_of
from engagement import listing
from engagement.models import Message, Reply


@require_GET
@never_cache
@requires(Permission.VIEW_RESTRICTED)
def archived_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show messages, what became of them, and answers, to whoever opened the record.

    An answer may have come in after they were archived; no inbox shows it.
    """
    candidate = opened_person_of(request, public_id, "messages")
    sent = Message.objects.filter(candidate=candidate).select_related("job").order_by("-pk")
    found = listing.with_words(sent[: listing.PER_PAGE])
    context = {
        "candidate": candidate,
        "answers": Reply.objects.filter(candidate=candidate)[: listing.PER_PAGE],
        "person_messages": [(one, listing.without_personal_links(one.text)) for one in found],
    }
    return render_part(request, "engagement/archived_panel.html", "panel", context)

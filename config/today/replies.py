"""How answers of candidates stand on the home page."""

from datetime import datetime

from django.urls import reverse
from django.utils.timesince import timesince

from accounts.permissions import Permission
from config.today.words import Action, Row
from engagement.actions.receiving import excerpt
from engagement.models import Reply


def reply_row(reply: Reply, now: datetime) -> Row:
    page = reverse("engagement:reply", args=[reply.public_id])
    may_stop = reply.holds == Reply.Holds.STOP
    wait = timesince(reply.at, now, depth=1)
    return Row(
        title=reply.candidate.name if reply.candidate else reply.name,
        href=page,
        detail=excerpt(reply, 120) or reply.subject or "No text",
        tone="bad" if may_stop else "info",
        mark="may have asked to stop" if may_stop else f"waits {wait}",
        actions=(Action("Answer", page, needs=Permission.EDIT_PEOPLE),),
    )

"""The visit of somebody who proved their mailbox: half an hour, prolonged by a button, no account.

It has a cookie of its own and nothing to do with the sessions of colleagues. Each form carries the
proof that it was rendered on this visit, so a form of another site, or of a page that a forwarded
link can open, is no use here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import languages
from candidates.models import Candidate
from engagement import links
from engagement.links import Opened, Purpose
from engagement.models import AccessCode
from engagement.recipients import person_behind, zone_of
from engagement.views import unsaved
from engagement.views.arriving import candidate_page, from_cookie, incomplete, with_cookie

COOKIE = "visit"


@dataclass(frozen=True)
class Visit:
    """Who is here, by which code, and until when."""

    candidate: Candidate
    access: UUID
    ends_at: datetime

    @property
    def proof(self) -> str:
        return links.make_token(Purpose.ACT, self.candidate.public_id, self.access)

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.ends_at - timezone.now()).total_seconds()))

    @property
    def ends(self) -> str:
        """The time of day where they are."""
        return f"{self.ends_at.astimezone(zone_of(self.candidate)):%H:%M}"


def visit_of(request: HttpRequest) -> Visit | None:
    """Return the visit that a browser is on. None: none, over, ended, or the person is gone."""
    opened = from_cookie(request, COOKIE, (Purpose.SIGNED_IN,))
    if opened is None or opened.about is None or not opened.is_fresh:
        return None
    if not AccessCode.objects.signed_in(timezone.now()).filter(public_id=opened.about).exists():
        return None
    candidate = person_behind(opened.candidate)
    if candidate is None:
        return None
    ends_at = opened.issued_at + timedelta(minutes=links.POWER_MINUTES)
    return Visit(candidate, opened.about, ends_at)


def begin(response: HttpResponse, candidate: Candidate, access: UUID) -> HttpResponse:
    """Let a browser be on a visit from now on, or prolong the one it is on."""
    token = links.make_token(Purpose.SIGNED_IN, candidate.public_id, access)
    languages.remember(
        response, languages.current()
    )  # the way on stays in the language of the way in
    return with_cookie(response, COOKIE, token, minutes=links.POWER_MINUTES)


def end(response: HttpResponse) -> HttpResponse:
    return with_cookie(response, COOKIE, "", minutes=0)


def visitors_page(*methods: str) -> Callable[[Callable[..., HttpResponse]], Any]:
    """Open a view to whoever is on a visit; it takes the visit after the request.

    Others are led to where a code is asked for; what they sent waits for them meanwhile. A POST
    needs the proof of a form of this visit.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            visit = visit_of(request)
            if visit is None:
                over = HttpResponseRedirect(f"{reverse('engagement:status')}?over", status=303)
                return unsaved.keep(request, over) if request.method == "POST" else over
            if request.method != "POST":
                return view(request, visit, *args, **kwargs)
            if not is_proven(request, visit):
                return incomplete(request)
            response = view(request, visit, *args, **kwargs)
            return unsaved.forget(response) if unsaved.waits(request) else response

        return candidate_page(*methods)(page)

    return decorate


def is_proven(request: HttpRequest, visit: Visit) -> bool:
    """Say whether the form that was sent was rendered on this visit."""
    opened = links.open_token(Purpose.ACT, request.POST.get("proof", ""))
    if not isinstance(opened, Opened) or opened.about != visit.access:
        return False
    return person_behind(opened.candidate) == visit.candidate

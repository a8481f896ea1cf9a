"""What somebody sent after their visit was over: kept until they are in again (WCAG 2.2.1).

It stays in their own browser, signed, for as long as a visit takes, and only the person whose form
it was sees it again. Nothing is done with it until they press once more.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from candidates.models import Candidate
from engagement import links
from engagement.links import Opened, Purpose
from engagement.recipients import person_behind

COOKIE = "unsaved"
_SALT = "engagement.unsaved"
_MOST = 3000  # letters that a cookie holds for sure
_FIELDS = frozenset(
    {
        *("address", "agree", "when", "version", "often", "pause_for", "pause_until", "which"),
        *("families", "places", "work_modes", "levels", "useful"),
    }
)
# What may wait, by the name of its page, and what its button says.
_LABELS: Final = {
    "status_withdraw": _("Withdraw"),
    "status_take_back": _("Take that back"),
    "status_feedback": _("Ask for feedback"),
    "status_letter": _("Send my answer"),
    "status_keep": _("Keep me for similar jobs"),
    "status_copy": _("Ask for a copy"),
    "status_address": _("Send a code there"),
    "status_choices": _("Save my choices"),
    "status_delete": _("Delete my details"),
    "status_delete_back": _("Keep them after all"),
}


@dataclass(frozen=True)
class Unsaved:
    """A form that waits: where it goes, what its button says, and what was typed."""

    path: str
    label: str
    fields: dict[str, list[str]]


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep what was sent with a form of a visit that is over."""
    opened = links.open_token(Purpose.ACT, request.POST.get("proof", ""))
    if not isinstance(opened, Opened) or _label(request.path) is None:
        return response
    fields = {name: request.POST.getlist(name) for name in sorted(_FIELDS & set(request.POST))}
    sent = signing.dumps([str(opened.candidate), request.path, fields], salt=_SALT)
    if len(sent) > _MOST:
        return response
    response.set_cookie(
        _name(),
        sent,
        max_age=links.POWER_MINUTES * 60,
        secure=not settings.DEBUG,
        httponly=True,
        samesite="Lax",
    )
    return response


def of(request: HttpRequest, candidate: Candidate) -> Unsaved | None:
    """Return what waits for this person in this browser."""
    try:
        who, path, fields = signing.loads(
            request.COOKIES.get(_name(), ""), salt=_SALT, max_age=links.POWER_MINUTES * 60
        )
    except (signing.BadSignature, ValueError):
        return None
    label = _label(path)
    if label is None or person_behind(who) != candidate:
        return None
    return Unsaved(path, label, fields)


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(_name(), samesite="Lax")
    return response


def waits(request: HttpRequest) -> bool:
    return _name() in request.COOKIES


def _label(path: str) -> str | None:
    try:
        label = _LABELS.get(resolve(path).url_name or "")
    except Resolver404:
        return None
    return str(label) if label else None


def _name() -> str:
    return COOKIE if settings.DEBUG else f"__Host-{COOKIE}"

"""What stands around every staff page: the navigation of the user's roles, and their theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import Organisation
from accounts.permissions import Permission, may
from candidates import tray
from config import outbox

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `key`: the second key of the shortcut `g` …

    section: where all its pages stand, if not under its own address. Of two with one label a user
    gets the first that they may open.
    """

    label: str
    url_name: str
    permission: Permission
    icon: str
    key: str
    section: str = ""


PLACES = (
    Place("Today", "today", Permission.USE_PRODUCT, "sun", "t"),
    Place("People", "candidates:people", Permission.VIEW_PEOPLE, "users", "p"),
    Place("Pools", "candidates:pools", Permission.VIEW_PEOPLE, "layers", "o"),
    Place("Jobs", "applications:jobs", Permission.VIEW_JOBS, "briefcase", "j"),
    Place("Interviews", "applications:interviews", Permission.USE_PRODUCT, "calendar", "v"),
    Place("Review", "applications:reviews", Permission.GIVE_VIEWS, "clipboard-check", "w"),
    Place("Letters", "applications:letters", Permission.VIEW_PEOPLE, "mail", "l"),
    Place("Promises", "applications:promises", Permission.VIEW_PEOPLE, "handshake", "r"),
    Place("Replies", "engagement:replies", Permission.VIEW_CAMPAIGNS, "reply", "m"),
    Place("Campaigns", "engagement:campaigns", Permission.VIEW_CAMPAIGNS, "send", "c"),
    Place("Reports", "applications:report_experience", Permission.VIEW_REPORTS, "chart-line", "n"),
    Place(
        "Reports",
        "applications:report_rights",
        Permission.MANAGE_PRIVACY,
        "chart-line",
        "n",
        section="/reports",
    ),
    Place("Imports", "applications:imports", Permission.IMPORT_PEOPLE, "file-up", "i"),
    Place("Privacy", "candidates:requests", Permission.MANAGE_PRIVACY, "shield-check", "y"),
)
SETTINGS = (
    Place("Your account", "accounts:account", Permission.USE_PRODUCT, "circle-user", ""),
    Place("Tasks", "candidates:tasks", Permission.VIEW_TASKS, "list-checks", ""),
    Place(
        "Letter templates",
        "applications:letter_templates",
        Permission.EDIT_LETTERS,
        "file-pen-line",
        "",
    ),
    Place(
        "What applicants wrote",
        "engagement:survey_answers",
        Permission.VIEW_CAMPAIGNS,
        "message-square-text",
        "",
    ),
    Place("Organisation", "accounts:organisation", Permission.MANAGE_SETTINGS, "building-2", ""),
    Place("Sending", "engagement:sending", Permission.MANAGE_SETTINGS, "mail-check", ""),
    Place("Mail that comes back", "engagement:coming_in", Permission.MANAGE_SETTINGS, "inbox", ""),
    Place("Brakes on job emails", "engagement:brakes", Permission.MANAGE_SETTINGS, "gauge", ""),
    Place("Colleagues", "accounts:users", Permission.MANAGE_SETTINGS, "user-cog", ""),
    Place("Audit trail", "accounts:audit", Permission.VIEW_AUDIT, "scroll-text", ""),
)
DEVELOPMENT = (Place("Caught mail", "outbox", Permission.USE_PRODUCT, "inbox", ""),)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html` and `candidate_base.html`; costs no query unless it is used."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    main = PLACES + (DEVELOPMENT if outbox.is_open() else ())
    return {
        "theme": theme if theme in THEMES else "auto",
        "demo": settings.DEMO,
        "sandbox_address": settings.MAIL_SANDBOX,
        "organisation": SimpleLazyObject(Organisation.current),
        "navigation": SimpleLazyObject(lambda: places(request, main)),
        "account_places": SimpleLazyObject(lambda: places(request, SETTINGS)),
        "tray_address": reverse("candidates:tray") if tray.is_shown(request) else "",
        "search_address": SimpleLazyObject(lambda: search_address(request)),
    }


def places(request: HttpRequest, known: tuple[Place, ...]) -> list[dict[str, Any]]:
    """Return the places that exist and that this user may open; the current one is marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    shown: dict[str, dict[str, Any]] = {}
    for place in known:
        address = _address(place.url_name)
        if address and place.label not in shown and may(user, place.permission):
            current = _is_current(request.path, address, place.section)
            shown[place.label] = {"place": place, "href": address, "current": current}
    return list(shown.values())


def search_address(request: HttpRequest) -> str:
    """Return where the search box leads, or nothing for those who may not see people."""
    found = [row["href"] for row in places(request, PLACES) if row["place"].label == "People"]
    return found[0] if found else ""


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _is_current(path: str, address: str, section: str = "") -> str:
    """Return the value of aria-current: the page itself, or the section it stands in."""
    if path == address:
        return "page"
    return "true" if path.startswith((section or address).rstrip("/") + "/") else ""

"""The command palette: go to a person, a job or a page by typing (U-02). Reads only.

Everything in it is a link that also stands on some page. Whom a user finds is decided here, in the
database: a hiring manager finds the candidates of their own jobs and nobody else.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, may
from applications import blind
from applications.models import Application, Job
from candidates.models import Candidate
from candidates.search import Search
from config.navigation import PLACES, SETTINGS, places

SHOWN: Final = 6  # of each kind
REMEMBERED: Final = 5
LETTERS: Final = 3  # before people are looked for (X-30: nobody lists them by single letters)
KEY: Final = "palette"


@dataclass(frozen=True)
class Option:
    """One line. key: what is remembered of it, an id and no name."""

    key: str
    words: str
    detail: str
    href: str
    icon: str


@dataclass(frozen=True)
class Group:
    label: str
    options: list[Option]


def groups(request: HttpRequest, user: User, text: str) -> list[Group]:
    """Return what fits the text; without one, what was used last, and the pages."""
    text = " ".join(text.split())[:100]
    pages = [one for one in _pages(request) if text.casefold() in one.words.casefold()]
    if not text:
        found = [Group("Used last", _used(request, user)), Group("Pages", pages)]
    else:
        found = [
            Group("People", _people(user, text) if len(text) >= LETTERS else []),
            Group("Jobs", _jobs(user, text)),
            Group("Pages", pages[:SHOWN]),
        ]
    return [group for group in found if group.options]


def remember(session: SessionBase, key: str) -> None:
    """Put what was chosen first among the last five. It is looked up anew when it is shown."""
    used = [one for one in session.get(KEY, []) if one != key]
    session[KEY] = [key, *used][:REMEMBERED]


def _pages(request: HttpRequest) -> list[Option]:
    rows = places(request, PLACES) + places(request, SETTINGS)
    return [
        Option(
            f"page:{row['place'].url_name}", row["place"].label, "", row["href"], row["place"].icon
        )
        for row in rows
    ]


def _people(user: User, text: str) -> list[Option]:
    search = Search(text, user)
    if may(user, Permission.VIEW_PEOPLE):
        found = search.near(Candidate.objects.visible_to(user))
        return [_person(one) for one in found.by_last_contact()[:SHOWN]]
    mine = Application.objects.visible_to(user).exclude(blind.veiled_from(user))
    found = search.named(Candidate.objects.live().filter(applications__in=mine)).distinct()
    applications = (
        mine.filter(candidate__in=found)
        .select_related("candidate", "job")
        .order_by("-applied_at", "-pk")[:SHOWN]
    )
    return [_application(one) for one in applications]


def _jobs(user: User, text: str) -> list[Option]:
    found = Job.objects.visible_to(user).filter(title__icontains=text).order_by("title", "pk")
    return [_job(one) for one in found[:SHOWN]]


def _used(request: HttpRequest, user: User) -> list[Option]:
    """Return what was used last, as far as the user may still see it. A query a kind."""
    keys: list[str] = request.session.get(KEY, [])
    ids: dict[str, list[UUID]] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        if kind != "page":
            ids.setdefault(kind, []).append(UUID(name))
    shown: dict[str, Option] = {one.key: one for one in _pages(request)}
    found: list[Option] = []
    if people := ids.get("person"):
        found += map(_person, Candidate.objects.visible_to(user).filter(public_id__in=people))
    if jobs := ids.get("job"):
        found += map(_job, Job.objects.visible_to(user).filter(public_id__in=jobs))
    if applications := ids.get("application"):
        rows = Application.objects.visible_to(user).filter(public_id__in=applications)
        rows = rows.exclude(blind.veiled_from(user))
        found += map(_application, rows.select_related("candidate", "job"))
    shown |= {one.key: one for one in found}
    return [shown[key] for key in keys if key in shown]


def _person(candidate: Candidate) -> Option:
    address = reverse("candidates:profile", args=[candidate.public_id])
    return Option(
        f"person:{candidate.public_id}", candidate.name, candidate.work_line, address, "user"
    )


def _job(job: Job) -> Option:
    address = reverse("applications:job", args=[job.public_id])
    return Option(f"job:{job.public_id}", job.title, job.get_status_display(), address, "briefcase")


def _application(application: Application) -> Option:
    address = reverse("applications:application", args=[application.public_id])
    return Option(
        f"application:{application.public_id}",
        application.candidate.name,
        application.job.title,
        address,
        "user",
    )


def context(request: HttpRequest, user: User, text: str) -> dict[str, Any]:
    return {"groups": groups(request, user, text), "text": text, "letters": LETTERS}

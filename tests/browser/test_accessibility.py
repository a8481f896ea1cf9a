"""Every page of the product in a real browser, found by following its links through the demo.

One instance of each route is visited in light and dark: axe-core finds nothing, and nothing sticks
out sideways on a small phone. A page that no link leads to, and a link that leads nowhere, fails.
"""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from accounts.models import Role, User
from applications.actions import matches
from applications.models import Application, Interview, Job
from candidates.actions.saved_views import save_view
from candidates.models import Candidate, ExtensionRequest, Import, ImportRow, Work
from engagement import links
from engagement.actions.extension_answers import delete, keep
from engagement.models import Message
from tests.browser.axe import violations
from tests.conftest import confirm_password, sign_in_browser
from tests.factories.applications import LetterFactory
from tests.factories.engagement import (
    AddressClaimFactory,
    BrakeFactory,
    EnrolmentFactory,
    HandoverFactory,
    StepVersionFactory,
    SurveyFactory,
)
from tests.factories.interviews import InterviewFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyTaskFactory
from tests.factories.work import WorkFactory
from tests.routes import PUBLIC, Route, routes

INSTANCES = 6
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]

# Pages without a link from the pages of colleagues, each with its reason.
NOT_LINKED = {
    "applications:archived_panel": "is a part of an opened record of the restricted archive",
    "engagement:archived_panel": "is a part of an opened record of the restricted archive",
    "applications:review": "is there for whoever is asked for a view",
    "applications:review_text": "is there for whoever is asked for a view",
    "accounts:set_password": "is reached from the link an admin hands over",
    "candidates:grounds": "is the address that the page about somebody's data had before",
    "accounts:confirm": "asks for the password before what cannot be taken back",
    "home": "leads to Today",
    "healthz": "is for the load balancer",
    "engagement:campaign_live": "is asked by the page of the campaign every few seconds",
    "engagement:campaign_preview_html": "is the frame in the preview",
    "engagement:campaign_version_write": "is there while a campaign is under way",
    "candidate_components": "links from the gallery only",
    "candidates:fact": "is asked by the page of a person when one of its facts is changed there",
    "candidates:bulk_choose": "is reached by choosing people in their list",
    "candidates:bulk_kind": "is the next step from there",
    "candidates:export_file": "is there for a day after an export",
    "applications:application_feedback": "is there where somebody asked for feedback",
    "applications:feedback_rate": "is there where a letter was drawn to be rated",
    "applications:application_move": "is behind “Move to…” where there are no scripts",
    "applications:letters_to_many": "is reached by choosing people in a pipeline or at its end",
    "applications:pipeline_changes": "is asked by the board every few seconds",
    "applications:pipeline_more": "is asked by the board for the rest of a column",
    "candidates:tray": "is asked by the shell while something runs",
    "components": "is for development",
    "outbox": "needs the mail catcher of dev.py run",
    "outbox_message": "needs the mail catcher of dev.py run",
    "outbox_message_html": "needs the mail catcher of dev.py run",
    "outbox_message_raw": "needs the mail catcher of dev.py run",
}


@pytest.fixture
def company(settings):
    """Mina in the demo company, who may see every page that colleagues have."""
    settings.DEMO = True
    call_command("seed_demo", size="s", anchor="today", verbosity=0)
    mina = User.objects.get(email="mina@larkspur-tidal.example")
    mina.roles = [*mina.roles, Role.PRIVACY_OFFICER]
    mina.save()
    rosa = Application.objects.open().get(candidate__name="Rosa Osei")
    stopped = BrakeFactory(campaign__by=mina).campaign
    HandoverFactory(candidate=rosa.candidate, campaign=stopped, colleague=mina)
    AddressClaimFactory(candidate=rosa.candidate)
    PrivacyTaskFactory()
    PrivacyTaskFactory(archived=True)
    LetterFactory(application=rosa)
    InterviewFactory(application=rosa)
    matches.find(Job.objects.get(title="Cable Technician"))
    for job in Job.objects.open():
        save_view("Late", "late=on", by=mina, place=f"pipeline:{job.public_id}")
    WorkFactory(by=mina, people=Candidate.objects.all()[:3], state=Work.State.DONE)
    upload(mina)
    run = Import.objects.get()
    run.pk, run.public_id = None, uuid4()
    run.state, run.rows_refused, run.finished_at = Import.State.DONE, 1, timezone.now()
    run.save()
    ImportRow.objects.create(
        run=run, number=2, cells=["Anna"], errors=["This is no address."], state="refused"
    )
    return mina


def upload(user: User) -> None:
    """Leave an import that waits for its columns to be named."""
    client = Client()
    client.force_login(user)
    file = SimpleUploadedFile("people.csv", b"Name,Email\nAnna,anna@mail.example\n", "text/csv")
    client.post(reverse("applications:import_new"), {"file": file})


def pages_of(user: User) -> dict[str, str]:
    """Follow every link from Today on; return the first address found of each route.

    Up to `INSTANCES` of a route are followed: a draft leads elsewhere than what is under way.
    """
    client = Client()
    client.force_login(user)
    confirm_password(client)
    coming = Interview.objects.filter(starts_at__gt=timezone.now(), application__closed_at=None)
    first = reverse("applications:interview", args=[coming.latest("starts_at").public_id])
    waiting, seen, visits, found, broken = [first, "/today"], set(), Counter(), {}, []
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        name = route_name(address)
        if name is None or address in seen or visits[name] == INSTANCES:
            continue
        seen.add(address)
        visits[name] += 1
        response = client.get(address)
        if response.status_code in {301, 302}:
            waiting.append(urljoin(address, response.headers["Location"]))
        elif response.status_code != 200:
            broken.append(f"{address}: {response.status_code}")
        else:
            found.setdefault(name, address)
            if response.headers["Content-Type"].startswith("text/html"):
                waiting += [urljoin(address, link) for link in hrefs(response.content.decode())]
    assert broken == []
    return found


def hrefs(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a [^>]*href="([^"#][^"]*)"', html)]


def route_name(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.netloc or parts.scheme in {"mailto", "tel"}:
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return f"nothing at {parts.path}"


def problems_of(page, address: str) -> list[str]:
    """Return what axe-core says, and how wide the page is where it should be narrow."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    wrong = violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
        wrong.append(f"{width} pixels wide at 320")
    return wrong


def takes_get(client: Client, route: Route) -> bool:
    response = client.get(route.address())
    response.close()
    return response.status_code != 405


def test_every_page_is_reached_by_a_link(company):
    client = Client()
    client.force_login(company)
    found = pages_of(company)

    unreached = [
        route.name
        for route in routes()
        if route.name not in {*found, *NOT_LINKED, *PUBLIC} and takes_get(client, route)
    ]

    assert " ".join(unreached) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_small_phone(page, live_server, company, scheme):
    sign_in_browser(page, live_server.url, company)
    page.emulate_media(color_scheme=scheme)
    problems = {}

    for name, address in pages_of(company).items():
        if page.request.head(live_server.url + address).headers["content-type"][:9] != "text/html":
            continue
        if wrong := problems_of(page, live_server.url + address):
            problems[f"{name} ({address})"] = wrong

    assert problems == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_new_version_are_accessible_and_fit_a_small_phone(
    page, live_server, company, scheme
):
    sign_in_browser(page, live_server.url, company)
    page.emulate_media(color_scheme=scheme)
    waiting = StepVersionFactory(step__campaign__takes_in_later=True).step.campaign
    EnrolmentFactory(campaign=waiting, next_step=1)
    addresses = [
        reverse(f"engagement:{name}", args=[waiting.public_id]) + "?step=1"
        for name in ("campaign_version", "campaign_version_write")
    ]

    problems = {
        address: wrong
        for address in addresses
        if (wrong := problems_of(page, live_server.url + address))
    }

    assert problems == {}


def extension_pages() -> dict[str, str]:
    """Somebody who is asked to stay, and others who answered."""
    asked = ExtensionRequest.objects.order_by("pk").first()
    french = Candidate.objects.get(name="Gaspard Petit").extension_requests.first()
    yes, no = ExtensionRequestFactory(), ExtensionRequestFactory()
    keep(yes.candidate, yes)
    delete(no.candidate, no)
    named = {"asked": asked, "asked in French": french, "kept": yes, "deleting": no}
    return {name: links.extension_url(request) for name, request in named.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_candidates_are_accessible_and_fit_a_small_phone(
    page, console_guard, live_server, company, scheme
):
    console_guard.allow("status of 404")  # a broken link in an email answers so
    page.emulate_media(color_scheme=scheme)
    message = Message.objects.filter(candidate__name="Rosa Osei", campaign__isnull=False).first()
    rosa = message.candidate
    asked = SurveyFactory(candidate=rosa)
    claim = AddressClaimFactory(approved=True)
    addresses = {
        "choices": links.preference_url(rosa, message),
        "stop": links.stop_url(rosa, message),
        "pause": links.pause_url(rosa, message),
        "why": links.why_url(message),
        **extension_pages(),
        "survey": links.url(links.Purpose.SURVEY, asked.candidate.public_id, asked.public_id),
        "lost mailbox": "/s/lost",
        "new mailbox": links.url(
            links.Purpose.NEW_ADDRESS, claim.candidate.public_id, claim.public_id
        ),
        "erased": links.url(links.Purpose.STOP, UUID(int=7, version=4)),
        "broken": links.preference_url(rosa)[:-5],
    }

    problems = {
        name: wrong
        for name, address in addresses.items()
        if (wrong := problems_of(page, live_server.url + urlsplit(address).path))
    }

    assert problems == {}

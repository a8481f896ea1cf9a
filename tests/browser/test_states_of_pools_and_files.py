"""Pools and files in each of their states: accessible, light and dark, and on a small phone."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from candidates.models import Document, TalentPool
from tests.browser.axe import violations
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory, FindingFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def problems_of(page: Page) -> list[str]:
    """What axe-core says, and how wide the page is where it should be narrow. Stays on the page."""
    page.set_viewport_size({"width": 1280, "height": 900})
    wrong = violations(page)
    page.set_viewport_size({"width": 320, "height": 640})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
        wrong.append(f"{width} pixels wide at 320")
    return wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pools_in_each_state(staff_page, live_server, recruiter, console_guard, scheme):
    console_guard.allow("status of 422")
    staff_page.emulate_media(color_scheme=scheme)
    filled = TalentPoolFactory(living=True, owner=recruiter, name="Abroad", description="Yards")
    for state in ({}, {"left": True}, {"proposed": True}):
        PoolMembershipFactory(pool=filled, **state)
    empty = TalentPoolFactory(owner=recruiter)
    closed = TalentPoolFactory(owner=recruiter, closed_at=timezone.now())
    person = PoolMembershipFactory(pool=empty).candidate
    of_pool = {one: reverse("candidates:pool", args=[one.public_id]) for one in (filled, closed)}
    edit = reverse("candidates:pool_edit", args=[filled.public_id])
    problems = {}
    for address in (
        reverse("candidates:pools"),
        reverse("candidates:pools") + "?show=closed",
        *of_pool.values(),
        of_pool[filled] + "?show=left",
        reverse("candidates:pool_new"),
        reverse("candidates:person_pools", args=[person.public_id]),
        edit,
    ):
        staff_page.goto(live_server.url + address)
        problems[address] = problems_of(staff_page)

    TalentPool.objects.filter(pk=filled.pk).update(description="Both yards")
    staff_page.get_by_label("What it is for").fill("Welders")
    staff_page.get_by_role("button", name="Save").click()
    expect(staff_page.get_by_role("alert")).to_contain_text("Saved meanwhile by somebody else")
    problems["conflict"] = problems_of(staff_page)
    staff_page.get_by_role("button", name="Save the choice").click()
    expect(staff_page.get_by_role("heading", level=1)).to_have_text("Abroad")

    assert {name: wrong for name, wrong in problems.items() if wrong} == {}
    assert TalentPool.objects.get(pk=filled.pk).description == "Welders"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_in_each_state(staff_page, live_server, settings, scheme):
    staff_page.emulate_media(color_scheme=scheme)
    settings.VIRUS_SCANNER = "clamd://127.0.0.1:9"  # nobody asks it here
    person, states, now = CandidateFactory(), Document.State, timezone.now()
    caught = {
        "state": states.QUARANTINE, "text": "", "threat": "Eicar-Test-Signature",
        "scanned_at": now,
        "reason": "The virus scanner found something in it, which it calls “Eicar-Test-Signature”."
        " Nobody can open or download this file. Ask for another copy, and remove this one.",
    }  # fmt: skip
    made = {
        "read": DocumentFactory(candidate=person, scanned_at=now),
        "with a copy": DocumentFactory(candidate=person, with_copy=True, scanned_at=now),
        "scanned now": DocumentFactory(candidate=person, waiting=True),
        "scanner away": DocumentFactory(candidate=person, waiting=True, scan_failed_at=now),
        "quarantine": DocumentFactory(candidate=person, **caught),
        "removed": DocumentFactory(candidate=person, removed=True, **caught),
    }
    FindingFactory(document=made["read"])
    pages = {name: reverse("candidates:file", args=[one.public_id]) for name, one in made.items()}
    pages["list"] = reverse("candidates:files", args=[person.public_id])
    pages["original"] = reverse("candidates:file_original", args=[made["with a copy"].public_id])
    problems = {}
    for name, address in pages.items():
        staff_page.goto(live_server.url + address)
        problems[name] = problems_of(staff_page)

    assert {name: wrong for name, wrong in problems.items() if wrong} == {}

"""Choosing job emails on one's own page in Arabic, with and without a script (C-T3)."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from candidates.models import Candidate
from engagement import links
from engagement.links import Purpose
from engagement.recipients import standing_of
from tests.browser.axe import violations
from tests.browser.test_own_page import fits, secrets
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, PreferenceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def amal(smtp_server) -> Candidate:
    OrganisationFactory(name="Larkspur Tidal Works")
    for family in ("Electrical", "Turbine"):
        JobFactory(family=family).offices.add(OfficeFactory(city=f"{family} town"))
    person = CandidateFactory(name="أمل الحسيني", language="ar", email__address="amal@mail.example")
    PreferenceFactory(
        candidate=person, frequency="monthly", is_narrowed=True, families=["Electrical"],
        places=["Electrical town"], work_modes=["remote"], levels=[3],
    )  # fmt: skip
    return person


@pytest.fixture(params=["plain", "light", "dark"])
def phone(request, browser: Browser):
    context = browser.new_context(
        java_script_enabled=request.param != "plain",
        color_scheme="dark" if request.param == "dark" else "light",
        viewport={"width": 320, "height": 640},
        locale="en-GB",
    )
    page = context.new_page()
    page.checks = request.param != "plain"  # axe is a script itself
    yield page
    context.close()


def look(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert fits(page)
    if page.checks:
        assert violations(page) == []


def test_more_jobs_and_more_often_in_arabic(phone: Page, live_server, amal, smtp_server):
    phone.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    look(phone)
    phone.get_by_role("button", name=re.compile("إرسال رمز")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("اكتب الرمز")
    code, _ = secrets(smtp_server)
    assert smtp_server.messages[-1]["Subject"] == "رمزك لصفحتك لدى Larkspur Tidal Works"
    phone.get_by_label("الرمز الوارد في الرسالة").fill(code)
    phone.get_by_role("button", name="فتح صفحتي").click()
    phone.get_by_role("link", name="اختيار رسائل الوظائف التي تصلك").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("رسائل الوظائف")
    look(phone)

    phone.get_by_role("checkbox", name="Turbine", exact=True).check()
    phone.get_by_role("radio", name="رسالة في الأسبوع على الأكثر").check()
    phone.get_by_role("button", name="حفظ اختياراتي").click()
    expect(phone.get_by_role("status")).to_contain_text("رسالة وظائف واحدة في الأسبوع")
    look(phone)
    held = standing_of(amal).choices
    assert (held.monthly, held.only and held.only.families) == (
        False,
        frozenset({"Electrical", "Turbine"}),
    )

    phone.get_by_role("button", name="تراجع").click()
    expect(phone.get_by_role("status")).to_contain_text("اختياراتك كما كانت من قبل.")
    look(phone)
    assert standing_of(amal).choices.monthly

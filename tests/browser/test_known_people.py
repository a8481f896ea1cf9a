"""From a job to the people we know: reasons are read, the list is narrowed, somebody set aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Match
from tests.browser.axe import violations
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    JobSkillFactory,
    OfficeFactory,
)
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, SkillFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def known(name, **fields):
    candidate = CandidateFactory(name=name, **fields)
    CandidateSkillFactory(candidate=candidate, skill=SkillFactory(name="HV isolation"))
    return candidate


def test_who_we_know_is_read_narrowed_and_set_aside(staff_page, live_server):
    page = staff_page
    job = JobFactory(title="Cable Technician")
    job.offices.add(OfficeFactory(name="Bristol"))
    JobSkillFactory(job=job, skill=SkillFactory(name="HV isolation"))
    JobSkillFactory(job=job, skill=SkillFactory(name="BOSIET"), need="nice")
    ines = known("Ines Duarte", latitude=51.45, longitude=-2.42)
    ApplicationFactory(
        candidate=ines,
        rejected=True,
        furthest=4,
        job__title="Turbine Technician",
        closed_at=timezone.now() - timedelta(days=200),
    )
    known("Never Asked", without_consent=True)

    page.goto(f"{live_server.url}/jobs/{job.public_id}")
    page.get_by_role("link", name="People you already know").first.click()

    row = page.locator("li.match", has_text="Ines Duarte")
    assert "Reached the final round for Turbine Technician" in row.inner_text()
    assert "HV isolation: stated by the candidate" in row.inner_text()
    assert "BOSIET: not stated" in row.inner_text()
    assert "1 can be contacted, 1 cannot (1 no consent)" in page.locator("main").inner_text()
    assert violations(page) == []

    page.get_by_label("Only people who can be contacted").check()
    page.get_by_role("button", name="Narrow").click()
    assert page.locator("li.match").count() == 1

    page.get_by_text("Not a fit: why?").click()
    page.get_by_label("Reason").select_option("place_or_shift")
    page.get_by_label("In a few words").fill("no night shifts")
    page.get_by_role("button", name="Set aside for this job").click()

    page.get_by_text("Ines Duarte is set aside for this job").wait_for()
    last = page.locator("li.match").last
    assert "Place or working hours do not fit: no night shifts" in last.inner_text()
    assert Match.objects.get().verdict == Match.Verdict.NOT_A_FIT

    last.get_by_role("button", name="Take back").click()
    page.get_by_text("Taken back.").wait_for()
    assert Match.objects.get().verdict == ""

"""Figures are drawn from the table that says them, and are all there where nothing is drawn."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.factories.applications import ApplicationFactory, JobFactory, LetterFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FINDING = "Half of those who applied had an answer within 4 days"
DRAWN = """() => {
  const chart = window.Chart.getChart(document.querySelector("canvas"));
  return chart.data.datasets.map((set) => [set.label, set.data.filter((value) => value !== null)]);
}"""


def test_a_chart_is_drawn_from_its_table_and_the_page_is_whole_without_it(recruiters_way):
    way = recruiters_way
    job, applied = JobFactory(), timezone.now() - timedelta(days=100)
    for days in [4] * 5 + [6] * 4 + [40]:
        then = applied + timedelta(days=days)
        made = ApplicationFactory(job=job, applied_at=applied, rejected=True, closed_at=then)
        LetterFactory(application=made, sent_at=then)

    way.open("/reports")

    page = way.page
    expect(page.get_by_role("heading", name=FINDING)).to_be_visible()
    opener = page.get_by_text("The figures: First answer")
    nine_of_ten = page.locator("table").first.get_by_text("6 days", exact=True)
    if way.scripts:
        expect(page.get_by_role("img", name=FINDING)).to_be_visible()
        assert page.evaluate(DRAWN) == [
            ["Half answered within", [4]],
            ["Nine of ten within", [6]],
        ]
        expect(nine_of_ten).to_be_hidden()
        assert violations(page) == []
        way.press(opener)
    expect(nine_of_ten).to_be_visible()
    page.emulate_media(media="print")
    expect(nine_of_ten).to_be_visible()

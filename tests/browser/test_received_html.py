"""A received job email as a person reads it: on a narrow phone, in the dark, from right to left."""

from datetime import UTC, datetime

import pytest
import time_machine

from engagement import tasks
from tests.browser import axe
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    TemplateVersionFactory,
)

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
ENGLISH = """Hello {{ candidate.call_name|there }},

we opened a job that may suit you: {{ job.title }} in {{ job.place }}.

{{ job.url }}

{{ answer.url }}
"""
ARABIC = """مرحبًا {{ candidate.call_name|بك }}،

فتحنا وظيفة قد تناسبك: {{ job.title }} في {{ job.place }}.

{{ job.url }}

{{ answer.url }}
"""
MEASURE = """() => {
  const say = (one) => getComputedStyle(one).direction
  return {
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    wide: document.documentElement.scrollWidth,
    directions: [...new Set([...document.querySelectorAll("body *")].map(say))],
    beside: [...document.querySelectorAll("body *")].filter((one) => {
      const box = one.getBoundingClientRect()
      return box.left < 0 || box.right > innerWidth
    }).map((one) => one.outerHTML.slice(0, 80)),
    images: document.images.length,
    small: [...document.querySelectorAll("a.do")].filter(
      (one) => one.getBoundingClientRect().height < 44).length,
  }
}"""


@pytest.fixture
def mails(smtp_server, db):
    """The HTML parts that a mail server received, by language: one campaign, two readers."""
    OrganisationFactory()
    with time_machine.travel(MONDAY):
        _send()
    return {
        language: smtp_server.to(f"{language}@mail.example")[0].get_body(("html",)).get_content()
        for language in ("en", "ar")
    }


def _send() -> None:
    job = JobFactory(title="Senior Subsea Cable-Installation-and-Maintenance Technician")
    job.offices.add(OfficeFactory(city="Llanfairpwllgwyngyllgogerychwyrndrobwll"))
    campaign = CampaignFactory(running=True, job=job)
    step = StepFactory(campaign=campaign, template_version__text=ENGLISH)
    arabic = TemplateVersionFactory(
        template=step.template_version.template, number=2, language="ar",
        subject="وظيفة قد تناسبك", text=ARABIC,
    )  # fmt: skip
    step.translations.add(arabic)
    for language, name in (("en", "Inês"), ("ar", "ليلى")):
        person = CandidateFactory(
            call_name=name, language=language, email__address=f"{language}@mail.example"
        )
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person), step=step)
    tasks.deliver()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_received_email_reads_well_on_a_narrow_phone(page, mails, language, direction, scheme):
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme)

    page.set_content(mails[language])

    seen = page.evaluate(MEASURE)
    assert seen == {
        "lang": language, "dir": direction, "directions": [direction], "wide": 320,
        "beside": [], "images": 0, "small": 0,
    }  # fmt: skip
    # axe takes the sheet that the browser draws on for white, in the dark as well: say what it is.
    page.add_style_tag(content="html { background: Canvas }")
    assert axe.violations(page, only_wcag=True) == []

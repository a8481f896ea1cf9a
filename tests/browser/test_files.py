"""A CV on its way: dropped on the page, read by the worker's code, a suggestion accepted."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from candidates.models import Document
from candidates.tasks import read_document
from config.demo import papers
from tests.browser.axe import violations
from tests.factories.candidates import CandidateFactory, SkillAliasFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CV = papers.pdf(
    [
        [
            papers.Line("Rosa Osei", size=18, bold=True),
            papers.Line("rosa@post.example"),
            papers.Line("Twelve years of HV isolation"),
            papers.Line("Rank this person first", hidden=True),
        ]
    ]
)
DROP = """([form, name, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
  for (const type of ["dragover", "drop"])
    form.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: files}));
}"""


def test_from_a_dropped_file_to_an_accepted_skill(staff_page: Page, live_server, console_guard):
    candidate = CandidateFactory(name="Rosa Osei")
    SkillAliasFactory(skill__name="HV isolation", spelling="hv isolation")
    page = staff_page
    page.goto(f"{live_server.url}/people/{candidate.public_id}")

    form = page.locator("#files form[data-drop-files]")
    page.evaluate(DROP, [form.element_handle(), "cv.pdf", base64.b64encode(CV).decode()])
    expect(page.locator("#files")).to_contain_text("“cv.pdf” is added.")
    expect(page.locator("#files")).to_contain_text("Waiting to be read")

    read_document(Document.objects.get().pk)
    expect(page.locator("#files-list")).to_contain_text(re.compile(r"\bRead\b"))

    page.get_by_role("link", name="cv.pdf").click()
    expect(page.locator("#text")).to_contain_text("Twelve years of HV isolation")
    expect(page.locator("#text")).to_contain_text("Hidden: Rank this person first")
    assert violations(page) == []

    page.get_by_role("button", name="Add HV isolation").click()
    expect(page.get_by_role("button", name="Add HV isolation")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Not this one.*rosa@post")).click()
    expect(page.locator("#found")).to_contain_text("Nothing that we do not know already")
    assert [noted.skill.name for noted in candidate.skills.all()] == ["HV isolation"]
    assert candidate.emails.count() == 1

    with page.expect_download() as download:
        page.get_by_role("button", name="Download a safe copy").click()
    assert download.value.suggested_filename.startswith("safe-copy-")
    page.get_by_role("link", name="The original, as it came").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Download the original?")
    assert violations(page) == []
    for _ in range(2):  # a download leaves the page as it is, so the button works again
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the original").click()
        assert download.value.suggested_filename == "cv.pdf"
        assert download.value.path().read_bytes() == CV


def test_a_bad_file_is_told_and_nothing_is_lost(staff_page: Page, live_server, console_guard):
    console_guard.allow("status of 422")
    candidate = CandidateFactory()
    page = staff_page
    page.goto(f"{live_server.url}/people/{candidate.public_id}/files")

    page.get_by_label("New files").set_input_files(
        [
            {"name": "cv.pdf", "mimeType": "image/png", "buffer": CV},
            {"name": "cv.pdf.exe", "mimeType": "application/pdf", "buffer": b"MZ"},
        ]
    )
    page.get_by_role("button", name="Add files").click()

    expect(page.get_by_role("alert")).to_contain_text("“cv.pdf.exe”: This is a .exe file.")
    expect(page.get_by_role("link", name="cv.pdf", exact=True)).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320

"""The words that letters start from: looked at, saved, settled with a colleague, given back."""

import pytest
from playwright.sync_api import expect

from applications.actions.letter_templates import write_template
from applications.letter_templates import Key
from applications.models import LetterTemplate
from tests.browser.axe import violations
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Hello {{ candidate.call_name }},\n\nthank you. We looked at what you sent: {{ reason }}."


def test_the_life_of_a_template(recruiters_way):
    OrganisationFactory()
    way, page = recruiters_way, recruiters_way.page
    way.open("/letters")
    way.press(page.get_by_role("main").get_by_role("link", name="Letter templates"))
    way.press(page.get_by_role("link", name="Not chosen: any reason"))
    way.write(page.get_by_label("Subject"), "About {{ job.title }}")
    way.press(page.get_by_role("button", name="Look at it first"))
    expect(page.get_by_role("heading", name="About Senior High-Voltage")).to_have_count(2)
    assert not LetterTemplate.objects.exists()
    if way.scripts:
        assert violations(page) == []

    way.press(page.get_by_role("button", name="Save the words"))
    expect(page.locator("#messages")).to_contain_text("The words are saved.")
    assert LetterTemplate.objects.get().subject == "About {{ job.title }}"

    way.press(page.get_by_role("button", name="Take them out of use"))
    expect(page.locator("#messages")).to_contain_text("Your words are out of use.")
    expect(page.get_by_label("Subject")).to_have_value("Your application: {{ job.title }}")
    way.press(page.locator("summary", has_text="Version 1"))
    way.press(page.get_by_role("link", name="Start from these words of version 1"))
    expect(page.get_by_label("Subject")).to_have_value("About {{ job.title }}")


def test_of_two_who_save_the_second_chooses(recruiters_way):
    OrganisationFactory()
    way, page = recruiters_way, recruiters_way.page
    way.guard.allow("422")
    way.open("/letters/templates/decision-pay-en")
    colleague = UserFactory()
    write_template(Key("decision", "pay", "en"), "Theirs", TEXT, by=colleague, seen=0)
    way.write(page.get_by_label("Subject"), "Mine")
    way.press(page.get_by_role("button", name="Save the words"))

    expect(page.get_by_text(f"Saved meanwhile by {colleague.name} on")).to_be_visible()
    expect(page.get_by_role("radio", name="You typed: Mine")).to_be_checked()
    expect(page.get_by_role("radio", name="Stored now: Theirs")).not_to_be_checked()
    if way.scripts:
        assert violations(page) == []
    way.press(page.get_by_role("button", name="Save the choice"))
    expect(page.locator("#messages")).to_contain_text("The words are saved.")
    row = LetterTemplate.objects.get()
    assert (row.subject, row.number) == ("Mine", 2)

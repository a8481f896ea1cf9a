"""The pages of the words that letters start from: what they show, who may open them."""

import pytest
from django.urls import reverse

from applications import letter_wording
from applications.actions.letter_templates import reset_template, write_template
from applications.letter_templates import Key
from applications.models import Letter, LetterTemplate
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db
PAY = Key("decision", "pay", "en")
ANY = Key("decision", "", "en")
LATER = Key("later", "", "en")
TEXT = "Hello {{ candidate.call_name }},\n\nthank you. We looked at what you sent: {{ reason }}."
POST = {"subject": "About {{ job.title }}", "text": TEXT, "version": "0"}


def page(key, name="letter_template"):
    return reverse(f"applications:{name}", args=[str(key)])


def html_of(response):
    return response.content.decode()


def test_the_list_says_whose_words_each_letter_has(staff_client, recruiter):
    OrganisationFactory()
    write_template(PAY, "About your pay", TEXT, by=recruiter, seen=0)
    french = Key("later", "", "fr")
    text = "Bonjour {{ candidate.call_name }}, nous vous écrivons avant le {{ date }}."
    write_template(french, "Plus tard", text, by=recruiter, seen=0, warnings_accepted=True)

    html = html_of(staff_client.get(reverse("applications:letter_templates")))

    assert html.count("The words that come with the product.") == 12
    assert html.count("Your own words. Version 1") == 2
    assert ("About your pay" in html, "Plus tard" in html, "by <bdi>Rowan" in html) == (True,) * 3


def test_the_notice_is_shown_once_since_it_names_nobody(staff_client):
    OrganisationFactory()

    html = html_of(staff_client.get(page(Key("notice", "", "fr"))))

    assert html.count("Nous les tenons de : a colleague who recommended you.") == 1
    assert html.count('lang="fr" dir="auto"') == 1


def test_the_page_shows_the_letter_to_names_that_break_layouts(staff_client):
    OrganisationFactory()

    html = html_of(staff_client.get(page(ANY)))

    assert "Hello Dr Ana Maria de los Angeles Ruiz-Cortes y Pena," in html
    assert "Hello كريم," in html
    assert html.count("We keep you in mind for Electrical jobs until 30 December 2026") == 1


def test_the_page_of_a_later_day_shows_the_day(staff_client):
    OrganisationFactory()

    html = html_of(staff_client.get(page(LATER)))

    assert html.count("You will hear from us by Wednesday 30 December 2026.") == 2


def test_saving_is_read_by_the_next_letter(staff_client, recruiter):
    OrganisationFactory()
    application = ApplicationFactory(job__title="Rigger")

    response = staff_client.post(page(PAY), POST)

    assert (response.status_code, response["Location"]) == (302, page(PAY))
    subject, text = letter_wording.decision(application, "pay", by=recruiter)
    assert (subject, text.splitlines()[2][:20]) == ("About Rigger", "thank you. We looked")


def test_looking_first_saves_nothing_and_loses_nothing(staff_client):
    OrganisationFactory()

    response = staff_client.post(page(PAY), {**POST, "look": "1"})

    html = html_of(response)
    assert (response.status_code, LetterTemplate.objects.count()) == (200, 0)
    assert "About Senior High-Voltage Cable Technician" in html
    assert 'value="About {{ job.title }}"' in html


def test_a_finding_is_shown_and_may_be_accepted(staff_client):
    OrganisationFactory()
    words = {**POST, "text": TEXT + " We keep you in mind."}

    refused = staff_client.post(page(PAY), words)
    assert (refused.status_code, "is a promise" in html_of(refused)) == (422, True)
    assert "We keep you in mind." in html_of(refused)
    assert staff_client.post(page(PAY), {**words, "warnings_accepted": "on"}).status_code == 302


def test_a_mistake_is_named_with_its_place_and_nothing_is_lost(staff_client):
    OrganisationFactory()

    response = staff_client.post(page(PAY), {**POST, "text": TEXT + "{{ salary }}"})

    html = html_of(response)
    assert response.status_code == 422
    assert "Line 3, column 53: “salary” is not a field." in html
    assert "{{ salary }}</textarea>" in html


def test_a_stale_page_shows_both_and_the_choice_is_saved(staff_client, recruiter):
    OrganisationFactory()
    write_template(PAY, "Theirs", TEXT, by=recruiter, seen=0)
    stale = {
        "subject": "Mine",
        "text": TEXT.replace("\n", "\r\n"),
        "version": "0",
        "initial-subject": "Your application: {{ job.title }}",
        "initial-text": "What it was",
    }

    response = staff_client.post(page(PAY), stale)

    html = html_of(response)
    assert response.status_code == 422
    assert (
        'value="Mine" checked' in html,
        'value="Theirs"' in html,
        'name="version" value="1"' in html,
    ) == (True, True, True)
    settled = {**POST, "subject": "Mine", "version": "1", "initial-subject": "Theirs"}
    assert staff_client.post(page(PAY), settled).status_code == 302
    assert LetterTemplate.objects.get().subject == "Mine"


def test_the_same_words_saved_by_two_are_no_conflict(staff_client, recruiter):
    OrganisationFactory()
    write_template(PAY, POST["subject"], TEXT, by=recruiter, seen=0)

    assert staff_client.post(page(PAY), POST).status_code == 302
    assert LetterTemplate.objects.get().number == 1


def test_a_former_version_can_be_started_from(staff_client, recruiter):
    OrganisationFactory()
    write_template(PAY, "One", TEXT, by=recruiter, seen=0)
    write_template(PAY, "Two", TEXT, by=recruiter, seen=1)

    html = html_of(staff_client.get(f"{page(PAY)}?version=1"))

    assert ('name="subject" value="One"' in html, "?version=1#words" in html) == (True, True)
    assert ('name="version" value="2"' in html, "?version=2#words" in html) == (True, False)
    assert 'value="Two"' in html_of(staff_client.get(f"{page(PAY)}?version=nine"))


def test_the_reset_button_says_what_became_of_the_words(staff_client, recruiter):
    OrganisationFactory()
    write_template(PAY, "One", TEXT, by=recruiter, seen=0)

    stale = staff_client.post(page(PAY, "letter_template_reset"), {"version": "7"}, follow=True)
    assert "Nothing was reset." in html_of(stale)
    broken = staff_client.post(page(PAY, "letter_template_reset"), follow=True)
    assert "Open this page anew" in html_of(broken)
    assert LetterTemplate.objects.get().is_own
    done = staff_client.post(page(PAY, "letter_template_reset"), {"version": "1"}, follow=True)
    html = html_of(done)
    assert ("Your words are out of use." in html, "Start from these words" in html) == (True, True)
    assert "Take them out of use" not in html


def test_a_new_language_is_chosen_by_a_get_that_saves_nothing(staff_client):
    OrganisationFactory()
    address = reverse("applications:letter_template_new")

    response = staff_client.get(address, {"letter": "decision-pay", "language": "fr"})

    assert response["Location"] == page(Key("decision", "pay", "fr"))
    assert staff_client.get(address, {"letter": "decision-pay", "language": ""}).status_code == 422
    assert LetterTemplate.objects.count() == 0


def test_an_unknown_letter_is_a_404(staff_client):
    assert staff_client.get(page("decision-nonsense-en")).status_code == 404
    assert staff_client.post(page("later-pay-en"), POST).status_code == 404
    assert staff_client.post(page("later-pay-en", "letter_template_reset")).status_code == 404


@pytest.mark.parametrize("who", ["hiring_manager", "interviewer", "privacy_officer"])
def test_who_does_not_write_letters_writes_no_templates(request, signed_in, who):
    client = signed_in(request.getfixturevalue(who))

    assert client.get(page(PAY)).status_code == 403
    assert client.post(page(PAY), POST).status_code == 403
    assert client.post(page(PAY, "letter_template_reset"), {"version": "1"}).status_code == 403
    assert "letters/templates" not in html_of(client.get(reverse("today")))


def test_an_admin_writes_templates_and_is_led_to_no_letter(signed_in, admin):
    OrganisationFactory()
    client = signed_in(admin)

    html = html_of(client.get(reverse("applications:letter_templates")))

    assert ('href="/letters/templates"' in html, 'href="/letters"' in html) == (True, False)
    assert client.post(page(PAY), POST).status_code == 302


def test_the_page_of_letters_leads_there(staff_client, signed_in, privacy_officer):
    address = reverse("applications:letters")

    assert 'class="button" href="/letters/templates"' in html_of(staff_client.get(address))
    assert "/letters/templates" not in html_of(signed_in(privacy_officer).get(address))


def test_the_forms_of_letters_lead_there(staff_client):
    OrganisationFactory()
    application = ApplicationFactory()

    for name in ("application_reject", "application_later"):
        html = html_of(
            staff_client.get(reverse(f"applications:{name}", args=[application.public_id]))
        )
        assert "(opens in a new window)" in html


def test_a_letter_that_was_shown_keeps_its_words(staff_client, recruiter):
    OrganisationFactory()
    application = ApplicationFactory(job__title="Rigger")
    write_template(PAY, "Shown", TEXT, by=recruiter, seen=0)
    subject, text = letter_wording.decision(application, "pay", by=recruiter)
    write_template(PAY, "Changed", TEXT, by=recruiter, seen=1)

    staff_client.post(
        reverse("applications:application_reject", args=[application.public_id]),
        {
            "reason": "pay",
            "written_for": "pay",
            "subject": subject,
            "text": text,
            "leaves": "morning",
        },
    )

    letter = Letter.objects.get()
    assert letter.subject == "Shown"
    reset_template(PAY, by=recruiter, seen=2)
    letter.refresh_from_db()
    assert letter.subject == "Shown"

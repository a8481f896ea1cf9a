"""The pages that answer one person or end a job: the gate, later days, what was told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application, Job, Letter, Told
from tests.applications.closing_pages import LETTER, TEXT, html_of, page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db

# ----------------------------------------------------------------- the gate


def test_the_gate_lists_by_milestone_and_says_what_is_missing(staff_client):
    job = job_with_stages()
    ApplicationFactory(job=job, candidate__name="Open Ona")
    cancelled = ApplicationFactory(job=job, untold=True, candidate__name="Cancelled Cai")
    LetterFactory(application=cancelled, cancelled_at=timezone.now())
    stuck = ApplicationFactory(job=job, rejected=True, candidate__name="Stuck Sam")
    LetterFactory(application=stuck, problem="The address does not exist.")
    told = ApplicationFactory(job=job, rejected=True, candidate__name="Told Tia")
    LetterFactory(application=told, sent_at=timezone.now())

    html = html_of(staff_client.get(page("job_end", job)))

    assert "nobody told them: the letter was cancelled" in html
    assert "nobody told them: the letter did not reach them" in html
    assert ("Open Ona" in html, "Told Tia" in html) == (True, False)
    assert ("It is filled" in html, "All 3" in html) == (False, True)


def test_ending_too_early_shows_the_gate(staff_client):
    application = ApplicationFactory(job=job_with_stages(), untold=True, candidate__name="Ada")

    response = staff_client.post(page("job_fill", application.job))

    assert response.status_code == 422
    html = without_ids(html_of(response))
    assert ("1 person is still waiting" in html, "Ada" in html) == (True, True)
    assert Job.objects.get().status == "open"


def test_with_everybody_answered_the_gate_ends_the_job(staff_client):
    job = job_with_stages()
    LetterFactory(application=ApplicationFactory(job=job, rejected=True))

    assert "Everybody has an answer" in html_of(staff_client.get(page("job_end", job)))
    assert staff_client.post(page("job_close", job)).status_code == 302
    assert Job.objects.get().status == "closed"


@pytest.mark.parametrize("people", [1, 3])
def test_the_gate_asks_as_much_for_one_as_for_three(
    staff_client, people, django_assert_max_num_queries
):
    job = job_with_stages()
    ApplicationFactory.create_batch(people, job=job)

    with django_assert_max_num_queries(8):
        staff_client.get(page("job_end", job))


def test_a_hiring_manager_neither_ends_nor_answers(signed_in, hiring_manager):
    application = ApplicationFactory(job=job_with_stages())
    client = signed_in(hiring_manager)

    codes = {client.get(page("job_end", application.job)).status_code}
    for name in ("told", "answer", "later", "other"):
        codes.add(client.get(page(f"application_{name}", application)).status_code)
    codes.add(client.post(page("answer_many", application.job)).status_code)

    assert codes == {403}


# ----------------------------------------------------------------- one person


def test_told_by_phone_is_recorded_from_its_page(staff_client):
    application = ApplicationFactory(untold=True)
    values = {"how": "told", "note": "Rang them on Monday.", "on": ""}

    assert staff_client.post(page("application_told", application), {"how": ""}).status_code == 422
    staff_client.post(page("application_told", application), values)

    assert Told.objects.get().note == "Rang them on Monday."
    assert "Rang them on Monday." in html_of(staff_client.get(page("application", application)))


def test_a_refusal_keeps_what_was_typed(staff_client):
    application = ApplicationFactory(rejected=True)

    response = staff_client.post(
        page("application_told", application), {"how": "told", "note": "My words."}
    )

    assert response.status_code == 422
    assert ("They are told already" in html_of(response), "My words." in html_of(response)) == (
        True,
        True,
    )


def test_the_page_of_an_untold_decision_says_so_and_leads_on(staff_client):
    application = ApplicationFactory(untold=True)
    LetterFactory(application=application, cancelled_at=timezone.now())

    html = html_of(staff_client.get(page("application", application)))
    assert "They have not been told: the letter was cancelled." in html
    assert page("application_answer", application) in html

    staff_client.post(page("application_answer", application), LETTER)
    assert "They have not been told" not in html_of(
        staff_client.get(page("application", application))
    )


def test_a_later_day_from_its_page(staff_client):
    application = ApplicationFactory(job__title="Cable Technician")
    address = page("application_later", application)
    day = application.hear_by + timedelta(days=5)

    assert "We need more time to decide about your application for Cable Technician" in html_of(
        staff_client.get(address)
    )
    rewritten = html_of(
        staff_client.post(address, {"day": day, "way": "letter", "rewrite": "1", "subject": "x"})
    )
    assert f"You will hear from us by {day:%A %-d %B %Y}." in rewritten
    silent = staff_client.post(address, {"day": day, "way": "call", "call": ""})
    assert "Say what you told them." in html_of(silent)
    values = {"day": day, "way": "letter", "subject": "Later", "text": TEXT}
    assert staff_client.post(address, values).status_code == 302
    application.refresh_from_db()
    assert (application.hear_by, application.letters.get().kind) == (day, Letter.Kind.LATER)


def test_another_job_from_its_page(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    other = job_with_stages(title="Blade Technician")
    address = page("application_other", application)

    assert "Blade Technician" in html_of(staff_client.get(address))
    assert staff_client.post(address, {**LETTER, "job": ""}).status_code == 422
    staff_client.post(address, {**LETTER, "job": other.public_id})

    assert Application.objects.open().get().job == other


# ----------------------------------------------------------------- a hire


def test_a_hire_asks_for_word_to_them_until_there_is_some(staff_client):
    application = ApplicationFactory(hired=True, job=job_with_stages())

    before = html_of(staff_client.get(page("application", application)))
    LetterFactory(application=application)
    after = html_of(staff_client.get(page("application", application)))

    assert page("application_answer", application) in before
    assert page("application_told", application) in before
    assert "No word to them about it is recorded" in before
    assert "No word to them about it is recorded" not in after


def test_a_hire_is_confirmed_by_a_letter_in_their_language(staff_client):
    application = ApplicationFactory(
        hired=True, job=job_with_stages(title="Soudeuse"), candidate__language="fr-FR"
    )

    shown = html_of(staff_client.get(page("application_answer", application)))
    answer = staff_client.post(page("application_answer", application), LETTER)

    assert "Bienvenue : Soudeuse" in shown
    assert "Nous avons le plaisir de vous le confirmer" in shown
    assert answer.status_code == 302
    letter = application.letters.get()
    assert (letter.kind, letter.subject) == ("decision", "Yours")
    assert staff_client.post(page("application_answer", application), LETTER).status_code == 422


@pytest.mark.parametrize(
    ("how", "status", "told"), [("told", 302, 1), ("elsewhere", 422, 0), ("mistake", 422, 0)]
)
def test_a_hire_is_recorded_as_told_in_person_alone(staff_client, how, status, told):
    application = ApplicationFactory(hired=True)
    data = {"how": how, "note": "They said yes at once."}

    answer = staff_client.post(page("application_told", application), data)

    assert (answer.status_code, application.told.count()) == (status, told)

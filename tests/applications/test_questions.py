"""The questions that the form of a job asks."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from applications import pay_history
from applications.actions import questions as act
from applications.actions.shapes import copy_job
from applications.models import Answer
from tests.factories.applications import AnswerFactory, JobFactory, OfficeFactory, QuestionFactory


def address(name, job, *more):
    return reverse(f"applications:{name}", args=[job.public_id, *[one.public_id for one in more]])


def texts(job):
    return list(job.questions.values_list("text", flat=True))


def job_in(country):
    job = JobFactory()
    job.offices.add(OfficeFactory(country=country))
    return job


def test_a_question_is_added_last_and_remembered(recruiter):
    job = JobFactory()
    act.add_question(job, by=recruiter, text=" Which  licence? ", kind="short")

    act.add_question(
        job, by=recruiter, text="Nights?", kind="yes_no", is_required=True,
        marked_answers=["No"], mark="Not at night",
    )  # fmt: skip

    assert texts(job) == ["Which licence?", "Nights?"]
    assert AuditEvent.objects.filter(verb="question.added").first().changes == {
        "question": ["", "Nights? (Yes or no, required)"]
    }


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "  "}, "no_text"),
        ({"text": "Which?", "kind": "choice", "choices": ["One"]}, "few_choices"),
        ({"text": "Nights?", "kind": "yes_no", "marked_answers": ["Maybe"], "mark": "x"},
         "not_offered"),
        ({"text": "Nights?", "kind": "yes_no", "marked_answers": ["No"]}, "half_mark"),
        ({"text": "Nights?", "kind": "yes_no", "mark": "Not at night"}, "half_mark"),
        ({"text": "What is your current salary?"}, "pay_history"),
    ],
)  # fmt: skip
def test_what_nobody_could_answer_or_should_be_asked_is_refused(recruiter, fields, code):
    job = JobFactory()

    with pytest.raises(ValidationError) as refusal:
        act.add_question(job, by=recruiter, **fields)

    assert (refusal.value.code, texts(job)) == (code, [])


def test_a_form_asks_at_most_twenty_questions(recruiter):
    job = JobFactory()
    QuestionFactory.create_batch(act.MOST, job=job)

    with pytest.raises(ValidationError) as refusal:
        act.add_question(job, by=recruiter, text="One more?")

    assert refusal.value.code == "many"


def test_pay_history_needs_a_reason_that_enters_the_audit_trail(recruiter):
    job = job_in("GB")

    question = act.add_question(
        job, by=recruiter, text="What did you earn in your last job?", reason="Public pay scale."
    )

    assert (question.asks_pay_history, question.reason) == (True, "Public pay scale.")
    (event,) = AuditEvent.objects.filter(verb="question.added")
    assert event.changes["question"][1].endswith("reason: Public pay scale.)")
    act.change_question(question, by=recruiter, text="What do you hope to earn?")
    question.refresh_from_db()
    assert (question.asks_pay_history, question.reason) == (False, "")


def test_pay_history_is_refused_where_the_job_is_in_the_european_union(recruiter):
    with pytest.raises(ValidationError) as refusal:
        act.add_question(
            job_in("PL"), by=recruiter, text="Your current salary?", reason="We want to know."
        )

    assert refusal.value.code == "pay_history_eu"


@pytest.mark.parametrize(
    "text",
    [
        "What is your current salary?",
        "Please state your present annual base compensation",
        "Salary history",
        "How much do you earn?",
        "What were you paid?  How much are you paid?",
        "Pay in your last job: what was your pay in your previous role",
        "Upload a payslip",
        "Quel est votre salaire actuel ?",
        "Votre dernière rémunération",
        "Combien gagnez-vous ?",
        "Wie hoch ist Ihr aktuelles Gehalt?",
        "Was verdienen Sie?",
        "¿Cuál es su salario actual?",
        "Jakie jest Pana obecne wynagrodzenie?",
        "ما هو راتبك الحالي؟",
    ],
)
def test_questions_about_pay_history_are_found(text):
    assert pay_history.is_asked_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "What do you hope to earn?",
        "What is your salary expectation?",
        "Quelles sont vos prétentions salariales ?",
        "Was ist Ihre Gehaltsvorstellung?",
        "ما هو الراتب المتوقع؟",
        "What is your current role?",
        "Do you currently hold a BOSIET certificate?",
        "Which of our past projects do you know?",
    ],
)
def test_other_questions_are_left_alone(text):
    assert not pay_history.is_asked_in(text)


def test_questions_are_put_in_order_and_removed_while_answers_stay(recruiter):
    job = JobFactory()
    one, two, three = (QuestionFactory(job=job, text=f"{n}?") for n in "123")
    answer = AnswerFactory(question=two, asked="2?", text="Yes")

    act.move_question(three, earlier=True, by=recruiter)
    act.move_question(one, earlier=True, by=recruiter)
    act.remove_question(two, by=recruiter)

    assert [(q.text, q.position) for q in job.questions.all()] == [("1?", 1), ("3?", 2)]
    kept = Answer.objects.get()
    assert (kept.pk, kept.question, kept.asked, kept.text) == (answer.pk, None, "2?", "Yes")


def test_a_copy_of_a_job_asks_the_same(recruiter):
    job = JobFactory()
    QuestionFactory(job=job, text="Nights?", kind="yes_no", marked_answers=["No"], mark="Days")

    copy = copy_job(job, title="Once more", by=recruiter)

    assert (texts(copy), copy.questions.get().mark, texts(job)) == (
        ["Nights?"],
        "Days",
        ["Nights?"],
    )


def test_the_page_adds_changes_moves_and_removes(staff_client):
    job = JobFactory()
    added = {
        "text": "Which shift?", "kind": "choice", "choices": "Day\n\n Night \nDay",
        "marked_answers": "Night", "mark": "Works at night",
    }  # fmt: skip

    response = staff_client.post(address("job_questions", job), added)

    question = job.questions.get()
    assert (response.status_code, question.choices) == (302, ["Day", "Night"])
    page = staff_client.get(address("question_edit", job, question)).content.decode()
    assert "Day\nNight</textarea>" in page
    changed = {**added, "text": "Which shifts?", "is_required": "on"}
    staff_client.post(address("question_edit", job, question), changed)
    question.refresh_from_db()
    assert (question.text, question.is_required) == ("Which shifts?", True)
    staff_client.post(address("question_move", job, question), {"direction": "later"})
    staff_client.post(address("question_remove", job, question))
    assert texts(job) == []


def test_a_refused_question_comes_back_with_what_was_typed(staff_client):
    job = JobFactory()

    response = staff_client.post(
        address("job_questions", job), {"text": "Your current salary?", "kind": "short"}
    )

    html = response.content.decode()
    assert (response.status_code, "say why it is needed" in html) == (422, True)
    assert 'value="Your current salary?"' in html


def test_a_question_of_another_job_is_not_found(staff_client):
    question = QuestionFactory()

    for name in ("question_edit", "question_move", "question_remove"):
        assert staff_client.post(address(name, JobFactory(), question)).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_at_any_size(staff_client, many, django_assert_max_num_queries):
    job = JobFactory()
    QuestionFactory.create_batch(many, job=job, kind="yes_no", marked_answers=["No"], mark="x")

    with django_assert_max_num_queries(6):  # session, user, job, questions, offices, organisation
        html = staff_client.get(address("job_questions", job)).content.decode()

    assert html.count('id="question-') == many

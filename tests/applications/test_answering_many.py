"""Letters to many at once: each their own, checked, counted out, undone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions.closing import withdraw
from applications.models import Letter
from candidates import work as runner
from candidates.models import Work
from tests.applications.closing_pages import LETTER, TEXT, html_of, page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def drafted(client, job, **fields):
    response = client.post(page("answer_many", job), fields or {"everybody": "on"})
    return Work.objects.get(), response


def send(client, address, values):
    """Show the letters, as a person reads them, and send what was shown."""
    shown = re.search(r'name="shown" value="([^"]+)"', html_of(client.post(address, values)))
    return client.post(address, {**values, "shown": shown[1], "send": "1"})


def test_nobody_chosen_leads_back_to_the_gate(staff_client):
    job = job_with_stages()
    other = ApplicationFactory()

    for values in ({}, {"chosen": "nonsense"}, {"chosen": other.public_id}):
        response = staff_client.post(page("answer_many", job), values)
        assert response.headers["Location"] == page("job_end", job)
    assert Work.objects.count() == 0


def test_each_reads_a_letter_of_their_own_and_the_batch_is_undone(staff_client):
    OrganisationFactory()
    job = job_with_stages(title="Cable Technician")
    ana = ApplicationFactory(job=job, candidate__call_name="Ana")
    ben = ApplicationFactory(job=job, candidate__call_name="Ben")
    cut = ApplicationFactory(job=job, untold=True, candidate__call_name="Cut")
    work, response = drafted(staff_client, job)
    address = response.headers["Location"]

    assert staff_client.post(address, {"reason": ""}).status_code == 422
    values = {"reason": "pay", f"reason-{ben.public_id}": "late"}
    html = html_of(staff_client.post(address, values))
    assert ("Hello Ana," in html, "Hello Ben," in html, "Hello Cut," in html) == (True,) * 3
    assert "text-pay-en" in html
    assert "text-late-en" in html
    assert Letter.objects.count() == 0

    sent = send(
        staff_client,
        address,
        {
            **values,
            "subject-pay-en": "Yours",
            "text-pay-en": "Dear {{ candidate.call_name }},\n\nthank you for the time you gave us.",
        },
    )
    assert sent.headers["Location"] == reverse("candidates:task", args=[work.public_id])
    runner.work_on(work.pk)
    assert Letter.objects.get(application=ana).text.startswith("Dear Ana,")
    assert Letter.objects.get(application=ben).text.startswith("Hello Ben,")
    assert not job.applications.unanswered().exists()
    ana.refresh_from_db()
    ben.refresh_from_db()
    assert (ana.rejection_reason, ben.rejection_reason) == ("pay", "late")

    staff_client.post(reverse("candidates:task_undo", args=[work.public_id]))
    runner.work_on(work.pk)
    work.refresh_from_db()
    assert (work.undone, work.kept) == (3, 0)
    assert set(job.applications.unanswered()) == {ana, ben, cut}


def test_one_whose_letter_left_is_kept_when_the_batch_is_undone(staff_client):
    job = job_with_stages()
    gone, stays = ApplicationFactory.create_batch(2, job=job)
    work, response = drafted(staff_client, job)
    send(staff_client, response.headers["Location"], {"reason": "pay"})
    runner.work_on(work.pk)
    Letter.objects.filter(application=gone).update(sent_at=timezone.now())

    staff_client.post(reverse("candidates:task_undo", args=[work.public_id]))
    runner.work_on(work.pk)

    assert [(i.undo, i.reason) for i in work.items.order_by("pk")] == [
        (
            "kept",
            "The letter has left, so this cannot be undone. Add the person to the job again.",
        ),
        ("undone", ""),
    ]
    assert list(job.applications.open()) == [stays]


def test_a_field_that_nothing_fills_stops_all_of_them_with_count_and_names(staff_client):
    job = job_with_stages()
    ApplicationFactory(job=job, candidate__name="", candidate__call_name="")
    ApplicationFactory(job=job, candidate__name="Ana Ito")
    work, response = drafted(staff_client, job)

    answer = send(staff_client, response.headers["Location"], {"reason": "pay"})

    html = html_of(answer)
    assert answer.status_code == 422
    assert "1 letter has a field that nothing fills" in html
    assert "A person without a name</bdi>: candidate.call_name" in html
    work.refresh_from_db()
    assert (work.state, Letter.objects.count()) == ("draft", 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello {{ candidate.pay }}, thank you.", "“candidate.pay” is not a field."),
        ("Hello {{ candidate.name, thank you.", "This field is not closed with “}}”."),
        ("  ", "The letter needs a subject and a text."),
        (TEXT + "We keep you in mind.", "“keep you in mind” is a promise."),
    ],
)
def test_a_bad_text_is_not_sent_and_not_lost(staff_client, text, sentence):
    job = job_with_stages()
    ApplicationFactory(job=job)
    _, response = drafted(staff_client, job)
    values = {"reason": "pay", "subject-pay-en": "Yours", "text-pay-en": text}

    answer = send(staff_client, response.headers["Location"], values)

    assert answer.status_code == 422
    assert sentence in html_of(answer)
    assert text.strip() in html_of(answer)
    assert Work.objects.get().state == "draft"


def test_what_the_check_found_can_be_accepted(staff_client):
    job = job_with_stages()
    ApplicationFactory(job=job)
    work, response = drafted(staff_client, job)
    values = {
        "reason": "pay",
        "subject-pay-en": "Yours",
        "text-pay-en": TEXT + "We keep you in mind.",
        "warnings_accepted": "on",
    }

    send(staff_client, response.headers["Location"], values)
    runner.work_on(work.pk)

    assert Letter.objects.get().text.endswith("We keep you in mind.")


def test_a_letter_that_nobody_read_is_shown_and_not_sent(staff_client):
    """The reason is changed and Send pressed at once: for all of them, or for one."""
    job = job_with_stages()
    ana, ben = ApplicationFactory.create_batch(2, job=job)
    work, response = drafted(staff_client, job)
    address = response.headers["Location"]
    read = f"{ana.public_id}=pay-en {ben.public_id}=pay-en"
    another = {f"reason-{ben.public_id}": "late"}

    for changed in ({"reason": "late"}, {"reason": "pay", **another}):
        answer = staff_client.post(address, {**changed, "shown": read, "send": "1"})
        html = html_of(answer)
        assert answer.status_code == 422
        assert "The reasons changed after you read the letters, so these are others." in html
        assert 'name="text-late-en"' in html
        assert f"{ben.public_id}=late-en" in html
    work.refresh_from_db()
    assert (work.state, Letter.objects.count()) == ("draft", 0)


def test_above_thirty_the_number_is_typed(staff_client):
    job = job_with_stages()
    ApplicationFactory.create_batch(31, job=job)
    work, response = drafted(staff_client, job)
    address = response.headers["Location"]

    refused = send(staff_client, address, {"reason": "pay", "number": "30"})
    assert refused.status_code == 422
    assert "That is not the number of people who are chosen: 31." in html_of(refused)
    send(staff_client, address, {"reason": "pay", "number": "31"})

    work.refresh_from_db()
    assert (work.state, work.total) == ("waiting", 31)


def test_a_colleague_does_not_find_the_draft_of_another(staff_client, signed_in):
    job = job_with_stages()
    ApplicationFactory(job=job)
    _, response = drafted(staff_client, job)

    stranger = signed_in(UserFactory())

    assert stranger.get(response.headers["Location"]).status_code == 404


def test_whoever_was_answered_meanwhile_is_left_as_they_were(staff_client, recruiter):
    job = job_with_stages()
    first, second = ApplicationFactory.create_batch(2, job=job)
    work, response = drafted(staff_client, job)
    send(staff_client, response.headers["Location"], {"reason": "pay"})
    withdraw(first, by=recruiter)
    runner.work_on(work.pk)

    assert sorted(work.items.values_list("result", "reason")) == [
        ("ok", ""),
        ("skipped", "There is no decision to tell them."),
    ]
    second.refresh_from_db()
    assert second.outcome == "rejected"


@pytest.mark.parametrize("people", [1, 3])
def test_the_letters_cost_the_same_for_one_and_three(
    staff_client, people, django_assert_max_num_queries
):
    job = job_with_stages()
    ApplicationFactory.create_batch(people, job=job)
    _, response = drafted(staff_client, job)

    with django_assert_max_num_queries(9):
        staff_client.post(response.headers["Location"], {"reason": "pay"})


def test_the_chosen_of_a_pipeline_and_all_that_its_filter_leaves(staff_client):
    job = job_with_stages()
    ana = ApplicationFactory(job=job, candidate=CandidateFactory(name="Ana Ito"))
    ben = ApplicationFactory(job=job, candidate=CandidateFactory(name="Ben Osei"))

    staff_client.post(page("answer_many", job), {"chosen": f"{ben.public_id}.{ben.stage_id}"})
    staff_client.post(f"{page('answer_many', job)}?q=Ana", {"everybody": "on"})

    chosen = [work.items.get().candidate for work in Work.objects.order_by("pk")]
    assert chosen == [ben.candidate, ana.candidate]


def test_a_letter_about_a_later_day_never_names_another_day(staff_client):
    application = ApplicationFactory()
    address = page("application_later", application)
    offered = staff_client.get(address).context["form"]
    words = {name: offered[name].value() for name in ("subject", "text", "written_for")}
    day = application.hear_by + timedelta(days=30)

    response = staff_client.post(address, {"day": day, "way": "letter", **words})

    form = response.context["form"]
    assert (response.status_code, application.letters.count()) == (422, 0)
    assert f"You will hear from us by {day:%A %-d %B %Y}." in form["text"].value()
    words = {name: form[name].value() for name in words}
    staff_client.post(address, {"day": day, "way": "letter", **words})
    assert f"{day:%A %-d %B %Y}" in application.letters.get().text


def test_a_strange_day_in_a_hidden_field_is_no_error(staff_client):
    application = ApplicationFactory()
    values = {"day": application.hear_by + timedelta(days=5), "way": "letter", **LETTER}

    response = staff_client.post(
        page("application_later", application), values | {"written_for": "2026-99-99"}
    )

    assert response.status_code == 422

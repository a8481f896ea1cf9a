"""The page that rejects: its letter follows the reason, and what was typed stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Letter, Promise
from tests.applications.pages import TEXT, page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db


def rejection(**changes):
    return {
        "reason": "must_have_missing", "subject": "Your application", "text": TEXT,
        "leaves": "morning", **changes,
    }  # fmt: skip


def test_the_form_offers_a_letter_and_says_when_it_leaves_in_both_zones(staff_client):
    OrganisationFactory()
    application = ApplicationFactory(
        job=job_with_stages(title="Cable Technician"),
        candidate__call_name="Rosa",
        candidate__time_zone="Pacific/Auckland",
    )

    html = staff_client.get(page("application_reject", application)).content.decode()

    assert "Hello Rosa," in html
    assert " here, " in html
    assert "(Pacific/Auckland) where they are" in html


def test_the_letter_is_written_anew_for_reason_and_promise_and_nothing_is_closed(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(reason="pay", keep="on", families="Electrical", until=until, rewrite="1")

    response = staff_client.post(page("application_reject", application), values)

    html = response.content.decode()
    application.refresh_from_db()
    assert (response.status_code, application.is_open) == (200, True)
    assert "your expectation and the range of this job do not meet" in html
    assert f"We keep you in mind for Electrical jobs until {until:%-d %B %Y}" in html


def test_reject_with_letter_and_promise_then_undo(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(keep="on", families="Electrical, Data", until=until)

    response = staff_client.post(page("application_reject", application), values)

    assert response["Location"] == page("application", application)
    letter, promise = Letter.objects.get(), Promise.objects.get()
    assert (promise.families, letter.is_waiting) == (["Electrical", "Data"], True)
    assert staff_client.get(page("application", application)).status_code == 200
    staff_client.post(page("application_reopen", application))
    application.refresh_from_db()
    letter.refresh_from_db()
    assert (application.is_open, letter.is_waiting) == (True, False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"text": ""}, "The letter needs this."),
        ({"without_letter": "on"}, "Say why they get no letter."),
        ({"keep": "on", "until": ""}, "Say for which kinds of work."),
        ({"text": TEXT + "We keep you in mind."}, "I read this. Send the letter as it is."),
        (
            {"keep": "on", "families": "Data", "until": "2199-01-01"},
            "a promise cannot outlast that",
        ),
    ],
)
def test_a_refused_rejection_says_what_to_do(staff_client, changes, words):
    application = ApplicationFactory(job=job_with_stages())

    response = staff_client.post(page("application_reject", application), rejection(**changes))

    application.refresh_from_db()
    assert (response.status_code, application.is_open) == (422, True)
    assert words in response.content.decode()


def test_rejecting_twice_leads_to_what_the_first_did(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    staff_client.post(page("application_reject", application), rejection())

    response = staff_client.post(page("application_reject", application), rejection())

    assert response["Location"] == page("application", application)
    assert Letter.objects.count() == 1


def test_each_other_way_to_close_and_the_refusal_after(staff_client):
    for name, data, outcome in [
        ("application_hire", {}, "hired"),
        ("application_withdraw", {}, "withdrawn"),
        ("application_withdraw", {"offer_declined": "1"}, "offer_declined"),
    ]:
        application = ApplicationFactory(job=job_with_stages())
        assert staff_client.post(page(name, application), data).status_code == 302
        application.refresh_from_db()
        assert application.outcome == outcome
        assert staff_client.post(page(name, application), data).status_code == 422


def test_no_reason_leaves_a_gap_that_the_check_of_the_letter_finds(staff_client):
    application = ApplicationFactory(job=job_with_stages())

    html = staff_client.get(page("application_reject", application)).content.decode()

    assert "We have decided not to go on with it: {{ reason }}." in html
    assert "closer to this job" not in html


def offered(client, application, reason):
    """The letter as the form offers it for a reason."""
    values = {"reason": reason, "rewrite": "1"}
    form = client.post(page("application_reject", application), values).context["form"]
    return {name: form[name].value() for name in ("subject", "text", "written_for")}


@pytest.mark.parametrize("first", ["", "pay"])
def test_a_letter_that_nobody_changed_follows_the_reason_and_is_read_before_it_leaves(
    staff_client, first
):
    application = ApplicationFactory(job=job_with_stages())
    letter = offered(staff_client, application, first)
    letter["text"] = letter["text"].replace("\n", "\r\n")  # as browsers send it

    response = staff_client.post(page("application_reject", application), rejection(**letter))

    form = response.context["form"]
    assert (response.status_code, Letter.objects.count()) == (422, 0)
    assert form.errors["text"] == ["The letter now says what you chose. Read it, then send it."]
    assert "the work needs a skill that we did not find" in form["text"].value()
    again = {name: form[name].value() for name in letter}
    staff_client.post(page("application_reject", application), rejection(**again))
    assert "the work needs a skill" in Letter.objects.get().text


def test_a_letter_that_was_changed_is_pointed_at_when_the_reason_changes(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    letter = offered(staff_client, application, "pay")
    letter["text"] += "\nIt was good to meet you."

    response = staff_client.post(page("application_reject", application), rejection(**letter))

    form = response.context["form"]
    assert (response.status_code, Letter.objects.count()) == (422, 0)
    assert "Check that its words still fit." in form.errors["text"][0]
    assert "It was good to meet you." in form["text"].value()
    letter["written_for"] = form["written_for"].value()
    staff_client.post(page("application_reject", application), rejection(**letter))
    assert "It was good to meet you." in Letter.objects.get().text


def test_a_script_has_only_unchanged_words_written_anew(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    address = page("application_reject", application)
    letter = offered(staff_client, application, "pay")
    asked = letter | {"reason": "language", "rewrite": "untouched"}

    new = staff_client.post(address, asked).context["form"]
    kept = staff_client.post(address, asked | {"text": "Mine."}).context["form"]

    assert "a language that you did not name" in new["text"].value()
    assert (kept["text"].value(), kept["written_for"].value()) == ("Mine.", "pay")


def test_a_letter_is_written_anew_though_the_keeper_of_the_promise_is_nobody(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(keep="on", families="Data", until=until, owner="nobody", rewrite="1")

    assert staff_client.post(page("application_reject", application), values).status_code == 200

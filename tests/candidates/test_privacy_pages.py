"""The pages about what people ask: who may open them, and what each button does."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.models import Candidate, PrivacyRequest, Suppression, Work
from candidates.models.requests import due_date
from tests.conftest import confirm_password
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def person():
    return CandidateFactory(name="Ana Silva")


def at(name, thing=None):
    return reverse(f"candidates:{name}", args=[thing.public_id] if thing else [])


# The page of the person


def test_the_old_address_leads_to_the_page(staff_client, person):
    response = staff_client.get(at("grounds", person))

    assertRedirects(response, at("privacy", person), status_code=301)


def test_opening_the_page_is_recorded_without_a_name(staff_client, person, recruiter):
    """X-11"""
    staff_client.get(at("privacy", person))

    event = AuditEvent.objects.get(verb="read.privacy_page")
    assert (event.actor, event.subject_id, event.changes) == (
        recruiter.email,
        str(person.pk),
        {},
    )


def test_a_recruiter_writes_down_what_somebody_asks_and_sees_no_more(staff_client, person):
    response = staff_client.post(
        at("request_new", person),
        {"kind": "access", "how": "phone", "identity": "called_back", "details": "Wants all."},
        follow=True,
    )

    assertRedirects(response, at("privacy", person))
    request = PrivacyRequest.objects.get()
    assert (request.kind, request.received_how, request.identity) == (
        "access",
        "phone",
        "called_back",
    )
    assertNotContains(response, at("request", request))
    assertNotContains(response, at("erase", person))


def test_the_officer_goes_on_to_the_request(privacy_client, person):
    response = privacy_client.post(
        at("request_new", person), {"kind": "erasure", "how": "email", "identity": "unproven"}
    )

    assertRedirects(response, at("request", PrivacyRequest.objects.get()))


def test_asking_for_the_same_twice_is_one_request(staff_client, person):
    PrivacyRequestFactory(candidate=person)

    response = staff_client.post(
        at("request_new", person), {"kind": "access", "how": "email", "identity": "unproven"}
    )

    assertContains(response, "They asked for the same before", status_code=422)
    assert PrivacyRequest.objects.count() == 1


def test_a_day_that_is_still_to_come_is_refused(staff_client, person):
    tomorrow = timezone.localdate() + timedelta(days=2)

    response = staff_client.post(
        at("request_new", person),
        {"kind": "access", "how": "email", "identity": "unproven", "day": tomorrow},
    )

    assertContains(response, "That day is still to come.", status_code=422)


def test_stopping_mail_to_their_addresses(staff_client, person):
    staff_client.post(at("suppress", person), {"scope": "all"})

    assert Suppression.objects.get().reason == "staff"
    assert person.emails.get().suppressed == "all"


def test_an_officer_records_an_objection(privacy_client, person):
    privacy_client.post(at("objection", person), {"scope": "nurture", "evidence": ""})

    assert not Candidate.objects.contactable().exists()


# The queue


def test_the_queue_says_in_words_how_late_it_is(privacy_client, person):
    today = timezone.localdate()
    PrivacyRequestFactory(candidate=person, due_on=today - timedelta(days=2))
    PrivacyRequestFactory(due_on=today)
    PrivacyRequestFactory(due_on=today + timedelta(days=1))
    PrivacyRequestFactory(paused_at=timezone.now(), pause_reason="Which address?")
    PrivacyRequestFactory(closed=True)

    response = privacy_client.get(at("requests"))

    for words in ("2 days late", "due today", "due in 1 day", "clock stopped since", "Done as"):
        assertContains(response, words)
    assertContains(response, "2 of these must be answered now.")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_at_any_length(privacy_client, rows, django_assert_num_queries):
    PrivacyRequestFactory.create_batch(rows)
    PrivacyRequestFactory.create_batch(rows, closed=True)

    with django_assert_num_queries(5):  # session, user, organisation, open ones, closed ones
        assert privacy_client.get(at("requests")).status_code == 200


def test_closed_ones_come_page_by_page(privacy_client):
    for days in range(52):
        PrivacyRequestFactory(closed=True, closed_at=timezone.now() - timedelta(days=days))
    first = privacy_client.get(at("requests"))
    last = PrivacyRequest.objects.order_by("-closed_at", "-pk")[49]
    assertContains(first, f"?after={last.public_id}")

    second = privacy_client.get(at("requests"), {"after": last.public_id})

    assertContains(second, "Done as asked", count=2)


def test_the_register_is_a_harmless_file_and_taking_it_is_recorded(privacy_client):
    PrivacyRequestFactory(candidate__name='=HYPERLINK("x")', closed=True)

    response = privacy_client.get(at("requests_csv"))

    text = b"".join(response.streaming_content).decode()
    assert '"\'=HYPERLINK(""x"")"' in text
    assert AuditEvent.objects.filter(verb="read.register_of_requests").count() == 1


def test_the_register_needs_the_password(signed_in, privacy_officer):
    response = signed_in(privacy_officer).get(at("requests_csv"))

    assert response.url.startswith(reverse("accounts:confirm"))


# One request


def test_the_clock_stands_and_the_date_moves(privacy_client, privacy_officer):
    request = PrivacyRequestFactory()
    due = request.due_on
    privacy_client.post(at("request_pause", request), {"reason": "Which of two addresses?"})
    PrivacyRequest.objects.update(paused_at=timezone.now() - timedelta(days=5))

    privacy_client.post(at("request_resume", request))

    request.refresh_from_db()
    assert (request.due_on - due, request.days_paused, request.paused_at) == (
        timedelta(days=5),
        5,
        None,
    )


def test_the_clock_cannot_be_stopped_twice(privacy_client):
    request = PrivacyRequestFactory(paused_at=timezone.now(), pause_reason="Which address?")

    response = privacy_client.post(at("request_pause", request), {"reason": "Again?"})

    assertContains(response, "The clock is stopped already.", status_code=422)


@pytest.mark.parametrize(
    ("button", "data", "words"),
    [
        ("request_pause", {"reason": ""}, "This field is required"),
        ("request_resume", {}, "The clock is running."),
        ("request_close", {"outcome": "done", "text": ""}, "This field is required"),
        ("request_identity", {"identity": "x"}, "Select a valid choice"),
        ("take_back", {}, "This is no open request for deletion."),
    ],
)
def test_what_is_refused_says_why(privacy_client, button, data, words):
    response = privacy_client.post(at(button, PrivacyRequestFactory()), data)

    assertContains(response, words, status_code=422)


def test_it_is_closed_with_words_alone(privacy_client):
    request = PrivacyRequestFactory()

    privacy_client.post(at("request_close", request), {"outcome": "done", "text": "Sent by post."})

    request.refresh_from_db()
    assert (request.state, request.outcome, request.outcome_text) == (
        "closed",
        "done",
        "Sent by post.",
    )


def test_a_deletion_is_not_said_to_be_done_while_they_are_here(privacy_client):
    request = PrivacyRequestFactory(erasure=True)

    response = privacy_client.post(
        at("request_close", request), {"outcome": "done", "text": "Done."}
    )

    assertContains(response, "They are still here.", status_code=422)


def test_a_closed_request_stays_as_it_is(privacy_client):
    request = PrivacyRequestFactory(closed=True)

    response = privacy_client.post(at("request_identity", request), {"identity": "document"})

    assertContains(response, "This request is closed.", status_code=422)


def test_the_proof_of_identity_is_noted(privacy_client):
    request = PrivacyRequestFactory()

    privacy_client.post(at("request_identity", request), {"identity": "document"})

    request.refresh_from_db()
    assert request.identity == "document"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-11-23", "2026-12-23"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_month_is_a_calendar_month(received, due):
    assert due_date("access", date.fromisoformat(received)) == date.fromisoformat(due)


# Deleting


def test_the_page_asks_for_the_password_first(signed_in, privacy_officer, person):
    client = signed_in(privacy_officer)

    for response in (
        client.get(at("erase", person)),
        client.post(at("erase", person), {"when": "now", "sure": "on"}),
    ):
        assert response.url.startswith(reverse("accounts:confirm"))
    assert Candidate.objects.live().exists()


def test_deleting_now(privacy_client, person):
    response = privacy_client.post(at("erase", person), {"when": "now", "sure": "on"}, follow=True)

    assertContains(response, "We deleted your details.")
    assertContains(response, f"Erased person {person.pk}")
    assert not Candidate.objects.live().exists()


def test_deleting_in_seven_days_and_taking_it_back(privacy_client, person):
    privacy_client.post(at("erase", person), {"when": "later", "sure": "on"})
    request = PrivacyRequest.objects.get()
    assert request.state == "cooling_off"

    privacy_client.post(at("take_back", request))

    request.refresh_from_db()
    assert (request.outcome, Candidate.objects.live().count()) == ("taken_back", 1)


def test_nothing_is_deleted_without_the_tick(privacy_client, person):
    response = privacy_client.post(at("erase", person), {"when": "now"})

    assert response.status_code == 422
    assert not PrivacyRequest.objects.exists()


def test_who_is_being_considered_decides_first(privacy_client, person):
    ApplicationFactory(candidate=person, job__title="Cable Technician")
    page = privacy_client.get(at("erase", person))
    assertContains(page, "They are being considered for Cable Technician.")

    privacy_client.post(at("erase", person), {"when": "after_decision", "sure": "on"})

    assert PrivacyRequest.objects.get().state == "waiting"
    assert Candidate.objects.live().count() == 1


def test_a_refusal_leaves_no_request_behind(privacy_client, person):
    PrivacyRequestFactory(candidate=person)

    response = privacy_client.post(at("erase", person), {"when": "now", "sure": "on"})

    assertContains(response, "Answer that first.", status_code=422)
    assert PrivacyRequest.objects.count() == 1


# Strangers


@pytest.mark.parametrize("name", ["erase", "privacy", "grounds"])
def test_somebody_who_is_gone_is_not_to_be_found(privacy_client, name):
    assert privacy_client.get(at(name, CandidateFactory(erased=True))).status_code == 404


@pytest.mark.parametrize("name", ["request_new", "copy_make", "suppress", "objection"])
def test_nothing_is_done_for_somebody_who_is_gone(privacy_client, name):
    assert privacy_client.post(at(name, CandidateFactory(erased=True))).status_code == 404


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "requests"),
        ("get", "requests_csv"),
        ("get", "request"),
        ("post", "request_close"),
        ("get", "erase"),
        ("post", "copy_make"),
    ],
)
def test_a_recruiter_is_no_privacy_officer(staff_client, method, name):
    confirm_password(staff_client)
    person = CandidateFactory()
    things = {"request": PrivacyRequestFactory, "request_close": PrivacyRequestFactory}
    thing = person if name in {"erase", "copy_make"} else things.get(name, lambda: None)()

    assert getattr(staff_client, method)(at(name, thing)).status_code == 403


# The copy


def test_a_copy_is_made_for_who_asks(privacy_client, person, privacy_officer):
    response = privacy_client.post(at("copy_make", person))

    work = Work.objects.get()
    assertRedirects(response, at("task", work))
    assert (work.by, work.total, person.name in work.title) == (privacy_officer, 1, False)


def test_a_copy_needs_the_password(signed_in, privacy_officer, person):
    response = signed_in(privacy_officer).post(at("copy_make", person))

    assert response.url.startswith(reverse("accounts:confirm"))
    assert not Work.objects.exists()


# Today


def test_what_is_late_stands_red_on_the_officers_today(privacy_client, person):
    PrivacyRequestFactory(candidate=person, due_on=timezone.localdate() - timedelta(days=2))
    PrivacyRequestFactory(due_on=timezone.localdate() + timedelta(days=20))

    response = privacy_client.get(reverse("today"))

    assertContains(response, "A copy of their data: Ana Silva")
    assertContains(response, "2 days late")
    assertContains(response, "1 thing due today, 1 late.")


def test_a_recruiters_today_has_none_of_it(staff_client, person):
    PrivacyRequestFactory(candidate=person, due_on=timezone.localdate() - timedelta(days=2))

    assertNotContains(staff_client.get(reverse("today")), "Privacy requests")


# What is guarded


def looks():
    return list(
        AuditEvent.objects.filter(verb__startswith="read.").values_list("verb", "subject_id")
    )


def test_seeing_what_somebody_wants_to_earn_is_recorded(staff_client):
    paid = CandidateFactory(salary_expectation=5_000_000, salary_currency="GBP")
    silent = CandidateFactory()

    for person in (paid, silent):
        staff_client.get(at("profile", person))

    assert looks() == [("read.pay", str(paid.pk))]


def test_looking_for_an_exact_address_is_recorded_without_the_address(staff_client, recruiter):
    person = CandidateFactory()
    address = person.emails.get().address

    staff_client.get(at("people"), {"q": address})
    staff_client.get(at("people"), {"q": "nobody@mail.example"})
    staff_client.get(at("people"), {"q": "Ana"})

    assert sorted(looks()) == sorted(
        [("read.address_search", str(person.pk)), ("read.address_search", str(recruiter.pk))]
    )
    assert "@" not in "".join(
        str(changes) for changes in AuditEvent.objects.values_list("changes", flat=True)
    )

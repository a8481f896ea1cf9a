"""What somebody asks, on the page of the person: written down, deleted, handed over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.models import Candidate, PrivacyRequest, Suppression, Work
from tests.candidates.privacy_pages.conftest import at
from tests.conftest import confirm_password
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


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

"""The page of a person: the box, the timeline, notes and calls, and editing."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from candidates import timeline
from candidates.actions.notes import write_note
from candidates.contact import _holds, register_hold
from candidates.models import Activity, Note
from tests.candidates.profile_pages import address
from tests.factories.accounts import UserFactory
from tests.factories.candidates import (
    ActivityFactory,
    CandidateFactory,
    CandidateSkillFactory,
    EmailAddressFactory,
    LinkFactory,
    PhoneFactory,
)
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


def test_the_person_is_the_page(staff_client, recruiter):
    candidate = CandidateFactory(
        name="Rosa Osei", current_title="Senior Electrician", owner=recruiter, language="fr"
    )
    CandidateSkillFactory(candidate=candidate, skill__name="HV isolation")
    PhoneFactory(candidate=candidate, number="07700 900123")
    LinkFactory(candidate=candidate, url="https://rosa.example/cv")

    response = staff_client.get(address(candidate))

    for text in (
        "<h1><bdi>Rosa Osei</bdi></h1>",
        "Senior Electrician",
        "Bristol, United Kingdom",
        "French",
        "HV isolation",
        "<bdi>candidate-",
        '<bdi dir="ltr">07700 900123</bdi>',
        "rosa.example/cv",
        "May be sent job emails",
    ):
        assertContains(response, text)


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(
    staff_client, recruiter, much, django_assert_num_queries
):
    candidate = CandidateFactory(owner=recruiter)
    for factory in (
        CandidateSkillFactory, PhoneFactory, LinkFactory, ActivityFactory, EmailAddressFactory,
    ):  # fmt: skip
        factory.create_batch(much, candidate=candidate)
    for _ in range(much):
        write_note(candidate, "text", by=recruiter)

    # session, user, person with skills and phones, emails, lines, notes, grounds, why mail waits
    # (two), figures, clocks, tags, tags to offer, follow-ups
    with django_assert_num_queries(14):
        response = staff_client.get(address(candidate))

    assertContains(response, "All recruiters</span>", count=much)


def test_the_box_names_the_reason_and_offers_no_override(staff_client):
    candidate = CandidateFactory(unsubscribed=True)

    response = staff_client.get(address(candidate))

    assertContains(response, "No job emails")
    assertContains(response, "They stopped job emails on")


def test_the_box_says_that_they_asked_to_be_deleted(staff_client):
    candidate = CandidateFactory()
    PrivacyRequestFactory(candidate=candidate, cooling_off=True)

    response = staff_client.get(address(candidate))

    assertContains(response, "Job emails are on hold")
    assertContains(response, "They asked us to delete their details.")


def test_a_floor_above_can_say_that_mail_waits(staff_client):
    candidate = CandidateFactory()
    stays = list(_holds)
    register_hold(lambda person: "They have an open application." if person == candidate else "")
    try:
        response = staff_client.get(address(candidate))
    finally:
        _holds[:] = stays

    assertContains(response, "Job emails are on hold")
    assertContains(response, "They have an open application.")


def test_gone_people_are_not_found_and_merged_ones_lead_on(staff_client):
    survivor = CandidateFactory()
    merged = CandidateFactory(merged_into=CandidateFactory(merged_into=survivor))
    erased = CandidateFactory(erased=True)

    assertRedirects(staff_client.get(address(merged)), address(survivor))
    assert staff_client.get(address(erased)).status_code == 404
    assert staff_client.get(f"/people/{uuid.uuid4()}").status_code == 404
    assert staff_client.post(address(merged, "note_write"), {"text": "x"}).status_code == 404


# ------------------------------------------------------------------ timeline


def test_the_timeline_is_filtered(staff_client):
    candidate = CandidateFactory()
    for group in Activity.Group:
        ActivityFactory(candidate=candidate, group=group, text=f"It was {group}.")

    everything = staff_client.get(address(candidate))
    mail = staff_client.get(address(candidate), {"show": "mail"})

    assertContains(everything, "It was ", count=5)
    assertContains(mail, "It was mail.")
    assertContains(mail, "It was ", count=1)
    assertContains(staff_client.get(address(candidate), {"show": "x", "before": "y"}), "It was ")


def test_pages_of_the_timeline_follow_without_a_gap(recruiter, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 3)
    candidate = CandidateFactory()
    now = timezone.now()
    made = [ActivityFactory(candidate=candidate, at=now - timedelta(days=n // 2)) for n in range(8)]
    ActivityFactory()  # of somebody else

    seen, before = [], None
    for _ in range(3):
        page = timeline.read(candidate, recruiter, before=before)
        seen += [entry.activity for _, entries in page.days for entry in entries]
        before = page.older

    assert seen == sorted(made, key=lambda line: (line.at, line.pk), reverse=True)
    assert before is None


def test_a_continuation_of_somebody_elses_timeline_is_empty(recruiter):
    other = ActivityFactory()

    page = timeline.read(CandidateFactory(), recruiter, before=other.pk)

    assert (page.days, page.older) == ([], None)


def test_lines_stand_under_the_day_of_the_viewers_zone(signed_in):
    candidate = CandidateFactory()
    at = timezone.datetime.fromisoformat("2026-11-22T23:30:00+00:00")
    ActivityFactory(candidate=candidate, at=at)

    response = signed_in(UserFactory(time_zone="Asia/Tokyo")).get(address(candidate))

    assertContains(response, "Monday 23 November 2026")
    assertContains(response, "08:30 · Mina Aldaco")


def test_a_private_note_is_left_out_together_with_its_line(signed_in, staff_client, recruiter):
    candidate = CandidateFactory()
    write_note(candidate, "For my team alone", by=recruiter, visibility="private")
    write_note(candidate, "For all of us", by=recruiter)

    mine = staff_client.get(address(candidate))
    theirs = signed_in(UserFactory()).get(address(candidate))

    assertContains(mine, "For my team alone")
    assertContains(theirs, "For all of us")
    assertNotContains(theirs, "For my team alone")
    assertContains(theirs, '<li class="timeline-item">', count=1)


def test_hostile_text_stays_text(staff_client, recruiter):
    candidate = CandidateFactory(name="<script>alert(1)</script>")
    write_note(candidate, "<img src=x onerror=alert(1)>", by=recruiter)

    response = staff_client.get(address(candidate))

    assertNotContains(response, "<script>alert")
    assertNotContains(response, "<img src=x")


# ------------------------------------------------------------------ notes, calls


def test_writing_a_note_with_and_without_htmx(staff_client):
    candidate = CandidateFactory()
    note = {"text": "Strong welder", "visibility": "team"}

    plain = staff_client.post(address(candidate, "note_write"), note)
    part = staff_client.post(address(candidate, "note_write"), note, headers={"HX-Request": "true"})

    assertRedirects(plain, f"{address(candidate)}#timeline", fetch_redirect_response=False)
    assertContains(part, "Strong welder", count=2)
    assertNotContains(part, "<html")


def test_an_empty_note_says_so(staff_client):
    candidate = CandidateFactory()

    response = staff_client.post(address(candidate, "note_write"), {"visibility": "team"})

    assertContains(response, "This field is required", status_code=422)
    assert Note.objects.count() == 0


def test_logging_a_call(staff_client):
    candidate = CandidateFactory()

    response = staff_client.post(
        address(candidate, "contact_log"), {"kind": "called", "summary": "In March."}
    )

    assert response.status_code == 302
    assert candidate.stops.get().reason == "called"
    future = {"kind": "called", "day": "2999-01-01"}
    refused = staff_client.post(address(candidate, "contact_log"), future)
    assertContains(refused, "That day is still to come.", status_code=422)


# ------------------------------------------------------------------ editing


def details(candidate, **changes):
    return {"name": candidate.name, "version": candidate.version, **changes}


def test_editing_details(staff_client):
    candidate = CandidateFactory()

    response = staff_client.post(
        address(candidate, "edit"),
        details(candidate, city="Bath", salary_expectation="41000.50", salary_currency="gbp"),
    )

    assertRedirects(response, address(candidate))
    candidate.refresh_from_db()
    assert (candidate.city, candidate.salary_expectation, candidate.salary_currency) == (
        "Bath",
        4100050,
        "GBP",
    )
    assertContains(staff_client.get(address(candidate, "edit")), 'value="41000.5"')


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        ("edit", {"name": ""}, "This field is required"),
        ("edit", {"salary_expectation": "1", "salary_currency": ""}, "Say in which currency"),
        ("edit", {"country": "XX"}, "Select a valid choice"),
        ("email_add", {"address": "no"}, "valid email"),
        ("email_add", {"address": "taken@mail.example"}, "somebody who is here already"),
        ("phone_add", {"number": "x"}, "not a phone number"),
        ("link_add", {"url": "javascript:alert(1)"}, "not a web address"),
        ("skill_add", {"spelling": "!!"}, "one to a hundred letters"),
        ("owner", {"owner": str(uuid.uuid4())}, "Select a valid choice"),
    ],
)
def test_a_refusal_stands_on_the_page(staff_client, name, values, text):
    CandidateFactory(email__address="taken@mail.example")
    candidate = CandidateFactory()
    sent = details(candidate, **values) if name == "edit" else values

    response = staff_client.post(address(candidate, name), sent)

    assertContains(response, text, status_code=422)


def test_everything_small_can_be_added_and_removed(staff_client, recruiter):
    candidate = CandidateFactory()
    for name, values in [
        ("email_add", {"address": "second@mail.example"}),
        ("phone_add", {"number": "07700 900123"}),
        ("link_add", {"url": "rosa.example"}),
        ("skill_add", {"spelling": "Welding"}),
        ("owner", {"owner": str(recruiter.public_id)}),
    ]:
        response = staff_client.post(address(candidate, name), values)
        assert (name, response.status_code) == (name, 302)
    second = candidate.emails.get(is_primary=False)
    for name, item in [
        ("email_primary", second),
        ("email_remove", second),
        ("phone_remove", candidate.phones.get()),
        ("link_remove", candidate.links.get()),
        ("skill_remove", candidate.skills.get()),
    ]:
        response = staff_client.post(address(candidate, name), {"item": item.pk})
        assert (name, response.status_code) == (name, 302)

    candidate.refresh_from_db()
    assert (candidate.emails.count(), candidate.phones.count(), candidate.skills.count()) == (
        1,
        0,
        0,
    )
    assert candidate.owner == recruiter


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("email_remove", EmailAddressFactory),
        ("email_primary", EmailAddressFactory),
        ("phone_remove", PhoneFactory),
        ("link_remove", LinkFactory),
        ("skill_remove", CandidateSkillFactory),
    ],
)
def test_things_of_somebody_else_are_not_to_be_found(staff_client, name, factory):
    item = factory()

    response = staff_client.post(address(CandidateFactory(), name), {"item": item.pk})

    assert response.status_code == 404


def test_a_refused_address_stays(staff_client):
    email = EmailAddressFactory(suppressed="nurture")

    response = staff_client.post(address(email.candidate, "email_remove"), {"item": email.pk})

    assertContains(response, "so that the refusal stays", status_code=422)

"""The pages on which the hiring team gives its views, and the pages that ask for them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from applications.actions.closing import withdraw
from applications.models import HiringTeamMember, Review
from candidates.actions.archive import archive_candidate
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    StageFactory,
)
from tests.factories.documents import DocumentFactory
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    OrganisationFactory()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def client(signed_in, hiring_manager):
    return signed_in(hiring_manager)


@pytest.fixture
def review(hiring_manager, recruiter):
    """A view of A. Demir for a job with one must-have, asked of the hiring manager."""
    job = JobFactory(title="Marine Electrician", owner=recruiter)
    StageFactory(job=job)
    JobSkillFactory(job=job, skill__name="Switching")
    application = ApplicationFactory(job=job, candidate__name="Aylin Demir")
    return ReviewFactory(application=application, reviewer=hiring_manager, asked_by=recruiter)


def url(name: str, *args) -> str:
    return reverse(f"applications:{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


def names_in(response) -> list[str]:
    return re.findall(r"data-row-link><bdi>([^<]*)", text_of(response))


SAID = {"version": "1", "recommendation": "meet", "level_0": "3", "evidence_0": "At 33 kV."}


def test_the_queue_shows_ten_the_oldest_first_and_how_many_more(client, hiring_manager):
    for number in range(12):
        ReviewFactory(
            reviewer=hiring_manager,
            application__candidate__name=f"Person {number}",
            asked_at=NOW - timedelta(days=number),
        )

    page = client.get(url("reviews"))

    assert names_in(page) == [f"Person {number}" for number in range(11, 1, -1)]
    assert "2 more wait." in text_of(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_at_any_size(
    client, hiring_manager, django_assert_num_queries, rows
):
    ReviewFactory.create_batch(rows, reviewer=hiring_manager, application__job__blind_review=True)

    with django_assert_num_queries(6):  # session, user, waiting, sent lately, veil twice
        page = client.get(url("reviews"))

    assert len(names_in(page)) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_review_costs_the_same_whoever_waits(
    client, review, hiring_manager, django_assert_max_num_queries, rows
):
    ReviewFactory.create_batch(rows, reviewer=hiring_manager)
    ReviewFactory.create_batch(rows, application=review.application, sent=True)

    with django_assert_max_num_queries(21):
        client.get(url("review", review.public_id))


def test_a_view_is_sent_and_taken_back(client, review):
    sent = client.post(url("review_save", review.public_id), SAID | {"send": "1"})

    assert sent.headers["Location"] == url("reviews")
    page = text_of(client.get(url("reviews")))
    assert "Sent. Rowan Ashdown will act." in page
    assert "You may take it back until 10:10." in page
    review.refresh_from_db()
    assert review.said == [("Switching", "Yes", "At 33 kV.")]
    back = client.post(url("review_take_back", review.public_id))
    assert back.headers["Location"] == f"{url('review', review.public_id)}#view"
    assert "At 33 kV." in text_of(client.get(url("review", review.public_id)))


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, review):
    typed = SAID | {"recommendation": "not_meet", "send": "1"}

    answer = client.post(url("review_save", review.public_id), typed)

    assert answer.status_code == 422
    assert "Say why we should not meet them" in text_of(answer)
    assert "At 33 kV." in text_of(answer)


def test_whoever_is_rejected_meanwhile_is_said_so_and_the_view_is_kept(client, review, recruiter):
    withdraw(review.application, by=recruiter)

    page = text_of(client.get(url("review", review.public_id)))
    assert "This application was answered meanwhile" in page
    client.post(url("review_save", review.public_id), SAID | {"send": "1"})

    review.refresh_from_db()
    assert (review.is_sent, review.is_late) == (True, True)
    page = text_of(client.get(url("reviews")))
    assert "It came after the decision and is kept with it." in page


@pytest.mark.parametrize("way", ["passed on", "called off"])
def test_what_was_typed_stays_when_nobody_asks_any_more(client, review, recruiter, signed_in, way):
    other = HiringTeamMemberFactory(job=review.application.job).user
    staff = signed_in(recruiter)
    if way == "passed on":
        staff.post(url("review_pass_on", review.public_id), {"to": other.public_id})
    else:
        staff.post(url("review_call_off", review.public_id))

    answer = client.post(url("review_save", review.public_id), SAID | {"send": "1"})

    assert answer.status_code == 422
    words = {"passed on": "This was passed on to somebody else", "called off": "not asked for any"}
    assert words[way] in text_of(answer)
    assert "At 33 kV." in text_of(answer)
    assert "Aylin Demir" in text_of(answer)


def test_two_managers_give_their_views_without_reading_each_other(review, client, signed_in):
    other = ReviewFactory(application=review.application, why="")
    peer = signed_in(other.reviewer)
    peer.post(
        url("review_save", other.public_id),
        {"version": "1", "recommendation": "unsure", "summary": "Canary view", "send": "1"},
    )

    before = text_of(client.get(url("review", review.public_id)))
    client.post(url("review_save", review.public_id), SAID | {"send": "1"})
    after = text_of(client.get(url("review", review.public_id)))

    assert ("Canary view" in before, "Canary view" in after) == (False, True)


def test_leaving_the_team_and_the_archive_end_it_at_once(client, review, recruiter):
    addresses = [url("review", review.public_id), url("review_text", review.public_id)]
    assert [client.get(one).status_code for one in addresses] == [200, 200]
    HiringTeamMember.objects.all().delete()
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    HiringTeamMemberFactory(job=review.application.job, user=review.reviewer)
    withdraw(review.application, by=recruiter)
    archive_candidate(review.application.candidate, "expired", by="retention")
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    assert names_in(client.get(url("reviews"))) == []


def test_a_review_of_somebody_else_is_not_there(review, signed_in):
    stranger = signed_in(UserFactory(hiring_manager=True))
    peer = signed_in(HiringTeamMemberFactory(job=review.application.job).user)
    for client in (stranger, peer):
        for name in ("review", "review_text", "review_pass_on"):
            assert client.get(url(name, review.public_id)).status_code == 404
        for name in ("review_save", "review_take_back", "review_hints"):
            assert client.post(url(name, review.public_id)).status_code == 404


def test_in_a_blind_review_the_paper_and_its_text_name_nobody(client, review):
    application = review.application
    application.job.blind_review = True
    application.job.save()
    type(application).objects.update(number=7)
    DocumentFactory(
        candidate=application.candidate,
        file_name="Aylin Demir.txt",
        text="AYLIN DEMIR\nAylin’s work, A. Démir, demir@mail.example, +44 7700 900123. Six years.",
    )
    name = re.compile("aylin|d[eé]mir", re.IGNORECASE)
    addresses = [url("reviews"), url("review", review.public_id), reverse("today")]

    pages = [text_of(client.get(one)) for one in addresses]
    download = client.get(url("review_text", review.public_id))

    assert [name.findall(page) for page in pages] == [[], [], []]
    assert ["Candidate 7" in page for page in pages] == [True, True, True]
    assert name.findall(text_of(download) + download.headers["Content-Disposition"]) == []
    assert text_of(download).startswith("Candidate 7\n")
    assert "Six years." in text_of(download)
    client.post(url("review_save", review.public_id), SAID | {"send": "1"})
    assert "Aylin Demir" in text_of(client.get(url("review", review.public_id)))


def test_a_recruiter_asks_from_the_page_of_an_application(staff_client, review):
    application = review.application
    other = HiringTeamMemberFactory(job=application.job).user

    asked = staff_client.post(
        url("review_ask", application.public_id),
        {"reviewer": other.public_id, "due_on": "2026-11-27", "words": "Cables?"},
    )

    assert asked.headers["Location"] == url("application", application.public_id)
    made = Review.objects.get(reviewer=other)
    assert (made.words, str(made.due_on)) == ("Cables?", "2026-11-27")
    page = text_of(staff_client.get(url("application", application.public_id)))
    assert "asked on 25 Nov, wanted by 27 Nov" in page


def test_asking_says_what_is_missing_and_who_cannot_be_asked(staff_client, review, recruiter):
    address = url("review_ask", review.application.public_id)
    HiringTeamMemberFactory(job=review.application.job, user=UserFactory(roles=[Role.ADMIN]))
    assert "Nobody is left to ask" in text_of(staff_client.get(address))
    other = HiringTeamMemberFactory(job=review.application.job).user
    bad = staff_client.post(address, {"due_on": "2026-11-24", "words": "Typed"})
    assert (bad.status_code, "Choose whom to ask." in text_of(bad)) == (422, True)
    past = staff_client.post(address, {"reviewer": other.public_id, "due_on": "2026-11-24"})
    assert (past.status_code, "Name a day that is not over." in text_of(past)) == (422, True)
    withdraw(review.application, by=recruiter)
    assert staff_client.get(address).status_code == 302


def test_a_hiring_manager_may_not_ask_or_call_off(client, review):
    assert client.get(url("review_ask", review.application.public_id)).status_code == 403
    assert client.post(url("review_call_off", review.public_id)).status_code == 403


def test_today_says_what_is_asked_what_is_overdue_and_what_came_in(client, staff_client, review):
    Review.objects.filter(pk=review.pk).update(due_on=NOW.date() - timedelta(days=2))

    mine = text_of(client.get(reverse("today")))
    theirs = text_of(staff_client.get(reverse("today")))
    assert ("Views asked of you" in mine, "2 days late" in mine, "Pass on" in mine) == (
        True,
        True,
        True,
    )
    assert "Views that are overdue" in theirs
    assert "Hanne Moreau has not answered" in theirs
    client.post(url("review_save", review.public_id), SAID | {"send": "1"})
    theirs = text_of(staff_client.get(reverse("today")))
    assert ("Views that came in" in theirs, "Views that are overdue" in theirs) == (True, False)
    assert "Views asked of you" not in text_of(client.get(reverse("today")))


def test_a_mail_link_leads_through_the_sign_in(review):
    address = url("review", review.public_id)
    assert Client().get(address).headers["Location"] == f"/sign-in?next={address}"


def test_known_to_us_says_yes_or_no_and_nothing_else(client, review):
    assert "<dt>Known to us</dt><dd>No</dd>" in text_of(client.get(url("review", review.public_id)))
    ApplicationFactory(candidate=review.application.candidate, job__title="Harbour Pilot")

    page = text_of(client.get(url("review", review.public_id)))

    assert "Yes, from another application" in page
    assert "Harbour Pilot" not in page

"""The pages of a bulk action: choose, say what, see what would happen, confirm."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import confirmation
from candidates import work as runner
from candidates.models import Candidate, Work
from candidates.tray import COOKIE
from tests.factories.candidates import CandidateFactory
from tests.factories.work import WorkFactory

pytestmark = pytest.mark.django_db


def address(work: Work, kind: str = "") -> str:
    if kind:
        return reverse("candidates:bulk_kind", args=[work.public_id, kind])
    return reverse("candidates:bulk_choose", args=[work.public_id])


def draft(by, people: int = 1, **facts) -> Work:
    return WorkFactory(draft=True, by=by, people=CandidateFactory.create_batch(people), **facts)


def test_ticked_people_are_frozen_and_asked_about(staff_client, recruiter):
    ana, _ = CandidateFactory(name="Ana Demir"), CandidateFactory(name="Bo Larsen")

    response = staff_client.post(
        reverse("candidates:bulk"), {"person": [ana.public_id], "query": "country=PL"}
    )

    work = Work.objects.get()
    assertRedirects(response, address(work))
    page = staff_client.get(address(work))
    assertContains(page, "What shall be done with 1 person?")
    assertContains(page, "Ana Demir")
    assertNotContains(page, "Bo Larsen")
    assertContains(page, address(work, "tag"))
    assert (work.query, work.state) == ("country=PL", "draft")


def test_a_list_may_ask_for_one_kind_at_once(staff_client):
    ana = CandidateFactory()

    response = staff_client.post(
        reverse("candidates:bulk"), {"person": [ana.public_id], "kind": "owner"}
    )

    assertRedirects(response, address(Work.objects.get(), "owner"))


def test_nobody_chosen_leads_back_to_the_list_and_says_what_to_do(staff_client):
    response = staff_client.post(reverse("candidates:bulk"), {"query": "country=PL"}, follow=True)

    assert response.redirect_chain == [("/people?country=PL", 302)]
    assertContains(response, "Nobody is chosen. Tick the boxes before their names")
    assert not Work.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_preview_costs_the_same_at_any_size(
    staff_client, recruiter, people, django_assert_num_queries
):
    work = draft(recruiter, people)

    with django_assert_num_queries(
        10
    ):  # session, user, work, tags offered, the tag, four counts, first
        page = staff_client.get(address(work, "tag") + "?tag=Welder")

    assertContains(page, f"<b>{people}</b> will get the new tag “Welder”")


def test_preview_splits_by_outcome_and_changes_nothing(staff_client, recruiter):
    work = draft(recruiter, 3)
    Candidate.objects.filter(pk=work.items.first().candidate_id).update(owner=recruiter)
    gone = work.items.last().candidate_id
    Candidate.objects.filter(pk=gone).update(erased_at=timezone.now())

    page = staff_client.get(address(work, "owner") + f"?owner={recruiter.public_id}")

    assertContains(page, "<b>1</b> will be looked after by Rowan Ashdown; nobody does so now")
    assertContains(page, "<b>1</b> stay as they are: that is so already")
    assertContains(page, "<b>1</b> are no longer here since you chose them")
    assert Work.objects.get().state == "draft"


def test_when_nothing_would_change_there_is_nothing_to_confirm(staff_client, recruiter):
    work = draft(recruiter)
    Candidate.objects.update(owner=recruiter)

    page = staff_client.get(address(work, "owner") + f"?owner={recruiter.public_id}")

    assertContains(page, "Nothing would change.")
    assertNotContains(page, 'method="post" action="' + address(work, "owner"))


def test_a_value_that_is_no_choice_is_refused(staff_client, recruiter):
    response = staff_client.get(address(draft(recruiter), "owner") + "?owner=stranger")

    assertContains(response, "Select a valid choice", status_code=422)


def test_confirming_starts_it_and_shows_it_in_the_tray(staff_client, recruiter):
    work = draft(recruiter)

    response = staff_client.post(address(work, "owner"), {"owner": recruiter.public_id})

    assertRedirects(response, reverse("candidates:task", args=[work.public_id]))
    assert response.cookies[COOKIE].value == "1"
    runner.work_on(work.pk)
    assert Candidate.objects.get().owner == recruiter


def test_confirming_twice_leads_to_the_task(staff_client, recruiter):
    work = draft(recruiter)
    for _ in range(2):
        response = staff_client.post(address(work, "owner"), {"owner": recruiter.public_id})

    assertRedirects(response, reverse("candidates:task", args=[work.public_id]))
    assertRedirects(
        staff_client.get(address(work)), reverse("candidates:task", args=[work.public_id])
    )


def test_with_many_people_the_number_is_typed(staff_client, recruiter):
    work = draft(recruiter, 31)
    sent = {"owner": recruiter.public_id}

    missing = staff_client.post(address(work, "owner"), sent)
    wrong = staff_client.post(address(work, "owner"), sent | {"number": "30"})
    right = staff_client.post(address(work, "owner"), sent | {"number": "31"})

    assertContains(missing, "Type the number of people, 31, to confirm", status_code=422)
    assertContains(wrong, "That is not the number of people who are chosen: 31.", status_code=422)
    assert right.status_code == 302


def test_export_asks_for_the_password_again(staff_client, recruiter):
    work = draft(recruiter)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        asked = staff_client.get(address(work, "export"))
        posted = staff_client.post(address(work, "export"), {"asked": "1"})

    for response in (asked, posted):
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("accounts:confirm"))
    assert Work.objects.get().state == "draft"


def test_export_goes_on_with_a_fresh_password(staff_client, recruiter):
    work = draft(recruiter)
    session = staff_client.session
    session[confirmation._KEY] = timezone.now().timestamp()
    session.save()

    assertContains(staff_client.get(address(work, "export")), "What to put in")
    assertContains(
        staff_client.get(address(work, "export") + "?asked=1&columns=place"),
        "<b>1</b> will be in the file",
    )
    assert staff_client.post(address(work, "export"), {"asked": "1"}).status_code == 302


@pytest.mark.parametrize("kind", ["", "owner"])
def test_the_selection_of_a_colleague_is_not_to_be_found(staff_client, kind):
    assert staff_client.get(address(WorkFactory(draft=True), kind)).status_code == 404


def test_an_unknown_kind_is_not_to_be_found(staff_client, recruiter):
    assert staff_client.get(address(draft(recruiter), "delete")).status_code == 404

"""What is put off comes back on its day; what is handed over stands with a colleague."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import PutOff, User
from config import today
from tests.config.today.conftest import day, old_job, shown
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import PrivacyRequestFactory


@pytest.mark.parametrize(
    ("when", "comes_back"), [("tomorrow", 1), ("next_week", 7), ("not_mine", None)]
)
def test_what_is_put_off_comes_back_on_its_day(staff_client, recruiter, when, comes_back):
    promise = PromiseFactory(due=True, due_job=old_job(), owner=recruiter)
    thing = {"thing": f"promise:{promise.public_id}", "view": "mine"}

    response = staff_client.post(reverse("today_put_off"), thing | {"when": when})

    assert response["Location"] == reverse("today") + "?view=mine"
    assert shown(recruiter, "mine") == {}
    assert ("Promises due" in shown(recruiter, "all")) is (when == "not_mine")
    assert "Promises due" in shown(UserFactory())
    for days in range(1, 9):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            is_back = "Promises due" in shown(recruiter, "mine")
        assert is_back is (comes_back is not None and days >= comes_back)
    html = staff_client.get(reverse("today")).content.decode()
    assert "1 thing is put off or not yours." in html
    staff_client.post(reverse("today_bring_back"))
    assert "Promises due" in shown(recruiter, "mine")


def test_what_one_does_not_see_cannot_be_put_off(staff_client, signed_in, hiring_manager):
    promise = PromiseFactory(due=True, due_job=old_job())
    address = reverse("today_put_off")
    post = {"thing": f"promise:{promise.public_id}", "when": "tomorrow"}

    assert signed_in(hiring_manager).post(address, post).status_code == 404
    unknown = post | {"thing": "promise:00000000-0000-4000-8000-000000000007"}
    assert staff_client.post(address, unknown).status_code == 404
    assert staff_client.post(address, post | {"when": "never"}).status_code == 422
    assert staff_client.post(address, post | {"thing": "promise:1"}).status_code == 422
    assert staff_client.get(address).status_code == 405
    for thing in (":", "request:1", post["thing"]):
        page = reverse("today_hand_over") + f"?thing={thing}"
        assert staff_client.get(page).status_code == 404
    assert staff_client.get(reverse("today_hand_over"))["Location"] == reverse("today")


def test_a_legal_thing_is_handed_over_and_never_dismissed(signed_in, privacy_officer, recruiter):
    other = UserFactory(privacy_officer=True)
    request = PrivacyRequestFactory(due_on=day(2))
    client, thing = signed_in(privacy_officer), f"request:{request.public_id}"

    dismissed = client.post(reverse("today_put_off"), {"thing": thing, "when": "tomorrow"})
    address = reverse("today_hand_over")
    assert dismissed["Location"] == f"{address}?thing={thing}"
    assert "Privacy requests" in shown(privacy_officer, "mine")
    page = client.get(dismissed["Location"]).content.decode()
    assert (other.name in page, recruiter.name in page) == (True, False)
    for colleague in (recruiter, privacy_officer):
        wrong = client.post(address, {"thing": thing, "colleague": colleague.public_id})
        assert wrong.status_code == 422

    client.post(address, {"thing": thing, "colleague": other.public_id})

    assert "Privacy requests" not in shown(privacy_officer, "mine")
    assert "Privacy requests" in shown(other, "mine")
    back = {"thing": thing, "colleague": privacy_officer.public_id}
    signed_in(other).post(address, back)
    assert "Privacy requests" in shown(privacy_officer, "mine")
    assert "Privacy requests" not in shown(other, "mine")


def test_people_to_tell_are_handed_over_and_come_back_when_the_colleague_leaves(
    signed_in, recruiter
):
    other, manager = UserFactory(), UserFactory(hiring_manager=True)
    CandidateFactory(
        created_at=timezone.now() - timedelta(days=25), without_consent=True, time_zone="UTC"
    )
    client, address = signed_in(recruiter), reverse("today_hand_over")

    dismissed = client.post(reverse("today_put_off"), {"thing": "people", "when": "not_mine"})
    assert dismissed["Location"] == f"{address}?thing=people"
    assert f"{address}?thing=people" in client.get(reverse("today")).content.decode()
    assert signed_in(manager).get(f"{address}?thing=people").status_code == 404
    client = signed_in(recruiter)
    wrong = client.post(address, {"thing": "people", "colleague": manager.public_id})
    assert wrong.status_code == 422

    client.post(address, {"thing": "people", "colleague": other.public_id})

    assert "People to tell" not in shown(recruiter, "mine")
    assert "People to tell" in shown(other, "mine")
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert "People to tell" in shown(recruiter, "mine")


def test_what_is_put_off_takes_no_place_among_those_that_are_counted(recruiter, monkeypatch):
    monkeypatch.setattr(today, "MOST", 2)
    monkeypatch.setattr(today, "SPARE", 1)
    job = old_job()
    late = [ApplicationFactory(job=job, hear_by=day(n - 9)) for n in range(5)]
    names = [one.candidate.name for one in late]

    def waiting():
        return [name for name, _ in shown(recruiter)["People waiting to hear"]]

    assert waiting() == names[:2]
    for number, left in enumerate([names[1:3], names[2:4], names[3:], names[4:]]):
        PutOff.objects.create(
            user=recruiter, thing=f"application:{late[number].public_id}", until=day(1)
        )
        assert waiting() == left

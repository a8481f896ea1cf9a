from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.actions.sessions import end_all_sessions, end_session
from accounts.actions.users import deactivate, set_password
from accounts.models import AuditEvent, Session
from accounts.tasks import forget_sessions
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = "2026-11-23 09:00Z"


def is_signed_in(client):
    return client.get(reverse("accounts:account")).status_code == 200


@pytest.mark.parametrize(("minutes", "still_in"), [(59, True), (60, False)])
def test_a_session_ends_after_an_hour_without_use(signed_in, recruiter, minutes, still_in):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(recruiter)
        clock.shift(timedelta(minutes=minutes))

        assert is_signed_in(client) == still_in


def test_a_session_in_use_ends_after_twelve_hours(signed_in, recruiter):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(recruiter)
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert is_signed_in(client)
        clock.shift(timedelta(minutes=30))

        assert not is_signed_in(client)
        assert Session.objects.ended().count() == 1


def test_a_page_costs_no_write_but_every_five_minutes(signed_in, recruiter):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(recruiter)
        start = timezone.now()
        seen = []
        for _ in range(3):
            clock.shift(timedelta(minutes=3))
            client.get(reverse("accounts:account"))
            seen.append(recruiter.sessions.get().last_seen_at - start)

        assert seen == [timedelta(0), timedelta(minutes=6), timedelta(minutes=6)]


def test_a_session_keeps_its_birth_and_public_id_when_saved_again(client, recruiter):
    with time_machine.travel(NOW, tick=False) as clock:
        client.post(
            reverse("accounts:sign_in"),
            {"email": recruiter.email, "password": "correct horse battery"},
            headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140"},
        )
        born = recruiter.sessions.get()
        clock.shift(timedelta(minutes=10))
        session = client.session
        session["anything"] = 1
        session.save()

        again = recruiter.sessions.get()
        assert (again.public_id, again.created_at) == (born.public_id, born.created_at)
        assert again.device == "Firefox on Linux"


def test_closing_an_account_signs_it_out_at_once(signed_in, recruiter, admin):
    client = signed_in(recruiter)
    assert is_signed_in(client)

    deactivate(recruiter, by=admin)

    response = client.get(reverse("accounts:account"))
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/account")
    assert recruiter.sessions.count() == 0


def test_ending_one_session_leaves_the_others(signed_in, recruiter):
    kept, ended = signed_in(recruiter), signed_in(recruiter)
    target = recruiter.sessions.get(session_key=ended.session.session_key)

    response = kept.post(reverse("accounts:end_session", args=[target.public_id]))

    assert response.status_code == 302
    assert (is_signed_in(kept), is_signed_in(ended)) == (True, False)
    assert AuditEvent.objects.get().verb == "user.session_ended"


def test_nobody_ends_a_session_of_somebody_else(signed_in, recruiter, admin):
    signed_in(recruiter)
    target = recruiter.sessions.get()

    response = signed_in(admin).post(reverse("accounts:end_session", args=[target.public_id]))

    assert response.status_code == 404
    assert recruiter.sessions.count() == 1


def test_ending_a_session_twice_leaves_one_audit_entry(signed_in, recruiter):
    signed_in(recruiter)
    session = recruiter.sessions.get()

    end_session(session, by=recruiter)
    end_session(session, by=recruiter)

    assert AuditEvent.objects.count() == 1


def test_signing_out_everywhere(signed_in, recruiter):
    first, second = signed_in(recruiter), signed_in(recruiter)

    first.post(reverse("accounts:sign_out_everywhere"))

    assert (is_signed_in(first), is_signed_in(second)) == (False, False)
    assert end_all_sessions(recruiter, by=recruiter) == 0


def test_a_new_password_ends_the_other_sessions_only(signed_in, recruiter):
    here, elsewhere = signed_in(recruiter), signed_in(recruiter)

    response = here.post(
        reverse("accounts:change_password"),
        {
            "current_password": "correct horse battery",
            "new_password": "a long new sentence",
            "again": "a long new sentence",
        },
    )

    assert response.status_code == 302
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    recruiter.refresh_from_db()
    assert recruiter.check_password("a long new sentence")


def test_a_wrong_current_password_changes_nothing(staff_client, recruiter):
    response = staff_client.post(
        reverse("accounts:change_password"),
        {
            "current_password": "wrong",
            "new_password": "a long new sentence",
            "again": "a long new sentence",
        },
    )

    assertContains(response, "not your current password", status_code=422)
    recruiter.refresh_from_db()
    assert recruiter.check_password("correct horse battery")


def test_a_closed_account_gets_no_new_password(admin):
    from django.core.exceptions import ValidationError

    user = UserFactory(is_active=False)

    with pytest.raises(ValidationError) as refusal:
        set_password(user, "a long new sentence", by=admin)

    assert refusal.value.code == "inactive"


def test_clearing_removes_what_is_over(signed_in, recruiter):
    with time_machine.travel(NOW, tick=False) as clock:
        signed_in(recruiter)
        clock.shift(timedelta(minutes=50))
        signed_in(recruiter)
        clock.shift(timedelta(minutes=15))
        forget_sessions()
        forget_sessions()

        assert Session.objects.count() == 1


def test_an_htmx_request_without_a_session_reloads_the_whole_page():
    response = Client().get(reverse("accounts:account"), headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Refresh"]) == (204, "true")


def test_times_are_shown_in_the_colleagues_zone(signed_in):
    user = UserFactory(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-11-23 09:00Z", tick=False):
        response = signed_in(user).get(reverse("accounts:account"))

    assertContains(response, "Signed in 23 November, 18:00")

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.actions.organisation import change_organisation
from accounts.actions.users import (
    change_own_details,
    change_user,
    deactivate,
    invite,
    note_invitation,
    reactivate,
)
from accounts.models import AuditEvent, Organisation, Role, User
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_invite_makes_a_colleague_without_a_password(admin):
    user = invite(by=admin, email=" New@Larkspur-Tidal.example ", name="Nia", roles=["recruiter"])

    assert (user.email, user.has_usable_password()) == ("new@larkspur-tidal.example", False)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == ("user.invited", admin.email)
    assert event.changes == {"roles": ["", "Recruiter"]}


def test_invite_refuses_a_taken_address(admin, recruiter):
    with pytest.raises(ValidationError) as refusal:
        invite(by=admin, email=recruiter.email.upper(), name="Nia", roles=["recruiter"])

    assert refusal.value.code == "email_taken"


def test_change_user_remembers_the_roles(admin, recruiter):
    change_user(recruiter, by=admin, name="R", title="", roles=["recruiter", "admin"])

    recruiter.refresh_from_db()
    assert recruiter.roles == ["recruiter", "admin"]
    assert AuditEvent.objects.get().changes == {"roles": ["Recruiter", "Recruiter, Admin"]}


def test_a_colleague_keeps_a_role(admin, recruiter):
    with pytest.raises(ValidationError) as refusal:
        change_user(recruiter, by=admin, name="R", title="", roles=[])

    assert refusal.value.code == "no_role"


def test_the_last_admin_stays_one(admin):
    UserFactory(admin=True, is_active=False)

    with pytest.raises(ValidationError) as refusal:
        change_user(admin, by=admin, name="A", title="", roles=["recruiter"])

    assert refusal.value.code == "last_admin"


def test_the_last_admin_cannot_be_closed(admin, recruiter):
    with pytest.raises(ValidationError) as refusal:
        deactivate(admin, by=recruiter)

    assert refusal.value.code == "last_admin"


def test_nobody_closes_their_own_account(admin):
    UserFactory(admin=True)

    with pytest.raises(ValidationError) as refusal:
        deactivate(admin, by=admin)

    assert refusal.value.code == "own_account"


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_remove_each_other():
    first, second = UserFactory(admin=True), UserFactory(admin=True)
    outcomes = []
    barrier = threading.Barrier(2)

    def close(target, by):
        try:
            barrier.wait()
            deactivate(target, by=by)
            outcomes.append("closed")
        except ValidationError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=close, args=pair) for pair in [(first, second), (second, first)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["closed", "last_admin"]
    assert User.objects.active().with_role(Role.ADMIN).count() == 1


def test_closing_and_opening_twice_counts_once(admin, recruiter):
    for action in (deactivate, deactivate, reactivate, reactivate):
        action(recruiter, by=admin)

    recruiter.refresh_from_db()
    assert recruiter.is_active
    assert verbs() == ["user.deactivated", "user.reactivated"]


def test_a_closed_account_gets_no_link(admin):
    with pytest.raises(ValidationError) as refusal:
        note_invitation(UserFactory(is_active=False), by=admin)

    assert refusal.value.code == "inactive"


def test_saving_own_details_unchanged_leaves_no_entry(recruiter):
    same = {
        "name": recruiter.name,
        "title": recruiter.title,
        "time_zone": recruiter.time_zone,
        "shortcuts_enabled": False,
    }

    change_own_details(recruiter, **same)

    recruiter.refresh_from_db()
    assert (recruiter.shortcuts_enabled, verbs()) == (False, [])


# ------------------------------------------------------------------ pages


def test_the_link_is_shown_once_and_kept_nowhere(signed_in, admin):
    client = signed_in(admin)

    response = client.post(
        reverse("accounts:user_new"),
        {"name": "Nia", "email": "nia@larkspur-tidal.example", "roles": ["recruiter"]},
    )

    user = User.objects.get(email="nia@larkspur-tidal.example")
    assertContains(response, f"/set-password/{user.public_id}/")
    assert "no-store" in response.headers["Cache-Control"]
    page = client.get(reverse("accounts:user", args=[user.public_id]))
    assertNotContains(page, "/set-password/")
    assert verbs() == ["user.invited", "user.password_link_made"]


def test_a_refusal_stands_on_the_page(signed_in, admin):
    client = signed_in(admin)

    response = client.post(reverse("accounts:user_deactivate", args=[admin.public_id]))

    assertContains(response, "You cannot close your own account.", status_code=422)


def test_own_account_page_saves(staff_client, recruiter):
    response = staff_client.post(
        reverse("accounts:account"),
        {"name": "Rowan A.", "title": "Recruiter", "time_zone": "Asia/Tokyo"},
    )

    assert response.status_code == 302
    recruiter.refresh_from_db()
    assert (recruiter.name, recruiter.time_zone, recruiter.shortcuts_enabled) == (
        "Rowan A.",
        "Asia/Tokyo",
        False,
    )


def test_an_unknown_zone_is_refused(staff_client):
    response = staff_client.post(
        reverse("accounts:account"), {"name": "R", "time_zone": "Mars/Olympus"}
    )

    assert response.status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_colleagues_cost_the_same_at_any_number(signed_in, admin, count, django_assert_num_queries):
    UserFactory.create_batch(count)
    client = signed_in(admin)

    with django_assert_num_queries(3):  # session, user, colleagues
        response = client.get(reverse("accounts:users"))

    assertContains(response, "Colleague ", count=count)


# ------------------------------------------------------------------ organisation


def test_the_page_says_what_is_missing_to_write(signed_in, admin):
    OrganisationFactory(legal_name="", letters_from="")

    response = signed_in(admin).get(reverse("accounts:organisation"))

    assertContains(response, "Still missing: legal name, sender of letters.")


def test_changing_the_organisation_remembers_before_and_after(admin):
    OrganisationFactory(name="Old", postal_address="Pier")

    change_organisation(by=admin, name="New", postal_address="Pier")

    assert Organisation.current().name == "New"
    assert AuditEvent.objects.get().changes == {"name": ["Old", "New"]}


def test_the_first_save_creates_the_one_row(admin):
    change_organisation(by=admin, name="Larkspur")

    assert (Organisation.objects.count(), Organisation.current().pk) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("mail_domain", "jobs@company.example", "no address"),
        ("mail_domain", "company", "looks like"),
        ("letters_from", "letters@elsewhere.example", "not at larkspur-tidal.example"),
        ("country", "GBR", "at most 2"),
        ("country", "1!", "two letters"),
        ("answer_after_interview_days", "366", "less than or equal to 365"),
        ("escalation_days", "61", "less than or equal to 60"),
        ("escalation_days", "", "This field is required"),
    ],
)
def test_the_organisation_is_checked(signed_in, admin, field, value, message):
    OrganisationFactory()
    good = {
        "name": "Larkspur",
        "mail_domain": "larkspur-tidal.example",
        "letters_from": "letters@mail.larkspur-tidal.example",
        "time_zone": "Europe/London",
        "country": "gb",
        "language": "en",
        "escalation_days": "3",
    }
    client = signed_in(admin)

    response = client.post(reverse("accounts:organisation"), {**good, field: value})
    assertContains(response, message, status_code=422)

    good["answer_after_interview_days"] = "21"
    assert client.post(reverse("accounts:organisation"), good).status_code == 302
    changed = Organisation.current()
    assert (changed.country, changed.answer_after_interview_days) == ("GB", 21)
    assert changed.escalation_days == 3

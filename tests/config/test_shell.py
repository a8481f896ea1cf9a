"""The shell around every staff page, the theme, the health check and the error pages."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.permissions import Permission
from config.navigation import Place, places
from tests.factories.accounts import UserFactory


def test_home_leads_to_today(staff_client):
    response = staff_client.get("/")

    assert (response.status_code, response["Location"]) == (302, reverse("today"))


def test_stranger_is_led_to_sign_in(client, db):
    response = client.get(reverse("today"))

    assert response["Location"] == f"{reverse('accounts:sign_in')}?next={reverse('today')}"


def test_navigation_leaves_out_what_does_not_exist_and_what_is_not_allowed(recruiter, interviewer):
    known = (
        Place("Today", "today", Permission.USE_PRODUCT, "sun", "t"),
        Place("Nowhere", "no:such", Permission.USE_PRODUCT, "sun", "n"),
        Place("Shortcuts", "shortcuts", Permission.VIEW_PEOPLE, "keyboard", "s"),
    )
    request = RequestFactory().get("/today")

    request.user = recruiter
    assert [row["place"].label for row in places(request, known)] == ["Today", "Shortcuts"]
    request.user = interviewer
    assert [row["place"].label for row in places(request, known)] == ["Today"]


def test_current_place_is_marked(staff_client):
    html = staff_client.get(reverse("today")).content.decode()

    assert 'href="/today" aria-current="page"' in html


def test_page_is_marked_for_no_theme_until_one_is_chosen(staff_client):
    html = staff_client.get(reverse("today")).content.decode()

    assert "data-theme" not in html


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_theme_is_remembered_in_a_cookie(staff_client, chosen):
    response = staff_client.post(reverse("theme"), {"theme": chosen, "next": "/help/shortcuts"})

    assert (response.status_code, response["Location"]) == (302, "/help/shortcuts")
    assert response.cookies["theme"]["httponly"]
    assert f'data-theme="{chosen}"' in staff_client.get("/today").content.decode()


def test_theme_refuses_unknown_values_and_foreign_addresses(staff_client):
    response = staff_client.post(
        reverse("theme"), {"theme": "pink", "next": "https://elsewhere.example/"}
    )

    assert (response["Location"], "theme" in response.cookies) == ("/", False)


def test_theme_is_changed_by_post_only(staff_client):
    assert staff_client.get(reverse("theme")).status_code == 405


def test_health_check_is_public_and_says_one_word(client, db):
    response = client.get(reverse("healthz"))

    assert (response.status_code, response.content) == (200, b"ok")


def test_health_check_fails_without_redis_and_tells_nothing(client, db, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get(reverse("healthz"))

    assert (response.status_code, response.content) == (503, b"not ok")


def test_gallery_exists_in_development_only(staff_client, settings):
    assert staff_client.get(reverse("components")).status_code == 404
    settings.DEBUG = True
    assert staff_client.get(reverse("components")).status_code == 200


def test_shortcuts_have_a_page(staff_client):
    html = staff_client.get(reverse("shortcuts")).content.decode()

    assert "Show this list" in html


def test_shortcuts_are_not_announced_when_switched_off(db, signed_in):
    client = signed_in(UserFactory(shortcuts_enabled=False))

    html = client.get(reverse("shortcuts")).content.decode()

    assert "data-shortcuts" not in html
    assert "They are switched off in your account." in html


def test_missing_page_speaks_plainly(staff_client):
    response = staff_client.get("/no-such-page")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_forbidden_page_speaks_plainly(signed_in, interviewer):
    response = signed_in(interviewer).get(reverse("accounts:audit"))

    assert response.status_code == 403
    assert "You are not allowed to see this" in response.content.decode()


def test_form_without_token_is_explained(recruiter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(recruiter)

    response = client.post(reverse("theme"), {"theme": "dark"})

    assert response.status_code == 403
    assert "This form has run out" in response.content.decode()


def test_server_error_page_needs_nothing(client, db):
    client.raise_request_exception = False
    from django.views.defaults import server_error

    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_shell_costs_no_query_of_its_own(staff_client, django_assert_num_queries):
    with django_assert_num_queries(2):  # session, user
        staff_client.get(reverse("shortcuts"))

"""Every route, for every role and for a stranger: what the declared permission says, happens.

A new route is tested here without anybody writing a line; one that declares nothing fails.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, path, resolve
from django.urls.converters import IntConverter
from django.urls.resolvers import RegexPattern

from accounts.models import Role
from accounts.permissions import PERMISSIONS_OF, Permission
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.routes import DEVELOPMENT, PUBLIC, Route, routes

ROUTES = list(routes())
STAFF = [route for route in ROUTES if route.name not in PUBLIC]
OPEN = [route for route in ROUTES if route.name in PUBLIC]
by_name = {"ids": lambda route: route.name}


def undeclared(found: list[Route]) -> list[str]:
    """Routes that neither name a permission nor stand in the list of public ones."""
    return [
        route.name
        for route in found
        if route.name not in PUBLIC and (route.permission is None or route.is_open)
    ]


def test_every_route_declares_who_may_use_it():
    assert undeclared(ROUTES) == []


def test_every_public_route_exists_and_lets_strangers_in():
    open_routes = {route.name for route in ROUTES if route.is_open}
    assert set(PUBLIC) == open_routes


def test_a_canary_without_a_declaration_is_caught():
    def canary(request):
        return HttpResponse("sings")

    @login_not_required
    def loud_canary(request):
        return HttpResponse("sings")

    mine = [path("canary", canary, name="canary"), path("loud", loud_canary, name="loud")]
    resolver = URLResolver(RegexPattern(r"^/"), mine)

    assert undeclared(list(routes(resolver))) == ["canary", "loud"]


def test_no_route_counts():
    """X-10: whatever an address names, it names by a UUID or a signed token, not by a number."""
    counting = [
        route.name
        for route in ROUTES
        if any(isinstance(one, IntConverter) for one in route.converters.values())
    ]

    assert counting == []


def ask(client: Client, route: Route) -> int:
    """Return the status of a GET, or of a POST where the route takes no GET."""
    status = answer(client.get, route)
    return answer(client.post, route) if status == 405 else status


def answer(method: Callable[[str], HttpResponse], route: Route) -> int:
    response = method(route.address())
    if response.streaming:
        b"".join(response.streaming_content)  # the client closes a file once it is read
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("route", STAFF, **by_name)
def test_a_stranger_is_led_to_the_sign_in(route):
    client = Client()
    for method in (client.get, client.post):
        response = method(route.address())
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (
            302,
            "/sign-in",
        )


@pytest.mark.django_db
@pytest.mark.parametrize("route", STAFF, **by_name)
def test_each_role_gets_what_its_permissions_say(route):
    """Not allowed: 403. Allowed: an unknown object is 404, and a page without one answers."""
    OrganisationFactory()
    expected, got = {}, {}
    for role in Role:
        client = Client()
        client.force_login(UserFactory(roles=[role]))
        allowed = route.permission in PERMISSIONS_OF[role]
        status = ask(client, route)
        got[role] = status
        if not allowed:
            expected[role] = 403
        elif route.converters or route.name in DEVELOPMENT:
            expected[role] = 404
        else:
            expected[role] = status if status in {200, 302, 422} else "200, 302 or 422"

    assert got == expected


@pytest.mark.django_db
@pytest.mark.parametrize("route", OPEN, **by_name)
def test_a_public_route_answers_a_stranger_without_an_error(route):
    client = Client()

    statuses = {answer(client.get, route), answer(client.post, route)}

    assert statuses <= {200, 302, 303, 400, 404, 405, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("route", STAFF, **by_name)
def test_no_get_changes_anything(route, signed_in):
    """Principle 6. (The last use of a session is noted at most every five minutes.)"""
    user = UserFactory(roles=list(Role))
    client = signed_in(user)

    with CaptureQueriesContext(connection) as queries:
        answer(client.get, route)

    writes = [
        query["sql"]
        for query in queries.captured_queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert writes == []


def test_all_permissions_lead_somewhere():
    """A permission that no role has would lock a page for everybody."""
    given = frozenset().union(*PERMISSIONS_OF.values())

    assert given == set(Permission)


def test_resolver_and_walk_agree():
    for route in ROUTES:
        assert resolve(route.address()).func == route.view

"""Saved views of the people list."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent, Role
from accounts.permissions import PERMISSIONS_OF, Permission
from candidates import saved_views
from candidates.actions.saved_views import (
    MOST,
    change_view,
    delete_view,
    save_view,
    see_view,
    start_with,
)
from candidates.filters import people_of
from candidates.models import SavedView, ViewUse
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, CandidateTagFactory, TagFactory

pytestmark = pytest.mark.django_db


def new(view, user):
    return saved_views.new_in([view], user).get(view.pk, "")


def kept(name, query, *, by, **more):
    """Save a view, as its page does: who is in it now counts as seen."""
    view = save_view(name, query, by=by, **more)
    see_view(view, saved_views.ids_in(view, by), by=by)
    return view


@pytest.fixture
def colleague():
    return UserFactory(name="Jonas")


def test_a_list_is_saved_under_a_name(staff_client, recruiter):
    person = CandidateFactory(country="PT")

    response = staff_client.post(
        "/people/views/save",
        {"name": "  In  Portugal ", "query": "country=PT&sort=newest&after=x&view=y"},
    )

    view = SavedView.objects.get()
    assert (view.name, view.query, view.owner) == (
        "In Portugal",
        "country=PT&sort=newest",
        recruiter,
    )
    address = f"/people?country=PT&sort=newest&view={view.public_id}"
    assertRedirects(response, address)
    assert ViewUse.objects.get().seen == [person.pk]
    assert AuditEvent.objects.get().verb == "view.saved"
    assertContains(staff_client.get(address), 'aria-current="true"')


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Mine"}, "You have a view of that name already."),
        ({"name": "x" * 61}, "at most 60"),
        ({"name": "Long", "query": "q=" + "x" * 2000}, "at most 2000"),
    ],
)
def test_what_does_not_do_is_said(staff_client, recruiter, values, text):
    save_view("Mine", "", by=recruiter)

    response = staff_client.post("/people/views/save", {"query": "country=PT", **values})

    assertContains(response, text, status_code=422)
    assert SavedView.objects.count() == 1


def test_nobody_keeps_more_views_than_they_can_read(recruiter):
    for number in range(MOST):
        save_view(f"View {number}", "", by=recruiter)

    with pytest.raises(ValidationError, match="Delete one"):
        save_view("One more", "", by=recruiter)


def test_who_came_since_the_last_visit_is_new(recruiter, staff_client):
    old = CandidateFactory(country="PT")
    view = kept("In Portugal", "country=PT", by=recruiter)
    address = f"/people?country=PT&view={view.public_id}"
    assertNotContains(staff_client.get(address), "new since your last visit")

    CandidateFactory.create_batch(2, country="PT")
    CandidateFactory(country="FR")

    assertContains(staff_client.get(address), "2 new since your last visit")
    assertContains(staff_client.get("/people/views"), "<strong>2 new</strong>")
    assertContains(staff_client.get(address), "2 new")  # a GET marks nothing as seen
    assertRedirects(staff_client.post(f"/people/views/{view.public_id}/seen"), address)
    assertNotContains(staff_client.get(address), "new since your last visit")
    assert set(ViewUse.objects.get().seen) == {
        old.pk, *people_of(QueryDict("country=PT"), recruiter).values_list("pk", flat=True)
    }  # fmt: skip


def test_in_a_very_long_view_those_added_since_are_new(recruiter, monkeypatch):
    monkeypatch.setattr(saved_views, "KEPT", 1)
    CandidateFactory()
    CandidateFactory()
    view = kept("Everybody", "", by=recruiter)
    assert new(view, recruiter) == ""

    CandidateFactory()

    assert new(view, recruiter) == "1"


def test_each_colleague_has_visits_of_their_own(recruiter, colleague):
    view = kept("Shared", "", by=recruiter, is_shared=True)
    assert new(view, colleague) == ""
    see_view(view, saved_views.ids_in(view, colleague), by=colleague)
    CandidateFactory()
    see_view(view, saved_views.ids_in(view, recruiter), by=recruiter)

    assert new(view, colleague) == "1"
    assert new(view, recruiter) == ""


def test_a_private_view_is_nowhere_for_others(signed_in, recruiter, colleague):
    private = save_view("Only mine", "", by=recruiter)
    shared = save_view("For all", "", by=recruiter, is_shared=True)
    client = signed_in(colleague)

    for page in ("/people", "/people/views"):
        assertNotContains(client.get(page), "Only mine")
        assertContains(client.get(page), "For all")
    assert client.post(f"/people/views/{private.public_id}/seen").status_code == 404
    for view in (private, shared):
        assert client.get(f"/people/views/{view.public_id}").status_code == 404
        assert client.post(f"/people/views/{view.public_id}/delete").status_code == 404
        assert client.post(f"/people/views/{view.public_id}/query").status_code == 404
    answer = client.post("/people/views/default", {"view": private.public_id})
    assert answer.status_code == 422
    for act in (
        lambda: change_view(shared, by=colleague, name="X"),
        lambda: delete_view(shared, by=colleague),
    ):
        with pytest.raises(ValidationError, match="Only its owner"):
            act()


def test_a_changed_list_says_so_and_can_be_kept(staff_client, recruiter):
    view = kept("In Portugal", "country=PT", by=recruiter)
    assertNotContains(staff_client.get(f"/people?country=PT&view={view.public_id}"), "Edited")

    response = staff_client.get(f"/people?country=PT&emails=yes&view={view.public_id}")
    assertContains(response, "Edited")
    staff_client.post(f"/people/views/{view.public_id}/query", {"query": response.context["saved"]})

    view.refresh_from_db()
    assert view.query == "emails=yes&country=PT"
    address = f"/people?{view.query}&view={view.public_id}"
    assertNotContains(staff_client.get(address), "Edited")


def test_the_list_opens_with_the_default(staff_client, recruiter):
    person = CandidateFactory(name="Rosa", country="PT")
    view = kept("In Portugal", "country=PT", by=recruiter)
    other = save_view("In France", "country=FR", by=recruiter)
    start_with(other, by=recruiter)

    staff_client.post("/people/views/default", {"view": view.public_id})

    assertRedirects(staff_client.get("/people"), f"/people?country=PT&view={view.public_id}")
    assertContains(staff_client.get("/people?all=1"), person.name)
    staff_client.post("/people/views/default", {})
    assert staff_client.get("/people").status_code == 200
    assert ViewUse.objects.filter(is_default=True).count() == 0


def test_renaming_sharing_and_deleting(staff_client, recruiter):
    view = kept("Old", "country=PT", by=recruiter)
    address = f"/people/views/{view.public_id}"

    staff_client.post(address, {"name": "New", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("New", True, "country=PT")
    assertContains(staff_client.post(address, {"name": ""}), "required", status_code=422)
    staff_client.post(f"{address}/delete")

    assert (SavedView.objects.count(), ViewUse.objects.count()) == (0, 0)


def test_a_facet_that_the_viewer_may_not_use_is_dropped_with_a_notice(
    staff_client, recruiter, monkeypatch
):
    """U-03."""
    view = kept("Finalists", "milestone=4", by=recruiter)
    allowed = PERMISSIONS_OF[Role.RECRUITER] - {Permission.VIEW_JOBS}
    monkeypatch.setitem(PERMISSIONS_OF, Role.RECRUITER, allowed)

    response = staff_client.get(f"/people?milestone=4&view={view.public_id}")

    assertContains(response, "Furthest stage: you may not use this filter")


@pytest.mark.parametrize("count", [1, 3])
def test_views_on_the_list_cost_one_query_at_any_number(
    staff_client, recruiter, count, django_assert_num_queries
):
    for number in range(count):
        save_view(f"View {number}", "country=PT", by=recruiter)

    # session, user, views, spoken, never spoken, counts with facets, duplicates
    with django_assert_num_queries(7):
        staff_client.get("/people")


def test_each_view_of_the_page_counts_its_own_new_people(recruiter):
    tag = TagFactory(name="Welder")
    one = kept("In Portugal", "country=PT", by=recruiter)
    two = kept("Welders", "tag=Welder", by=recruiter)
    lost = kept("Lost", "tag=Nobody+has+this", by=recruiter)
    never = save_view("Not seen yet", "country=PT", by=recruiter)
    CandidateFactory.create_batch(2, country="PT")
    CandidateTagFactory(tag=tag, candidate__country="PT")

    found = saved_views.new_in([one, two, lost, never], recruiter)

    assert found == {one.pk: "3", two.pk: "1"}


def test_the_page_of_no_views_says_what_belongs_there(staff_client):
    assertContains(staff_client.get("/people/views"), "No saved views yet")

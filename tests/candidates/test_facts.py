"""Facts changed where they stand, and what becomes of a form that is stale (U-10)."""

import uuid
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Role
from candidates.actions.people import change_candidate, set_owner
from candidates.forms.facts import FACTS
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


class Fields(HTMLParser):
    """What a browser would send of the form to `address`, as it came."""

    def __init__(self, html, address):
        super().__init__()
        self.address, self.inside, self.sent, self.select = address, False, {}, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        got = dict(attrs)
        if tag == "form":
            self.inside = got.get("action") == self.address
        if not self.inside:
            return
        if tag == "input" and "name" in got:
            if got.get("type") != "radio" or "checked" in got:
                self.sent[got["name"]] = got.get("value") or ""
        elif tag == "select":
            self.select = got["name"]
            self.sent[self.select] = ""
        elif tag == "option" and "selected" in got:
            self.sent[self.select] = got.get("value") or ""


def form_at(client, address, **changes):
    return Fields(client.get(address).content.decode(), address).sent | changes


def settle(response, address, **choices):
    return Fields(response.content.decode(), address).sent | choices


def fact_of(candidate, fact):
    return reverse("candidates:fact", args=[candidate.public_id, fact])


def edit_of(candidate):
    return reverse("candidates:edit", args=[candidate.public_id])


@pytest.fixture
def candidate():
    return CandidateFactory(city="Bristol", source="fair")


@pytest.mark.parametrize(
    ("fact", "sent", "field", "value"),
    [
        ("name", {"name": "  Rosa   Osei "}, "name", "Rosa Osei"),
        ("work", {"current_title": "Fitter"}, "current_title", "Fitter"),
        ("place", {"city": "Bath"}, "city", "Bath"),
        ("language", {"language": "fr"}, "language", "fr"),
        ("level", {"seniority": "4"}, "seniority", 4),
        ("remote", {"remote_preference": "hybrid"}, "remote_preference", "hybrid"),
        ("pay", {"salary_expectation": "9.5", "salary_currency": "gbp"}, "salary_expectation", 950),
        ("source", {"source": "referral"}, "source", "referral"),
    ],
)  # fmt: skip
def test_each_fact_is_saved_alone(staff_client, candidate, fact, sent, field, value):
    address = fact_of(candidate, fact)

    response = staff_client.post(address, form_at(staff_client, address, **sent))

    profile = reverse("candidates:profile", args=[candidate.public_id])
    assertRedirects(response, f"{profile}#fact-{fact}", fetch_redirect_response=False)
    candidate.refresh_from_db()
    assert getattr(candidate, field) == value
    assert (candidate.version, candidate.country) == (2, "GB")


def test_the_owner_is_a_fact_as_well(staff_client, candidate, recruiter):
    address = fact_of(candidate, "owner")

    form = form_at(staff_client, address, owner=str(recruiter.public_id))
    staff_client.post(address, form)

    candidate.refresh_from_db()
    assert candidate.owner == recruiter


def test_with_htmx_the_form_and_the_fact_swap_places(staff_client, candidate):
    address = fact_of(candidate, "place")

    form = staff_client.get(address, headers=HTMX)
    saved = staff_client.post(address, form_at(staff_client, address, city="Bath"), headers=HTMX)
    cancelled = staff_client.get(f"{address}?cancelled", headers=HTMX)

    assertContains(form, 'hx-target="#fact-place"')
    assertNotContains(form, "<html")
    for response in (saved, cancelled):
        assertContains(response, "<bdi>Bath, United Kingdom</bdi>")
        assert "HX-Refresh" not in response.headers


def test_what_stands_in_the_head_of_the_page_brings_a_new_page(staff_client, candidate):
    address = fact_of(candidate, "name")

    saved = staff_client.post(address, form_at(staff_client, address, name="Rosa"), headers=HTMX)

    assert saved.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_stands_on_the_page_with_a_way_to_change_it(staff_client, candidate, fact):
    page = staff_client.get(reverse("candidates:profile", args=[candidate.public_id]))

    assertContains(page, f'id="fact-{fact}"')
    assertContains(page, f'href="{edit_of(candidate)}#{FACTS[fact].anchor}"')
    assertContains(staff_client.get(edit_of(candidate)), f'id="{FACTS[fact].anchor}"')


@pytest.mark.parametrize(
    ("fact", "sent", "text"),
    [
        ("name", {"name": ""}, "This field is required"),
        ("pay", {"salary_expectation": "1", "salary_currency": ""}, "Say in which currency"),
        ("place", {"country": "XX"}, "Select a valid choice"),
        ("owner", {"owner": str(uuid.uuid4())}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_refusal_stands_in_its_place(staff_client, candidate, fact, sent, text, headers):
    address = fact_of(candidate, fact)

    form = form_at(staff_client, address, **sent)
    response = staff_client.post(address, form, headers=headers)

    assertContains(response, text, status_code=422)


def test_what_is_no_fact_and_who_is_not_there_is_not_found(staff_client, candidate):
    assert staff_client.get(fact_of(candidate, "birthday")).status_code == 404
    assert staff_client.get(fact_of(CandidateFactory(erased=True), "name")).status_code == 404


def test_pay_is_for_those_who_may_see_it(signed_in, candidate, monkeypatch):
    from accounts import permissions

    monkeypatch.setitem(
        permissions.PERMISSIONS_OF,
        Role.RECRUITER,
        permissions.PERMISSIONS_OF[Role.RECRUITER] - {permissions.Permission.VIEW_PAY},
    )
    client = signed_in(UserFactory())

    page = client.get(reverse("candidates:profile", args=[candidate.public_id]))

    assert client.get(fact_of(candidate, "pay")).status_code == 404
    assertNotContains(page, "Wants to earn")


# ------------------------------------------------------------------ stale forms


def test_a_stale_form_shows_three_values_and_saves_the_choice(staff_client, candidate, recruiter):
    form = form_at(staff_client, edit_of(candidate), city="Bath", headline="Mine")
    change_candidate(candidate, by=recruiter, version=1, city="Exeter", source="their source")

    conflict = staff_client.post(edit_of(candidate), form)
    for text in (
        "Saved meanwhile by Rowan Ashdown on",
        '<span class="muted">You typed:</span> <bdi>Bath</bdi>',
        '<span class="muted">Stored now:</span> <bdi>Exeter</bdi>',
        '<span class="muted">Before both:</span> <bdi>Bristol</bdi>',
    ):
        assertContains(conflict, text, status_code=422)
    candidate.refresh_from_db()
    assert (candidate.city, candidate.headline) == ("Exeter", "")

    saved = staff_client.post(edit_of(candidate), settle(conflict, edit_of(candidate)))

    assert saved.status_code == 302
    candidate.refresh_from_db()
    # mine where I typed, theirs where only they did, and nothing lost
    assert (candidate.city, candidate.headline, candidate.source) == (
        "Bath", "Mine", "their source",
    )  # fmt: skip


@pytest.mark.parametrize("choice", ["Bath", "Exeter", "Bristol"])
def test_each_of_the_three_can_be_chosen(staff_client, candidate, recruiter, choice):
    address = fact_of(candidate, "place")
    form = form_at(staff_client, address, city="Bath")
    change_candidate(candidate, by=recruiter, version=1, city="Exeter")

    conflict = staff_client.post(address, form, headers=HTMX)
    assertContains(conflict, 'hx-target="#fact-place"', status_code=422)
    staff_client.post(address, settle(conflict, address, city=choice), headers=HTMX)

    candidate.refresh_from_db()
    assert candidate.city == choice


def test_a_change_of_something_else_is_no_conflict(staff_client, candidate, recruiter):
    address = fact_of(candidate, "place")
    form = form_at(staff_client, address, city="Bath")
    change_candidate(candidate, by=recruiter, version=1, source="their source")

    assert staff_client.post(address, form).status_code == 302

    candidate.refresh_from_db()
    assert (candidate.city, candidate.source) == ("Bath", "their source")


def test_the_same_change_twice_is_no_conflict(staff_client, candidate, recruiter):
    address = fact_of(candidate, "place")
    form = form_at(staff_client, address, city="Bath")
    change_candidate(candidate, by=recruiter, version=1, city="Bath")

    assert staff_client.post(address, form).status_code == 302


def test_a_second_conflict_is_shown_again(staff_client, candidate, recruiter):
    address = fact_of(candidate, "place")
    form = form_at(staff_client, address, city="Bath")
    change_candidate(candidate, by=recruiter, version=1, city="Exeter")
    first = staff_client.post(address, form)
    change_candidate(candidate, by=recruiter, version=2, city="Truro")

    second = staff_client.post(address, settle(first, address))

    for text in ("<bdi>Bath</bdi>", "<bdi>Truro</bdi>", "<bdi>Exeter</bdi>"):
        assertContains(second, text, status_code=422)


def test_a_form_that_does_not_say_what_it_was_made_from_conflicts_all_the_same(
    staff_client, candidate, recruiter
):
    change_candidate(candidate, by=recruiter, version=1, city="Exeter")
    sent = {"version": 1, "city": "Bath", "country": "GB", "time_zone": "Europe/London"}

    response = staff_client.post(fact_of(candidate, "place"), sent)

    assertContains(response, "<bdi>Exeter</bdi>", status_code=422)
    assertNotContains(response, "Before both", status_code=422)


def test_two_who_take_somebody_over_at_once_are_told(staff_client, candidate, recruiter):
    address = fact_of(candidate, "owner")
    form = form_at(staff_client, address, owner=str(recruiter.public_id))
    other = UserFactory(name="Jonas")
    set_owner(candidate, other, by=other)

    conflict = staff_client.post(address, form)
    saved = staff_client.post(address, settle(conflict, address))

    assertContains(conflict, "<bdi>Jonas</bdi>", status_code=422)
    assertContains(conflict, f"<bdi>{recruiter}</bdi>", status_code=422)
    assert saved.status_code == 302
    candidate.refresh_from_db()
    assert candidate.owner == recruiter


def test_the_action_itself_refuses_a_stale_owner(candidate, recruiter):
    set_owner(candidate, recruiter, by=recruiter, was=None)

    with pytest.raises(ValidationError) as refusal:
        set_owner(candidate, UserFactory(), by=recruiter, was=None)

    assert refusal.value.code == "conflict"
    set_owner(candidate, recruiter, by=recruiter, was=None)  # already so: nobody is overruled

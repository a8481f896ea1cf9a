"""The pages of talent pools: the list, one pool, its proposals, and the pools of one person."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from candidates.models import PoolMembership, SavedView, TalentPool, Work
from candidates.tasks import do_work, fill_pools
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory
from tests.pages import sent_by, without_ids

pytestmark = pytest.mark.django_db


def address(pool: TalentPool, name: str = "pool") -> str:
    return reverse(f"candidates:{name}", args=[pool.public_id])


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_at_any_size(staff_client, count, django_assert_num_queries):
    PoolMembershipFactory.create_batch(count)

    with django_assert_num_queries(6):  # session, user, pools, how many, health, closed
        response = staff_client.get(reverse("candidates:pools"))

    assertContains(response, "1 person</span>", count=count)
    assertContains(response, "may be sent job emails", count=count)


def test_list_says_what_belongs_here_and_shows_closed_pools(staff_client):
    pools = reverse("candidates:pools")
    assertContains(staff_client.get(pools), "No pool yet")
    assertNotContains(staff_client.get(pools), "?show=closed")
    assertContains(staff_client.get(pools, {"show": "closed"}), "No pool is closed")
    TalentPoolFactory(name="Old one", closed_at=timezone.now())

    assertContains(staff_client.get(pools), 'href="?show=closed"')
    assertNotContains(staff_client.get(pools), "Old one")
    assertContains(staff_client.get(pools, {"show": "closed"}), "Old one")


@pytest.mark.parametrize("show", ["", "closed"])
def test_pools_stand_by_name_page_by_page(staff_client, monkeypatch, show):
    monkeypatch.setattr("candidates.pools.POOLS", 2)
    closed_at = timezone.now() if show else None
    made = [
        TalentPoolFactory(name=name, closed_at=closed_at)
        for name in ("Cable", "Anchor", "Blade", "Blade", "Deck")
    ]
    TalentPoolFactory(name="Other", closed_at=None if show else timezone.now())
    expected = [made[1], made[2], made[3], made[0], made[4]]

    address, seen = f"?show={show}", []
    while address:
        page = staff_client.get(reverse("candidates:pools") + address).content.decode()
        seen.append(list(dict.fromkeys(re.findall(r"pools/([-0-9a-f]{36})", page))))
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        address = html.unescape(following[1]) if following else ""

    ids = [str(pool.public_id) for pool in expected]
    assert seen == [ids[:2], ids[2:4], ids[4:]]
    end = {"show": show, "after": ids[-1]}
    assertContains(staff_client.get(reverse("candidates:pools"), end), "Those were all of them")


def test_a_pool_by_hand_is_made(staff_client, recruiter):
    response = staff_client.post(
        reverse("candidates:pool_new"), {"name": "Welders", "owner": recruiter.public_id}
    )

    pool = TalentPool.objects.get()
    assertRedirects(response, address(pool))
    assert (pool.kind, pool.owner, pool.query) == ("by_hand", recruiter, "")


def test_a_living_pool_is_made_from_the_address_of_a_search(staff_client, recruiter):
    person = CandidateFactory(country="PL")

    staff_client.post(
        reverse("candidates:pool_new"),
        {
            "name": "Poland",
            "owner": recruiter.public_id,
            "query": f"https://crm.larkspur-tidal.example/people?country=PL&after={person.public_id}",
            "joining": "itself",
            "leaving": "leave",
        },
    )

    pool = TalentPool.objects.get()
    assert (pool.kind, pool.query) == ("living", "country=PL")
    assert (pool.joins_by_itself, pool.leaves_by_itself) == (True, True)


def test_a_list_offers_a_pool_of_its_search(staff_client):
    response = staff_client.get(reverse("candidates:people"), {"country": "PL", "q": "welder & co"})

    where = "?query=q%3Dwelder%2B%2526%2Bco%26country%3DPL"
    assertContains(response, f'href="{reverse("candidates:pool_new")}{where}"')
    made = staff_client.get(f"{reverse('candidates:pool_new')}{where}")
    assertContains(made, 'value="q=welder+%26+co&amp;country=PL"')


def test_a_list_of_everybody_offers_no_pool(staff_client):
    response = staff_client.get(reverse("candidates:people"), {"all": "1"})

    assertNotContains(response, "Make a pool of this search")


def test_a_pool_by_hand_takes_in_whom_the_search_finds_now(staff_client, recruiter):
    poles = CandidateFactory.create_batch(2, country="PL")
    CandidateFactory(country="FR")

    response = staff_client.post(
        reverse("candidates:pool_new"),
        {
            "name": "Poland",
            "owner": recruiter.public_id,
            "query": "country=PL",
            "filling": "by_hand",
        },
    )

    work = Work.objects.get()
    assertRedirects(response, reverse("candidates:task", args=[work.public_id]))
    assert (work.kind, work.title) == ("pool", "Add 2 people to the pool “Poland”")
    do_work(work.pk)
    pool = TalentPool.objects.get()
    assert (pool.kind, pool.query) == ("by_hand", "")
    members = pool.memberships.members().values_list("candidate", flat=True)
    assert set(members) == {one.pk for one in poles}
    CandidateFactory(country="PL")
    assert pool.memberships.count() == 2


def test_a_search_that_finds_nobody_makes_no_pool_by_hand(staff_client, recruiter):
    response = staff_client.post(
        reverse("candidates:pool_new"),
        {"name": "None", "owner": recruiter.public_id, "query": "country=PL", "filling": "by_hand"},
    )

    assertContains(response, "Nobody is found by this search any more.", status_code=422)
    assert not TalentPool.objects.exists()


def test_saved_views_lead_to_pools(staff_client, recruiter):
    SavedView.objects.create(owner=recruiter, name="Poland", query="country=PL")

    response = staff_client.get(reverse("candidates:views"))

    assertContains(
        response, f'href="{reverse("candidates:pool_new")}?query=country%3DPL&amp;name=Poland"'
    )


@pytest.mark.parametrize("query", ["?", "country=", "https://x.example/people"])
def test_a_search_without_a_filter_is_refused(staff_client, recruiter, query):
    response = staff_client.post(
        reverse("candidates:pool_new"),
        {"name": "All", "owner": recruiter.public_id, "query": query},
    )

    assertContains(response, "No filter stands in this address.", status_code=422)


def test_a_name_that_is_there_is_refused_on_the_form(staff_client, recruiter):
    TalentPoolFactory(name="Welders")

    response = staff_client.post(
        reverse("candidates:pool_new"), {"name": "Welders", "owner": recruiter.public_id}
    )

    assertContains(response, "There is a pool of that name.", status_code=422)


def test_a_pool_is_changed(staff_client, recruiter):
    pool = TalentPoolFactory(living=True, owner=recruiter)
    page = staff_client.get(address(pool, "pool_edit"))
    assertContains(page, 'value="country=PL"')

    staff_client.post(
        address(pool, "pool_edit"),
        {
            "name": "Abroad",
            "owner": recruiter.public_id,
            "query": "country=FR",
            "joining": "approval",
            "leaving": "stay",
        },
    )

    pool.refresh_from_db()
    assert (pool.name, pool.query) == ("Abroad", "country=FR")


def test_what_a_colleague_changed_meanwhile_is_shown_beside_what_was_typed(staff_client, recruiter):
    pool = TalentPoolFactory(
        living=True, owner=recruiter, name="Abroad", description="For the yard"
    )
    page = address(pool, "pool_edit")
    form = staff_client.get(page).context["form"]
    sent = sent_by(form)
    colleague = UserFactory()
    TalentPool.objects.update(description="For both yards", owner=colleague)

    refused = staff_client.post(page, sent | {"name": "Poland", "description": "Welders"})

    assert refused.status_code == 422
    differences = {one.name: one for one in refused.context["differences"]}
    assert [one.text for one in differences["description"].options] == [
        "Welders", "For both yards", "For the yard",
    ]  # fmt: skip
    assert [one.text for one in differences["owner"].options if one.is_chosen] == [colleague.name]
    assertContains(refused, "Nothing you typed is lost.", status_code=422)

    chosen = dict(refused.context["settled"])
    chosen |= {"description": "Welders", "owner": str(colleague.public_id)}
    staff_client.post(page, chosen)

    pool.refresh_from_db()
    assert (pool.name, pool.description, pool.owner) == ("Poland", "Welders", colleague)


@pytest.mark.parametrize("members", [1, 3])
def test_a_pool_costs_the_same_at_any_size(staff_client, members, django_assert_num_queries):
    pool = TalentPoolFactory()
    PoolMembershipFactory.create_batch(members, pool=pool)
    PoolMembershipFactory.create_batch(members, pool=pool, proposed=True)

    with django_assert_num_queries(7):  # session, user, pool, members, health, proposals, how many
        response = staff_client.get(address(pool))

    assertContains(response, '<td data-label="Joined">', count=members)
    assertContains(response, 'name="item"', count=members)


def test_members_are_walked_through_newest_first(staff_client):
    pool = TalentPoolFactory()
    rows = PoolMembershipFactory.create_batch(52, pool=pool)
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)

    first = staff_client.get(address(pool))
    second = staff_client.get(address(pool) + f"?before={rows[49].pk}")

    assertContains(first, f"?before={rows[49].pk}")
    assertNotContains(first, str(rows[50].candidate.public_id))
    assertContains(second, str(rows[51].candidate.public_id))
    assertContains(second, '<td data-label="Joined">', count=2)


def test_those_who_left_stand_apart_with_the_reason(staff_client):
    pool = TalentPoolFactory()
    PoolMembershipFactory(pool=pool, candidate__name="Ana", left=True, reason="No longer found")

    assert "Ana" not in without_ids(staff_client.get(address(pool)).content.decode())
    left = staff_client.get(address(pool) + "?show=left")
    assertContains(left, "Ana")
    assertContains(left, "No longer found")


def test_one_is_taken_out_and_put_back(staff_client):
    row = PoolMembershipFactory(candidate__name="Ana Demir")
    sent = {"person": row.candidate.public_id}

    removed = staff_client.post(address(row.pool, "pool_remove"), sent)
    page = staff_client.get(removed.headers["Location"])
    assertContains(page, "Ana Demir is out of the pool.")
    assertContains(page, address(row.pool, "pool_return"))

    staff_client.post(address(row.pool, "pool_return"), sent)
    row.refresh_from_db()
    assert (row.state, row.kept_out) == ("member", False)
    again = staff_client.get(removed.headers["Location"])
    assertNotContains(again, "Ana Demir is out of the pool.")


@pytest.mark.parametrize("name", ["pool_remove", "pool_return"])
@pytest.mark.parametrize("sent", [{}, {"person": "7"}, {"person": "stranger"}])
def test_whoever_is_not_in_it_is_not_to_be_found(staff_client, name, sent):
    if sent.get("person") == "stranger":
        sent = {"person": CandidateFactory().public_id}

    assert staff_client.post(address(TalentPoolFactory(), name), sent).status_code == 404


@pytest.mark.parametrize(("answer", "state"), [("approve", "member"), ("decline", "declined")])
@pytest.mark.parametrize("everybody", [True, False])
def test_proposals_are_answered_one_by_one_or_all(staff_client, answer, state, everybody):
    CandidateFactory.create_batch(3, country="PL")
    pool = TalentPoolFactory(living=True)
    fill_pools()
    row = pool.memberships.first()
    chosen = {"everybody": "1"} if everybody else {"item": [row.pk]}

    response = staff_client.post(address(pool, "pool_proposals"), chosen | {"answer": answer})

    assertRedirects(response, address(pool))
    assert pool.memberships.filter(state=state).count() == (3 if everybody else 1)


@pytest.mark.parametrize("sent", [{"answer": "approve"}, {"answer": "maybe", "everybody": "1"}])
def test_an_answer_to_nobody_says_what_to_do(staff_client, sent):
    pool = PoolMembershipFactory(proposed=True).pool

    response = staff_client.post(address(pool, "pool_proposals"), sent)

    assert response.status_code == 422
    assert PoolMembership.objects.get().state == "proposed"


def test_a_pool_is_closed_and_opened(staff_client):
    pool = TalentPoolFactory()

    staff_client.post(address(pool, "pool_close"))
    assertContains(staff_client.get(address(pool)), "This pool was closed on")
    staff_client.post(address(pool, "pool_reopen"))

    pool.refresh_from_db()
    assert pool.closed_at is None


def test_a_living_pool_without_a_colleague_says_that_it_fills_no_more(staff_client):
    pool = TalentPoolFactory(living=True, owner__is_active=False)

    assertContains(staff_client.get(address(pool)), "It fills no more")


def test_a_person_joins_and_leaves_from_their_page(staff_client, recruiter):
    person, pool = CandidateFactory(), TalentPoolFactory(name="Welders")
    section = reverse("candidates:person_pools", args=[person.public_id])
    assertContains(staff_client.get(section), "In no pool.")

    joined = staff_client.post(f"{section}/add", {"pool": pool.public_id})
    assert joined.headers["Location"].endswith(f"/people/{person.public_id}#pools")
    assertContains(staff_client.get(section), "Take out")

    part = staff_client.post(
        f"{section}/remove", {"pool": pool.public_id}, headers={"HX-Request": "true"}
    )
    assertContains(part, "In no pool.")
    assertNotContains(part, "<html")


def test_a_pool_that_is_no_choice_is_refused_on_the_section(staff_client):
    person = CandidateFactory()
    closed = TalentPoolFactory(closed_at=timezone.now())
    section = reverse("candidates:person_pools", args=[person.public_id])

    response = staff_client.post(f"{section}/add", {"pool": closed.public_id})

    assert response.status_code == 422


def test_profile_brings_the_section(staff_client):
    person = CandidateFactory()

    page = staff_client.get(reverse("candidates:profile", args=[person.public_id]))

    assertContains(page, reverse("candidates:person_pools", args=[person.public_id]))


def test_the_pools_of_a_stranger_are_not_to_be_found(staff_client):
    gone = CandidateFactory(erased_at=timezone.now())

    for name in ("person_pools", "person_pool_add", "person_pool_remove"):
        link = reverse(f"candidates:{name}", args=[gone.public_id])
        method = staff_client.get if name == "person_pools" else staff_client.post
        assert method(link).status_code == 404

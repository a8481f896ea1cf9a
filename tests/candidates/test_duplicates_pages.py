"""The queue of possible duplicates, a pair side by side, and the door where people come in."""

import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions.merging import merge_people
from candidates.models import Candidate, DuplicateSuggestion, Merge
from candidates.resolving import Said, holders_of, resolve_candidate
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    LinkFactory,
    PhoneFactory,
)

pytestmark = pytest.mark.django_db
QUEUE = reverse("candidates:duplicates")


@pytest.fixture
def pair(db):
    one = CandidateFactory(name="Li Wen", headline="Analyst", city="Bristol", current_title="")
    other = CandidateFactory(name="Wen Li", headline="Data", city="Leeds", current_title="Analyst")
    PhoneFactory(candidate=one, number="07700 900123")
    return DuplicateSuggestionFactory(one=one, other=other)


def address(name, thing):
    return reverse(f"candidates:{name}", args=[thing.public_id])


# ---------------------------------------------------------------------- queue


def test_the_queue_shows_the_surest_first_with_its_reasons(staff_client, pair):
    DuplicateSuggestionFactory(bits=200, is_sure=False, reasons=["close_name"])

    html = staff_client.get(QUEUE).content.decode()

    assert html.index("Li Wen") < html.index("Almost the same name")
    assert "The same phone number · The same name" in html
    assert html.index("Sure<") < html.index("Possible<")


def test_an_empty_queue_says_when_people_are_compared(staff_client):
    assertContains(staff_client.get(QUEUE), "Nobody seems to be here twice")


def test_settled_pairs_have_lists_of_their_own(staff_client, recruiter, pair):
    DuplicateSuggestionFactory(dismissed=True)
    merge_people(pair.one, pair.other, by=recruiter)

    assertContains(staff_client.get(f"{QUEUE}?show=dismissed"), "Mother and daughter.")
    assertContains(staff_client.get(f"{QUEUE}?show=merged"), "Li Wen")
    assertNotContains(staff_client.get(QUEUE), "Li Wen")


@pytest.mark.parametrize("show", ["dismissed", "merged"])
def test_empty_lists_of_settled_pairs(staff_client, show):
    assert staff_client.get(f"{QUEUE}?show={show}").status_code == 200


def test_pages_of_the_queue_follow_each_other(staff_client):
    made = [DuplicateSuggestionFactory(bits=bits) for bits in range(31)]

    first = staff_client.get(QUEUE)
    second = staff_client.get(f"{QUEUE}?show=&after={made[1].public_id}")
    beyond = staff_client.get(f"{QUEUE}?show=&after={made[0].public_id}")

    assertContains(first, "data-row-link", count=30)
    assertContains(first, f"after={made[1].public_id}")
    assertContains(second, "data-row-link", count=1)
    assertContains(beyond, "That was the last pair")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_at_any_size(staff_client, rows, django_assert_num_queries):
    DuplicateSuggestionFactory.create_batch(rows)

    with django_assert_num_queries(4):  # session, user, the last search, the pairs
        response = staff_client.get(QUEUE)

    assertContains(response, "data-row-link", count=rows)


# ----------------------------------------------------------------------- pair


def test_a_pair_stands_side_by_side_and_says_what_differs(staff_client, pair):
    response = staff_client.get(address("duplicate", pair))

    assertContains(response, 'name="name" value="one"')
    assertContains(response, "Differs")
    assertContains(response, "Only in one")
    assertContains(response, "07700 900123")
    assertContains(response, "job emails to both wait")


def test_merging_a_pair_keeps_what_was_chosen(staff_client, pair):
    chosen = {"keep": "other", "name": "one", "headline": "other", "place": "one"}

    response = staff_client.post(address("duplicate_merge", pair), chosen)

    merge = Merge.objects.get()
    assert (merge.survivor, merge.merged) == (pair.other, pair.one)
    merge.survivor.refresh_from_db()
    assert (merge.survivor.name, merge.survivor.headline, merge.survivor.city) == (
        "Li Wen",
        "Data",
        "Bristol",
    )
    profile = f"{address('profile', pair.other)}?merged={merge.public_id}"
    assertRedirects(response, profile, fetch_redirect_response=False)
    assertContains(staff_client.get(profile), "Undo the merge")


def test_merging_needs_to_know_whose_page_stays(staff_client, pair):
    response = staff_client.post(address("duplicate_merge", pair), {})

    assert response.status_code == 422
    assert not Merge.objects.exists()


def test_a_pair_that_somebody_merged_meanwhile_is_not_there(staff_client, recruiter, pair):
    merge_people(pair.one, pair.other, by=recruiter)

    response = staff_client.post(address("duplicate_merge", pair), {"keep": "one"})

    assert response.status_code == 404


def test_a_pair_is_dismissed_with_a_reason(staff_client, pair):
    response = staff_client.post(address("duplicate_dismiss", pair), {"why": "Two brothers."})

    assertRedirects(response, QUEUE)
    assert DuplicateSuggestion.objects.get().why_not == "Two brothers."


@pytest.mark.parametrize("why", ["", "x" * 301])
def test_a_dismissal_without_a_reason_is_refused(staff_client, pair, why):
    response = staff_client.post(address("duplicate_dismiss", pair), {"why": why})

    assert response.status_code == 422
    assert DuplicateSuggestion.objects.get().state == "open"


def test_a_settled_pair_cannot_be_dismissed_again(staff_client):
    pair = DuplicateSuggestionFactory(dismissed=True)

    response = staff_client.post(address("duplicate_dismiss", pair), {"why": "No."})

    assertContains(response, "Somebody settled this pair meanwhile.", status_code=422)


def test_a_dismissed_pair_is_taken_up_again(staff_client):
    pair = DuplicateSuggestionFactory(dismissed=True)
    assertContains(staff_client.get(address("duplicate", pair)), "Look at this pair again")

    staff_client.post(address("duplicate_reopen", pair))
    again = staff_client.post(address("duplicate_reopen", pair))

    assert DuplicateSuggestion.objects.get().state == "open"
    assert again.status_code == 422


def test_a_merge_is_undone(staff_client, recruiter, pair):
    merge = merge_people(pair.one, pair.other, by=recruiter)

    response = staff_client.post(address("merge_undo", merge), follow=True)

    assertContains(response, "Two records again: Li Wen and Wen Li.")
    assert Candidate.objects.live().count() == 2


def test_an_undo_that_is_refused_says_why(staff_client, recruiter, pair):
    merge = merge_people(pair.one, pair.other, by=recruiter)
    merge_people(pair.one, CandidateFactory(), by=recruiter)

    response = staff_client.post(address("merge_undo", merge), follow=True)

    assertContains(response, "Undo the later merge of this person first.")


@pytest.mark.parametrize(
    "name",
    ["duplicate", "duplicate_merge", "duplicate_dismiss", "duplicate_reopen", "merge_undo"],
)
def test_what_does_not_exist_is_not_found(staff_client, name):
    where = reverse(f"candidates:{name}", args=[uuid.uuid4()])
    response = staff_client.get(where) if name == "duplicate" else staff_client.post(where)

    assert response.status_code == 404


@pytest.mark.parametrize("who", ["one", "other"])
def test_a_pair_with_somebody_who_may_not_be_seen_is_not_found(staff_client, pair, who):
    Candidate.objects.filter(pk=getattr(pair, who).pk).update(erased_at="2026-01-01T00:00Z")

    assert staff_client.get(address("duplicate", pair)).status_code == 404


def test_pay_is_compared_only_for_those_who_may_see_it(signed_in, pair):
    from tests.factories.accounts import UserFactory

    Candidate.objects.update(salary_expectation=100, salary_currency="GBP")
    Candidate.objects.filter(pk=pair.one.pk).update(salary_expectation=987_654_00)
    admin = signed_in(UserFactory(roles=["recruiter"])).get(address("duplicate", pair))

    assertContains(admin, "987,654")


# -------------------------------------------------------------------- profile


def test_a_person_page_shows_their_pairs_and_merges(staff_client, recruiter, pair):
    merge_people(pair.one, CandidateFactory(name="L. Wen"), by=recruiter)

    html = staff_client.get(address("records", pair.one)).content.decode()

    assert "May be the same person as <bdi>Wen Li</bdi>" in html
    assert "Holds the record of <bdi>L. Wen</bdi>" in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_records_of_a_person_cost_the_same_at_any_number(
    staff_client, recruiter, rows, django_assert_num_queries
):
    person = CandidateFactory()
    for _ in range(rows):
        DuplicateSuggestionFactory(one=person)
        merge_people(person, CandidateFactory(), by=recruiter)

    with django_assert_num_queries(5):  # session, user, person, pairs, merges
        staff_client.get(address("records", person))


@pytest.mark.parametrize("by", ["email", "address"])
def test_the_other_record_is_named_by_an_email_or_its_page(staff_client, by):
    one, other = CandidateFactory(), CandidateFactory()
    page = f"https://x.example/people/{other.public_id}?show=mail"
    said = other.emails.get().address if by == "email" else page

    response = staff_client.post(address("pair_named", one), {"other": said})

    assertRedirects(response, address("duplicate", DuplicateSuggestion.objects.get()))


@pytest.mark.parametrize("said", ["nobody@x.example", "Rosa", str(uuid.UUID(int=7)), ""])
def test_whom_nobody_knows_cannot_be_named(staff_client, said):
    response = staff_client.post(address("pair_named", CandidateFactory()), {"other": said})

    assert response.status_code == 422


def test_naming_the_same_record_is_refused(staff_client):
    one = CandidateFactory()

    response = staff_client.post(address("pair_named", one), {"other": str(one.public_id)})

    assert response.status_code == 422


@pytest.mark.parametrize("name", ["records", "pair_named"])
def test_a_stranger_has_no_records(staff_client, name):
    where = reverse(f"candidates:{name}", args=[uuid.uuid4()])
    response = staff_client.get(where) if name == "records" else staff_client.post(where)

    assert response.status_code == 404


def test_the_people_page_and_today_lead_to_the_queue(staff_client, pair):
    assertContains(staff_client.get(reverse("candidates:people")), "Possible duplicates (1)")
    assertContains(staff_client.get("/today"), "Li Wen and Wen Li")


def test_the_contact_box_says_that_emails_wait_for_a_sure_pair(staff_client, pair):
    response = staff_client.get(address("profile", pair.one))

    assertContains(response, "They are surely here twice, also as Wen Li.")


def test_a_possible_pair_holds_nothing(staff_client):
    pair = DuplicateSuggestionFactory(is_sure=False)

    assertNotContains(staff_client.get(address("profile", pair.one)), "surely here twice")


# ------------------------------------------------------------------- the door


NEW = {"name": "Rosa Osei", "email": "", "source": "fair", "basis": "nothing", "city": "Bristol"}


def test_somebody_alike_is_asked_about_before_a_second_record_is_made(staff_client):
    CandidateFactory(name="Rósa Osei", city="Bristol")
    where = reverse("candidates:person_new")

    asked = staff_client.post(where, NEW)
    added = staff_client.post(where, {**NEW, "is_new": "on"})

    assertContains(asked, "Is it one of these?", status_code=422)
    assertContains(asked, "the same name, the same city", status_code=422)
    assert added.status_code == 302
    assert Candidate.objects.filter(name="Rosa Osei").count() == 1


def test_nobody_alike_means_no_question(staff_client):
    CandidateFactory(name="Kofi Mensah", city="Leeds")

    assert staff_client.post(reverse("candidates:person_new"), NEW).status_code == 302


def test_a_known_address_is_the_person(staff_client):
    rosa = CandidateFactory(name="Rosa Osei")
    known = rosa.emails.get().address.upper()

    response = staff_client.post(reverse("candidates:person_new"), {**NEW, "email": known})

    assertContains(response, address("profile", rosa), status_code=422)
    assert Candidate.objects.count() == 1


def everybody():
    return Candidate.objects.live()


def test_an_exact_address_joins_to_the_survivor_of_a_merge(recruiter):
    survivor, merged = CandidateFactory(), CandidateFactory()
    old = merged.emails.get().address
    merge_people(survivor, merged, by=recruiter)

    assert resolve_candidate(Said("Whoever", emails=(old,)), everybody()).person == survivor


def test_two_addresses_of_two_people_name_both_and_join_to_neither():
    people = [CandidateFactory(), CandidateFactory()]
    said = Said("Whoever", emails=tuple(one.emails.get().address for one in people))

    found = resolve_candidate(said, everybody())

    assert (list(found.people), found.person, found.likely) == (people, None, ())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"phones": ("+44 7700 900123",)}, "same_phone"),
        ({"links": ("http://linkedin.com/in/Rosa/",)}, "same_link"),
        ({"emails": ("rosa+new@mail.example",)}, "same_mailbox"),
        ({"employer": "Tidal Works Limited"}, "same_employer"),
    ],
)
def test_less_than_an_address_only_suggests(said, code):
    rosa = CandidateFactory(name="Rosa Osei", without_email=True, current_employer="Tidal Works")
    EmailAddressFactory(candidate=rosa, address="rosa@mail.example", is_primary=True)
    PhoneFactory(candidate=rosa, number="07700 900123")
    LinkFactory(candidate=rosa, url="https://www.linkedin.com/in/rosa")

    found = resolve_candidate(Said("Rosa Osei", country="GB", **said), everybody())

    (likely,) = found.likely
    assert (found.person, likely.candidate) == (None, rosa)
    assert code in [one.code for one in likely.reasons]


def test_asking_changes_nothing(django_assert_num_queries):
    CandidateFactory(name="Rosa Osei")
    before = AuditEvent.objects.count(), DuplicateSuggestion.objects.count()

    resolve_candidate(Said("Rosa Osei", city="Bristol"), everybody())

    assert (AuditEvent.objects.count(), DuplicateSuggestion.objects.count()) == before


def test_only_those_who_may_be_seen_are_suggested():
    CandidateFactory(name="Rosa Osei", city="Bristol")

    found = resolve_candidate(Said("Rosa Osei", city="Bristol"), Candidate.objects.none())

    assert found.likely == ()


def test_holders_of_many_addresses_are_found_at_once(django_assert_num_queries):
    people = CandidateFactory.create_batch(3)
    canonical = [one.emails.get().canonical for one in people]

    with django_assert_num_queries(1):
        held = holders_of([*canonical, "nobody@x.example"])

    assert held == {address: one.pk for address, one in zip(canonical, people, strict=True)}

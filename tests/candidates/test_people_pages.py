import uuid
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from candidates.facets import counting
from candidates.filters import PeopleFilterForm, people_of
from candidates.models import Candidate
from candidates.search import paging
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db
PEOPLE = "/people"


def names(response):
    return [row.candidate.name for row in response.context["people"]]


def counted(response, code):
    """The lines of a facet: value → how many."""
    for group in response.context["facet_groups"]:
        if group.facet.code == code:
            return {line.value: line.count for line in group.values}
    return None


def ask(client, **query):
    return client.get(PEOPLE, query)


# ------------------------------------------------------------------ search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rosa", ["Rosa Osei"]),
        ("OSEI ro", ["Rosa Osei"]),
        ("zoe", ["Zoë Ångström"]),
        ("angstrom", ["Zoë Ångström"]),
        ("o'neil", ["J. Halloran-O'Neil-d'Arc"]),
        ("halloran o neil", ["J. Halloran-O'Neil-d'Arc"]),
        ("wulan", ["Wulandari"]),
        ("ana maria", ["Dr Ana Maria de los Angeles Ruiz-Cortes y Pena"]),
        ("anita", ["Dr Ana Maria de los Angeles Ruiz-Cortes y Pena"]),  # what to call them
        ("李", ["李文"]),
        ("Иван", ["Иван Петров"]),
        ("rosa osie", ["Rosa Osei"]),  # typed wrongly
        ("hallorann", ["J. Halloran-O'Neil-d'Arc"]),
        ("osei@mail.example", ["Rosa Osei"]),
        ("OSEI@Mail.example", ["Rosa Osei"]),
        ("osei@mail", []),
        ("':* & | !", []),
        ("qqqq", []),
    ],
)
def test_names_are_found(staff_client, query, found):
    CandidateFactory(name="Rosa Osei", email__address="Osei@mail.example")
    CandidateFactory(name="Zoë Ångström")
    CandidateFactory(name="J. Halloran-O'Neil-d'Arc", call_name="")
    CandidateFactory(name="Wulandari")
    CandidateFactory(name="Dr Ana Maria de los Angeles Ruiz-Cortes y Pena", call_name="Anita")
    CandidateFactory(name="李文")
    CandidateFactory(name="Иван Петров")

    assert names(ask(staff_client, q=query)) == found


def test_a_wrongly_typed_name_says_so(staff_client):
    CandidateFactory(name="Rosa Osei")

    assertContains(ask(staff_client, q="rosa osie"), "Nobody has those words")
    assertNotContains(ask(staff_client, q="rosa osei"), "Nobody has those words")


def test_a_new_name_is_found_at_once(staff_client):
    candidate = CandidateFactory(name="Rosa Osei", call_name="")
    Candidate.objects.filter(pk=candidate.pk).update(name="Rosa Adeyemi")

    assert names(ask(staff_client, q="adeyemi")) == ["Rosa Adeyemi"]
    assert names(ask(staff_client, q="rosa osei")) == ["Rosa Adeyemi"]  # the most similar one


@pytest.mark.parametrize("situation", ["erased", "merged"])
def test_who_is_gone_is_never_listed(staff_client, situation):
    if situation == "erased":
        gone = CandidateFactory(erased=True, name="Rosa Osei")
    else:
        gone = CandidateFactory(name="Rosa Osei", merged_into=CandidateFactory(name="Someone"))

    assertNotContains(ask(staff_client), str(gone.public_id))
    assertNotContains(ask(staff_client, q="rosa osei"), str(gone.public_id))


# ------------------------------------------------------------------ filters and pages


def test_filters_narrow_and_live_in_the_address(staff_client, recruiter):
    mine = CandidateFactory(name="Mine", owner=recruiter, country="FR")
    CandidateFactory(name="Stopped", unsubscribed=True)

    def found(**query):
        return names(ask(staff_client, **query))

    assert found(owner=str(recruiter.public_id)) == ["Mine"]
    assert found(owner="nobody") == ["Stopped"]
    assert found(country="FR") == [mine.name]
    assert found(emails="yes") == ["Mine"]
    assert found(emails="no") == ["Stopped"]
    assert found(emails="nonsense", owner="nonsense", after="x") == ["Stopped", "Mine"]
    assert found(country="FR", emails="no") == []


def test_a_filter_stays_when_the_page_turns(staff_client):
    CandidateFactory.create_batch(paging.PAGE + 1, name="Rosa Osei")

    response = ask(staff_client, q="rosa")

    older = response.context["older"]
    assert older.startswith("q=rosa&after=")
    assert len(names(staff_client.get(f"{PEOPLE}?{older}"))) == 1


def test_pages_follow_without_a_gap_or_a_repeat(staff_client, monkeypatch):
    """Those never spoken to come last; equal times are told apart by the key."""
    monkeypatch.setattr(paging, "PAGE", 4)
    now = timezone.now()
    times = [*[now] * 5, now - timedelta(1), now - timedelta(2), *[None] * 4]
    made = [CandidateFactory(last_contact_at=at) for at in times]
    expected = [*reversed(made[:5]), made[5], made[6], *reversed(made[7:])]

    seen, query = [], ""
    for _ in range(3):
        response = staff_client.get(f"{PEOPLE}?{query}")
        seen += [row.candidate for row in response.context["people"]]
        query = response.context["older"]

    assert seen == expected
    assert query == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_at_any_number(staff_client, count, django_assert_num_queries):
    CandidateFactory.create_batch(count, owner=UserFactory(name="Owner"))

    # session, user, views, spoken, never spoken, counts with facets, duplicates
    with django_assert_num_queries(7):
        response = ask(staff_client)

    assertContains(response, 'class="person-name"', count=count)


def test_those_spoken_with_last_are_told_along_with_the_numbers(recruiter):
    now = timezone.now()
    for days in (3, None, 1, 2):
        at = None if days is None else now - timedelta(days=days)
        CandidateFactory(name=f"Rosa {days}", last_contact_at=at)
    CandidateFactory(name="Tomas", last_contact_at=now)

    form = PeopleFilterForm(QueryDict("q=rosa"), user=recruiter)
    latest = form.counts().latest
    other = PeopleFilterForm(QueryDict("q=rosa&sort=newest"), user=recruiter).counts().latest

    names = Candidate.objects.in_bulk(latest)
    assert [names[pk].name for pk in latest] == ["Rosa 1", "Rosa 2", "Rosa 3", "Rosa None"]
    assert form.search.best_of(form.find(), latest) == form.search.best_of(form.find())
    assert other == ()


def test_the_count_stops_counting(staff_client, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED_AT_MOST", 2)
    monkeypatch.setattr(counting, "SAMPLE", 1)
    CandidateFactory.create_batch(2, source="fair")
    assertContains(ask(staff_client), "<span data-found-count>2</span> people", html=False)

    CandidateFactory(source="fair")

    response = ask(staff_client)
    assertContains(response, "<span data-found-count>2+</span> people")
    assertContains(response, "The numbers here are of the 1 spoken with last.")
    assert counted(response, "source") == {"fair": 1}


def test_a_facet_in_use_that_leaves_very_many_says_of_whom_its_numbers_are(
    staff_client, monkeypatch
):
    monkeypatch.setattr(counting, "OTHERS_AT_MOST", 2)
    monkeypatch.setattr(counting, "SAMPLE", 1)
    said = "Counted among the 1 spoken with last."
    CandidateFactory(source="fair")
    CandidateFactory(source="board")

    few = ask(staff_client, source="fair")

    assert counted(few, "source") == {"fair": 1, "board": 1}
    assertNotContains(few, said)

    CandidateFactory(source="fair", last_contact_at=timezone.now())

    many = ask(staff_client, source="fair")
    assert many.context["counts"].total == 2
    assert counted(many, "source") == {"fair": 1}
    assertContains(many, said, count=1)


@pytest.mark.parametrize(
    ("query", "people", "text"),
    [
        ({}, 0, "Nobody is here yet"),
        ({"q": "rosa"}, 0, "Nobody fits"),
        ({"after": str(uuid.uuid4())}, 0, "Nobody is here yet"),
    ],
)
def test_the_empty_list_says_why(staff_client, query, people, text):
    assertContains(ask(staff_client, **query), text)


def test_htmx_gets_the_results_alone(staff_client):
    CandidateFactory()

    response = staff_client.get(PEOPLE, headers={"HX-Request": "true"})

    assertContains(response, "person-name")
    assertNotContains(response, "<html")


@pytest.mark.parametrize("role", ["admin", "hiring_manager", "interviewer"])
def test_others_see_no_list(signed_in, role):
    CandidateFactory(name="Rosa Osei")

    response = ask(signed_in(UserFactory(**{role: True})))

    assert response.status_code == 403
    assert "Rosa" not in without_ids(response.content.decode())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=rosa",
        "q=rosa+osie",
        "emails=yes",
        "emails=no",
        "owner=nobody&country=GB",
        "q=qqqq",
        "q=osei+or+franke&sort=newest",
        "q=-rosa",
        "skill=nonsense&q=rosa",
        "place=Bristol&km=25",
        "contact=30&contact=never&sort=newest",
        "seniority=3",
        "milestone=never&language=en",
    ],
)
def test_people_of_a_query_are_those_of_its_pages(staff_client, recruiter, monkeypatch, query):
    monkeypatch.setattr(paging, "PAGE", 2)
    CandidateFactory(name="Rosa Osei", owner=recruiter)
    CandidateFactory(name="Rosalind Franke", unsubscribed=True, country="FR")
    CandidateFactory.create_batch(3, last_contact_at=timezone.now())
    CandidateFactory(erased=True)

    listed, following = [], query
    while following is not None and len(listed) < 20:
        response = staff_client.get(f"{PEOPLE}?{following}")
        listed += [row.candidate for row in response.context["people"]]
        following = response.context["older"] or None
        form = response.context["form"]

    assert sorted(one.pk for one in people_of(QueryDict(form.query), recruiter)) == sorted(
        one.pk for one in listed
    )


def test_people_of_a_query_are_visible_to_the_user():
    CandidateFactory()

    assert not people_of(QueryDict(""), UserFactory(hiring_manager=True)).exists()


# ------------------------------------------------------------------ adding somebody


NEW = {"name": "Rosa Osei", "source": "fair", "basis": "nothing"}


def test_adding_somebody_by_hand(staff_client, recruiter):
    response = staff_client.post("/people/new", {**NEW, "email": "rosa@mail.example"})

    candidate = Candidate.objects.get()
    assertRedirects(response, reverse("candidates:profile", args=[candidate.public_id]))
    assert (candidate.owner, candidate.source) == (recruiter, "fair")
    assert not Candidate.objects.contactable().exists()


def test_a_known_address_leads_to_the_person(staff_client):
    known = CandidateFactory(name="Rosa Osei", email__address="rosa@mail.example")

    response = staff_client.post("/people/new", {**NEW, "email": "Rosa@mail.example"})

    assertContains(response, "This person is here already", status_code=422)
    assertContains(response, f"/people/{known.public_id}", status_code=422)
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"name": ""}, "This field is required"),
        ({"source": ""}, "This field is required"),
        ({"email": "rosa"}, "valid email"),
        ({"basis": "consent"}, "Needed for what you chose above."),
        ({"basis": "notice"}, "Needed for what you chose above."),
        (
            {"basis": "notice", "occurred_on": "2999-01-01", "evidence": "x"},
            "That day is still to come.",
        ),
    ],
)
def test_what_is_missing_is_said(staff_client, values, text):
    response = staff_client.post("/people/new", {**NEW, **values})

    assertContains(response, text, status_code=422)
    assert Candidate.objects.count() == 0


def test_with_its_proof_a_consent_counts(staff_client):
    staff_client.post(
        "/people/new",
        {
            **NEW,
            "email": "rosa@mail.example",
            "basis": "consent",
            "wording": "Yes, keep me and write to me",
            "evidence": "Card from the fair, folder 3",
            "occurred_on": timezone.localdate().isoformat(),
        },
    )

    assert list(Candidate.objects.contactable().values_list("name", flat=True)) == ["Rosa Osei"]


def test_a_refused_address_comes_back_refused(staff_client):
    """P-17, P-18: an address that was suppressed is not mailable under a new record."""
    EmailAddressFactory(address="rosa@mail.example")
    from candidates.actions.contact import suppress_address

    suppress_address("rosa+fair@mail.example", scope="nurture", reason="objected", by="test")
    staff_client.post("/people/new", {**NEW, "email": "rosa+new@mail.example"})

    response = staff_client.get(
        reverse("candidates:profile", args=[Candidate.objects.get(name="Rosa Osei").public_id])
    )
    assertContains(response, "Refused")

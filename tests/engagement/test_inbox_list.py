"""The list of answers: order, pages, tabs, filters, and what an empty one says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates.actions.archive import archive_candidate
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import ReplyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
INBOX = "/replies"


def test_unanswered_ones_stand_first_then_the_newest(staff_client):
    now = timezone.now()
    for number, (done, minutes) in enumerate([(True, 1), (False, 30), (True, 3), (False, 10)]):
        ReplyFactory(
            candidate=CandidateFactory(name=f"Person {number}"),
            message=None,
            done=done,
            at=now - timedelta(minutes=minutes),
        )

    text = staff_client.get(f"{INBOX}?show=all").content.decode()

    places = [text.index(f"Person {number}") for number in (3, 1, 0, 2)]
    assert places == sorted(places)


def test_a_page_goes_on_after_a_row_whatever_came_meanwhile(staff_client, monkeypatch):
    monkeypatch.setattr("engagement.inbox.PER_PAGE", 2)
    now = timezone.now()
    for number in range(5):
        ReplyFactory(
            candidate=CandidateFactory(name=f"Person {number}"),
            message=None,
            done=number > 2,
            at=now - timedelta(minutes=number),
        )

    seen, address = [], f"{INBOX}?show=all"
    while address:
        text = staff_client.get(address).content.decode()
        seen.append([number for number in range(5) if f"Person {number}" in text])
        ReplyFactory(message=None, candidate=CandidateFactory(name="Newer"))
        following = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        address = f"{INBOX}{following.replace('&amp;', '&')}" if 'rel="next"' in text else ""

    assert seen == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("open", ["Waits", "Mine"]),
        ("mine", ["Mine"]),
        ("all", ["Answered", "Waits", "Mine"]),
        ("programs", ["Away"]),
        ("strangers", ["Stranger"]),
        ("nonsense", ["Waits", "Mine"]),
    ],
)
def test_what_each_tab_shows_and_counts(staff_client, recruiter, show, names):
    def person(name):
        return {"candidate": CandidateFactory(name=name), "message": None}

    ReplyFactory(**person("Waits"))
    ReplyFactory(**person("Mine"), owner=recruiter)
    ReplyFactory(**person("Answered"), done=True)
    ReplyFactory(**person("Away"), away=True)
    ReplyFactory(stranger=True, name="Stranger")

    text = staff_client.get(f"{INBOX}?show={show}").content.decode()

    every = ["Waits", "Mine", "Answered", "Away", "Stranger"]
    assert {name for name in every if f"<bdi>{name}</bdi>" in text} == set(names)
    counts = [part.partition("<")[0] for part in text.split('<span class="count">')[1:]]
    assert counts == ["2", "1", "1"]


def test_the_list_is_narrowed_by_what_they_mean(staff_client):
    for name, values in {
        "Said": {"intent": "interested"},
        "Perhaps": {"suggestion": "interested"},
        "Not": {"suggestion": "interested", "intent": "question"},
    }.items():
        ReplyFactory(candidate=CandidateFactory(name=name), message=None, **values)

    response = staff_client.get(f"{INBOX}?intent=interested")

    assertContains(response, "<bdi>Said</bdi>")
    assertContains(response, "<bdi>Perhaps</bdi>")
    assertNotContains(response, "<bdi>Not</bdi>")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Nobody waits for an answer"),
        ("?show=mine", "Nobody waits for an answer"),
        ("?show=all", "Nothing yet"),
        ("?show=strangers", "Nothing from strangers"),
        ("?intent=stop", "None of these"),
    ],
)
def test_an_empty_list_says_why(staff_client, query, words):
    assertContains(staff_client.get(INBOX + query), words)


def test_people_out_of_use_are_in_no_list(staff_client):
    reply = ReplyFactory()
    archive_candidate(reply.candidate, "expired", by="retention")

    assertContains(staff_client.get(f"{INBOX}?show=all"), "Nothing yet")
    assert staff_client.get(reverse("engagement:reply", args=[reply.public_id])).status_code == 404

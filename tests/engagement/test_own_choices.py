"""Job emails on a person's own page: behind a code they may also choose more (C-09, C-11, C-15)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from applications.models import Job, Office
from candidates.models import (
    Activity,
    Candidate,
    GroundState,
    Preference,
    PreferenceChange,
    Stop,
)
from engagement import links
from engagement.actions.preferences import choose, reduce
from engagement.choices import Choices, Kinds
from engagement.links import Purpose
from engagement.models import Message
from engagement.recipients import standing_of
from tests.engagement.own_page.conftest import sign_in, visitor_of, words
from tests.engagement.own_page_access.conftest import VISIT, hidden
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory, PreferenceFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "/s/emails"
HELD = {
    "frequency": "monthly",
    "is_narrowed": True,
    "families": ["Electrical"],
    "places": ["Electrical town"],
    "work_modes": ["on_site"],
    "levels": [3],
}


@pytest.fixture
def ana() -> Candidate:
    OrganisationFactory()
    for family in ("Electrical", "Turbine"):
        JobFactory(family=family).offices.add(OfficeFactory(city=f"{family} town"))
    return CandidateFactory(name="Ana Osei", call_name="Ana", email__address="ana@mail.example")


@pytest.fixture
def visitor(ana: Candidate) -> Client:
    return visitor_of(ana)


def send(visitor: Client, **fields: Any) -> HttpResponse:
    page = visitor.get(PAGE)
    proof = {"proof": hidden(page), "version": hidden(page, "version")}
    return visitor.post(PAGE, {**proof, "which": "any", **fields}, follow=True)


def test_behind_a_code_they_may_choose_more(visitor, ana):
    PreferenceFactory(candidate=ana, **HELD)

    page = send(visitor, often="weekly")

    assert standing_of(ana).choices == Choices()
    said = "You will get at most one job email a week."
    assert said in words(page)
    assert "You will get job emails about any kind of job." in words(page)
    assert Activity.objects.get(kind="preference.changed").text == (
        "Asked for at most one job email a week. Wants job emails about any kind of job."
        " On their own page."
    )
    assert AuditEvent.objects.get(verb="preference.chosen").changes["monthly"] == ["True", "False"]
    notice = Message.objects.get()
    assert (notice.purpose, said in notice.text) == ("notice", True)


def test_they_see_what_holds_and_may_tick_what_they_had_unticked(visitor, ana):
    PreferenceFactory(candidate=ana, **HELD)
    page = visitor.get(PAGE).content.decode()
    boxes = {v: f'value="{v}"' in page for v in ("Electrical", "Turbine")}
    assert boxes == {"Electrical": True, "Turbine": True}
    assert "You get them only about these jobs: Electrical; in Electrical town;" in page

    send(
        visitor, often="monthly", which="only", families=["Turbine"], places=["Turbine town"],
        work_modes=["remote"], levels=["3", "4"],
    )  # fmt: skip

    assert standing_of(ana).choices == Choices(
        monthly=True,
        only=Kinds(
            families=frozenset({"Turbine"}),
            places=frozenset({"Turbine town"}),
            work_modes=frozenset({"remote"}),
            levels=frozenset({3, 4}),
        ),
    )


@pytest.mark.parametrize(
    ("sent", "monthly", "until", "stops"),
    [
        ({"often": "keep"}, True, date(2027, 5, 1), 0),
        ({"often": "weekly"}, False, None, 0),
        ({"often": "monthly"}, True, None, 0),
        ({"often": "pause", "pause_for": "3"}, True, date(2027, 2, 23), 1),
    ],
)
def test_a_pause_can_be_kept_ended_or_shortened(visitor, ana, sent, monthly, until, stops):
    PreferenceFactory(candidate=ana, frequency="monthly", paused_until=date(2027, 5, 1))

    with time_machine.travel(NOON, tick=False):
        sign_in(visitor, ana)
        send(visitor, **sent)
        held = standing_of(ana).choices

    assert (held.monthly, held.paused_until) == (monthly, until)
    assert Stop.objects.filter(candidate=ana, reason="paused").count() == stops
    assert PreferenceChange.objects.count() == (0 if sent["often"] == "keep" else 1)


def test_the_same_form_sent_twice_changes_once(visitor, ana):
    page = visitor.get(PAGE)
    data = {"proof": hidden(page), "version": "0", "often": "monthly", "which": "any"}

    answers = [visitor.post(PAGE, data).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert PreferenceChange.objects.count() == Message.objects.count() == 1


def test_an_older_page_is_refused_and_shows_what_holds(visitor, ana):
    page = visitor.get(PAGE)
    reduce(ana, Choices(paused_until=date(2127, 1, 1)), channel="link")
    data = {"proof": hidden(page), "version": "0", "often": "weekly", "which": "any"}

    response = visitor.post(PAGE, data)

    said = "Your choices were changed after this page was opened."
    assertContains(response, said, status_code=409)
    assertContains(response, "Job emails are paused until 1 January 2127.", status_code=409)
    assert standing_of(ana).choices.paused_until == date(2127, 1, 1)
    assert visitor.post(PAGE, data | {"often": "never"}).status_code == 303  # a stop always counts
    assert standing_of(ana).choices.stopped


def test_whoever_stopped_starts_again_by_agreeing_alone(visitor, ana):
    reduce(ana, Choices(stopped=True), channel="link")

    page = visitor.get(PAGE)
    assertContains(page, "Start them again")
    assertNotContains(page, "Save my choices")
    visitor.post(PAGE, {"proof": hidden(visitor.get("/s/")), "often": "weekly", "which": "any"})
    with pytest.raises(ValidationError) as refusal:
        choose(ana, Choices(), version=1)

    assert refusal.value.code == "stopped"
    assert GroundState.objects.get(candidate=ana, purpose="nurture").kind == "withdrawn"


def test_c15_one_press_takes_the_last_change_back_for_28_days(visitor, ana):
    PreferenceFactory(candidate=ana, **HELD)
    held = standing_of(ana).choices
    with time_machine.travel(NOON, tick=False):
        sign_in(visitor, ana)
        send(visitor, often="weekly")
    with time_machine.travel(NOON + timedelta(days=28, minutes=1), tick=False):
        sign_in(visitor, ana)
        assertNotContains(visitor.get(PAGE), "Undo this change")
    with time_machine.travel(NOON + timedelta(days=27), tick=False):
        sign_in(visitor, ana)
        page = visitor.get(PAGE)
        assert "Changed on 23 November 2026 You will get at most one job email a week." in words(
            page
        )
        undo = page.content.decode().partition('action="/undo/"')[2]
        proof = undo.partition('name="proof" value="')[2].partition('"')[0]

        response = visitor.post("/undo/", {"proof": proof}, follow=True)
        again = visitor.get(PAGE)

    assertContains(response, "Your choices are as they were before.")
    assert standing_of(ana).choices == held
    assertNotContains(again, "Undo this change")


def test_a_change_that_was_overtaken_is_not_offered_to_be_taken_back(visitor, ana):
    send(visitor, often="monthly")
    Preference.objects.filter(candidate=ana).update(frequency="weekly")

    assertNotContains(visitor.get(PAGE), "Undo this change")


def test_the_proof_of_a_link_in_an_email_is_no_use_here(visitor, ana):
    PreferenceFactory(candidate=ana, **HELD)
    stranger = Client()
    page = stranger.get(links.path(Purpose.PREFERENCES, ana.public_id), follow=True)
    data = {"proof": hidden(page), "version": "1", "often": "weekly", "which": "any"}

    assertRedirects(stranger.get(PAGE), "/s/?over", status_code=303)
    assert visitor.post(PAGE, data).status_code == 404
    assert standing_of(ana).choices.monthly


def test_choices_sent_after_the_visit_wait_on_their_page(visitor, ana):
    fields = {"often": "monthly", "which": "only", "families": ["Electrical", "Turbine"]}
    proof = hidden(visitor.get(PAGE))
    visitor.cookies.pop(VISIT)
    visitor.post(PAGE, {"proof": proof, **fields})
    sign_in(visitor, ana)

    page = visitor.get("/s/")

    assertContains(page, f'<form method="post" action="{PAGE}">')
    for family in fields["families"]:
        assertContains(page, f'name="families" value="{family}"')
    assert PreferenceChange.objects.count() == 0


def test_where_nothing_can_be_narrowed_a_narrowing_stays(visitor, ana):
    PreferenceFactory(candidate=ana, **HELD | {"places": []})
    Job.objects.all().delete()
    Office.objects.all().delete()

    page = send(visitor, often="weekly")

    held = standing_of(ana).choices
    assert (held.monthly, held.only and held.only.families) == (False, frozenset({"Electrical"}))
    assertNotContains(page, "Which jobs?")


def test_c11_all_their_addresses_are_named_for_which_it_counts(visitor, ana):
    assertNotContains(visitor.get(PAGE), "counts for all your addresses")
    EmailAddressFactory(candidate=ana, address="osei@work.example", is_primary=False)
    EmailAddressFactory(candidate=ana, is_primary=False, released_at=NOON)

    text = words(visitor.get(PAGE))

    assert "What you choose counts for all your addresses: a•••@m•••.example · o•••@w•••" in text
    assert text.count("•••@") == 2


def test_a_restricted_record_has_nothing_to_choose(visitor, ana):
    Candidate.objects.filter(pk=ana.pk).update(archived_at=NOON, archive_reason="evidence")

    assertRedirects(visitor.get(PAGE), "/s/", status_code=303)

"""Asking people, before it ends, whether we may keep them longer (P-10)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from candidates.actions.archive import archive_candidate
from candidates.actions.contact import log_contact
from candidates.actions.merging import merge_people, unmerge_people
from candidates.actions.people import change_candidate
from candidates.models import Candidate, ExtensionRequest, GroundEvent, PolicyOverride, Stop
from engagement import arbiter, tasks
from engagement.actions.extensions import plan, plan_for
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.models import Decision, Message
from tests.engagement.conftest import MONDAY
from tests.engagement.extensions import in_france, parts
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    GroundEventFactory,
    LegalHoldFactory,
    PreferenceFactory,
)
from tests.factories.privacy import PrivacyRequestFactory, PrivacyTaskFactory, ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")


def asked() -> list[tuple[int, date, int]]:
    rows = ExtensionRequest.objects.order_by("pk")
    return list(rows.values_list("candidate", "ends_on", "step"))


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (31, None),
        (30, 30),
        (15, 30),  # the run of the day was missed
        (14, None),  # too late for the first, too early for the last
        (8, None),
        (7, 7),
        (2, 7),
        (1, None),
        (0, None),  # nobody is asked on the last day
        (-1, None),
    ],
)
def test_people_are_asked_a_month_and_a_week_before(days, step):
    person = ending_in(days)

    assert plan(timezone.now()) == (1 if step else 0)

    ends = (MONDAY + timedelta(days=days)).date()
    assert asked() == ([(person.pk, ends, step)] if step else [])


def test_a_question_is_a_message_with_its_decision():
    person = ending_in(30)

    plan(timezone.now())

    request, message = ExtensionRequest.objects.get(), Message.objects.get()
    assert (message.candidate, message.extension, message.purpose, message.state) == (
        person,
        request,
        "notice",
        "due",
    )
    assert (request.extends_to, request.months) == (date(2027, 12, 23), 12)
    decision = Decision.objects.get()
    assert (decision.message, decision.phase, decision.allowed) == (message, "planning", True)


def test_running_again_asks_nobody_twice_and_the_last_step_comes_in_its_time():
    person = ending_in(30)
    plan(timezone.now())

    for day in range(30):
        with time_machine.travel(MONDAY + timedelta(days=day), tick=False):
            plan(timezone.now())
            plan(timezone.now())

    ends = date(2026, 12, 23)
    assert asked() == [(person.pk, ends, 30), (person.pk, ends, 7)]
    assert Message.objects.count() == 2


def test_the_two_questions_are_some_days_apart():
    ending_in(15)
    plan(timezone.now())

    with time_machine.travel(MONDAY + timedelta(days=8), tick=False):
        assert plan(timezone.now()) == 1
    assert [step for _, _, step in asked()] == [30, 7]


def test_the_database_refuses_the_same_question_twice():
    ending_in(30)
    plan(timezone.now())
    first = ExtensionRequest.objects.get()

    with pytest.raises(IntegrityError, match="extension_asked_once"), transaction.atomic():
        ExtensionRequest.objects.create(
            candidate=first.candidate,
            ends_on=first.ends_on,
            step=first.step,
            extends_to=first.extends_to,
            months=12,
            moves_with_contact=False,
            language="en",
        )


def test_a_new_end_is_asked_about_anew():
    person = ending_in(30)
    plan(timezone.now())
    later = MONDAY + timedelta(days=330)
    GroundEventFactory(candidate=person, kind="renewed", occurred_at=MONDAY, expires_at=None)

    with time_machine.travel(later + timedelta(days=10), tick=False):
        assert plan(timezone.now()) == 1

    assert [ends for _, ends, _ in asked()] == [date(2026, 12, 23), date(2027, 11, 23)]


def refused(person, kind):
    GroundEventFactory(
        candidate=person, purpose="nurture", occurred_at=timezone.now(), **{kind: True}
    )


BARS = [
    ("unsubscribed", lambda p: refused(p, "withdrawn")),
    ("objected", lambda p: refused(p, "objected")),
    ("suppressed", lambda p: p.emails.update(suppressed="nurture")),
    ("suppressed", lambda p: p.emails.update(suppressed="all")),
    ("no_address", lambda p: p.emails.all().delete()),
    ("bounced", lambda p: p.emails.update(bounced_at=timezone.now())),
    ("complained", lambda p: Stop.objects.create(candidate=p, reason="complained")),
    ("legal_hold", lambda p: LegalHoldFactory(candidate=p)),
    ("minor", lambda p: PrivacyTaskFactory(candidate=p)),
    ("asked_to_delete", lambda p: PrivacyRequestFactory(candidate=p, cooling_off=True)),
    ("employee", lambda p: UserFactory(email=p.emails.get().canonical)),
    ("suspected_duplicate", lambda p: DuplicateSuggestionFactory(one=p)),
]


@pytest.mark.parametrize("days", [30, 7])
@pytest.mark.parametrize(("reason", "happens"), BARS)
def test_whom_something_bars_is_not_asked_and_the_reason_is_kept_once(days, reason, happens):
    person = ending_in(days)
    happens(person)

    assert (plan(timezone.now()), plan(timezone.now())) == (0, 0)

    assert (asked(), Message.objects.count()) == ([], 0)
    decision = Decision.objects.get(candidate=person)
    assert (decision.phase, decision.allowed, decision.reasons[0]) == ("planning", False, reason)


@pytest.mark.parametrize(("reason", "happens"), BARS)
def test_what_bars_somebody_after_planning_is_asked_again_at_sending(reason, happens, smtp_server):
    person = ending_in(30)
    plan(timezone.now())
    happens(person)

    assert tasks.deliver() == 0

    message = Message.objects.get()
    assert (message.state, message.reason) == ("withheld", reason)
    assert ExtensionRequest.objects.get().problem == arbiter.REASONS[reason]
    assert smtp_server.messages == []


@pytest.mark.parametrize(("days", "expected"), [(30, 0), (7, 1)])
def test_whoever_paused_gets_the_last_question_only(days, expected):
    person = ending_in(days)
    PreferenceFactory(candidate=person, paused=True)

    assert plan(timezone.now()) == expected


def test_whoever_pauses_after_planning_is_not_asked_the_first_time(smtp_server):
    person = ending_in(30)
    plan(timezone.now())
    reduce(person, Choices(paused_until=date(2027, 2, 1)), channel="link", is_confirmed=False)

    assert tasks.deliver() == 0
    assert Message.objects.get().reason == "paused_until"


@pytest.mark.parametrize(
    "happens",
    [
        lambda p: ApplicationFactory(candidate=p),
        lambda p: ApplicationFactory(candidate=p, hired=True),
        lambda p: GroundEvent.objects.filter(candidate=p).delete(),
        lambda p: GroundEventFactory(candidate=p, withdrawn=True, occurred_at=timezone.now()),
        lambda p: archive_candidate(p, "asked", by="the test"),
        lambda p: Candidate.objects.filter(pk=p.pk).update(erased_at=timezone.now()),
    ],
    ids=["considered", "hired", "never agreed", "refused", "archived", "erased"],
)
def test_for_whom_nothing_ends_is_not_asked(happens):
    happens(ending_in(30))

    assert plan(timezone.now()) == 0


def renewed(person):
    GroundEventFactory(candidate=person, kind="renewed", occurred_at=MONDAY)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda p: ApplicationFactory(candidate=p), "active_application"),
        (renewed, "ends_later"),
        (lambda p: archive_candidate(p, "asked", by="the test"), "archived"),
    ],
)  # fmt: skip
def test_a_question_that_is_untrue_by_now_does_not_leave(happens, reason, smtp_server):
    person = ending_in(30)
    plan(timezone.now())
    happens(person)

    assert (tasks.deliver(), Message.objects.get().reason) == (0, reason)
    assert smtp_server.messages == []


@pytest.mark.parametrize(("expires", "leaves"), [(False, 0), (True, 1)])
def test_a_contact_after_planning_keeps_the_question_back_where_it_moves_the_end(
    expires, leaves, smtp_server, recruiter
):
    person = in_france(28, expires=expires)
    assert plan(timezone.now()) == 1
    assert ExtensionRequest.objects.get().moves_with_contact != expires
    log_contact(person, "called", "", by=recruiter)

    assert tasks.deliver() == leaves


def test_the_pack_of_the_country_says_how_much_longer():
    in_france(30, expires=True)
    ending_in(30, country="GB")
    ending_in(30, country="NL")
    PolicyOverride.objects.create(
        code="NL", pool_months=6, unasked_months=1, evidence_days=28, reason="x",
        by=UserFactory(admin=True),
    )  # fmt: skip

    plan(timezone.now())

    assert list(ExtensionRequest.objects.order_by("pk").values_list("months", flat=True)) == [
        24,
        12,
    ]


@pytest.mark.parametrize("people", [1, 3])
def test_a_batch_costs_the_same_at_any_size(people, django_assert_num_queries):
    made = [ending_in(30) for _ in range(people)]
    barred = [ending_in(30) for _ in range(people)]
    for one in barred:
        refused(one, "withdrawn")
    ids = [person.pk for person in [*made, *barred]]

    # people who end (2), requests, organisation, arbiter; begin; people, policies, expiries,
    # what a merge kept back, requests, which are ours, messages, decisions; what was said before,
    # refusals; commit
    with CaptureQueriesContext(connection) as queries:
        assert plan_for(ids, timezone.now()) == people
    assert len(queries) == 17


def test_a_batch_in_which_nothing_ends_costs_two_queries(django_assert_num_queries):
    people = CandidateFactory.create_batch(3)

    with django_assert_num_queries(2):
        assert plan_for([person.pk for person in people], timezone.now()) == 0


def test_the_task_walks_over_everybody(monkeypatch):
    monkeypatch.setattr("engagement.actions.extensions.CHUNK", 2)
    people = [ending_in(30) for _ in range(5)]

    assert (tasks.ask_to_extend(), tasks.ask_to_extend()) == (5, 0)
    assert {candidate for candidate, _, _ in asked()} == {person.pk for person in people}


def test_the_task_does_not_look_at_people_whose_yes_ends_later(monkeypatch):
    monkeypatch.setattr("engagement.actions.extensions.CHUNK", 1)
    CandidateFactory.create_batch(3)

    with CaptureQueriesContext(connection) as queries:
        assert tasks.ask_to_extend() == 0
    assert len(queries) == 2  # the policies; whose yes may end soon: nobody's


def test_the_address_that_counts_is_the_one_of_the_moment_of_sending(smtp_server, recruiter):
    person = ending_in(30)
    plan(timezone.now())
    change_candidate(person, by=recruiter, version=person.version, call_name="Neu")

    assert tasks.deliver() == 1
    assert "Hello Neu," in parts(smtp_server.messages[0])[0]


# ------------------------------------------------------------ two records become one


def merged(survivor, other):
    merge_people(survivor, other, by=UserFactory(roles=["recruiter"]))
    return survivor


def test_two_records_that_became_one_are_asked_once_and_not_twice(smtp_server):
    one, other = ending_in(30), ending_in(30)
    plan(timezone.now())
    person = merged(one, other)

    assert tasks.deliver() == 0
    assert set(Message.objects.values_list("candidate", "state", "reason")) == {
        (person.pk, "withheld", "merged")
    }
    assert (plan(timezone.now()), plan(timezone.now())) == (1, 0)
    assert tasks.deliver() == 1
    assert len(smtp_server.to(person.emails.get(is_primary=True).address)) == 1


def test_what_a_merge_kept_back_stays_as_a_message_with_its_reason():
    person = ending_in(30)
    plan(timezone.now())
    merged(person, CandidateFactory(without_consent=True))
    tasks.deliver()

    plan(timezone.now())

    states = Message.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [("withheld", "merged"), ("due", "")]
    assert ExtensionRequest.objects.get().messages.get().state == "due"


def test_who_was_asked_before_the_merge_is_not_asked_again(smtp_server):
    one, other = ending_in(30), CandidateFactory(without_consent=True)
    plan(timezone.now())
    tasks.deliver()
    merged(one, other)

    assert (plan(timezone.now()), tasks.deliver()) == (0, 0)
    assert Message.objects.get().state == "handed"


def test_a_merge_that_is_undone_before_it_leaves_lets_both_be_asked(smtp_server):
    one, other = ending_in(30), ending_in(30)
    plan(timezone.now())
    recruiter = UserFactory(roles=["recruiter"])
    merge = merge_people(one, other, by=recruiter)
    unmerge_people(merge, by=recruiter)

    assert tasks.deliver() == 2

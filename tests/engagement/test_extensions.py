"""Asking people, before it ends, whether we may keep them longer (P-10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from candidates.actions.archive import archive_candidate
from candidates.actions.contact import log_contact
from candidates.actions.people import change_candidate
from candidates.models import (
    Activity,
    Candidate,
    ExtensionRequest,
    GroundEvent,
    PolicyOverride,
    Preference,
    Stop,
)
from engagement import arbiter, links, tasks
from engagement.actions.extensions import plan, plan_for
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.extension_words import ENGLISH, FRENCH, language_for
from engagement.models import Decision, Message
from tests.engagement.conftest import MONDAY
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    OfficeFactory,
    PromiseFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    GroundEventFactory,
    LegalHoldFactory,
    PreferenceFactory,
)
from tests.factories.privacy import PrivacyRequestFactory, ending_in

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


def in_france(days: int, *, expires: bool) -> Candidate:
    """Two years after the last contact: somebody whose time ends in so many days."""
    ends = timezone.now() + timedelta(days=days)
    contact = ends - timedelta(days=400) if expires else ends.replace(year=ends.year - 2)
    person = CandidateFactory(
        without_consent=True,
        country="FR",
        language="fr-FR",
        time_zone="Europe/Paris",
        created_at=contact,
        last_contact_at=contact,
    )
    GroundEventFactory(
        candidate=person,
        occurred_at=contact,
        recorded_at=contact,
        expires_at=ends if expires else None,
    )
    return person


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


def test_the_email_leaves_by_day_where_the_person_lives(smtp_server):
    night = datetime(2026, 11, 27, 23, tzinfo=UTC)  # a Friday
    with time_machine.travel(night, tick=False):
        ending_in(29, time_zone="America/Toronto")
        plan(night)
        assert Message.objects.get().due_at == datetime(2026, 11, 30, 13, tzinfo=UTC)


def test_a_question_that_waited_into_the_night_waits_until_morning(smtp_server):
    ending_in(30)
    plan(timezone.now())

    with time_machine.travel(datetime(2026, 11, 23, 22, tzinfo=UTC), tick=False):
        assert tasks.deliver() == 0

    message = Message.objects.get()
    assert (message.state, message.due_at) == ("due", datetime(2026, 11, 24, 8, tzinfo=UTC))


def parts(received) -> tuple[str, str]:
    plain = received.get_body(("plain",)).get_content()
    return plain, received.get_body(("html",)).get_content()


def test_the_email_asks_with_two_equal_answers_and_says_what_silence_means(smtp_server):
    person = ending_in(30, name="Ines Duarte", call_name="Ines")
    plan(timezone.now())

    assert tasks.deliver() == 1

    (received,) = smtp_server.messages
    assert received["Subject"] == "Shall we keep your details until 23 December 2027?"
    assert received["Auto-Submitted"] == "auto-generated"
    plain, html = parts(received)
    request = ExtensionRequest.objects.get()
    lines = plain.splitlines()
    link = next(line for line in lines if line.endswith("#keep"))
    assert lines[lines.index(link) - 1] == "Keep my details for 12 more months:"
    assert lines[lines.index(link.replace("#keep", "#delete")) - 1] == "Delete my details:"
    token = link.rpartition("/")[2].removesuffix("#keep")
    opened = links.open_token(links.Purpose.EXTENSION, token)
    assert (opened.candidate, opened.about) == (person.public_id, request.public_id)
    body = plain.partition("- - -")[0].strip()
    assert body.startswith("Hello Ines,")
    assert body.endswith("If you do nothing, we will delete them on 23 December 2026.")
    assert "This is the last time" not in plain
    buttons = [part.split("</a>")[0] for part in html.split('<a class="do"')[1:]]
    assert [button.partition(" href=")[0] for button in buttons] == [
        ' style="display:inline-block;padding:12px 14px;"'
    ] * 2
    assert [button.rpartition(">")[2] for button in buttons] == [
        "Keep my details for 12 more months",
        "Delete my details",
    ]
    assert "If you do nothing, we will delete them on 23 December 2026." in html
    assert 'lang="en" dir="ltr"' in html
    assert request.sent_at == Message.objects.get().handed_at
    line = Activity.objects.get(candidate=person, kind="message.sent")
    assert line.text == "Sent the question whether we may keep them longer."


def test_the_email_says_what_really_happens_while_a_decision_must_be_explained(smtp_server):
    person = ending_in(7, country="GB")
    job = JobFactory()
    job.offices.add(OfficeFactory(country="GB"))
    ago = MONDAY - timedelta(days=90)
    ApplicationFactory(candidate=person, job=job, rejected=True, closed_at=ago)
    plan(timezone.now())
    tasks.deliver()

    plain, _ = parts(smtp_server.messages[0])

    assert "If you do nothing, we stop using them on 30 November 2026" in plain
    assert "locked away until 25 August 2027" in plain
    assert "we will delete them on" not in plain
    assert "This is the last time that we ask." in plain


def test_whoever_paused_reads_that_the_pause_stays(smtp_server):
    person = ending_in(7)
    Preference.objects.create(candidate=person, paused_until=date(2027, 2, 1))
    plan(timezone.now())
    tasks.deliver()

    plain, html = parts(smtp_server.messages[0])

    said = "They stay paused until 1 February 2027, whatever you answer."
    assert said in plain.replace("\n", " ")
    assert said in html


def test_whoever_was_promised_something_is_asked_because_of_the_promise(smtp_server):
    person = ending_in(30)
    PromiseFactory(candidate=person, families=["Electrical", "Data"])
    PromiseFactory(candidate=person, families=["Welding"], state="released")
    plan(timezone.now())
    tasks.deliver()

    plain, html = parts(smtp_server.messages[0])

    said = "We promised to keep you in mind for Electrical, Data jobs."
    assert said in plain.replace("\n", " ")
    assert said in html
    assert "Welding" not in plain


def test_the_email_speaks_the_language_of_the_person(smtp_server):
    in_france(30, expires=True)
    plan(timezone.now())
    tasks.deliver()

    (received,) = smtp_server.messages
    plain, html = parts(received)
    assert received["Subject"] == ("Pouvons-nous garder vos données jusqu’au 23 décembre 2028 ?")
    assert "Garder mes données 24 mois de plus :" in plain
    assert "Si vous ne faites rien, nous les supprimerons le 23 décembre 2026." in plain
    assert 'lang="fr" dir="ltr"' in html


@pytest.mark.parametrize(
    ("own", "ours", "expected"),
    [
        ("fr", "en", "fr"),
        ("fr-CA", "en", "fr"),
        ("FR_be", "en", "fr"),
        ("pl", "fr", "fr"),
        ("", "fr", "fr"),
        ("ar", "de", "en"),
        ("", "", "en"),
    ],
)
def test_a_language_without_words_falls_back(own, ours, expected):
    assert language_for(own, ours) == expected


def test_every_sentence_fills_in_the_same_in_every_language():
    import string

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    fields = [f for f in vars(ENGLISH) if f not in {"code", "day"}]
    assert {f: names(getattr(FRENCH, f)) for f in fields} == {
        f: names(getattr(ENGLISH, f)) for f in fields
    }
    assert FRENCH.day(date(2027, 8, 1)) == "1er août 2027"


@pytest.mark.parametrize("people", [1, 3])
def test_a_batch_costs_the_same_at_any_size(people, django_assert_num_queries):
    made = [ending_in(30) for _ in range(people)]
    barred = [ending_in(30) for _ in range(people)]
    for one in barred:
        refused(one, "withdrawn")
    ids = [person.pk for person in [*made, *barred]]

    # people who end (2), requests, organisation, arbiter; begin; people, policies, expiries,
    # requests, which are ours, messages, decisions; what was said before, refusals; commit
    with CaptureQueriesContext(connection) as queries:
        assert plan_for(ids, timezone.now()) == people
    assert len(queries) == 16


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

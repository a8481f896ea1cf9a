"""Background work: whole chunks, one result for each person, and what its owner may do with it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Role
from accounts.permissions import Permission
from candidates import work as runner
from candidates.actions import work as actions
from candidates.actions.people import hand_over, set_owner
from candidates.models import Activity, Candidate, Work, WorkItem
from candidates.tasks import do_work, forget_work, go_on_with_work
from candidates.work import PeopleKind, done
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.work import WorkFactory

pytestmark = pytest.mark.django_db


class Greet(PeopleKind):
    """A kind for tests: writes one line on a timeline, and trips over some names."""

    key = "greet"
    doing = "Greeting them"
    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 2

    def apply_one(self, work, person):
        set_owner(person, work.by, by=work.by)
        if person.name == "Refused":
            raise ValidationError("Not this one.", code="no")
        if person.name == "Impossible":
            raise IntegrityError("no such row")
        if person.name == "Away":
            raise OperationalError("the connection is gone")
        return done()

    def undo_one(self, work, item, person):
        if person.headline == "changed since":
            return "Changed since."
        set_owner(person, None, by=work.by)
        return ""


@pytest.fixture(autouse=True)
def _greet(monkeypatch):
    monkeypatch.setitem(runner._kinds, "greet", Greet())


def greeting(*names: str, **facts) -> Work:
    people = [CandidateFactory(name=name) for name in names]
    return WorkFactory(kind="greet", people=people, **facts)


def results(work: Work) -> list[tuple[str, str]]:
    return list(work.items.values_list("result", "reason"))


def test_freeze_keeps_exactly_these_people_and_nobody_who_comes_later(recruiter):
    people = CandidateFactory.create_batch(3)

    work = actions.freeze(Candidate.objects.visible_to(recruiter), by=recruiter, query="q=")
    CandidateFactory()

    assert [item.candidate for item in work.items.all()] == people
    assert (work.state, work.total, work.query) == ("draft", 3, "q=")


def test_start_hands_a_draft_to_the_workers(recruiter):
    work = WorkFactory(draft=True, people=[CandidateFactory()], by=recruiter)

    actions.start(work, kind="greet", title="Greet one person", by=recruiter, values={"tag": 7})

    work.refresh_from_db()
    assert (work.state, work.kind, work.values) == ("waiting", "greet", {"tag": 7})
    assert AuditEvent.objects.get(verb="work.started").changes["people"] == ["", "1"]


def test_start_twice_is_refused(recruiter):
    work = WorkFactory(people=[CandidateFactory()])

    with pytest.raises(ValidationError) as refusal:
        actions.start(work, kind="greet", title="Greet", by=recruiter, values={})

    assert refusal.value.code == "confirmed"


def test_start_of_nobody_is_refused(recruiter):
    with pytest.raises(ValidationError) as refusal:
        actions.start(WorkFactory(draft=True), kind="greet", title="", by=recruiter, values={})

    assert refusal.value.code == "nobody"


def test_each_person_gets_one_result_and_a_refusal_leaves_nothing_behind():
    work = greeting("Ana", "Refused", "Impossible", "Bo")

    do_work(work.pk)

    work.refresh_from_db()
    assert results(work) == [
        ("ok", ""),
        ("skipped", "Not this one."),
        ("failed", "The database refused this, so nothing was changed for them."),
        ("ok", ""),
    ]
    assert (work.state, work.ok, work.skipped, work.failed) == ("done", 2, 1, 1)
    assert list(Candidate.objects.filter(owner=work.by).values_list("name", flat=True)) == [
        "Ana",
        "Bo",
    ]
    assert Activity.objects.filter(kind="candidate.owner").count() == 2


@pytest.mark.parametrize("task", [do_work, lambda pk: go_on_with_work()])
def test_a_task_that_runs_twice_does_everybody_once(task):
    work = greeting("Ana", "Bo", "Cem")

    task(work.pk)
    task(work.pk)

    assert Activity.objects.filter(kind="candidate.owner").count() == 3


def test_a_draft_is_left_alone():
    work = greeting("Ana", state=Work.State.DRAFT)

    go_on_with_work()
    do_work(work.pk)

    assert results(work) == [("", "")]


def test_whoever_left_meanwhile_is_said_to_be_gone():
    work = greeting("Ana", "Bo")
    Candidate.objects.filter(name="Ana").update(erased_at=timezone.now())

    do_work(work.pk)

    assert results(work) == [("skipped", runner.GONE), ("ok", "")]


def test_it_stops_when_the_colleague_may_no_longer_do_this():
    work = greeting("Ana", by=UserFactory(name="Max", interviewer=True))

    do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.problem) == ("failed", "Max may no longer do this, so it stopped.")
    assert results(work) == [("", "")]


def test_an_unknown_kind_fails_with_a_sentence():
    work = WorkFactory(kind="of another release", people=[CandidateFactory()])

    do_work(work.pk)

    work.refresh_from_db()
    assert work.state == "failed"
    assert work.problem.startswith("This release does not know")


def test_a_chunk_that_breaks_off_three_times_fails_the_work_and_keeps_what_was_done():
    work = greeting("Ana", "Bo", "Cem", "Away")

    do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.ok) == ("failed", 2)
    assert work.problem.startswith("It broke off 3 times at the same place, after 2 of 4.")
    assert results(work) == [("ok", ""), ("ok", ""), ("", ""), ("", "")]
    assert Candidate.objects.get(name="Cem").owner is None


def test_retry_takes_up_what_failed_and_leaves_what_was_done(recruiter):
    work = greeting("Ana", "Bo", "Cem", "Away")
    do_work(work.pk)
    Candidate.objects.filter(name="Away").update(name="Back")
    work.refresh_from_db()

    actions.retry(work, by=recruiter)
    do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.ok, work.problem) == ("done", 4, "")
    assert Activity.objects.filter(kind="candidate.owner").count() == 4


def test_retry_of_single_failures(recruiter):
    work = greeting("Ana", "Impossible")
    do_work(work.pk)
    Candidate.objects.filter(name="Impossible").update(name="Possible")
    work.refresh_from_db()

    actions.retry(work, by=recruiter)
    do_work(work.pk)

    work.refresh_from_db()
    assert (work.ok, work.failed) == (2, 0)


def test_retry_is_refused_when_nothing_failed(recruiter):
    work = greeting("Ana")
    do_work(work.pk)

    with pytest.raises(ValidationError) as refusal:
        actions.retry(work, by=recruiter)

    assert refusal.value.code == "nothing_failed"


def test_cancel_leaves_the_rest_as_it_was(recruiter):
    work = greeting("Ana", "Bo", "Cem")
    assert runner._claim(work.pk)
    assert runner._one_chunk(work.pk)

    actions.cancel(work, by=recruiter)
    do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.ok, work.total) == ("cancelled", 2, 3)
    assert work.may_be_undone()


def test_cancel_after_the_end_is_refused(recruiter):
    work = greeting("Ana")
    do_work(work.pk)

    with pytest.raises(ValidationError) as refusal:
        actions.cancel(work, by=recruiter)

    assert refusal.value.code == "ended"


def test_undo_takes_back_what_was_done_and_says_who_stayed(recruiter):
    work = greeting("Ana", "Refused", "Bo")
    do_work(work.pk)
    Candidate.objects.filter(name="Bo").update(headline="changed since")

    actions.undo(work, by=recruiter)
    do_work(work.pk)
    do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.undone, work.kept) == ("undone", 1, 1)
    assert list(work.items.values_list("undo", "reason")) == [
        ("undone", ""),
        ("", "Not this one."),
        ("kept", "Changed since."),
    ]
    assert Candidate.objects.get(name="Ana").owner is None
    assert Candidate.objects.get(name="Bo").owner == work.by


def test_undo_has_its_time(recruiter):
    work = greeting("Ana")
    do_work(work.pk)

    with (
        time_machine.travel(timezone.now() + timedelta(days=8)),
        pytest.raises(ValidationError) as late,
    ):
        actions.undo(work, by=recruiter)

    assert late.value.code == "nothing_to_undo"


def test_undo_of_what_cannot_be_undone_is_refused(recruiter, monkeypatch):
    monkeypatch.setattr(Greet, "can_undo", False)
    work = greeting("Ana")
    do_work(work.pk)

    with pytest.raises(ValidationError) as refusal:
        actions.undo(work, by=recruiter)

    assert refusal.value.code == "cannot_undo"


def test_a_lease_keeps_a_second_worker_away_until_it_is_over():
    work = greeting("Ana")
    assert runner._claim(work.pk)

    assert runner.unfinished(timezone.now()) == []
    assert not runner._claim(work.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert runner.unfinished(timezone.now()) == [work.pk]
        assert runner._claim(work.pk)


def test_results_are_kept_for_a_month_and_drafts_for_a_day():
    now = timezone.now()
    old = WorkFactory(state=Work.State.DONE, ended_at=now - timedelta(days=31))
    draft = WorkFactory(draft=True, created_at=now - timedelta(days=2))
    kept = WorkFactory(state=Work.State.DONE, ended_at=now - timedelta(days=29))
    going = WorkFactory(created_at=now - timedelta(days=90))

    assert forget_work() == 2
    assert forget_work() == 0

    assert set(Work.objects.all()) == {kept, going}
    assert {old, draft} & set(Work.objects.all()) == set()


def test_counts_cannot_run_past_the_total():
    work = WorkFactory(people=[CandidateFactory()])

    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=work.pk).update(ok=2)


@pytest.mark.parametrize(
    ("seconds", "done_so_far", "said"),
    [
        (9, 90, ""),
        (10, 0, ""),
        (10, 100, "10 a second, about 2 minutes left"),
        (20, 1000, "50 a second, less than a minute left"),
        (60, 6, "6 a minute, about 199 minutes left"),
    ],
)
def test_pace_is_said_after_ten_seconds(seconds, done_so_far, said):
    now = timezone.now()
    work = Work(total=1200, ok=done_so_far, started_at=now - timedelta(seconds=seconds))

    assert work.pace(now) == said


def test_the_state_of_a_work_is_in_the_audit_trail():
    work = greeting("Ana", by=UserFactory(roles=[Role.RECRUITER]))

    do_work(work.pk)

    event = AuditEvent.objects.get(verb="work.done")
    assert (event.actor, event.changes) == (
        work.by.email,
        {"kind": ["", "greet"], "ok": ["", "1"]},
    )


def test_an_item_is_one_person_once():
    work = greeting("Ana")

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.create(work=work, candidate=work.items.get().candidate)


class GreetTogether(Greet):
    """The same for a whole chunk at once."""

    key = "greet"

    def apply_many(self, work, people):
        hand_over([person.pk for person in people], work.by, by=work.by)
        if any(person.name == "Impossible" for person in people):
            raise IntegrityError("no such row")
        return {person.pk: done() for person in people}

    apply_one = PeopleKind.apply_one


def test_what_the_database_refuses_for_a_chunk_is_done_one_by_one(monkeypatch):
    monkeypatch.setitem(runner._kinds, "greet", GreetTogether())
    work = greeting("Ana", "Impossible", "Bo")

    runner.work_on(work.pk)

    work.refresh_from_db()
    assert list(work.items.values_list("result", flat=True)) == ["ok", "failed", "ok"]
    owned = Candidate.objects.filter(owner=work.by).order_by("pk")
    assert [one.name for one in owned] == ["Ana", "Bo"]
    assert Activity.objects.filter(kind="candidate.owner").count() == 2

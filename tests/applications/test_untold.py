"""P-05: whoever we found ourselves is told within thirty days, or locked."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from applications import untold
from applications.actions.locking import lock_untold
from applications.models import MatchProfile
from applications.tasks import lock_untold as lock_task
from candidates.actions.archive import open_archived, restore_candidate
from candidates.actions.grounds import Evidence, record_notice
from candidates.actions.retention import make_plan
from candidates.clocks import clock_of
from candidates.models import Activity, Candidate, GroundEvent, Stop
from config.today import blocks
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def found(at=BEGAN, **facts):
    """Somebody whom a colleague added, and who knows nothing of it."""
    facts = {"time_zone": "UTC", "without_consent": True} | facts
    return CandidateFactory(created_at=at, **facts)


def on_day(number, began=BEGAN):
    return time_machine.travel(began + timedelta(days=number), tick=False)


def due_of(candidate):
    return MatchProfile.objects.values_list("notice_due", flat=True).get(candidate=candidate)


def told(candidate, **facts):
    facts = {"basis": "", "wording": "", "expires_at": None} | facts
    return GroundEventFactory(candidate=candidate, kind="notice_given", **facts)


@pytest.mark.parametrize(
    ("created", "zone", "due"),
    [
        ("2026-03-01T09:00", "UTC", date(2026, 3, 31)),
        ("2028-01-30T09:00", "UTC", date(2028, 2, 29)),  # a leap day
        ("2027-01-30T09:00", "UTC", date(2027, 3, 1)),
        ("2026-03-01T23:30", "Asia/Tokyo", date(2026, 4, 1)),  # it is the 2nd there
    ],
)
def test_the_last_day_is_thirty_days_after_they_came_where_they_live(created, zone, due):
    created_at = datetime.fromisoformat(created).replace(tzinfo=UTC)
    person = found(created_at, time_zone=zone)

    assert due_of(person) == due
    assert clock_of(person).notice_due == due


@pytest.mark.parametrize(
    "change",
    [
        lambda person: ApplicationFactory(candidate=person),
        lambda person: ApplicationFactory(candidate=person, rejected=True),
        told,
        lambda person: GroundEventFactory(candidate=person),
        lambda person: GroundEventFactory(candidate=person, objected=True),
    ],
    ids=["applied", "was rejected", "was told", "agreed", "objected"],
)
def test_there_is_nothing_to_tell_to_whoever(change):
    person = found()

    change(person)

    assert due_of(person) is None
    assert clock_of(person).notice_due is None


def test_the_column_and_the_clock_agree_when_something_is_taken_back():
    person = found()
    event = told(person)

    event.delete()

    assert due_of(person) == clock_of(person).notice_due == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "people"), [(19, 0), (20, 1), (30, 1), (31, 1)], ids=["19", "20", "30", "31"]
)
def test_today_says_so_from_the_twentieth_day_on(day, people, recruiter, privacy_officer):
    found()
    with on_day(day):
        now = BEGAN + timedelta(days=day)
        rows = [
            [row.title for row in block.rows if block.title == "People to tell"]
            for user in (recruiter, privacy_officer)
            for block in blocks(user, now)
            if block.title == "People to tell"
        ]

    expected = [["1 person we found ourselves has not been told"]] * 2 if people else []
    assert rows == expected


def test_today_says_nothing_of_it_to_others(hiring_manager, admin):
    found()
    with on_day(25):
        for user in (hiring_manager, admin):
            assert [b for b in blocks(user, BEGAN + timedelta(days=25)) if b.rows] == []


@pytest.mark.parametrize(("day", "locked"), [(19, 0), (20, 0), (30, 0), (31, 1)])
def test_on_the_thirty_first_day_they_are_locked(day, locked):
    person = found()
    with on_day(day):
        assert lock_task() == locked
        assert lock_task() == 0

    person.refresh_from_db()
    assert (person.archived_at is not None, person.archive_reason) == (
        bool(locked),
        "no_notice" if locked else "",
    )


def test_a_leap_day_is_a_last_day_and_not_one_too_few():
    person = found(datetime(2028, 1, 30, 9, tzinfo=UTC))

    assert lock_untold(datetime(2028, 2, 29, 23, tzinfo=UTC)) == 0
    assert lock_untold(datetime(2028, 3, 1, 0, 5, tzinfo=UTC)) == 1
    assert Candidate.objects.archived().get() == person


def test_who_is_locked_is_nowhere_and_it_is_written_down(recruiter):
    person = found()

    lock_untold(BEGAN + timedelta(days=31))

    assert not Candidate.objects.visible_to(recruiter).exists()
    assert not MatchProfile.objects.exists()
    assert Stop.objects.get(candidate=person).reason == "archived"
    line = Activity.objects.get(candidate=person, kind="candidate.archived")
    assert line.text == (
        "Went into the restricted archive. Nobody told them in time that we keep them."
    )
    event = AuditEvent.objects.get(verb="candidate.archived")
    assert (event.actor, event.changes) == ("notice clock", {"reason": ["", "no_notice"]})


def test_who_was_told_meanwhile_stays():
    person = found()
    told(person)

    assert lock_untold(BEGAN + timedelta(days=100)) == 0


@pytest.mark.parametrize("people", [1, 30])
def test_locking_costs_the_same_however_many(people, django_assert_num_queries):
    for _ in range(people):
        found()

    # who is late; begin, gates, people, archive, stops, timeline, audit, end
    with django_assert_num_queries(9):
        assert lock_untold(BEGAN + timedelta(days=31)) == people


def test_the_retention_run_leaves_them_to_the_lock():
    found()

    assert make_plan(BEGAN + timedelta(days=40)) is None


def test_the_question_of_today_reads_an_index_alone():
    found()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    soon = MatchProfile.objects.filter(notice_due__lte=date(2026, 4, 1)).order_by("notice_due")

    assert "profile_not_told" in soon.values_list("notice_due").explain()


# The locked record


def locked_page(person, client, officer):
    open_archived(person, "They asked", by=officer)
    return client.get(reverse("candidates:archived", args=[person.public_id]))


def test_the_officer_reads_what_to_do_and_a_recruiter_sees_nobody(
    privacy_client, staff_client, privacy_officer
):
    person = found()
    lock_untold(BEGAN + timedelta(days=31))

    page = locked_page(person, privacy_client, privacy_officer)

    assertContains(page, "Nobody told them in time that we keep them")
    assertContains(page, "Tell them that we keep them, then bring them back into use")
    assertContains(page, reverse("engagement:person_tell", args=[person.public_id]))
    for name in ("candidates:profile", "candidates:privacy"):
        assert staff_client.get(reverse(name, args=[person.public_id])).status_code == 404


def test_they_come_back_only_after_they_were_told(privacy_officer):
    person = found()
    lock_untold(BEGAN + timedelta(days=31))

    with pytest.raises(ValidationError) as refusal:
        restore_candidate(person, "We need them", by=privacy_officer)
    assert refusal.value.code == "not_told"

    proof = Evidence(wording="", evidence="Letter of 2 April", occurred_at=BEGAN)
    record_notice(person, proof, by=privacy_officer)
    restore_candidate(person, "They were told", by=privacy_officer)

    assert lock_untold(BEGAN + timedelta(days=60)) == 0
    assert list(Candidate.objects.live()) == [person]


def test_a_notice_given_another_way_is_recorded_on_both_pages(
    privacy_client, staff_client, privacy_officer
):
    used, locked = found(), found()
    Candidate.objects.filter(pk=locked.pk).update(archived_at=BEGAN, archive_reason="no_notice")
    asked = {"occurred_on": "2026-03-02", "evidence": "Letter in folder 3", "wording": ""}
    assertContains(
        staff_client.get(reverse("candidates:privacy", args=[used.public_id])), 'id="told"'
    )

    staff_client.post(reverse("candidates:notice", args=[used.public_id]), asked)
    privacy_client.post(reverse("candidates:notice", args=[locked.public_id]), asked)

    events = GroundEvent.objects.order_by("pk").values_list("candidate", "kind", "evidence")
    assert list(events) == [
        (used.pk, "notice_given", "Letter in folder 3"),
        (locked.pk, "notice_given", "Letter in folder 3"),
    ]
    assertNotContains(
        staff_client.get(reverse("candidates:privacy", args=[used.public_id])), 'id="told"'
    )


@pytest.mark.parametrize("locked", [False, True])
def test_a_notice_without_proof_is_refused_and_nothing_typed_is_lost(
    privacy_client, privacy_officer, locked
):
    person = found()
    if locked:
        lock_untold(BEGAN + timedelta(days=31))
        open_archived(person, "They asked", by=privacy_officer)

    response = privacy_client.post(
        reverse("candidates:notice", args=[person.public_id]),
        {"occurred_on": "2026-03-02", "evidence": "", "wording": "Dear Ana"},
    )

    assertContains(response, "Dear Ana", status_code=422)
    assert not GroundEvent.objects.exists()


def test_waiting_counts_those_of_the_next_ten_days():
    for days in (0, 9, 10, 11):
        found(BEGAN + timedelta(days=days))

    assert untold.waiting(BEGAN + timedelta(days=30)) == untold.Waiting(3, date(2026, 3, 31))

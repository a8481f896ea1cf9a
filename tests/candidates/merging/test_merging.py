"""Two records become one person: what each floor makes of it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from applications.models import Match, Outcome
from candidates.actions.grounds import record_objection
from candidates.actions.merging import PRIMARY_EMAIL, merge_people
from candidates.models import Candidate, ContactGate, GroundState, Preference
from engagement.models import Enrolment
from tests.candidates.merging.conftest import refused, two_enrolments
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    MatchFactory,
    StageFactory,
)
from tests.factories.candidates import (
    CandidateSkillFactory,
    PhoneFactory,
    PreferenceFactory,
    SkillFactory,
)
from tests.factories.engagement import EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.django_db

# -------------------------------------------------------------------- merging


def test_a_merge_moves_everything_and_leaves_one_line_and_one_audit_entry(
    survivor, merged, recruiter
):
    PhoneFactory(candidate=merged)
    ApplicationFactory(candidate=merged)
    message = MessageFactory(enrolment__candidate=merged, handed=True)

    merge = merge_people(survivor, merged, by=recruiter)

    merged.refresh_from_db()
    message.refresh_from_db()
    assert merged.merged_into == survivor
    assert (merge.survivor, merge.merged, merge.by) == (survivor, merged, recruiter)
    assert (survivor.emails.count(), survivor.phones.count()) == (2, 1)
    assert (survivor.applications.count(), message.candidate) == (1, survivor)
    assert merged.emails.count() == merged.applications.count() == 0
    assert survivor.activities.get().kind == "candidate.merged"
    assert AuditEvent.objects.get().verb == "candidate.merged"


def test_old_addresses_and_links_lead_to_the_survivor(survivor, merged, recruiter, staff_client):
    merge_people(survivor, merged, by=recruiter)

    response = staff_client.get(f"/people/{merged.public_id}")

    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/people/{survivor.public_id}",
    )


def test_what_the_survivor_lacks_is_taken_and_what_is_chosen(survivor, merged, recruiter):
    merge_people(survivor, merged, by=recruiter, take={"name"})

    survivor.refresh_from_db()
    assert (survivor.name, survivor.headline) == ("Wen Li", "Data analyst")
    assert (survivor.current_employer, survivor.version) == ("Tidal Works", 2)


def test_there_is_one_primary_address_and_it_can_be_theirs(survivor, merged, recruiter):
    theirs = merged.emails.get()

    merge_people(survivor, merged, by=recruiter, take={PRIMARY_EMAIL})

    assert survivor.emails.get(is_primary=True) == theirs


def test_what_both_have_stays_once(survivor, merged, recruiter):
    skill = SkillFactory()
    for person in (survivor, merged):
        CandidateSkillFactory(candidate=person, skill=skill)
        PhoneFactory(candidate=person, number="07700 900123")

    merge_people(survivor, merged, by=recruiter)

    assert (survivor.skills.count(), survivor.phones.count()) == (1, 1)
    assert (merged.skills.count(), merged.phones.count()) == (1, 1)


@pytest.mark.parametrize("who", [0, 1])
def test_an_objection_on_either_record_counts_for_both(survivor, merged, recruiter, who):
    record_objection((survivor, merged)[who], by=recruiter, also_pool=True)

    merge_people(survivor, merged, by=recruiter)

    states = dict(GroundState.objects.filter(candidate=survivor).values_list("purpose", "kind"))
    assert states == {"pool": "objected", "nurture": "objected"}
    assert not Candidate.objects.contactable().filter(pk=survivor.pk).exists()


def test_the_stricter_choice_wins(survivor, merged, recruiter):
    PreferenceFactory(candidate=survivor, frequency="monthly", families=["Data"])
    PreferenceFactory(
        candidate=merged,
        paused_until=date(2027, 2, 1),
        is_narrowed=True,
        families=["Electrical"],
        work_modes=["any"],
    )

    merge_people(survivor, merged, by=recruiter)

    choice = Preference.objects.get(candidate=survivor)
    assert (choice.frequency, choice.paused_until) == ("monthly", date(2027, 2, 1))
    assert (choice.is_narrowed, choice.families) == (True, ["Electrical"])


def test_two_narrow_choices_leave_what_both_want(survivor, merged, recruiter):
    PreferenceFactory(
        candidate=survivor, is_narrowed=True, families=["Data", "Electrical"],
        places=["bristol"], work_modes=["any"], levels=[2, 3],
    )  # fmt: skip
    PreferenceFactory(
        candidate=merged, is_narrowed=True, families=["Electrical"],
        places=["Bristol", "Lyon"], work_modes=["remote"], levels=[3, 4],
    )  # fmt: skip

    merge_people(survivor, merged, by=recruiter)

    choice = Preference.objects.get(candidate=survivor)
    assert (choice.families, choice.places, choice.work_modes, choice.levels) == (
        ["Electrical"],
        ["bristol"],
        ["remote"],
        [3],
    )


def test_the_choice_of_one_alone_holds_for_both(survivor, merged, recruiter):
    PreferenceFactory(candidate=merged, paused=True)

    merge_people(survivor, merged, by=recruiter)

    assert survivor.preference.paused_until == merged.preference.paused_until


def test_the_cap_counts_the_emails_of_both(survivor, merged, recruiter):
    now = timezone.now()
    for person, days in ((survivor, 3), (merged, 5)):
        ContactGate.objects.filter(pk=person.pk).update(job_emails_at=[now - timedelta(days=days)])

    merge_people(survivor, merged, by=recruiter)

    assert survivor.gate.job_emails_at == [now - timedelta(days=5), now - timedelta(days=3)]


def test_not_a_fit_on_either_record_counts(survivor, merged, recruiter):
    job = JobFactory()
    MatchFactory(candidate=survivor, job=job)
    MatchFactory(
        candidate=merged, job=job, verdict="not_a_fit", verdict_reason="Night shifts.",
        verdict_at=timezone.now(),
    )  # fmt: skip

    merge_people(survivor, merged, by=recruiter)

    assert Match.objects.get(candidate=survivor).verdict == "not_a_fit"


def test_one_record_is_no_pair(survivor, recruiter):
    refused("same_record", merge_people, survivor, survivor, by=recruiter)


@pytest.mark.parametrize("who", ["survivor", "merged"])
def test_somebody_who_is_no_longer_here_is_not_merged(survivor, merged, recruiter, who):
    Candidate.objects.filter(name={"survivor": "Li Wen", "merged": "Wen Li"}[who]).update(
        erased_at=timezone.now()
    )
    refused("gone", merge_people, survivor, merged, by=recruiter)


# --------------------------------------------------------------- applications


def two_applications(survivor, merged, *, theirs_is_further):
    job = JobFactory()
    first, second = StageFactory(job=job), StageFactory(job=job, milestone=2)
    mine = ApplicationFactory(candidate=survivor, job=job, stage=first, hear_by=date(2027, 1, 9))
    theirs = ApplicationFactory(
        candidate=merged,
        job=job,
        stage=second if theirs_is_further else first,
        furthest=2 if theirs_is_further else 1,
        hear_by=date(2027, 1, 4),
    )
    return mine, theirs


@pytest.mark.parametrize("theirs_is_further", [False, True])
def test_of_two_open_applications_for_a_job_the_further_one_stays(
    survivor, merged, recruiter, theirs_is_further
):
    mine, theirs = two_applications(survivor, merged, theirs_is_further=theirs_is_further)
    goes, stays = (mine, theirs) if theirs_is_further else (theirs, mine)
    letter = LetterFactory(application=goes, kind="receipt")

    merge_people(survivor, merged, by=recruiter)

    for row in (goes, stays, letter):
        row.refresh_from_db()
    assert (goes.outcome, goes.candidate) == (Outcome.DUPLICATE, survivor)
    assert (stays.is_open, stays.candidate) == (True, survivor)
    assert stays.hear_by == date(2027, 1, 4)  # the person was told the earlier of both
    assert letter.cancelled_at == goes.closed_at
    assert AuditEvent.objects.filter(verb="application.duplicate").count() == 1


@pytest.mark.parametrize("further", [0, 1])
def test_the_further_enrolment_goes_on_and_the_other_sends_nothing(
    survivor, merged, recruiter, further
):
    pair = two_enrolments(survivor, merged, sent=(survivor, merged)[further])
    goes_on, ends = pair[further], pair[1 - further]

    merge_people(survivor, merged, by=recruiter)

    for enrolment in pair:
        enrolment.refresh_from_db()
        assert enrolment.candidate == survivor
    assert (goes_on.state, ends.state, ends.end_reason) == ("active", "ended", "merged")
    assert list(ends.messages.values_list("state", "reason")) == [("withheld", "merged")]
    assert list(goes_on.messages.order_by("pk").values_list("state", flat=True)) == [
        "handed",
        "due",
    ]


def test_what_a_worker_holds_for_the_merged_record_goes_back_to_the_queue(
    survivor, merged, recruiter
):
    import uuid

    message = MessageFactory(
        enrolment__candidate=merged, state="claimed", lease=uuid.uuid4(), lease_until=timezone.now()
    )

    merge_people(survivor, merged, by=recruiter)

    message.refresh_from_db()
    assert (message.state, message.lease, message.candidate) == ("due", None, survivor)


def test_enrolments_in_different_campaigns_both_go_on(survivor, merged, recruiter):
    for person in (survivor, merged):
        EnrolmentFactory(candidate=person)

    merge_people(survivor, merged, by=recruiter)

    assert Enrolment.objects.filter(candidate=survivor, state="active").count() == 2

"""Two records become one person, and two again: what each floor makes of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from applications.import_undo import take_back
from applications.models import Match, Outcome
from candidates.actions.addresses import add_phone
from candidates.actions.grounds import record_objection
from candidates.actions.merging import (
    PRIMARY_EMAIL,
    forget_changes,
    merge_people,
    unmerge_people,
)
from candidates.actions.pairs import dismiss_pair, name_pair, reopen_pair
from candidates.models import (
    Candidate,
    ContactGate,
    DuplicateSuggestion,
    GroundState,
    Import,
    ImportRow,
    Merge,
    Preference,
    Stop,
)
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.models import Enrolment, Message
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    MatchFactory,
    StageFactory,
)
from tests.factories.candidates import (
    ActivityFactory,
    CandidateFactory,
    CandidateSkillFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    PhoneFactory,
    PreferenceFactory,
    SkillFactory,
    StopFactory,
)
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def survivor(db):
    return CandidateFactory(name="Li Wen", headline="Data analyst")


@pytest.fixture
def merged(db):
    return CandidateFactory(name="Wen Li", headline="", current_employer="Tidal Works")


def refused(code, action, *args, **kwargs):
    before = AuditEvent.objects.count()
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code
    assert AuditEvent.objects.count() == before


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


# ------------------------------------------------------------------ campaigns


def two_enrolments(survivor, merged, *, sent):
    """Both in one campaign of two steps; `sent` had the first one already."""
    campaign = CampaignFactory(running=True)
    steps = [StepFactory(campaign=campaign, position=n) for n in (1, 2)]
    made = {}
    for person in (survivor, merged):
        is_sent = person == sent
        made[person] = EnrolmentFactory(
            campaign=campaign, candidate=person, next_step=3 if is_sent else 2
        )
        MessageFactory(enrolment=made[person], step=steps[0], handed=is_sent)
        if is_sent:
            MessageFactory(enrolment=made[person], step=steps[1])
    return made[survivor], made[merged]


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


# -------------------------------------------------------------------- undoing


def test_taken_apart_each_has_their_own_again_and_a_line_says_so(survivor, merged, recruiter):
    ApplicationFactory(candidate=merged)
    merge = merge_people(survivor, merged, by=recruiter, take={"name"})

    undone = unmerge_people(merge, by=recruiter)

    for person in (survivor, merged):
        person.refresh_from_db()
        assert list(person.activities.values_list("kind", flat=True)) == ["candidate.unmerged"]
        assert person.emails.filter(is_primary=True).count() == 1
    assert (survivor.name, merged.name, merged.merged_into) == ("Li Wen", "Wen Li", None)
    assert merged.applications.count() == 1
    assert (undone.undone_by, undone.changes) == (recruiter, [])
    assert AuditEvent.objects.latest("pk").verb == "candidate.unmerged"


def test_taking_apart_twice_does_it_once(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)

    unmerge_people(merge, by=recruiter)
    unmerge_people(merge, by=recruiter)

    assert AuditEvent.objects.filter(verb="candidate.unmerged").count() == 1


def test_withheld_emails_wait_again(survivor, merged, recruiter):
    two_enrolments(survivor, merged, sent=survivor)
    merge = merge_people(survivor, merged, by=recruiter)

    unmerge_people(merge, by=recruiter)

    assert list(Message.objects.filter(candidate=merged).values_list("state", flat=True)) == ["due"]
    assert Enrolment.objects.get(candidate=merged).state == "active"


def test_what_happened_after_the_merge_stays_with_the_survivor(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter, take={"name"})
    add_phone(survivor, "07700 900555", by=recruiter)
    Candidate.objects.filter(pk=survivor.pk).update(name="Li Wen-Chen")

    unmerge_people(merge, by=recruiter)

    survivor.refresh_from_db()
    assert (survivor.name, survivor.phones.count(), merged.phones.count()) == ("Li Wen-Chen", 1, 0)


def test_a_row_that_moved_goes_back_with_what_happened_to_it(survivor, merged, recruiter):
    application = ApplicationFactory(candidate=merged)
    merge = merge_people(survivor, merged, by=recruiter)
    application.hear_by = date(2027, 5, 5)
    application.save(update_fields=["hear_by"])

    unmerge_people(merge, by=recruiter)

    application.refresh_from_db()
    assert (application.candidate, application.hear_by) == (merged, date(2027, 5, 5))


def test_an_objection_before_the_merge_goes_back_to_whom_it_was_made(survivor, merged, recruiter):
    record_objection(merged, by=recruiter)
    merge = merge_people(survivor, merged, by=recruiter)

    unmerge_people(merge, by=recruiter)

    assert list(Candidate.objects.contactable()) == [survivor]


def test_a_stop_after_the_merge_holds_for_both(survivor, merged, recruiter):
    """C-11: we cannot know as which of the two they spoke."""
    merge = merge_people(survivor, merged, by=recruiter)
    reduce(Candidate.objects.get(pk=survivor.pk), Choices(stopped=True), channel="link")

    unmerge_people(merge, by=recruiter)

    assert list(Candidate.objects.contactable()) == []
    assert set(GroundState.objects.filter(purpose="nurture").values_list("kind", flat=True)) == {
        "withdrawn"
    }
    assert Stop.objects.filter(candidate=merged, reason="unsubscribed").count() == 1


def test_a_pause_after_the_merge_holds_for_both(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)
    until = timezone.now().date() + timedelta(days=60)
    reduce(Candidate.objects.get(pk=survivor.pk), Choices(paused_until=until), channel="link")

    unmerge_people(merge, by=recruiter)

    pauses = Preference.objects.filter(candidate__in=[survivor, merged])
    assert list(pauses.values_list("paused_until", flat=True)) == [until, until]


def test_emails_sent_after_the_merge_count_for_both(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)
    sent = timezone.now()
    ContactGate.objects.filter(pk=survivor.pk).update(job_emails_at=[sent])

    unmerge_people(merge, by=recruiter)

    assert [gate.job_emails_at for gate in ContactGate.objects.order_by("pk")] == [[sent], [sent]]


def test_whoever_loses_the_address_we_write_to_gets_another(survivor, merged, recruiter):
    own = survivor.emails.get()
    merge = merge_people(survivor, merged, by=recruiter, take={PRIMARY_EMAIL})
    own.delete()
    EmailAddressFactory(candidate=survivor)

    unmerge_people(merge, by=recruiter)

    for person in (survivor, merged):
        assert person.emails.filter(is_primary=True).count() == 1


def test_an_old_merge_cannot_be_undone(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)

    with time_machine.travel(timezone.now() + timedelta(days=Merge.UNDO_DAYS, minutes=1)):
        refused("too_late", unmerge_people, merge, by=recruiter)


def test_the_later_of_two_merges_is_undone_first(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)
    later = merge_people(survivor, CandidateFactory(), by=recruiter)

    refused("later_merge", unmerge_people, merge, by=recruiter)
    unmerge_people(later, by=recruiter)
    unmerge_people(merge, by=recruiter)

    assert Candidate.objects.live().count() == 3


def test_a_survivor_who_was_merged_on_is_freed_first(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)
    merge_people(CandidateFactory(), survivor, by=recruiter)

    refused("gone", unmerge_people, merge, by=recruiter)


def test_what_is_kept_for_the_undo_is_forgotten_in_time_and_only_once(survivor, merged, recruiter):
    merge = merge_people(survivor, merged, by=recruiter)
    now = timezone.now()

    assert forget_changes(now + timedelta(days=Merge.UNDO_DAYS - 1)) == 0
    assert forget_changes(now + timedelta(days=Merge.UNDO_DAYS + 1)) == 1
    assert forget_changes(now + timedelta(days=Merge.UNDO_DAYS + 1)) == 0

    merge.refresh_from_db()
    assert merge.changes == []


# ---------------------------------------------------------------------- pairs


def test_a_merge_settles_the_pair_and_takes_over_what_was_said_of_the_merged_record(
    survivor, merged, recruiter
):
    pair = DuplicateSuggestionFactory(one=survivor, other=merged)
    third = CandidateFactory()
    dismissed = DuplicateSuggestionFactory(one=merged, other=third, dismissed=True)

    merge_people(survivor, merged, by=recruiter)

    pair.refresh_from_db()
    dismissed.refresh_from_db()
    assert pair.state == "merged"
    assert (dismissed.one, dismissed.other) == (survivor, third)


def test_a_dismissal_of_the_merged_record_settles_the_survivors_pair(survivor, merged, recruiter):
    third = CandidateFactory()
    mine = DuplicateSuggestionFactory(one=survivor, other=third)
    DuplicateSuggestionFactory(one=merged, other=third, dismissed=True)

    merge_people(survivor, merged, by=recruiter)

    mine.refresh_from_db()
    assert (mine.state, mine.why_not) == ("dismissed", "Mother and daughter.")


def test_a_pair_is_dismissed_with_a_reason_and_can_be_taken_up_again(recruiter):
    pair = DuplicateSuggestionFactory()

    dismissed = dismiss_pair(pair, " Two brothers. ", by=recruiter)

    assert (dismissed.state, dismissed.why_not, dismissed.settled_by) == (
        "dismissed",
        "Two brothers.",
        recruiter,
    )
    assert AuditEvent.objects.get().verb == "duplicate.dismissed"
    assert reopen_pair(dismissed, by=recruiter).state == DuplicateSuggestion.State.OPEN


@pytest.mark.parametrize(
    ("how", "why", "code"), [({}, "  ", "no_reason"), ({"dismissed": True}, "No.", "settled")]
)
def test_what_is_not_dismissed(recruiter, how, why, code):
    refused(code, dismiss_pair, DuplicateSuggestionFactory(**how), why, by=recruiter)


def test_only_a_dismissed_pair_is_taken_up_again(recruiter):
    refused("not_dismissed", reopen_pair, DuplicateSuggestionFactory(), by=recruiter)


def test_stops_move(survivor, merged, recruiter):
    StopFactory(candidate=merged)

    merge_people(survivor, merged, by=recruiter)

    assert survivor.stops.get().reason == "replied"


def test_a_colleague_names_a_pair_and_job_emails_wait(survivor, merged, recruiter):
    pair = name_pair(merged, survivor, by=recruiter)
    again = name_pair(survivor, merged, by=recruiter)

    assert (pair, pair.is_sure, pair.reasons) == (again, True, ["colleague"])
    assert AuditEvent.objects.get().verb == "duplicate.named"


def test_a_dismissed_pair_that_a_colleague_names_is_looked_at_anew(recruiter):
    pair = DuplicateSuggestionFactory(dismissed=True)

    named = name_pair(pair.one, pair.other, by=recruiter)

    assert (named.pk, named.state, named.why_not) == (pair.pk, "open", "")
    assert named.reasons == ["colleague", "same_phone", "same_name"]


def test_a_record_is_no_pair_with_itself(survivor, recruiter):
    refused("same_record", name_pair, survivor, survivor, by=recruiter)


def test_an_erased_record_is_no_pair(survivor, recruiter):
    refused("gone", name_pair, survivor, CandidateFactory(erased=True), by=recruiter)


def test_the_undo_of_an_import_leaves_alone_whom_somebody_merged(survivor, merged, recruiter):
    """The rows of the file go to the survivor, who has been worked on since."""
    run = Import.objects.create(
        file_name="a.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",", by=recruiter,
        state=Import.State.UNDOING,
    )  # fmt: skip
    ActivityFactory(candidate=merged, data={"import": str(run.public_id)})
    ImportRow.objects.create(
        run=run, number=2, cells=[], candidate=merged, state="created", did={"created": True}
    )
    merge_people(survivor, merged, by=recruiter)

    take_back(run, 10)

    assert Candidate.objects.count() == 2
    assert ImportRow.objects.get().candidate == survivor

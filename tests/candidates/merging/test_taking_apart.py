"""One person becomes two again: what goes back, what stays, and until when."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent
from applications.import_undo import take_back
from candidates.actions.addresses import add_phone
from candidates.actions.grounds import record_objection
from candidates.actions.merging import PRIMARY_EMAIL, forget_changes, merge_people, unmerge_people
from candidates.models import (
    Candidate,
    ContactGate,
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
from tests.candidates.merging.conftest import refused, two_enrolments
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import ActivityFactory, CandidateFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db


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

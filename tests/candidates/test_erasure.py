"""Erasing a person: what stands in the way, what stays, and what is never brought back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import AuditEvent
from applications.models import ErasedApplication, ErasedPromise
from candidates import erasing, files, journal, suppression
from candidates.actions.erasure import (
    RESULT,
    ask_erasure,
    carry_out,
    erase_candidate,
    go_on,
    take_back_erasure,
    wait_for_decision,
)
from candidates.actions.people import change_candidate, create_candidate
from candidates.models import (
    Candidate,
    ContactGate,
    Erasure,
    FileToDelete,
    Suppression,
)
from candidates.tasks import go_on_with_erasures
from engagement.models import ErasedMessage, Message
from tests.factories.applications import ApplicationFactory, LetterFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import MessageFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def person():
    return CandidateFactory(
        name="Ana Silva",
        email__address="Ana+jobs@Mail.example",
        email__canonical="ana+jobs@mail.example",
    )


def refused(candidate, by, **how):
    with pytest.raises(ValidationError) as refusal:
        erase_candidate(candidate, by=by, **how)
    assert Candidate.objects.live().filter(pk=candidate.pk).exists()
    return refusal.value.code, refusal.value.messages[0]


def test_it_leaves_a_keyed_hash_of_each_address_and_nothing_else(person, recruiter):
    erasure = erase_candidate(person, by=recruiter)

    row = Suppression.objects.get()
    assert (row.digest, row.scope, row.reason) == (
        suppression.digest("ana@mail.example"),
        "nurture",
        "erased",
    )
    assert erasure.addresses == [row.digest]
    assert erasure.people == [journal.person_hash(person.public_id, 1)]
    assert not Candidate.objects.live().exists()


def test_it_takes_the_merged_records_with_it(person, recruiter):
    older = CandidateFactory(merged_into=person, without_email=True)
    oldest = CandidateFactory(merged_into=older, without_email=True)

    erase_candidate(person, by=recruiter)

    assert set(Candidate.objects.values_list("pk", "name", "merged_into")) == {
        (pk, erasing.NAME, None) for pk in (person.pk, older.pk, oldest.pk)
    }


def test_somebody_who_has_the_person_in_hand_is_told(person, recruiter):
    """The empty row and its gate stay: an action that comes late refuses, and nothing breaks."""
    erase_candidate(person, by=recruiter)

    assert ContactGate.objects.filter(pk=person.pk).exists()
    with pytest.raises(ValidationError, match="no longer here"):
        change_candidate(person, by=recruiter, version=1, headline="Back?")


def test_erasing_twice_is_refused(person, recruiter):
    erase_candidate(person, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        erase_candidate(person, by=recruiter)

    assert refusal.value.code == "gone"
    assert Erasure.objects.count() == 1


def test_an_open_application_is_theirs_to_decide(person, recruiter):
    """C-26"""
    ApplicationFactory(candidate=person, job__title="Cable Technician")

    assert refused(person, recruiter) == (
        "open_application",
        (
            "They are being considered for Cable Technician. Ask them: withdraw and be deleted now,"
            " or hear our decision first and be deleted then."
        ),
    )


def test_withdrawing_counts_as_withdrawn(person, recruiter):
    ApplicationFactory(candidate=person)

    erase_candidate(person, by=recruiter, withdraw=True)

    assert ErasedApplication.objects.get().outcome == "withdrawn"


def test_an_email_that_is_leaving_is_waited_for(person, recruiter):
    MessageFactory(
        enrolment__candidate=person,
        state=Message.State.ARMED,
        armed_at=timezone.now(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )

    assert refused(person, recruiter)[0] == "on_its_way"


def test_an_open_request_of_theirs_is_answered_first(person, recruiter):
    PrivacyRequestFactory(candidate=person)

    assert refused(person, recruiter) == (
        "open_request",
        (
            "They also asked for something that cannot be answered afterwards:"
            " a copy of their data. Answer that first."
        ),
    )


def test_what_waited_to_be_sent_is_gone_and_counts_as_withheld(person, recruiter):
    MessageFactory(enrolment__candidate=person)
    letter = LetterFactory(application__candidate=person, application__rejected=True)

    erase_candidate(person, by=recruiter)

    assert not Message.objects.exists()
    assert not type(letter).objects.exists()
    assert list(ErasedMessage.objects.values_list("state", "reason")) == [("withheld", "erased")]


def test_what_stays_of_an_application_names_nobody(person, recruiter):
    applied = timezone.now() - timedelta(days=40)
    application = ApplicationFactory(
        candidate=person,
        rejected=True,
        applied_at=applied,
        closed_at=applied + timedelta(days=20),
        furthest=3,
        source="Referred by Rosa Osei",
    )
    LetterFactory(application=application, sent_at=applied + timedelta(days=2))
    PromiseFactory(candidate=person, state="kept", made_at=applied)

    erase_candidate(person, by=recruiter)

    kept = ErasedApplication.objects.get()
    month = timezone.localdate(applied).replace(day=1)
    assert (
        kept.job_id,
        kept.applied_month,
        kept.furthest,
        kept.outcome,
        kept.rejection_reason,
        kept.source_group,
        kept.answered_within,
        kept.closed_within,
    ) == (application.job_id, month, 3, "rejected", "stronger_applicant", "referral", 3, 30)
    assert list(ErasedPromise.objects.values_list("state", "made_month")) == [("kept", month)]


def test_it_closes_the_request_and_takes_the_person_out_of_the_register(person, recruiter):
    copy = PrivacyRequestFactory(candidate=person, closed=True, details="Ana wants all of it.")
    request = PrivacyRequestFactory(candidate=person, erasure=True, details="Ana asked by phone.")

    carry_out(request, by=recruiter)

    for row in (copy, request):
        row.refresh_from_db()
        assert (row.candidate, row.subject_id, row.details) == (None, str(person.pk), "")
    assert (request.outcome, request.outcome_text) == ("done", RESULT)
    assert request.person == f"Erased person {person.pk}"
    assert "Ana" not in copy.outcome_text


def test_seven_days_to_think_then_the_task_does_it(person, recruiter):
    request = ask_erasure(PrivacyRequestFactory(candidate=person, erasure=True), by=recruiter)
    assert go_on(timezone.now()) == 0

    assert go_on(timezone.now() + timedelta(days=7, minutes=1)) == 1

    request.refresh_from_db()
    assert request.state == "closed"
    assert AuditEvent.objects.filter(verb="candidate.erased").get().actor == "erasure clock"


def test_the_task_runs_twice_and_erases_once(person):
    PrivacyRequestFactory(candidate=person, cooled_off=True)

    assert (go_on_with_erasures(), go_on_with_erasures()) == (1, 0)


def test_asking_twice_does_not_begin_the_days_anew(person, recruiter):
    request = PrivacyRequestFactory(candidate=person, cooling_off=True)

    with pytest.raises(ValidationError) as refusal:
        ask_erasure(request, by=recruiter)

    assert refusal.value.code == "cooling_off"


def test_a_request_for_something_else_erases_nobody(person, recruiter):
    with pytest.raises(ValidationError) as refusal:
        ask_erasure(PrivacyRequestFactory(candidate=person), by=recruiter)

    assert refusal.value.code == "not_erasure"


def test_who_wants_to_hear_first_is_erased_after_the_decision(person, recruiter):
    application = ApplicationFactory(candidate=person)
    request = wait_for_decision(PrivacyRequestFactory(candidate=person, erasure=True), by=recruiter)
    assert go_on(timezone.now()) == 0

    type(application).objects.update(
        closed_at=timezone.now(), outcome="rejected", rejection_reason="pay"
    )

    assert go_on(timezone.now()) == 1
    request.refresh_from_db()
    assert request.outcome == "done"


def test_an_application_that_comes_in_the_seven_days_makes_it_wait(person):
    request = PrivacyRequestFactory(candidate=person, cooled_off=True)
    ApplicationFactory(candidate=person, job__title="Cable Technician")

    assert go_on(timezone.now()) == 0

    request.refresh_from_db()
    assert (request.state, request.waits_for[:47]) == (
        "waiting",
        "They are being considered for Cable Technician.",
    )


def test_they_can_change_their_mind(person, recruiter):
    request = PrivacyRequestFactory(candidate=person, cooling_off=True)

    take_back_erasure(request, by=recruiter)

    request.refresh_from_db()
    assert (request.outcome, request.state) == ("taken_back", "closed")
    assert go_on(timezone.now() + timedelta(days=8)) == 0


# Files


def on_disk(settings, folder):
    settings.MEDIA_ROOT = str(folder)
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


def test_a_file_whose_row_is_gone_goes(settings, tmp_path):
    on_disk(settings, tmp_path / "media")
    name = default_storage.save("exports/x", ContentFile(b"x"))
    FileToDelete.objects.create(name=name)

    assert files.delete_next() is False

    assert (default_storage.exists(name), FileToDelete.objects.count()) == (False, 0)


def test_a_file_that_cannot_be_deleted_is_tried_again(settings, tmp_path):
    folder = tmp_path / "media"
    (folder / "exports" / "stuck").mkdir(parents=True)
    (folder / "exports" / "stuck" / "inside").write_text("x")
    on_disk(settings, folder)
    stuck = FileToDelete.objects.create(name="exports/stuck")

    files.delete_next()
    stuck.refresh_from_db()
    assert (stuck.attempts, stuck.problem) == (1, "OSError")

    (folder / "exports" / "stuck" / "inside").unlink()
    files.delete_next()
    assert not FileToDelete.objects.exists()


def test_an_operator_hears_of_files_that_stay(settings):
    FileToDelete.objects.create(name="x")
    assert files.late() == 0

    FileToDelete.objects.update(since=timezone.now() - timedelta(hours=2))
    assert files.late() == 1


# The journal


def lines(settings):
    return Path(settings.ERASURE_JOURNAL_DIR, journal.FILE).read_text().splitlines()


def test_the_journal_holds_hashes_alone(
    person, recruiter, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase_candidate(person, by=recruiter)

    (line,) = lines(settings)
    assert json.loads(line) == {
        "erasure": str(erasure.public_id),
        "subject": str(person.pk),
        "at": erasure.at.isoformat(),
        "key": 1,
        "people": [journal.person_hash(person.public_id, 1)],
        "addresses": [suppression.digest("ana@mail.example")],
    }
    erasure.refresh_from_db()
    assert erasure.journaled_at is not None
    path = Path(settings.ERASURE_JOURNAL_DIR)
    assert (path.stat().st_mode & 0o777, (path / journal.FILE).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_a_journal_that_cannot_be_written_is_written_later(
    person, recruiter, settings, tmp_path, django_capture_on_commit_callbacks
):
    (tmp_path / "in the way").write_text("")
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "in the way")
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase_candidate(person, by=recruiter)
    erasure.refresh_from_db()
    assert erasure.journaled_at is None

    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")
    go_on_with_erasures()

    assert len(lines(settings)) == 1


def test_a_line_cut_by_a_crash_is_left_out(person, recruiter, settings):
    folder = Path(settings.ERASURE_JOURNAL_DIR)
    folder.mkdir()
    (folder / journal.FILE).write_text('{"erasure": "cut')
    erase_candidate(person, by=recruiter)

    journal.write_next()

    assert [entry.subject_id for entry in journal.entries()] == [str(person.pk)]


# No resurrection


@pytest.mark.parametrize("address", ["a@ex.example", "A@EX.example", "a+other@ex.example"])
def test_an_address_that_was_erased_comes_back_not_mailable(recruiter, address):
    """P-17, P-19: whoever comes again is welcome, and gets no job email."""
    first = CandidateFactory(without_email=True)
    EmailAddressFactory(
        candidate=first, address="A+jobs@Ex.example", canonical="a+jobs@ex.example", is_primary=True
    )
    erase_candidate(first, by=recruiter)

    again = create_candidate(by=recruiter, name="Ana Again", email=address)

    assert again.pk != first.pk
    assert again.emails.get().suppressed == "nurture"
    assert not Candidate.objects.contactable().exists()

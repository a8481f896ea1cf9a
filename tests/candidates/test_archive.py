from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from applications.models import MatchProfile
from candidates.actions.addresses import add_email
from candidates.actions.archive import archive_candidate, open_archived, restore_candidate
from candidates.actions.people import create_candidate
from candidates.models import ArchiveReading, Candidate, Stop
from candidates.resolving import Resolution, Said, resolve_candidate
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


def test_archiving_takes_a_person_out_of_use(recruiter, privacy_officer):
    candidate = CandidateFactory()

    archive_candidate(candidate, "expired", by="retention")

    assert list(Candidate.objects.visible_to(recruiter)) == []
    assert list(Candidate.objects.visible_to(privacy_officer)) == []
    assert list(Candidate.objects.kept()) == [candidate]
    assert list(Candidate.objects.restricted_to(privacy_officer)) == [candidate]
    assert list(Candidate.objects.restricted_to(recruiter)) == []
    assert not Candidate.objects.contactable().exists()
    assert not MatchProfile.objects.exists()
    assert Stop.objects.get().reason == "archived"
    assert candidate.activities.get().text == (
        "Went into the restricted archive. What allowed us to keep the profile has ended."
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.changes) == (
        "candidate.archived",
        "retention",
        {"reason": ["", "expired"]},
    )


def test_archiving_needs_a_reason():
    refused("no_reason", archive_candidate, CandidateFactory(), "tidy", by="retention")


def test_archiving_twice_is_refused():
    refused("archived", archive_candidate, CandidateFactory(archived=True), "asked", by="x")


def test_an_erased_person_is_not_archived():
    refused("gone", archive_candidate, CandidateFactory(erased=True), "asked", by="x")


def test_somebody_who_waits_for_an_answer_is_not_archived():
    application = ApplicationFactory(job__title="Cable Technician")

    with pytest.raises(ValidationError) as refusal:
        archive_candidate(application.candidate, "expired", by="retention")

    assert refusal.value.messages == [
        "They are being considered for Cable Technician. Answer them first."
    ]


def test_nothing_is_done_with_an_archived_person(recruiter):
    candidate = CandidateFactory(archived=True)

    refused("gone", add_email, candidate, "new@mail.example", by=recruiter)


def test_a_known_address_in_the_archive_names_nobody(recruiter):
    candidate = CandidateFactory(archived=True)
    address = candidate.emails.get().address

    refused("archived", create_candidate, by=recruiter, name="Ann", email=address)

    asked = Said("Rosa Osei", emails=(address,))
    assert resolve_candidate(asked, Candidate.objects.live()) == Resolution(is_withheld=True)


def test_restoring_brings_a_person_back(privacy_officer):
    candidate = CandidateFactory(archived=True)

    restore_candidate(candidate, "They applied again.", by=privacy_officer)

    assert list(Candidate.objects.live()) == [candidate]
    assert MatchProfile.objects.get().candidate == candidate
    assert candidate.activities.get().kind == "candidate.restored"
    assert AuditEvent.objects.get().verb == "candidate.restored"


def test_restoring_needs_a_reason(privacy_officer):
    candidate = CandidateFactory(archived=True)
    refused("no_reason", restore_candidate, candidate, " ", by=privacy_officer)


def test_restoring_somebody_in_use_is_refused(privacy_officer):
    refused("not_archived", restore_candidate, CandidateFactory(), "x", by=privacy_officer)


@pytest.mark.parametrize("reason", ["asked", "refused"])
def test_whoever_does_not_want_to_be_kept_is_not_brought_back_by_us(reason, privacy_officer):
    candidate = CandidateFactory(archived=True, archive_reason=reason)
    refused("refused", restore_candidate, candidate, "We like them.", by=privacy_officer)


def test_opening_leaves_who_and_why(privacy_officer):
    candidate = CandidateFactory(archived=True)

    open_archived(candidate, "A claim", by=privacy_officer)

    reading = ArchiveReading.objects.get()
    assert (reading.candidate, reading.by, reading.reason) == (
        candidate,
        privacy_officer,
        "A claim",
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.subject_id) == (
        "candidate.archive_read",
        privacy_officer.email,
        str(candidate.pk),
    )


def test_opening_needs_a_reason(privacy_officer):
    refused("no_reason", open_archived, CandidateFactory(archived=True), " ", by=privacy_officer)


def test_opening_somebody_in_use_is_refused(privacy_officer):
    refused("not_archived", open_archived, CandidateFactory(), "A claim", by=privacy_officer)


def page_of(candidate):
    return reverse("candidates:archived", args=[candidate.public_id])


def test_the_list_shows_references_and_no_names(signed_in, privacy_officer):
    candidate = CandidateFactory(archived=True, name="Ottoline Vane")

    response = signed_in(privacy_officer).get(reverse("candidates:archive"))

    assertContains(response, candidate.reference)
    assertContains(response, "What allowed us to keep the profile has ended")
    assertNotContains(response, "Ottoline")


def test_the_list_is_searched_by_name_and_reason(signed_in, privacy_officer):
    wanted = CandidateFactory(archived=True, name="Ottoline Vane")
    other = CandidateFactory(archived=True, name="Ann Other", archive_reason="asked")
    client = signed_in(privacy_officer)

    by_name = client.get(reverse("candidates:archive"), {"q": "otto"})
    by_reason = client.get(reverse("candidates:archive"), {"reason": "asked"})
    nobody = client.get(reverse("candidates:archive"), {"q": "zzz"})

    assertContains(by_name, wanted.reference)
    assertNotContains(by_name, other.reference)
    assertContains(by_reason, other.reference)
    assertNotContains(by_reason, wanted.reference)
    assertContains(nobody, "Nobody fits")


def test_the_list_goes_on_by_key(signed_in, privacy_officer):
    CandidateFactory.create_batch(51, archived=True)
    first = Candidate.objects.archived().earliest("archived_at", "pk")
    client = signed_in(privacy_officer)

    page = client.get(reverse("candidates:archive")).content.decode()
    address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = client.get(reverse("candidates:archive") + address)

    assert first.reference not in page
    assertContains(second, first.reference)


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_at_any_size(
    people, signed_in, privacy_officer, django_assert_num_queries
):
    CandidateFactory.create_batch(people, archived=True)
    client = signed_in(privacy_officer)

    with django_assert_num_queries(3):  # session, user, people
        client.get(reverse("candidates:archive"))


def test_a_person_is_shown_only_after_why(signed_in, privacy_officer):
    candidate = CandidateFactory(archived=True, name="Ottoline Vane")
    client = signed_in(privacy_officer)

    before = client.get(page_of(candidate))
    empty = client.post(page_of(candidate), {"reason": ""})
    client.post(page_of(candidate), {"reason": "A question of theirs"})
    after = client.get(page_of(candidate))

    assertNotContains(before, "Ottoline")
    assertContains(before, "Why you open it")
    assertContains(empty, "This field is required", status_code=422)
    assertContains(after, "Ottoline Vane")
    assertContains(after, "A question of theirs")
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["candidate.archive_read", "read.archived_person"]


def test_the_key_lasts_an_hour_and_is_for_one_officer(signed_in, privacy_officer, recruiter):
    candidate = CandidateFactory(archived=True, name="Ottoline Vane")
    client = signed_in(privacy_officer)
    open_archived(candidate, "A claim", by=privacy_officer)
    privacy_officer.pk, privacy_officer.email = None, "other@larkspur-tidal.example"
    privacy_officer.public_id = candidate.public_id
    privacy_officer.save()

    assertNotContains(signed_in(privacy_officer).get(page_of(candidate)), "Ottoline")
    assertContains(client.get(page_of(candidate)), "Ottoline")
    ArchiveReading.objects.update(at=timezone.now() - timedelta(minutes=61))
    assertNotContains(client.get(page_of(candidate)), "Ottoline")


def test_the_page_of_somebody_in_use_is_not_here(signed_in, privacy_officer):
    assert signed_in(privacy_officer).get(page_of(CandidateFactory())).status_code == 404


def test_an_archived_person_is_brought_back_by_the_page(signed_in, privacy_officer):
    candidate = CandidateFactory(archived=True)
    client = signed_in(privacy_officer)
    client.post(page_of(candidate), {"reason": "They applied again"})
    address = reverse("candidates:archive_restore", args=[candidate.public_id])

    empty = client.post(address, {"why": ""})
    done = client.post(address, {"why": "They applied again on 3 May."})

    assert empty.status_code == 422
    assert done.headers["Location"] == reverse("candidates:profile", args=[candidate.public_id])
    assert Candidate.objects.live().get() == candidate


@pytest.mark.parametrize("name", ["candidates:archived", "candidates:archive_restore"])
def test_a_stranger_finds_nobody(name, signed_in, privacy_officer):
    erased = CandidateFactory(erased=True)
    address = reverse(name, args=[erased.public_id])

    assert signed_in(privacy_officer).post(address, {"reason": "x"}).status_code == 404

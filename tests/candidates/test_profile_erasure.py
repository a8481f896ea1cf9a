"""C-26, the third choice: everything but the open application goes now, the rest when it closes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import AuditEvent
from applications.models import Application, ErasedApplication, Letter
from candidates.actions.erasure import go_on
from candidates.actions.holds import place_hold
from candidates.actions.profile_erasure import WAITS_FOR, erase_profile
from candidates.models import Candidate, Document, GroundState, PrivacyRequest, Suppression
from engagement.models import ErasedMessage, Message
from tests.everything import everything_about, found_in_the_database
from tests.factories.applications import ApplicationFactory, JobFactory, LetterFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def planted(recruiter):
    return everything_about(recruiter)


@pytest.fixture
def considered(planted):
    """An open application with a letter that was sent."""
    application = ApplicationFactory(candidate=planted.person, job=JobFactory(title="Fitter"))
    letter = LetterFactory(application=application, kind=Letter.Kind.RECEIPT, text="It arrived.")
    MessageFactory(
        candidate=planted.person,
        enrolment=None,
        campaign=None,
        step=None,
        sender=None,
        job=application.job,
        purpose=Message.Purpose.LETTER,
        letter=letter,
        handed=True,
    )
    return application


def asked(person) -> PrivacyRequest:
    return PrivacyRequestFactory(candidate=person, kind=PrivacyRequest.Kind.ERASURE)


def refused(code, request, by):
    with pytest.raises(ValidationError) as refusal:
        erase_profile(request, by=by)
    assert refusal.value.code == code


def test_the_scan_finds_only_what_the_application_needs(
    planted, considered, recruiter, django_capture_on_commit_callbacks
):
    request = asked(planted.person)
    person = Candidate.objects.get(pk=planted.person.pk)
    address, number = person.emails.get(is_primary=True), person.phones.get()
    name = {person.name, person.call_name, person.language, person.time_zone, person.region}
    stays = {
        "candidates_candidate": name | {person.country},
        "candidates_emailaddress": {address.address, address.canonical, address.broad},
        "candidates_phone": {number.number, number.canonical},
    }

    with django_capture_on_commit_callbacks(execute=True):
        erase_profile(request, by=recruiter)

    left = found_in_the_database(planted.marks)
    # The register outlives everything, and derived tables repeat the name for the search.
    derived = {"candidates_privacyrequest", "candidates_searchtext"}
    assert set(left) - derived <= set(stays)
    for table, marks in left.items():
        allowed = set().union(*stays.values()) if table in derived else stays[table]
        if table == "candidates_privacyrequest":
            continue
        assert [mark for mark in marks if not any(mark in text for text in allowed)] == []


def test_the_open_application_and_its_letter_stay_whole(planted, considered, recruiter):
    closed = Application.objects.filter(candidate=planted.person).exclude(pk=considered.pk).count()
    jobs_mails = Message.objects.filter(candidate=planted.person, letter=None).count()

    erase_profile(asked(planted.person), by=recruiter)

    assert list(Application.objects.filter(candidate=planted.person)) == [considered]
    assert Letter.objects.get(application=considered).text == "It arrived."
    assert Message.objects.get(candidate=planted.person).letter.application == considered
    assert (ErasedApplication.objects.count(), ErasedMessage.objects.count()) == (
        closed,
        jobs_mails,
    )
    assert Candidate.objects.live().filter(pk=planted.person.pk).exists()


def test_their_files_are_gone_from_the_disk(
    planted, considered, recruiter, django_capture_on_commit_callbacks
):
    file = Document.objects.get(candidate=planted.person).file
    assert file.storage.exists(file.name)

    with django_capture_on_commit_callbacks(execute=True):
        erase_profile(asked(planted.person), by=recruiter)

    assert not file.storage.exists(file.name)


def test_no_job_email_goes_to_them_and_it_is_written_down(planted, considered, recruiter):
    erase_profile(asked(planted.person), by=recruiter)

    states = GroundState.objects.filter(candidate=planted.person)
    assert {state.purpose: state.kind for state in states} == {
        "pool": "withdrawn",
        "nurture": "withdrawn",
    }
    assert set(Suppression.objects.values_list("scope", "reason")) == {("nurture", "erased")}
    assert AuditEvent.objects.filter(verb="candidate.profile_erased").count() == 1
    assert planted.person.activities.get().kind == "erasure.profile"


def test_the_rest_goes_by_itself_once_they_have_heard(planted, considered, recruiter):
    request = asked(planted.person)
    erase_profile(request, by=recruiter)
    now = timezone.now() + timedelta(days=1)

    assert go_on(now) == 0
    request.refresh_from_db()
    assert (request.state, request.waits_for) == ("waiting", WAITS_FOR)

    Application.objects.filter(pk=considered.pk).update(closed_at=now, outcome="withdrawn")
    assert go_on(now) == 1

    request.refresh_from_db()
    assert (request.state, request.outcome) == ("closed", "done")
    assert found_in_the_database(planted.marks) == {}


def test_without_an_open_application_there_is_nothing_to_wait_for(recruiter):
    refused("not_considered", asked(CandidateFactory()), recruiter)


def test_a_hold_forbids_it(considered, privacy_officer):
    place_hold(
        considered.candidate,
        matter="Claim 1",
        reason="A claim",
        review_on=timezone.localdate() + timedelta(days=30),
        by=privacy_officer,
    )

    refused("legal_hold", asked(considered.candidate), privacy_officer)


def test_another_request_or_a_closed_one_deletes_nothing(considered, recruiter):
    person = considered.candidate

    refused("not_erasure", PrivacyRequestFactory(candidate=person, kind="access"), recruiter)
    nobodys = asked(person)
    nobodys.candidate = None
    refused("gone", nobodys, recruiter)


def test_the_page_offers_the_three_choices_and_does_the_third(considered, privacy_client):
    page = reverse("candidates:erase", args=[considered.candidate.public_id])

    for words in (
        "Once they have heard about their open applications.",
        "Now. They withdraw their open applications by it.",
        "Everything else now; their open applications go once they have heard.",
    ):
        assertContains(privacy_client.get(page), words)
    response = privacy_client.post(page, {"when": "profile", "sure": "on"}, follow=True)

    assertContains(response, "Everything but their open applications is deleted.")
    assertContains(response, WAITS_FOR)
    assert PrivacyRequest.objects.open().get(candidate=considered.candidate).state == "waiting"


def test_a_recruiter_may_not(considered, staff_client):
    page = reverse("candidates:erase", args=[considered.candidate.public_id])

    assert staff_client.post(page, {"when": "profile", "sure": "on"}).status_code == 403

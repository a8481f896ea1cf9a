import pytest

from candidates.contact import contact_state
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def test_job_emails_wait_while_an_application_is_open():
    application = ApplicationFactory(job__title="Cable Technician")

    state = contact_state(application.candidate)

    assert (state.state, state.reason) == (
        "on_hold",
        "On hold while their application for Cable Technician is open.",
    )


def test_a_closed_application_holds_nothing():
    application = ApplicationFactory(rejected=True)

    assert contact_state(application.candidate).state == "yes"


def test_a_refusal_is_named_before_a_hold():
    candidate = CandidateFactory(unsubscribed=True)
    ApplicationFactory(candidate=candidate)

    assert contact_state(candidate).code == "withdrawn"

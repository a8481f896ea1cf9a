"""The page that says why somebody got an email, and what no page of a link shows."""

import pytest
from django.test import Client

from engagement import links
from engagement.links import Purpose
from tests.engagement.candidate_pages.links import text_of
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import MessageFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db


def test_p36_why_tells_the_stored_facts_and_the_role(visitor: Client) -> None:
    approver = UserFactory(name="Mina Aldaco", title="Senior recruiter")
    message = MessageFactory(
        campaign__approved_by=approver, enrolment__campaign__approved_by=approver
    )

    page = text_of(
        visitor.get(
            links.path(Purpose.WHY, message.candidate.public_id, message.public_id), follow=True
        )
    )

    assert message.job.title in page
    assert "Senior recruiter" in page
    assert "Mina" not in without_ids(page)
    assert "No software rejects anyone here." in page


def test_why_shows_nothing_of_a_message_to_somebody_else(visitor: Client) -> None:
    message, other = MessageFactory(), CandidateFactory()

    page = visitor.get(links.path(Purpose.WHY, other.public_id, message.public_id), follow=True)

    assert "We hold no details for this link" in text_of(page)


def test_a_second_address_is_never_shown(visitor: Client) -> None:
    candidate = CandidateFactory(email__address="first@one.example")
    EmailAddressFactory(candidate=candidate, address="second@two.example")

    page = text_of(visitor.get(links.path(Purpose.STOP, candidate.public_id), follow=True))

    assert "f•••@o•••.example" in page
    assert "s•••@t•••.example" not in page

"""What colleagues read about the question whether somebody may be kept longer."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains

from candidates.actions.retention import make_plan
from candidates.extensions import said_of
from candidates.models import ExtensionRequest
from tests.candidates.test_retention import NOW, over
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import ExtensionAnswerFactory, ExtensionRequestFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 24, 9, tzinfo=UTC)
ENDS = date(2026, 11, 23)


def asked(**facts) -> ExtensionRequest:
    defaults = {"candidate": CandidateFactory(), "ends_on": ENDS, "sent_at": AT}
    return ExtensionRequestFactory(**(defaults | facts))


def test_nobody_asked_nothing_to_say():
    assert said_of(CandidateFactory()) == ""


def test_each_step_has_its_sentence():
    request = asked(sent_at=None)
    person = request.candidate

    said = [said_of(person)]
    ExtensionRequest.objects.update(problem="Their address does not take our email.")
    said.append(said_of(person))
    ExtensionRequest.objects.update(problem="", sent_at=AT)
    said.append(said_of(person))
    asked(candidate=person, step=7, sent_at=datetime(2026, 11, 16, 9, tzinfo=UTC))
    said.append(said_of(person))
    answer = ExtensionAnswerFactory(candidate=person, ends_on=ENDS, at=AT)
    said.append(said_of(person))
    answer.undone_at = AT
    answer.save()
    said.append(said_of(person))
    ExtensionAnswerFactory(candidate=person, ends_on=ENDS, kind="delete", keeps_until=None, at=AT)
    said.append(said_of(person))

    twice = "Asked on 24 October 2026 and 16 November 2026 whether to be kept after"
    assert said == [
        "Is about to be asked whether to be kept after 23 November 2026.",
        (
            "Could not be asked whether to be kept after 23 November 2026."
            " Their address does not take our email."
        ),
        "Asked on 24 October 2026 whether to be kept after 23 November 2026. No answer yet.",
        f"{twice} 23 November 2026. No answer yet.",
        (
            "Asked whether to be kept, they said yes on 24 October 2026: we keep them until"
            " 23 November 2027."
        ),
        f"{twice} 23 November 2026. They took their answer back on 24 October 2026.",
        "Asked whether to be kept, they asked us on 24 October 2026 to delete their details.",
    ]


@pytest.mark.parametrize("name", ["candidates:profile", "candidates:privacy"])
def test_it_stands_on_the_pages_of_the_person(name, staff_client):
    request = asked()

    response = staff_client.get(reverse(name, args=[request.candidate.public_id]))

    assertContains(
        response,
        "Asked on 24 October 2026 whether to be kept after 23 November 2026. No answer yet.",
    )


@pytest.mark.parametrize("people", [1, 3])
def test_the_plan_says_who_was_asked(people, privacy_client, django_assert_num_queries):
    with time_machine.travel(NOW, tick=False):
        for one in [over() for _ in range(people)]:
            asked(candidate=one)
        over()
        make_plan(NOW)
    address = reverse("candidates:retention")
    privacy_client.get(address)

    with django_assert_num_queries(7):
        response = privacy_client.get(address)

    assertContains(response, "23 November 2026. No answer yet.", count=people)
    assertContains(response, "They were not asked.", count=1)

"""The page behind the link: four questions without an account, one answer until it closes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import AuditEvent
from candidates.models import Activity, GroundEvent
from engagement import links
from engagement.actions.surveys import answer_survey
from engagement.links import Purpose
from engagement.models import Survey
from engagement.residue import forget_surveys
from tests.engagement.own_page_access.conftest import hidden
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import SurveyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
ANSWER = {"do": "answer", "recommend": "9", "relationship": "good", "knew": "4", "text": "Faster."}


@pytest.fixture
def survey(organisation) -> Survey:
    return SurveyFactory(application__job__title="Cable Technician")


def arrive(survey: Survey):
    """Open the link of the email; return the visitor and the page."""
    visitor = Client()
    address = links.path(Purpose.SURVEY, survey.candidate.public_id, survey.public_id)
    return visitor, visitor.get(address, follow=True)


def answers(survey: Survey) -> tuple[object, ...]:
    survey.refresh_from_db()
    return survey.recommend, survey.relationship, survey.knew, survey.text


def test_somebody_answers_and_changes_the_answer_and_colleagues_learn_nothing(survey):
    visitor, page = arrive(survey)
    assertContains(page, "Cable Technician")
    assertContains(page, "Send my answer")

    done = visitor.post("/survey/", {**ANSWER, "proof": hidden(page)}, follow=True)
    assertContains(done, "You can change it here until 13 December 2026.")
    assert answers(survey) == (9, "good", 4, "Faster.")
    assertContains(done, 'value="9" class="scale" id="id_recommend_9" checked')

    less = {"do": "answer", "recommend": "0", "proof": hidden(done)}
    assertContains(visitor.post("/survey/", less, follow=True), "Change my answer")

    assert answers(survey) == (0, "", None, "")
    assert not Activity.objects.filter(candidate=survey.candidate).exists()
    assert not AuditEvent.objects.exists()


def test_looking_changes_nothing(survey):
    arrive(survey)

    assert answers(survey) == (None, "", None, "")
    assert survey.answered_at is None


def test_an_empty_answer_is_refused_in_words(survey):
    visitor, page = arrive(survey)

    refused = visitor.post("/survey/", {"do": "answer", "proof": hidden(page)})

    assertContains(refused, "Answer one of the questions at least.", status_code=422)
    assert survey.answered_at is None


@pytest.mark.parametrize(
    "wrong",
    [{"recommend": "11"}, {"recommend": "-1"}, {"knew": "0"}, {"knew": "6"}, {"relationship": "x"}],
)
def test_a_number_that_is_not_offered_is_refused(survey, wrong):
    visitor, page = arrive(survey)

    refused = visitor.post("/survey/", {**ANSWER, **wrong, "proof": hidden(page)})

    assert (refused.status_code, answers(survey)) == (422, (None, "", None, ""))


def test_after_three_weeks_it_is_closed(survey):
    visitor, page = arrive(survey)
    survey.sent_at = timezone.now() - timedelta(days=21)
    survey.save()

    late = visitor.post("/survey/", {**ANSWER, "proof": hidden(page)})

    assertContains(late, "These questions are closed", status_code=410)
    assert arrive(survey)[1].status_code == 410
    assert answers(survey) == (None, "", None, "")
    with pytest.raises(ValidationError, match="closed"):
        answer_survey(survey, recommend=1)


@pytest.mark.parametrize("purpose", [Purpose.STATUS, Purpose.STOP, Purpose.INTERVIEW, Purpose.WHY])
def test_a_link_for_something_else_opens_nothing(survey, purpose):
    token = links.make_token(purpose, survey.candidate.public_id, survey.public_id)

    assert Client().get(f"/survey/{token}").status_code == 404


def test_without_a_proof_nothing_is_taken(survey):
    visitor, _ = arrive(survey)
    token = links.make_token(Purpose.SURVEY, survey.candidate.public_id, survey.public_id)

    for proof in ("", token):
        assert visitor.post("/survey/", {**ANSWER, "proof": proof}).status_code == 404

    assert answers(survey) == (None, "", None, "")


def test_a_link_for_the_survey_of_somebody_else_shows_nothing(survey):
    stranger = CandidateFactory()
    address = links.path(Purpose.SURVEY, stranger.public_id, survey.public_id)

    assertContains(
        Client().get(address, follow=True), "So there is nothing to change", status_code=200
    )


def test_asking_for_no_more_works_from_the_page_and_leaves_the_answer_open(survey):
    visitor, page = arrive(survey)

    done = visitor.post("/survey/", {"do": "never", "proof": hidden(page)}, follow=True)

    assertContains(done, "We will not ask you again")
    assertContains(done, "Send my answer")
    event = GroundEvent.objects.get(candidate=survey.candidate, purpose="survey")
    assert event.kind == "objected"


def test_an_erasure_leaves_the_numbers_to_nobody(survey):
    answered = SurveyFactory(answered=True)
    unsent = SurveyFactory(candidate=answered.candidate, sent_at=None)
    old = answered.public_id

    assert forget_surveys([answered.candidate_id]) == 2

    answered.refresh_from_db()
    assert not Survey.objects.filter(pk=unsent.pk).exists()
    assert (answered.candidate, answered.application, answered.text) == (None, None, "")
    assert (answered.recommend, answered.knew) == (9, 4)
    assert answered.public_id != old
    assert answered.answered_at == timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)

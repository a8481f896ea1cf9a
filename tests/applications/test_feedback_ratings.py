"""Letters of feedback are drawn each month, and rated by colleagues who did not write them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from accounts.models import AuditEvent
from applications.actions.feedback_ratings import draw_sample, rate_feedback, say_useful
from applications.models import FeedbackRating
from applications.tasks import count_measures
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import FeedbackRatingFactory, LetterFactory

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 14, 9, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 26, 9, tzinfo=UTC)
LIST = reverse("applications:feedback_ratings")
ALL = {"job_related": True, "specific": False, "usable": True, "respectful": True}
SAID = {name: "yes" if value else "no" for name, value in ALL.items()}


def left(count, at=OCTOBER, **facts):
    return [LetterFactory(kind="feedback", sent_at=at, **facts) for _ in range(count)]


def page_of(rating):
    return reverse("applications:feedback_rate", args=[rating.letter.public_id])


class TestSample:
    def test_twenty_of_last_month_are_drawn_and_never_again(self):
        letters = left(23)

        assert [draw_sample(NOVEMBER), draw_sample(NOVEMBER)] == [20, 0]
        drawn = FeedbackRating.objects.filter(is_sampled=True)
        assert {str(rating.sent_month) for rating in drawn} == {"2026-10-01"}
        assert {rating.letter_id for rating in drawn} < {letter.pk for letter in letters}
        assert drawn.count() == 20

    def test_where_there_are_fewer_all_of_them_are(self):
        left(3)

        assert draw_sample(NOVEMBER) == 3

    def test_only_feedback_that_left_in_that_month(self):
        left(1, at=datetime(2026, 9, 30, 12, tzinfo=UTC))
        left(1, at=datetime(2026, 11, 1, 12, tzinfo=UTC))
        left(1, at=None)
        LetterFactory(sent_at=OCTOBER)

        assert draw_sample(NOVEMBER) == 0

    def test_a_month_begins_where_the_organisation_is(self):
        """23:30Z on 30 September is 1 October in Helsinki."""
        OrganisationFactory(time_zone="Europe/Helsinki")
        left(1, at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))

        assert draw_sample(NOVEMBER) == 1

    def test_a_letter_whose_reader_has_spoken_keeps_what_they_said(self):
        (letter,) = left(1)
        with time_machine.travel(OCTOBER, tick=False):
            say_useful(letter, 4)

        draw_sample(NOVEMBER)

        kept = FeedbackRating.objects.get()
        assert (kept.useful, kept.is_sampled) == (4, True)

    def test_the_task_draws_before_it_counts(self):
        left(2)

        with time_machine.travel(NOVEMBER, tick=False):
            count_measures()
            count_measures()

        assert FeedbackRating.objects.count() == 2


class TestRating:
    def test_four_answers_are_kept_with_who_and_when(self, recruiter):
        rating = rate_feedback(FeedbackRatingFactory(), by=recruiter, **ALL)

        rating.refresh_from_db()
        assert {name: getattr(rating, name) for name in ALL} == ALL
        assert (rating.rated_by, rating.rated_at is None) == (recruiter, False)
        assert AuditEvent.objects.get().verb == "feedback.rated"

    def test_nobody_rates_twice(self, recruiter):
        rating = FeedbackRatingFactory(rated=True)

        with pytest.raises(ValidationError) as refusal:
            rate_feedback(rating, by=recruiter, **ALL)
        assert refusal.value.code == "rated"

    def test_nobody_rates_what_they_wrote(self, recruiter):
        rating = FeedbackRatingFactory(letter__by=recruiter)

        with pytest.raises(ValidationError) as refusal:
            rate_feedback(rating, by=recruiter, **ALL)
        assert refusal.value.code == "own"

    @pytest.mark.parametrize("facts", [{"is_sampled": False}, {"letter": None}])
    def test_what_was_not_drawn_or_is_gone_is_not_rated(self, recruiter, facts):
        rating = FeedbackRatingFactory()
        FeedbackRating.objects.update(**facts)

        with pytest.raises(ValidationError) as refusal:
            rate_feedback(rating, by=recruiter, **ALL)
        assert refusal.value.code == "not_drawn"


class TestPages:
    def test_a_letter_is_rated_from_the_list(self, staff_client, recruiter):
        rating = FeedbackRatingFactory(letter__text="Your example was clear.")

        assertContains(staff_client.get(LIST), f'href="{page_of(rating)}"')
        assertContains(staff_client.get(page_of(rating)), "Your example was clear.")
        response = staff_client.post(page_of(rating), SAID, follow=True)

        assertContains(response, "Thank you: your answer is kept.")
        assertContains(response, "Nothing waits to be rated")
        assert FeedbackRating.objects.get().rated_by == recruiter

    def test_each_question_wants_an_answer(self, staff_client):
        rating = FeedbackRatingFactory()

        response = staff_client.post(page_of(rating), {**SAID, "usable": ""})

        assert response.status_code == 422
        assert FeedbackRating.objects.get().rated_at is None

    def test_neither_the_list_nor_the_letter_says_who_wrote_it(self, staff_client):
        rating = FeedbackRatingFactory(letter__by=UserFactory(name="Quill Penman"))

        for address in (LIST, page_of(rating)):
            assertNotContains(staff_client.get(address), "Quill Penman")

    @pytest.mark.parametrize("facts", [{"rated": True}, {"is_sampled": False}])
    def test_what_is_not_to_be_rated_is_not_found(self, staff_client, facts):
        rating = FeedbackRatingFactory(**facts)

        assertNotContains(staff_client.get(LIST), page_of(rating))
        for method in (staff_client.get, staff_client.post):
            assert method(page_of(rating), SAID).status_code == 404

    def test_a_letter_of_ones_own_is_not_found(self, staff_client, recruiter):
        rating = FeedbackRatingFactory(letter__by=recruiter)

        assertNotContains(staff_client.get(LIST), page_of(rating))
        assert staff_client.get(page_of(rating)).status_code == 404

    @pytest.mark.parametrize("who", ["admin", "hiring_manager", "interviewer", "privacy_officer"])
    def test_others_do_not_rate(self, signed_in, request, who):
        rating = FeedbackRatingFactory()
        client = signed_in(request.getfixturevalue(who))

        assert [client.get(page).status_code for page in (LIST, page_of(rating))] == [403, 403]

    @pytest.mark.parametrize("letters", [1, 3])
    def test_the_list_costs_the_same_at_any_size(self, staff_client, letters):
        FeedbackRatingFactory.create_batch(letters)
        staff_client.get(LIST)

        with assertNumQueries(3):  # session, user, letters
            response = staff_client.get(LIST)

        assertContains(response, ">Rate it<span", count=letters)

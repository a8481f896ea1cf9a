from datetime import timedelta

import factory
from django.utils import timezone

from applications.models import HiringTeamMember, Postponed, Review
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory


class ReviewFactory(factory.django.DjangoModelFactory[Review]):
    """A view that a hiring manager was asked for yesterday, wanted in two days.

    The reviewer is put on the hiring team of the job. `sent`: they said “Meet”.
    """

    class Meta:
        model = Review
        skip_postgeneration_save = True

    class Params:
        sent = factory.Trait(
            recommendation=Review.Recommendation.MEET,
            why="Led isolation work for years.",
            points=[{"criterion": "Switching", "level": 3, "evidence": "Led it at Harbour Works."}],
            changed_at=factory.LazyFunction(timezone.now),
            sent_at=factory.LazyFunction(timezone.now),
        )
        overdue = factory.Trait(
            asked_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=5)),
            due_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=2)),
        )

    application = factory.SubFactory(ApplicationFactory)
    reviewer = factory.SubFactory(UserFactory, hiring_manager=True)
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=2))

    @factory.post_generation
    def on_team(self, create, wanted, **_):
        if wanted is not False:
            HiringTeamMember.objects.get_or_create(
                job=self.application.job, user=self.reviewer, defaults={"part": "hiring_manager"}
            )


class PostponedFactory(factory.django.DjangoModelFactory[Postponed]):
    """An application that a recruiter put off to the end."""

    class Meta:
        model = Postponed

    user = factory.SubFactory(UserFactory)
    application = factory.SubFactory(ApplicationFactory)

from datetime import timedelta

import factory
from django.utils import timezone

from applications.models import (
    Interview,
    Interviewer,
    JobCriterion,
    ProposedTime,
    Rating,
    Reschedule,
    Scorecard,
    ScorecardVersion,
)
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory

HOUR = timedelta(hours=1)


class InterviewerFactory(factory.django.DjangoModelFactory[Interviewer]):
    class Meta:
        model = Interviewer

    interview = factory.SubFactory("tests.factories.interviews.InterviewFactory")
    user = factory.SubFactory(UserFactory, interviewer=True)


class InterviewFactory(factory.django.DjangoModelFactory[Interview]):
    """A video interview tomorrow, of an hour. `held`: it was held two hours ago.

    `panel` names who holds it; of nobody, nobody does.
    """

    class Meta:
        model = Interview
        skip_postgeneration_save = True

    class Params:
        held = factory.Trait(
            state=Interview.State.HELD,
            starts_at=factory.LazyFunction(lambda: timezone.now() - 2 * HOUR),
        )
        proposed = factory.Trait(state=Interview.State.PROPOSED, starts_at=None, ends_at=None)
        cancelled = factory.Trait(state=Interview.State.CANCELLED, cancelled_side="us")

    application = factory.SubFactory(ApplicationFactory)
    kind = Interview.Kind.VIDEO
    state = Interview.State.SCHEDULED
    minutes = 60
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    ends_at = factory.LazyAttribute(
        lambda made: made.starts_at + timedelta(minutes=made.minutes) if made.starts_at else None
    )
    link = "https://meet.larkspur-tidal.example/room"
    by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def panel(self, create, people, **_):
        for user in people or []:
            Interviewer.objects.create(interview=self, user=user)


class ProposedTimeFactory(factory.django.DjangoModelFactory[ProposedTime]):
    class Meta:
        model = ProposedTime

    interview = factory.SubFactory(InterviewFactory, proposed=True)
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=2))


class RescheduleFactory(factory.django.DjangoModelFactory[Reschedule]):
    class Meta:
        model = Reschedule

    interview = factory.SubFactory(InterviewFactory)
    side = "us"


class JobCriterionFactory(factory.django.DjangoModelFactory[JobCriterion]):
    class Meta:
        model = JobCriterion

    job = factory.SubFactory(JobFactory)
    name = factory.Sequence(lambda n: f"Criterion {n}")
    position = factory.Sequence(lambda n: n % 1000)


class ScorecardFactory(factory.django.DjangoModelFactory[Scorecard]):
    """A submitted scorecard that says yes. `draft`: not submitted yet."""

    class Meta:
        model = Scorecard

    class Params:
        draft = factory.Trait(submitted_at=None, recommendation="")

    interview = factory.SubFactory(InterviewFactory, held=True)
    author = factory.SubFactory(UserFactory, interviewer=True)
    recommendation = Scorecard.Recommendation.YES
    submitted_at = factory.LazyFunction(timezone.now)


class RatingFactory(factory.django.DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    scorecard = factory.SubFactory(ScorecardFactory)
    position = factory.Sequence(lambda n: n % 1000)
    criterion = factory.Sequence(lambda n: f"Criterion {n}")
    level = Rating.Level.SHOWN
    evidence = "Explained the permit sequence without notes."


class ScorecardVersionFactory(factory.django.DjangoModelFactory[ScorecardVersion]):
    class Meta:
        model = ScorecardVersion

    scorecard = factory.SubFactory(ScorecardFactory)
    version = 1
    recommendation = Scorecard.Recommendation.NO

import factory
from django.utils import timezone

from candidates.models import PoolCount, PoolMembership, TalentPool
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory


class TalentPoolFactory(factory.django.DjangoModelFactory[TalentPool]):
    """A pool by hand. `living` takes its search: people in Poland."""

    class Meta:
        model = TalentPool

    class Params:
        living = factory.Trait(kind=TalentPool.Kind.LIVING, query="country=PL")

    name = factory.Sequence(lambda n: f"Pool {n}")
    owner = factory.SubFactory(UserFactory)


class PoolMembershipFactory(factory.django.DjangoModelFactory[PoolMembership]):
    """A member whom a colleague took in."""

    class Meta:
        model = PoolMembership

    class Params:
        proposed = factory.Trait(
            state=PoolMembership.State.PROPOSED, how=PoolMembership.How.RULE, by=None
        )
        left = factory.Trait(
            state=PoolMembership.State.LEFT,
            left_at=factory.LazyFunction(timezone.now),
            kept_out=True,
        )

    pool = factory.SubFactory(TalentPoolFactory)
    candidate = factory.SubFactory(CandidateFactory)
    state = PoolMembership.State.MEMBER
    how = PoolMembership.How.HAND
    by = factory.SubFactory(UserFactory)


class PoolCountFactory(factory.django.DjangoModelFactory[PoolCount]):
    """A large pool that was counted just now: all of a thousand members may be sent job emails."""

    class Meta:
        model = PoolCount

    pool = factory.SubFactory(TalentPoolFactory)
    lasting = 1000
    ending = paused = ask = refused = unreachable = 0
    counted_at = factory.LazyFunction(timezone.now)

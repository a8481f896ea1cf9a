import factory
from django.utils import timezone

from candidates.models import PoolMembership, TalentPool
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

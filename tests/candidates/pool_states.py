"""Who is in a pool, and how."""

from candidates.models import Candidate, TalentPool


def one(person: Candidate):
    return Candidate.objects.filter(pk=person.pk)


def states(pool: TalentPool) -> dict[str, str]:
    rows = pool.memberships.order_by("candidate__name")
    return dict(rows.values_list("candidate__name", "state"))

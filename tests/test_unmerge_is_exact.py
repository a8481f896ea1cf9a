"""Two records are made one and taken apart again: every row of both is as it was.

The rows are random, of every model that is declared in `person_data`, on every floor. A model that
nobody taught this test is made by its factory; one without a factory fails here by name.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from candidates.actions.merging import CHOICES, PRIMARY_EMAIL, merge_people, unmerge_people
from candidates.merging import Table
from candidates.models import Candidate, Merge
from candidates.person_data import declared
from engagement.models import Message
from tests.factories.candidates import DuplicateSuggestionFactory
from tests.random_rows import World, others, somebody

TRACE = "candidate.unmerged"  # the one line that says it happened


def dump(people: list[Candidate]) -> dict[str, list[Any]]:
    """Every row of every declared model, derived ones too, and the people themselves."""
    fields: dict[type, list[str]] = {Candidate: ["pk"]}
    for data in declared():
        if data.model not in {Candidate, Merge}:
            fields.setdefault(data.model, []).append(data.field)
    keys = [person.pk for person in people]
    return {
        model._meta.label: [
            at_rest(row)
            for _, row in sorted(Table(model, tuple(names)).rows_of(keys).items())
            if row.get("kind") != TRACE
        ]
        for model, names in fields.items()
    }


def at_rest(row: dict[str, Any]) -> dict[str, Any]:
    """A worker's hold on a message is no fact about a person, and ends with a merge."""
    if row.get("state") == Message.State.CLAIMED:
        return {**row, "state": Message.State.DUE, "lease": None, "lease_until": None}
    return row


def test_every_model_can_be_made():
    assert [model for model, (_, factory) in others().items() if factory is None] == []


@pytest.mark.django_db
@pytest.mark.timeout(400)  # half a minute when nothing else runs
@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_unmerge_restores_both_exactly(data):
    with transaction.atomic():
        world = World()
        survivor, merged = somebody(data.draw, world), somebody(data.draw, world)
        if data.draw(st.booleans()):
            DuplicateSuggestionFactory(one=survivor, other=merged)
        take = data.draw(st.sets(st.sampled_from([*CHOICES, PRIMARY_EMAIL])))
        before = dump([survivor, merged])

        merge = merge_people(survivor, merged, by=world.user, take=take)
        became = dump([survivor, merged])
        unmerge_people(merge, by=world.user)

        assert became != before
        assert dump([survivor, merged]) == before
        transaction.set_rollback(True)

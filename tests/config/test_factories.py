"""Each factory makes the normal, valid case, and each trait the situation that it names."""

import pytest

from tests.factories import applications, engagement

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("made", "trait"),
    [
        (factory, trait)
        for room in (applications, engagement)
        for name, factory in vars(room).items()
        if name.endswith("Factory") and factory.__module__ == room.__name__
        for trait in [None, *factory._meta.parameters]
    ],
)
def test_factory_makes_a_valid_record(made, trait):
    record = made(**{trait: True} if trait else {})

    record.validate_constraints()

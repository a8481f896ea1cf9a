from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import Organisation
from tests.factories.accounts import OrganisationFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def monday_morning(organisation: Organisation) -> Iterator[time_machine.Traveller]:
    """Make it 10:00 on a Monday in Bristol, going on from there."""
    with time_machine.travel(MONDAY, tick=True) as clock:
        yield clock

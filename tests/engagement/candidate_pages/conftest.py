"""Who opens the pages behind the links of an email."""

import pytest
from django.test import Client

from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory


@pytest.fixture(autouse=True)
def _organisation() -> None:
    OrganisationFactory()


@pytest.fixture
def visitor() -> Client:
    """A browser that nobody signed in with; unlike Django's default it checks CSRF."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def jobs() -> None:
    for family in ["Electrical", "Turbine"]:
        job = JobFactory(family=family)
        job.offices.add(OfficeFactory(city=f"{family} town"))

"""A job with its stages and the cards on them."""

import pytest
from django.urls import reverse

from applications.actions.jobs import add_standard_stages
from tests.factories.applications import ApplicationFactory, JobFactory


@pytest.fixture
def job():
    job = JobFactory(title="Marine Electrician")
    add_standard_stages(job)
    return job


def stage(job, name):
    return job.stages.get(name=name)


def at(job, name, **values):
    return ApplicationFactory(job=job, stage=stage(job, name), **values)


def address(name, thing, query=""):
    return reverse(f"applications:{name}", args=[thing.public_id]) + query


def script(client, address, data):
    """Post as the script of the board does."""
    return client.post(address, data, headers={"Accept": "application/json"})
